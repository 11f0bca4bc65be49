using System.Numerics.Tensors;
using RnnDsl.Execution;

namespace RnnDsl.Tuning;

/// <summary>
/// Low-rank adaptation (LoRA, Hu et al. 2021). Chosen matrices become W + (α/r)·B·A, where W is unchanged and only the small matrices A [r × columns] and B [rows × r] are trained.
/// A starts random and B zero, so at first nothing changes.
/// <code>
/// var adapters = new LowRankAdapters(model, rank: 4, alpha: 8, ["encoder.U*"], alsoTrain: ["head.*"]);
/// using (var trainer = new Trainer(adapters, new Adam())) trainer.Fit(data);
/// adapters.Merge();       // or adapters.Remove()
/// </code>
/// </summary>
public sealed class LowRankAdapters : AdapterTraining
{
    readonly float scale;

    /// <summary>Attaches adapters of one rank, which change nothing at first.</summary>
    /// <param name="module">The trained module.</param>
    /// <param name="rank">r. To save anything, it must be below the smaller side of every matrix.</param>
    /// <param name="alpha">α, above zero. The correction is weighted by α/r, so that a change of the rank needs no other learning rate. r to 2·r is usual.</param>
    /// <param name="patterns">The matrices, with * for any characters and ? for one. Other parameters that match are ignored.</param>
    /// <param name="alsoTrain">Parameters that are trained directly.</param>
    /// <param name="seed">The seed of A.</param>
    /// <exception cref="ArgumentException">A pattern matches no matrix, nothing is trained, a parameter is named twice, the rank is above both sides of a matrix, or α is not above zero.</exception>
    /// <exception cref="InvalidOperationException">Other adapters that are attached write one of the parameters.</exception>
    public LowRankAdapters(
        Module module, int rank, double alpha, IReadOnlyList<string> patterns, IReadOnlyList<string>? alsoTrain = null, int seed = 0)
        : this(module, [.. patterns.Select(pattern => (pattern, rank))], Weight(alpha, rank), alsoTrain, seed)
    {
    }

    /// <summary>Attaches adapters of several ranks, which change nothing at first.</summary>
    /// <param name="module">The trained module.</param>
    /// <param name="ranks">Patterns for matrices, and their ranks. If several match a matrix, the last one counts.</param>
    /// <param name="weight">The weight of all corrections, α/r, above zero. 1 to 2 is usual.</param>
    /// <param name="alsoTrain">Parameters that are trained directly.</param>
    /// <param name="seed">The seed of A.</param>
    /// <exception cref="ArgumentException">A pattern matches no matrix, nothing is trained, a parameter is named twice, a rank is above both sides of its matrix, or the weight is not above zero.</exception>
    /// <exception cref="InvalidOperationException">Other adapters that are attached write one of the parameters.</exception>
    public LowRankAdapters(Module module, IReadOnlyList<(string Pattern, int Rank)> ranks, double weight = 1, IReadOnlyList<string>? alsoTrain = null, int seed = 0)
        : this(module, RankOf(module, ranks), Positive(weight, 1, nameof(weight)), alsoTrain, seed)
    {
    }

    /// <summary>Attaches the adapters that another training has left, so that it goes on from there.</summary>
    /// <param name="module">The base model.</param>
    /// <param name="start">The adapter. Products are trained as such, differences as the parameters themselves.</param>
    /// <exception cref="ArgumentException">The adapter does not fit the model or is of another base, changes nothing, or adds to a parameter in both ways.</exception>
    /// <exception cref="InvalidOperationException">Other adapters that are attached write one of the parameters.</exception>
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

    LowRankAdapters(Module module, Dictionary<Parameter, int> rankOf, float scale, IReadOnlyList<string>? alsoTrain, int seed)
        : base(module, rankOf.Keys, w => Factors(w, rankOf[w]), (w, own) => new Adaptation(w, own.Find(w.Name + ".A"), own.Find(w.Name + ".B"), scale), alsoTrain, seed) =>
        (this.scale, Rank) = (scale, rankOf.Values.DefaultIfEmpty().Max());

    /// <summary>r, the largest one if there are several.</summary>
    public int Rank { get; }

    internal override float Scale => scale;

