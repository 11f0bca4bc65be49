using System.Numerics.Tensors;
using RnnDsl.Execution;

namespace RnnDsl.Tuning;

/// <summary>
/// Gains of units (IA³, Liu et al. 2022): each row of a chosen matrix is multiplied by one trained number, so that W becomes diag(g)·W. The gains start at 1, so at first nothing changes. They are the
/// fewest numbers that reach every unit: one for each row, where biases add, gains multiply.
/// <code>
/// var gains = new GainVectors(model, ["encoder.*"], alsoTrain: ["head.b"]);
/// using (var trainer = new Trainer(gains, new Adam(1e-2))) trainer.Fit(data);
/// gains.Merge();       // or gains.Remove()
/// </code>
/// </summary>
public sealed class GainVectors : AdapterTraining
{
    /// <summary>Attaches gains, which change nothing at first.</summary>
    /// <param name="module">The trained module.</param>
    /// <param name="patterns">The matrices, with * for any characters and ? for one. Other parameters that match are ignored.</param>
    /// <param name="alsoTrain">Parameters that are trained directly.</param>
    /// <exception cref="ArgumentException">A pattern matches no matrix, nothing is trained, or a parameter is named twice.</exception>
    /// <exception cref="InvalidOperationException">Other adapters that are attached write one of the parameters.</exception>
    public GainVectors(Module module, IReadOnlyList<string> patterns, IReadOnlyList<string>? alsoTrain = null)
        : base(module, patterns.SelectMany(pattern => Matrices(module, pattern)),
            w => [new(w.Name + ".gain", 1, w.Info.Rows, 1, Initial.Constant, 1)], (w, own) => new Gain(w, own.Find(w.Name + ".gain")), alsoTrain, seed: 0)
    {
    }

    sealed class Gain(Parameter w, Parameter gain) : Adapter(w)
    {
        readonly int rows = w.Info.Rows, columns = w.Info.Columns;

        public override void Write(ReadOnlySpan<float> original, ReadOnlySpan<float> trained, Span<float> values)
        {
            for (int row = 0; row < rows; row++)
                TensorPrimitives.Multiply(Row(original, row), trained[gain.Offset + row], values.Slice(Matrix.Offset + row * columns, columns));
        }

        /// <summary>dg = Σ over the columns of dW·W.</summary>
        public override void Differentiate(ReadOnlySpan<float> moduleGradient, ReadOnlySpan<float> original, ReadOnlySpan<float> trained, Span<float> own)
        {
            for (int row = 0; row < rows; row++)
                own[gain.Offset + row] = TensorPrimitives.Dot(Row(moduleGradient, row), Row(original, row));
        }

        public override AdaptedParameter Part(ReadOnlySpan<float> original, ReadOnlySpan<float> trained)
        {
            var difference = new float[Matrix.Length];
            for (int row = 0; row < rows; row++)
                TensorPrimitives.Multiply(Row(original, row), trained[gain.Offset + row] - 1, difference.AsSpan(row * columns, columns));
            return AdaptedParameter.Of(Matrix.Name, rows, columns, difference);
        }

        ReadOnlySpan<float> Row(ReadOnlySpan<float> values, int row) => values.Slice(Matrix.Offset + row * columns, columns);
    }
}
