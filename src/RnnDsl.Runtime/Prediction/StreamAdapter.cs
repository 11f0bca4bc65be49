using RnnDsl.CompilerServices;
using RnnDsl.Sequences;
using RnnDsl.Tuning;

namespace RnnDsl.Prediction;

/// <summary>
/// An adapter in the form in which streams of one predictor use it, see <see cref="Predictor.Adapt"/>. The streams share the packed weights of the predictor with all others, so that thousands of
/// users cost some kB each. A step with an adapter of rank r takes r·(rows + columns) more products for each matrix.
/// </summary>
public sealed class StreamAdapter
{
    internal StreamAdapter(Predictor predictor, ModelAdapter adapter)
    {
        Predictor = predictor;
        var corrections = new List<StepCorrection>();
        IReadOnlyList<StepProduct> products = predictor.Program.Products;
        foreach (AdaptedParameter parameter in adapter.Parameters)
        {
            int before = corrections.Count;
            foreach (StepProduct product in products)
            {
                if (product.Matrix == parameter.Name)
                    corrections.Add(OfMatrix(product, parameter));
                if (product.Vector == parameter.Name)
                    corrections.Add(OfVector(product, parameter));
            }
            if (corrections.Count == before && !predictor.Program.Unread.Contains(parameter.Name))
                throw new ArgumentException(WhyNot(parameter.Name), nameof(adapter));
        }
        adapter.RequireBase(predictor.BaseFingerprint, predictor.Name);
        if (corrections.Count == 0)
            return;
        Corrections = new StepCorrections(corrections);
        Step = predictor.StepAdapted;
    }

    /// <summary>The predictor whose streams can use it.</summary>
    public Predictor Predictor { get; }

    /// <summary>The bytes of its factors.</summary>
    public long Bytes => Corrections?.Bytes ?? 0;

    /// <summary>Null if the adapter changes nothing that the method reads.</summary>
    internal StepCorrections? Corrections { get; }

    /// <summary>Makes one step of a stream with corrections; null if there are none. It is a delegate, so that native programs that make no adapter do not contain the code for it.</summary>
    internal AdaptedStep? Step { get; }

    /// <returns>False if it must be reported now that a state is no longer finite.</returns>
    internal delegate bool AdaptedStep(PredictionStream stream, ReadOnlySpan<float> input, Span<float> output);

    StepCorrection OfMatrix(StepProduct product, AdaptedParameter parameter)
    {
        (int rows, int columns) = product.IsTransposed ? (product.Depth, product.Outputs) : (product.Outputs, product.Depth);
        Check(parameter, rows, columns);
        (int rank, float[] a, float[] b) = parameter.Factors();
        // B is written row by row of the rank, so that a row has all outputs.
        return product.IsTransposed ? new(product, rank, Transposed(b, rows, rank), a) : new(product, rank, a, Transposed(b, rows, rank));
    }

    StepCorrection OfVector(StepProduct product, AdaptedParameter parameter)
    {
        Check(parameter, product.Outputs, 1);
        return new(product, 0, [], parameter.Difference);
    }

    void Check(AdaptedParameter parameter, int rows, int columns)
    {
        if ((parameter.Rows, parameter.Columns) != (rows, columns))
            throw new ArgumentException($"'{parameter.Name}' is {rows}×{columns} in {Predictor.Name}, but {parameter.Rows}×{parameter.Columns} in the adapter: it is one of a model of other sizes.");
    }

    string WhyNot(string parameter)
    {
        string[] fitting = [.. Predictor.Program.Products.SelectMany(p => (string?[])[p.Matrix, p.Vector]).OfType<string>().Distinct()];
        return fitting.Length == 0
            ? $"Streams of {Predictor.Name} take no adapter: its step has no product that could be corrected, runs under a condition, or was compiled by an earlier version. Make a predictor of the merged model."
            : $"'{parameter}' is not read by {Predictor.Name} as the matrix of a product, or as the vector added to one, alone: make a predictor of the merged model. Adapters can change {string.Join(", ", fitting)}.";
    }

    static float[] Transposed(float[] matrix, int rows, int columns)
    {
        var result = new float[matrix.Length];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                result[column * rows + row] = matrix[row * columns + column];
        return result;
    }
}
