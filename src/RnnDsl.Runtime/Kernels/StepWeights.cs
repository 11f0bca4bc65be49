using RnnDsl.Memory;

namespace RnnDsl.Kernels;

/// <summary>Weights of a streaming step: packed[output / lanes][depth][product][lane], so that a step reads them from first to last.</summary>
public static class StepWeights
{
    /// <summary>Writes the weights of one of <paramref name="abreast"/> products of the same operand: dense row-major [rows × columns], one output a
    /// row, or a column if transposed. Lanes behind the last output become zero.</summary>
    public static void Pack<V>(Floats packed, int abreast, int product, Floats weights, int rows, int columns, bool transpose)
        where V : struct, ISimd<V>
    {
        (int outputs, int depth) = transpose ? (columns, rows) : (rows, columns);
        for (int first = 0; first < outputs; first += V.Count)
            for (int k = 0; k < depth; k++)
            {
                Floats target = packed + ((nint)first * depth + (nint)k * V.Count) * abreast + product * V.Count;
                for (int lane = 0; lane < V.Count; lane++)
                {
                    nint output = first + lane;
                    target[lane] = output >= outputs ? 0 : transpose ? weights[k * (nint)columns + output] : weights[output * columns + k];
                }
            }
    }
}
