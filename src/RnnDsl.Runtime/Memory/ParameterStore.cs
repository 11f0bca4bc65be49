using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;
using RnnDsl.Storage;

namespace RnnDsl;

/// <summary>A named slice of a <see cref="ParameterStore"/>.</summary>
/// <param name="Info">Its name, shape and initial values.</param>
/// <param name="Offset">Its offset in the store's values.</param>
public sealed record Parameter(ParameterInfo Info, int Offset)
{
    /// <summary>Its name, with the path of its layer: "encoder.Wi".</summary>
    public string Name => Info.Name;

    /// <summary>The number of its values.</summary>
    public int Length => Info.Length;
}

/// <summary>
/// All parameters of a module in one flat, aligned buffer. A parameter is a named slice, dense and row-major. Slices begin at multiples of <see cref="Layout.Alignment"/> floats,
/// and the gaps between them are zero.
/// </summary>
public sealed class ParameterStore
{
    readonly AlignedBuffer buffer;
    readonly Parameter[] slices;
    readonly string owner;

    /// <summary>The store of which this one is a part, and the first float of the part.</summary>
    readonly ParameterStore? whole;
    readonly int first;

    int version;

    ParameterStore(string owner, IReadOnlyList<ParameterInfo> parameters, ParameterStore? whole = null, int first = 0)
    {
        (this.owner, this.whole, this.first, buffer) = (owner, whole, first, whole?.buffer ?? new AlignedBuffer());
        CheckSize(owner, parameters);
        slices = new Parameter[parameters.Count];
        if (Names.Repeated(parameters, static p => p.Name) is { } repeated)
            throw new ArgumentException($"{owner} has two parameters named '{repeated}'.", nameof(parameters));
        long offset = 0;
        for (int i = 0; i < slices.Length; i++)
        {
            slices[i] = new Parameter(parameters[i], (int)offset);
            Count += parameters[i].IsFixed ? 0 : parameters[i].Length;
            offset += Layout.Align(parameters[i].Length);
        }
        Length = (int)offset;
        if (whole is null)
            buffer.Reserve(offset);
    }

    static void CheckSize(string owner, IReadOnlyList<ParameterInfo> parameters)
    {
        long aligned = 0, floats = 0;
        foreach (ParameterInfo parameter in parameters)
            (aligned, floats) = (Sum(aligned, Layout.Align(parameter.Floats)), Sum(floats, parameter.Floats));
        if (aligned <= AlignedBuffer.MostFloats)
            return;
        ParameterInfo largest = parameters.MaxBy(p => p.Floats)!;
        throw new InvalidOperationException($"{owner} has {floats} parameters, {largest.Floats} of them in '{largest.Name}' " +
            $"({largest.Rows}×{largest.Columns}), more than the {AlignedBuffer.MostFloats} that fit in one piece of memory: choose smaller sizes.");
    }