    static float Weight(double alpha, int rank)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rank);
        return Positive(alpha, rank, nameof(alpha));
    }

    /// <summary>The weight of the corrections. With a weight of 0 the gradients of A and B are 0 too, so that nothing could be learned.</summary>
    static float Positive(double value, int rank, string name) => (float)(value / rank) is > 0 and < float.PositiveInfinity and var weight ? weight
        : throw new ArgumentOutOfRangeException(name, value, $"The weight of the corrections, {name}{(rank > 1 ? "/rank" : "")}, is a finite number above zero; 1 to 2 is usual.");

    static Dictionary<Parameter, int> RankOf(Module module, IReadOnlyList<(string Pattern, int Rank)> ranks)
    {
        var rankOf = new Dictionary<Parameter, int>();
        foreach ((string pattern, int rank) in ranks)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rank);
            foreach (Parameter matrix in Matrices(module, pattern))
                rankOf[matrix] = rank <= Math.Max(matrix.Info.Rows, matrix.Info.Columns) ? rank : throw new ArgumentOutOfRangeException(nameof(ranks), rank,
                    $"'{matrix.Name}' is {matrix.Info.Rows}×{matrix.Info.Columns}: a rank above both sides has more numbers than the matrix. 1 to 16 is usual.");
        }
        return rankOf;
    }

    static IReadOnlyList<AdaptedParameter> Fitting(ModelAdapter adapter, Module module)
    {
        adapter.Of(module);
        adapter.RequireBase(BaseOf(module, module.Parameters.ReadOnlyValues), module.Info.Name);
        return adapter.Parameters;
    }

    static ParameterInfo[] Factors(Parameter w, int rank) =>
    [
        // About the size of the rows of a newly initialized W.
        new(w.Name + ".A", 2, rank, w.Info.Columns, Initial.Normal, 1 / Math.Sqrt(w.Info.Columns)),
        new(w.Name + ".B", 2, w.Info.Rows, rank, Initial.Constant, 0),
    ];

    sealed class Adaptation(Parameter w, Parameter a, Parameter b, float scale) : Adapter(w)
    {
        readonly int rows = w.Info.Rows, columns = w.Info.Columns, rank = a.Info.Rows;

        /// <summary>W = original + scale·B·A.</summary>
        public override void Write(ReadOnlySpan<float> original, ReadOnlySpan<float> trained, Span<float> values)
        {
            Span<float> target = values.Slice(Matrix.Offset, Matrix.Length);
            original.Slice(Matrix.Offset, Matrix.Length).CopyTo(target);
            AdaptedParameter.AddProduct(target, columns, trained.Slice(a.Offset, a.Length), trained.Slice(b.Offset, b.Length), rank, scale);
        }

        /// <summary>The scale becomes a part of B, which gives W the same bits.</summary>
        public override AdaptedParameter Part(ReadOnlySpan<float> original, ReadOnlySpan<float> trained)
        {
            float[] scaled = trained.Slice(b.Offset, b.Length).ToArray();
            TensorPrimitives.Multiply(scaled, scale, scaled);
            return AdaptedParameter.LowRank(Matrix.Name, rows, columns, rank, trained.Slice(a.Offset, a.Length).ToArray(), scaled);
        }

        /// <summary>dB = scale·dW·Aᵀ, dA = scale·Bᵀ·dW. The products of thin matrices are computed row by row.</summary>
        public override void Differentiate(ReadOnlySpan<float> moduleGradient, ReadOnlySpan<float> original, ReadOnlySpan<float> trained, Span<float> own)
        {
            own.Slice(a.Offset, a.Length).Clear();
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<float> gradient = moduleGradient.Slice(Matrix.Offset + row * columns, columns);
                for (int k = 0; k < rank; k++)
                {
                    ReadOnlySpan<float> factor = trained.Slice(a.Offset + k * columns, columns);
                    Span<float> factorGradient = own.Slice(a.Offset + k * columns, columns);
                    own[b.Offset + row * rank + k] = scale * TensorPrimitives.Dot(gradient, factor);
                    TensorPrimitives.MultiplyAdd(gradient, scale * trained[b.Offset + row * rank + k], factorGradient, factorGradient);
                }
            }
        }
    }
}
