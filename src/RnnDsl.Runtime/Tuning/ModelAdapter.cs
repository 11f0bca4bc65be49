using System.Globalization;
using RnnDsl.Execution;
using RnnDsl.Storage;

namespace RnnDsl.Tuning;

/// <summary>
/// What a fine-tuning has changed, without the model: a file of some kB beside one base model. It comes from trained <see cref="LowRankAdapters"/>, or as the difference of some parameters from
/// their values before.
/// <code>
/// ModelAdapter anna = adapters.ToAdapter();
/// anna.Save("anna.safetensors");
/// var stack = new AdapterStack(model);
/// stack.Set(ModelAdapter.Load("anna.safetensors"));      // stack.Clear() restores the base to the last bit
/// stream.Adapter = predictor.Adapt(anna);                // one stream of a predictor of the base
/// </code>
/// </summary>
public sealed class ModelAdapter
{
    const string Key = "rnndsl.adapter", ModelKey = "rnndsl.model", BaseKey = "rnndsl.base", Version = "1", ASuffix = "/A", BSuffix = "/B", DifferenceSuffix = "/difference";

    readonly ulong? fingerprint;

    internal ModelAdapter(string model, IReadOnlyList<AdaptedParameter> parameters, ulong? fingerprint) => (Model, Parameters, this.fingerprint) = (model, parameters, fingerprint);

    /// <summary>The name of the base model's class.</summary>
    public string Model { get; }

    /// <summary>A fingerprint of all parameters of the base, 16 hexadecimal digits: the adapter is refused for a base that has other values, for which it was not trained. Null if every base of these shapes
    /// takes it, as after <see cref="WithoutBase"/>, and in files of versions that did not write it.</summary>
    public string? Base => fingerprint?.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The same adapter for any base of these shapes. It is for bases that are nearly those that it was trained on, such as the same
    /// model saved with fewer bits; of another model the answers would be wrong.</summary>
    public ModelAdapter WithoutBase() => new(Model, Parameters, null);

    /// <summary>What it changes.</summary>
    public IReadOnlyList<AdaptedParameter> Parameters { get; }

    /// <summary>The bytes of its numbers.</summary>
    public long Bytes => Parameters.Sum(p => (long)p.Length * sizeof(float));

    /// <summary>The parameters that differ from what they were, such as biases or a head that <see cref="FineTuning"/> trained. Applied to the base, it gives each value to half a unit in the last
    /// place of the larger of the two.</summary>
    /// <param name="model">The model after the fine-tuning.</param>
    /// <param name="before">A <see cref="ParameterStore.Snapshot"/> of the base.</param>
    /// <exception cref="ArgumentException">The snapshot is another model's.</exception>
    public static ModelAdapter Difference(Module model, ReadOnlySpan<float> before)
    {
        ParameterStore parameters = model.Parameters;
        if (before.Length != parameters.Length)
            throw new ArgumentException($"The snapshot has {before.Length} floats, but the parameters of {model.Info.Name} take {parameters.Length}: it is another model's.", nameof(before));
        var changed = new List<AdaptedParameter>();
        foreach (Parameter slice in parameters.Slices)
        {
            ReadOnlySpan<float> now = parameters.ReadOnlyValues.Slice(slice.Offset, slice.Length), was = before.Slice(slice.Offset, slice.Length);
            if (Difference(slice, now, was) is { } difference)
                changed.Add(difference);
        }
        return new(model.Info.Name, changed, BaseFingerprint.Of(model, before));
    }

    /// <summary>The difference of a parameter from its values before, or null if there is none.</summary>
    internal static AdaptedParameter? Difference(Parameter slice, ReadOnlySpan<float> now, ReadOnlySpan<float> before)
    {
        if (now.SequenceEqual(before))
            return null;
        var difference = new float[slice.Length];
        System.Numerics.Tensors.TensorPrimitives.Subtract(now, before, difference);
        return AdaptedParameter.Of(slice.Name, slice.Info.Rows, slice.Info.Columns, difference);
    }

