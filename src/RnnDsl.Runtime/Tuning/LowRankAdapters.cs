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

    /// <summary>Attaches adapters of one rank, which change nothing at first.</summary>
    /// <param name="module">The trained module.</param>
    /// <param name="rank">r. To save anything, it must be below the smaller side of every matrix.</param>
    /// <param name="alpha">α. The correction is weighted by α/r, so that a change of the rank needs no other learning rate.</param>
    /// <param name="patterns">The matrices, with * for any characters and ? for one. Other parameters that match are ignored.</param>
    /// <param name="alsoTrain">Parameters that are trained directly.</param>
    /// <param name="seed">The seed of A.</param>
    /// <exception cref="ArgumentException">A pattern matches no matrix, or a parameter is named twice.</exception>
    public LowRankAdapters(
        Module module, int rank, double alpha, IReadOnlyList<string> patterns, IReadOnlyList<string>? alsoTrain = null, int seed = 0)
        : this(module, [.. patterns.Select(pattern => (pattern, rank))], Weight(alpha, rank), alsoTrain, seed)
    {
    }

    /// <summary>Attaches adapters of several ranks, which change nothing at first.</summary>
    /// <param name="module">The trained module.</param>
    /// <param name="ranks">Patterns for matrices, and their ranks. If several match a matrix, the last one counts.</param>
    /// <param name="weight">The weight of all corrections, α/r. 1 to 2 is usual.</param>
    /// <param name="alsoTrain">Parameters that are trained directly.</param>
    /// <param name="seed">The seed of A.</param>
    /// <exception cref="ArgumentException">A pattern matches no matrix, or a parameter is named twice.</exception>
    public LowRankAdapters(Module module, IReadOnlyList<(string Pattern, int Rank)> ranks, double weight = 1, IReadOnlyList<string>? alsoTrain = null, int seed = 0)
    {
        if (!double.IsFinite(weight))
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "It must be a finite number.");
        Module = module;
        scale = (float)weight;
        original = module.Parameters.Snapshot();
        var rankOf = new SortedDictionary<int, int>();
        foreach ((string pattern, int rank) in ranks)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rank);
            foreach (int index in Matrices(pattern))
                rankOf[index] = rank;
        }
        Rank = rankOf.Values.DefaultIfEmpty().Max();
        (Parameter Matrix, int Rank)[] matrices = [.. rankOf.Select(pair => (module.Parameters.Slices[pair.Key], pair.Value))];
        Parameter[] plain = [.. (alsoTrain ?? []).SelectMany(pattern => NamePattern.SelectTrained(module.Parameters, pattern)).Distinct().Order().Select(i => module.Parameters.Slices[i])];
        if (matrices.Select(m => m.Matrix).Intersect(plain).FirstOrDefault() is Parameter twice)
            throw new ArgumentException($"'{twice.Name}' has an adapter: it cannot also be trained as it is.", nameof(alsoTrain));
        Parameters = ParameterStore.Create($"the adapters of {module.Info.Name}", [
            .. matrices.SelectMany(m => new ParameterInfo[]
            {
                // About the size of the rows of a newly initialized W.
                new(m.Matrix.Name + ".A", 2, m.Rank, m.Matrix.Info.Columns, Initial.Normal, 1 / Math.Sqrt(m.Matrix.Info.Columns)),
                new(m.Matrix.Name + ".B", 2, m.Matrix.Info.Rows, m.Rank, Initial.Constant, 0),
            }),
            .. plain.Select(p => p.Info)], seed);
        gradient.Reserve(Parameters.Length);
        adapters = [.. matrices.Select(m => new Adapter(m.Matrix, Parameters.Find(m.Matrix.Name + ".A"), Parameters.Find(m.Matrix.Name + ".B")))];
        copies = [.. plain.Select(p => (p, Parameters.Find(p.Name)))];
        foreach ((Parameter from, Parameter to) in copies)
            original.AsSpan(from.Offset, from.Length).CopyTo(Parameters.Of(to));
        Attached.GetOrCreateValue(module).Add(this);
    }

    /// <summary>Attaches the adapters that another training has left, so that it goes on from there.</summary>
    /// <param name="module">The base model.</param>
    /// <param name="start">The adapter. Products are trained as such, differences as the parameters themselves.</param>
    /// <exception cref="ArgumentException">The adapter does not fit the model, or adds to a parameter in both ways.</exception>
    public LowRankAdapters(Module module, ModelAdapter start)
        : this(module, [.. Fitting(start, module).Where(p => p.Rank > 0).Select(p => (p.Name, p.Rank))], 1, [.. start.Parameters.Where(p => p.Rank == 0).Select(p => p.Name)])
    {
        foreach (AdaptedParameter part in start.Parameters)
            if (part.Rank > 0)
            {
                part.A.CopyTo(Parameters[part.Name + ".A"]);
                part.B.CopyTo(Parameters[part.Name + ".B"]);
            }
            else
                part.AddTo(Parameters[part.Name]);
        Apply();
    }

    static float Weight(double alpha, int rank)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rank);
        return double.IsFinite(alpha) ? (float)(alpha / rank) : throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "It must be a finite number.");
    }

    static IReadOnlyList<AdaptedParameter> Fitting(ModelAdapter adapter, Module module)
    {
        adapter.Of(module);
        return adapter.Parameters;
    }

    /// <inheritdoc/>
    public Module Module { get; }

    /// <summary>"encoder.Ui.A", "encoder.Ui.B" and so on, then the parameters that are trained directly.</summary>
    public ParameterStore Parameters { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Multipliers => [];

    /// <summary>r, the largest one if there are several.</summary>
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

    /// <summary>What is trained so far, without the model: to be saved, and applied to the same base. It shares nothing with these adapters, which train on.</summary>
    public ModelAdapter ToAdapter()
    {
        ReadOnlySpan<float> values = Parameters.ReadOnlyValues;
        var parts = new List<AdaptedParameter>();
        foreach (Adapter adapter in adapters)
            parts.Add(adapter.Part(values, scale));
        foreach ((Parameter from, Parameter to) in copies)
            if (ModelAdapter.Difference(from, values.Slice(to.Offset, to.Length), original.AsSpan(from.Offset, from.Length)) is { } difference)
                parts.Add(difference);
        return new(Module.Info.Name, parts);
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

    /// <summary>The indices of the matrices that match a pattern.</summary>
    int[] Matrices(string pattern)
    {
        int[] matrices = [.. NamePattern.SelectTrained(Module.Parameters, pattern).Where(i => Module.Parameters.Slices[i].Info.Rank == 2)];
        return matrices.Length > 0 ? matrices : throw new ArgumentException($"'{pattern}' names no matrix of {Module.Info.Name}: adapters are for matrices.", nameof(pattern));
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
            Span<float> target = values.Slice(w.Offset, w.Length);
            original.Slice(w.Offset, w.Length).CopyTo(target);
            AdaptedParameter.AddProduct(target, columns, factors.Slice(a.Offset, a.Length), factors.Slice(b.Offset, b.Length), rank, scale);
        }

        /// <summary>What it adds. The scale becomes a part of B, which gives W the same bits.</summary>
        public AdaptedParameter Part(ReadOnlySpan<float> factors, float scale)
        {
            float[] scaled = factors.Slice(b.Offset, b.Length).ToArray();
            TensorPrimitives.Multiply(scaled, scale, scaled);
            return AdaptedParameter.LowRank(w.Name, rows, columns, rank, factors.Slice(a.Offset, a.Length).ToArray(), scaled);
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