    /// <summary>The sum, or the largest number if it is beyond.</summary>
    static long Sum(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;

    /// <summary>The parameters, in the order in which they lie in memory.</summary>
    public IReadOnlyList<Parameter> Slices => slices;

    /// <summary>The number of trainable values, without the gaps and without parameters that are <see cref="ParameterInfo.IsFixed">fixed</see>.</summary>
    public int Count { get; }

    /// <summary>The floats of the buffer, including the gaps.</summary>
    public int Length { get; }

    /// <summary>Changes whenever values may have changed, for code that keeps results computed from them.</summary>
    public int Version => whole?.Version ?? version;

    /// <summary>The first float of the buffer. Code that writes through it must call <see cref="MarkChanged"/>.</summary>
    public Floats Pointer => buffer.Floats + first;

    /// <summary>The whole buffer, for reading.</summary>
    public ReadOnlySpan<float> ReadOnlyValues => buffer.Span.Slice(first, Length);

    /// <summary>The whole buffer, for writing. Getting it counts as a change, as with the other writable spans. Code that keeps the span and writes again after the model has run
    /// must call <see cref="MarkChanged"/>. The gaps between the parameters must stay zero.</summary>
    public Span<float> Values
    {
        get
        {
            MarkChanged();
            return buffer.Span.Slice(first, Length);
        }
    }

    /// <summary>The values of one parameter, row-major; see <see cref="Values"/>.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public Span<float> this[string name] => Of(Find(name));

    /// <summary>The values of one parameter, row-major; see <see cref="Values"/>.</summary>
    public Span<float> Of(Parameter parameter) => Values.Slice(parameter.Offset, parameter.Length);

    /// <summary>The parameter of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Parameter Find(string name)
    {
        foreach (Parameter slice in slices)
            if (slice.Name == name)
                return slice;
        throw new ArgumentException(
            $"{owner} has no parameter '{name}'. {NearestName.Hint(name, [.. slices.Select(s => s.Name)])}", nameof(name));
    }

    /// <summary>Says that values were changed through a pointer or a kept span.</summary>
    public void MarkChanged()
    {
        if (whole is null)
            version++;
        else
            whole.MarkChanged();
    }

    /// <summary>A copy of the whole buffer.</summary>
    public float[] Snapshot() => ReadOnlyValues.ToArray();

    /// <summary>Restores the values from a <see cref="Snapshot"/>.</summary>
    public void Restore(ReadOnlySpan<float> snapshot)
    {
        if (snapshot.Length != Length)
            throw new ArgumentException(
                $"The snapshot has {snapshot.Length} floats, but the parameters of {owner} take {Length}: it is another model's.",
                nameof(snapshot));
        snapshot.CopyTo(Values);
    }

    /// <summary>Copies the values from a module with the same parameters.</summary>
    public void CopyFrom(ParameterStore other)
    {
        if (slices.Length != other.slices.Length)
            throw new ArgumentException($"{other.owner} has {other.slices.Length} parameters, {owner} has {slices.Length}.", nameof(other));
        foreach (var (mine, theirs) in slices.Zip(other.slices))
            if ((mine.Name, mine.Info.Rows, mine.Info.Columns) != (theirs.Name, theirs.Info.Rows, theirs.Info.Columns))
                throw new ArgumentException(
                    $"'{theirs.Name}' ({theirs.Info.Rows}×{theirs.Info.Columns}) of {other.owner} does not fit " +
                    $"'{mine.Name}' ({mine.Info.Rows}×{mine.Info.Columns}) of {owner}.", nameof(other));
        other.ReadOnlyValues.CopyTo(Values);
    }

    /// <summary>The values in double precision, for running the equations uncompiled.</summary>
    public ReferenceParameters ToReference()
    {
        var values = new Dictionary<string, double[]>();
        foreach (Parameter slice in slices)
            values[slice.Name] = Array.ConvertAll(ReadOnlyValues.Slice(slice.Offset, slice.Length).ToArray(), value => (double)value);
        return new ReferenceParameters(values);
    }

    /// <summary>A store with initial values.</summary>
    /// <param name="owner">The owner of the parameters, for messages.</param>
    /// <param name="parameters">The parameters, in the order of their memory.</param>
    /// <param name="seed">The seed of their random values.</param>
    /// <param name="known">Values that take the place of initial ones, which are not computed then; null if there are none.</param>
    internal static ParameterStore Create(string owner, IReadOnlyList<ParameterInfo> parameters, int seed, List<FoundParameter>? known = null)
    {
        var store = new ParameterStore(owner, parameters);
        foreach (Parameter slice in store.slices)
            if (ValuesOf(slice, known) is { } values)
                values.CopyTo(store.Of(slice));
            else
                Initializer.Fill(slice.Info, seed, store.Of(slice));
        return store;
    }

    /// <summary>The parameters of a layer, as a part of this store.</summary>
    /// <param name="owner">The layer, for messages.</param>
    /// <param name="parameters">The parameters of the layer, in the order of their memory.</param>
    /// <param name="prefix">What their names begin with here: "encoder.".</param>
    /// <exception cref="InvalidOperationException">They lie here in another order.</exception>
    internal ParameterStore Part(string owner, IReadOnlyList<ParameterInfo> parameters, string prefix)
    {
        int first = parameters.Count == 0 ? 0 : Find(prefix + parameters[0].Name).Offset;
        var part = new ParameterStore(owner, parameters, this, first);
        foreach (Parameter slice in part.slices)
            if (Find(prefix + slice.Name) is var here && (here.Offset != first + slice.Offset || here.Length != slice.Length))
                throw new InvalidOperationException($"{owner}, the layer '{prefix[..^1]}' of {this.owner}, was compiled by an older RnnDsl than {this.owner}, and its parameters lie in another order there: build it again with the package of this version.");
        return part;
    }

    static float[]? ValuesOf(Parameter slice, List<FoundParameter>? known)
    {
        for (int i = 0; known is not null && i < known.Count; i++)
            if (known[i].Parameter.Name == slice.Name)
                return known[i].Values;
        return null;
    }
}