    /// <summary>One adapter in the place of several: the sum of what they add, each times its weight.</summary>
    /// <param name="adapters">Adapters of one base model, with their weights. 1 is usual.</param>
    /// <exception cref="ArgumentException">There is none, a weight is not finite, or they are of models with other names or shapes, or of different bases.</exception>
    public static ModelAdapter Stack(params ReadOnlySpan<(ModelAdapter Adapter, double Weight)> adapters)
    {
        if (adapters.IsEmpty)
            throw new ArgumentException("A stack has at least one adapter.", nameof(adapters));
        string model = adapters[0].Adapter.Model;
        ulong? of = null;
        var sums = new List<AdaptedParameter>();
        foreach ((ModelAdapter adapter, double weight) in adapters)
        {
            ArgumentNullException.ThrowIfNull(adapter, nameof(adapters));
            if (!float.IsFinite((float)weight))
                throw new ArgumentException(FormattableString.Invariant($"The weight of an adapter is {weight}, not a finite number in single precision."), nameof(adapters));
            if (adapter.Model != model)
                throw new ArgumentException($"Adapters of {model} and of {adapter.Model} are of two base models.", nameof(adapters));
            of ??= adapter.fingerprint;
            if (of is { } first && !adapter.Fits(first))
                throw new ArgumentException(FormattableString.Invariant($"The adapters of {model} were trained on bases with the fingerprints {first:x16} and {adapter.Base}: stack those of one base. ") +
                    $"If the bases are the same but for rounding, or one is the other with an adapter, give the second one's {nameof(WithoutBase)}().", nameof(adapters));
            foreach (AdaptedParameter added in adapter.Parameters)
            {
                AdaptedParameter weighted = added.Weighted((float)weight);
                int same = sums.FindIndex(p => p.Name == added.Name && p.Rank > 0 == added.Rank > 0);
                if (sums.Find(p => p.Name == added.Name) is { } other && (other.Rows, other.Columns) != (added.Rows, added.Columns))
                    throw new ArgumentException($"'{added.Name}' is {other.Rows}×{other.Columns} in one adapter and {added.Rows}×{added.Columns} in another.", nameof(adapters));
                if (same < 0)
                    sums.Add(weighted);
                else
                    sums[same] = sums[same].Plus(weighted);
            }
        }
        return new(model, sums, of);
    }

    /// <summary>Writes it in the safetensors format. The file is replaced completely, or not at all.</summary>
    /// <exception cref="InvalidOperationException">A value is NaN or infinite, because the training diverged.</exception>
    public void Save(string path)
    {
        foreach (AdaptedParameter parameter in Parameters)
            if (parameter.FirstNotFinite is not null)
                throw new InvalidOperationException($"Not saved: what the adapter adds to '{parameter.Name}' is not finite.");
        StoredTensor[] tensors = [.. Parameters.SelectMany(p => p.Rank == 0
            ? new StoredTensor[] { new(p.Name + DifferenceSuffix, "F32", [p.Rows, p.Columns], () => p.Difference) }
            : [new(p.Name + ASuffix, "F32", [p.Rank, p.Columns], () => p.A), new(p.Name + BSuffix, "F32", [p.Rows, p.Rank], () => p.B)])];
        AtomicFile.Write(path, stream => SafetensorsFile.Write(stream, tensors, Metadata()));
    }

    List<KeyValuePair<string, string>> Metadata() => [new(Key, Version), new(ModelKey, Model), .. Base is { } of ? [new(BaseKey, of)] : Array.Empty<KeyValuePair<string, string>>()];

    /// <summary>Reads a file of <see cref="Save"/>.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, holds a value that is not finite, or is not that of an adapter.</exception>
    public static ModelAdapter Load(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return OneLine.Named(path, () => Read(file));
    }

