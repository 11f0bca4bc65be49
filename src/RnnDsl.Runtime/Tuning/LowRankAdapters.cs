using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Training;

namespace RnnDsl.Tuning;

/// <summary>
/// Low-rank adaptation (LoRA, Hu et al. 2021). Chosen matrices become W + (α/r)·B·A, where W is unchanged and only the small matrices A [r × columns] and B [rows × r] are trained.
/// A starts random and B zero, so at first nothing changes. The compiled programs need no change: the sum is written where they read W.
/// <code>
/// var adapters = new LowRankAdapters(model, rank: 4, alpha: 8, ["encoder.U*"], alsoTrain: ["head.*"]);
/// using (var trainer = new Trainer(adapters, new Adam())) trainer.Fit(data);
/// adapters.Merge();       // or adapters.Remove()
/// </code>
/// While adapters are attached, they write the module's parameters.
/// </summary>
public sealed class LowRankAdapters : ITrainable
{
    readonly Adapter[] adapters;
    readonly (Parameter Module, Parameter Own)[] copies;
    readonly float[] original;
    readonly AlignedBuffer gradient = new();
    static readonly ConditionalWeakTable<Module, List<LowRankAdapters>> Attached = new();

    readonly float scale;
    bool attached = true;

    /// <summary>Attaches adapters, which change nothing at first.</summary>
    /// <param name="module">The trained module.</param>
    /// <param name="rank">r. To save anything, it must be below the smaller side of every matrix.</param>
    /// <param name="alpha">α. The correction is weighted by α/r, so that a change of the rank needs no other learning rate.</param>
    /// <param name="patterns">The matrices, with * for any characters and ? for one. Other parameters that match are ignored.</param>
    /// <param name="alsoTrain">Parameters that are trained directly.</param>
    /// <param name="seed">The seed of A.</param>
    /// <exception cref="ArgumentException">A pattern matches no matrix, or a parameter is named twice.</exception>
    public LowRankAdapters(
        Module module, int rank, double alpha, IReadOnlyList<string> patterns, IReadOnlyList<string>? alsoTrain = null, int seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rank);
        if (!double.IsFinite(alpha))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "It must be a finite number.");
        Module = module;
        Rank = rank;
        scale = (float)(alpha / rank);
        original = module.Parameters.Snapshot();
        Parameter[] matrices = [.. Matching(patterns, matricesOnly: true)], plain = [.. Matching(alsoTrain ?? [], matricesOnly: false)];
        if (matrices.Intersect(plain).FirstOrDefault() is Parameter twice)
            throw new ArgumentException($"'{twice.Name}' has an adapter: it cannot also be trained as it is.", nameof(alsoTrain));
        Parameters = ParameterStore.Create($"the adapters of {module.Info.Name}", [
            .. matrices.SelectMany(w => new ParameterInfo[]
            {
                // About the size of the rows of a newly initialized W.
                new(w.Name + ".A", 2, rank, w.Info.Columns, Initial.Normal, 1 / Math.Sqrt(w.Info.Columns)),
                new(w.Name + ".B", 2, w.Info.Rows, rank, Initial.Constant, 0),
            }),
            .. plain.Select(p => p.Info)], seed);
        gradient.Reserve(Parameters.Length);
        adapters = [.. matrices.Select(w => new Adapter(w, Parameters.Find(w.Name + ".A"), Parameters.Find(w.Name + ".B")))];
        copies = [.. plain.Select(p => (p, Parameters.Find(p.Name)))];
        foreach ((Parameter from, Parameter to) in copies)
            original.AsSpan(from.Offset, from.Length).CopyTo(Parameters.Of(to));
        Attached.GetOrCreateValue(module).Add(this);
    }

    /// <inheritdoc/>
    public Module Module { get; }

    /// <summary>"encoder.Ui.A", "encoder.Ui.B" and so on, then the parameters that are trained directly.</summary>
    public ParameterStore Parameters { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Multipliers => [];

    /// <summary>r.</summary>
    public int Rank { get; }

    /// <summary>What is trained.</summary>
    public TuningReport Report => TuningReport.Of(this);

    /// <summary>Makes the corrections permanent. The adapters no longer write the module's parameters.</summary>
    public void Merge()
    {
        Apply();
        Detach();
    }

    /// <summary>Restores the module's earlier parameters, to the last bit.</summary>
    public void Remove()
    {
        RequireAttached();
        Module.Parameters.Restore(original);
        Detach();
    }

    /// <summary>The adapters that write a module's parameters, because they were neither merged nor removed.</summary>
    internal static IReadOnlyList<LowRankAdapters> AttachedTo(Module module) => Attached.TryGetValue(module, out List<LowRankAdapters>? list) ? list : [];

    /// <summary>α/r.</summary>
    internal float Scale => scale;

    /// <summary>The values that the module's parameters would have without the adapters, in the module's layout.</summary>
    internal ReadOnlySpan<float> Original => original;

    /// <summary>The module's parameters that the adapters change.</summary>
    internal IEnumerable<Parameter> Changed => adapters.Select(a => a.Matrix).Concat(copies.Select(c => c.Module));

    /// <summary>Continues from saved values.</summary>
    internal void Resume(ReadOnlySpan<float> without, ReadOnlySpan<float> own)
    {
        without.CopyTo(original);
        Module.Parameters.Restore(without);
        Parameters.Restore(own);
        Apply();
    }

    void Detach()
    {
        attached = false;
        if (Attached.TryGetValue(Module, out List<LowRankAdapters>? list))
            list.Remove(this);
    }

    /// <inheritdoc/>
    public Span<float> Gradient(Span<float> moduleGradient)
    {
        RequireAttached();
        Span<float> own = gradient.Span;
        foreach (Adapter adapter in adapters)
            adapter.Differentiate(moduleGradient, Parameters.ReadOnlyValues, own, scale);
        foreach ((Parameter from, Parameter to) in copies)
            moduleGradient.Slice(from.Offset, from.Length).CopyTo(own[to.Offset..]);
        return own;
    }

    /// <inheritdoc/>
    public void Apply()
    {
        RequireAttached();
        Span<float> values = Module.Parameters.Values;
        foreach (Adapter adapter in adapters)
            adapter.Write(original, Parameters.ReadOnlyValues, values, scale);
        foreach ((Parameter to, Parameter from) in copies)
            Parameters.ReadOnlyValues.Slice(from.Offset, from.Length).CopyTo(values[to.Offset..]);
    }

    IEnumerable<Parameter> Matching(IReadOnlyList<string> patterns, bool matricesOnly)
    {
        var found = new SortedSet<int>();
        foreach (string pattern in patterns)
        {
            int[] matches = NamePattern.SelectTrained(Module.Parameters, pattern);
            if (matricesOnly)
                matches = [.. matches.Where(i => Module.Parameters.Slices[i].Info.Rank == 2)];
            if (matches.Length == 0)
                throw new ArgumentException(
                    $"'{pattern}' names no matrix of {Module.Info.Name}: adapters are for matrices.", nameof(patterns));
            found.UnionWith(matches);
        }
        return found.Select(i => Module.Parameters.Slices[i]);
    }

    void RequireAttached()
    {
        if (!attached)
            throw new InvalidOperationException("These adapters were merged or removed: make new ones.");
    }

    /// <summary>One matrix and its factors. The products of thin matrices are computed row by row.</summary>
    sealed class Adapter(Parameter w, Parameter a, Parameter b)
    {
        public Parameter Matrix => w;

        readonly int rows = w.Info.Rows, columns = w.Info.Columns, rank = a.Info.Rows;

        /// <summary>W = original + scale·B·A.</summary>
        public void Write(ReadOnlySpan<float> original, ReadOnlySpan<float> factors, Span<float> values, float scale)
        {
            for (int row = 0; row < rows; row++)
            {
                Span<float> target = values.Slice(w.Offset + row * columns, columns);
                original.Slice(w.Offset + row * columns, columns).CopyTo(target);
                for (int k = 0; k < rank; k++)
                    // A zero is skipped, so that the original keeps even the signs of its zeros.
                    if (factors[b.Offset + row * rank + k] is var weight and not 0)
                        TensorPrimitives.MultiplyAdd(factors.Slice(a.Offset + k * columns, columns), scale * weight, target, target);
            }
        }

        /// <summary>dB = scale·dW·Aᵀ, dA = scale·Bᵀ·dW.</summary>
        public void Differentiate(ReadOnlySpan<float> moduleGradient, ReadOnlySpan<float> factors, Span<float> own, float scale)
        {
            own.Slice(a.Offset, a.Length).Clear();
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<float> gradient = moduleGradient.Slice(w.Offset + row * columns, columns);
                for (int k = 0; k < rank; k++)
                {
                    ReadOnlySpan<float> factor = factors.Slice(a.Offset + k * columns, columns);
                    Span<float> factorGradient = own.Slice(a.Offset + k * columns, columns);
                    own[b.Offset + row * rank + k] = scale * TensorPrimitives.Dot(gradient, factor);
                    TensorPrimitives.MultiplyAdd(gradient, scale * factors[b.Offset + row * rank + k], factorGradient, factorGradient);
                }
            }
        }
    }
}