    static ModelAdapter Read(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(Key, out string? version) || !file.Metadata.TryGetValue(ModelKey, out string? model))
            throw new InvalidDataException($"The file has no '{Key}' in its metadata: it is not that of an adapter. The file of a model is loaded with {nameof(ModelFile)}.");
        if (version != Version)
            throw new InvalidDataException($"The adapter is of version {version}; this library reads version {Version}.");
        var parameters = new List<AdaptedParameter>();
        foreach (Tensor tensor in file.Tensors)
            if (tensor.Name.EndsWith(DifferenceSuffix, StringComparison.Ordinal))
            {
                (float[] values, int rows, int columns) = Matrix(file, tensor);
                parameters.Add(AdaptedParameter.Of(tensor.Name[..^DifferenceSuffix.Length], rows, columns, values));
            }
            else if (tensor.Name.EndsWith(ASuffix, StringComparison.Ordinal))
            {
                string name = tensor.Name[..^ASuffix.Length];
                (float[] a, int rank, int columns) = Matrix(file, tensor);
                (float[] b, int rows, int rankOfB) = Matrix(file, file.Find(name + BSuffix) ?? throw new InvalidDataException($"The file has '{tensor.Name}' and no '{name}{BSuffix}'."));
                if (rank != rankOfB || rank == 0)
                    throw new InvalidDataException($"'{tensor.Name}' has {rank} rows, '{name}{BSuffix}' has {rankOfB} columns: both are the rank, from 1 up.");
                parameters.Add(AdaptedParameter.LowRank(name, rows, columns, rank, a, b));
            }
            else if (!(tensor.Name.EndsWith(BSuffix, StringComparison.Ordinal) && file.Find(tensor.Name[..^BSuffix.Length] + ASuffix) is not null))
                throw new InvalidDataException($"{tensor} is no part of an adapter.");
        return new(model, parameters, !file.Metadata.TryGetValue(BaseKey, out string? of) ? null
            : ulong.TryParse(of, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong fingerprint) ? fingerprint
            : throw new InvalidDataException($"'{of}' is no fingerprint of a base ('{BaseKey}')."));
    }

    static (float[] Values, int Rows, int Columns) Matrix(SafetensorsFile file, Tensor tensor)
    {
        if (tensor.DType != "F32" || tensor.Shape.Count != 2 || tensor.Length > Array.MaxLength)
            throw new InvalidDataException($"{tensor} is not a matrix of F32.");
        var values = new float[tensor.Length];
        file.Read(tensor, values);
        return CompilerServices.Rows.FirstNotFinite(values) is not int index ? (values, (int)tensor.Shape[0], (int)tensor.Shape[1])
            : throw new InvalidDataException(FormattableString.Invariant($"'{tensor.Name}' is {values[index]} at index {index}."));
    }

    /// <summary>Whether it is for a base with this fingerprint.</summary>
    internal bool Fits(ulong of) => fingerprint is not { } own || own == of;

    /// <exception cref="ArgumentException">It is for a base with another fingerprint.</exception>
    internal void RequireBase(ulong of, string model)
    {
        if (!Fits(of))
            throw new ArgumentException(FormattableString.Invariant($"The adapter was trained on a base {Model} with the fingerprint {Base}, and the parameters of {model} have {of:x16}: ") +
                $"load the base that it was trained on. If this one is the same but for rounding, give the adapter's {nameof(WithoutBase)}().");
    }

    /// <summary>The parameters of a model that it changes, in its order.</summary>
    /// <exception cref="ArgumentException">The model has no such parameter, or one of another shape.</exception>
    internal Parameter[] Of(Module model) => [.. Parameters.Select(adapted =>
    {
        Parameter found = model.Parameters.Find(adapted.Name);
        return (found.Info.Rows, found.Info.Columns) == (adapted.Rows, adapted.Columns) ? found
            : throw new ArgumentException($"'{adapted.Name}' is {found.Info.Rows}×{found.Info.Columns} in {model.Info.Name}, but {adapted.Rows}×{adapted.Columns} in the adapter: it is one of a model of other sizes.");
    })];
}
