using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using RnnDsl.Execution;

namespace RnnDsl.Training;

/// <summary>The norm and limits of a gradient, block by block on all threads. The blocks follow the parameters, and their sums are added in order, so the bits do not depend on
/// threads.</summary>
sealed unsafe class GradientBlocks : IParallelWork
{
    const int Block = 16 * 1024;

    int[] starts = [], lengths = [];
    double[] squares = [];
    int count;
    float* gradient;
    float? limit;

    /// <summary>See <see cref="GradientClip.Norm"/>.</summary>
    public double Norm(ParameterStore parameters, ReadOnlySpan<float> gradients, ReadOnlySpan<float> multipliers, Workers? workers, ReadOnlySpan<TouchedRows> touched = default)
    {
        Cut(parameters, multipliers, touched);
        limit = null;
        Run(gradients, workers);
        double sum = 0;
        foreach (double square in squares.AsSpan(0, count))
            sum += square;
        return Math.Sqrt(sum);
    }

    /// <summary>See <see cref="GradientClip.Clamp"/>; for the trained parameters only.</summary>
    public void Clamp(ParameterStore parameters, Span<float> gradients, ReadOnlySpan<float> multipliers, double most, Workers? workers, ReadOnlySpan<TouchedRows> touched = default)
    {
        Cut(parameters, multipliers, touched);
        limit = (float)most;
        Run(gradients, workers);
    }

    void Cut(ParameterStore parameters, ReadOnlySpan<float> multipliers, ReadOnlySpan<TouchedRows> touched)
    {
        IReadOnlyList<Parameter> slices = parameters.Slices;
        int most = slices.Count + parameters.Length / Block;
        foreach (TouchedRows table in touched)
            most += table.Rows.Length;
        if (starts.Length < most)
            (starts, lengths, squares) = (new int[most], new int[most], new double[most]);
        count = 0;
        for (int i = 0; i < slices.Count; i++)
            if (TouchedRows.Of(slices[i], touched) is { } rows)
                foreach (int row in Optimizer.Multiplier(slices[i], multipliers, i) != 0 ? rows.Rows : [])
                    (starts[count], lengths[count++]) = (slices[i].Offset + row * rows.Table.Info.Columns, rows.Table.Info.Columns);
            else
                for (long at = 0; at < slices[i].Length && Optimizer.Multiplier(slices[i], multipliers, i) != 0; at += Block)
                    (starts[count], lengths[count++]) = (slices[i].Offset + (int)at, (int)Math.Min(Block, slices[i].Length - at));
    }

    void Run(ReadOnlySpan<float> gradients, Workers? workers)
    {
        fixed (float* pointer = gradients)
        {
            gradient = pointer;
            if (workers is not null && gradients.Length >= Optimizer.WorthThreads)
                workers.Run(this, count);
            else
                for (int i = 0; i < count; i++)
                    ((IParallelWork)this).Run(i, 0);
        }
    }

    void IParallelWork.Run(int item, int worker)
    {
        var block = new Span<float>(gradient + starts[item], lengths[item]);
        if (limit is float most)
            TensorPrimitives.Clamp(block, -most, most, block);
        else
            squares[item] = Squares(gradient + starts[item], lengths[item]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static double Squares(float* block, int count)
    {
        Vector<float> a = default, b = default, c = default, d = default;
        int lanes = Vector<float>.Count, i = 0;
        for (; i <= count - 4 * lanes; i += 4 * lanes)
        {
            Vector<float> p = Vector.Load(block + i), q = Vector.Load(block + i + lanes), r = Vector.Load(block + i + 2 * lanes), s = Vector.Load(block + i + 3 * lanes);
            (a, b, c, d) = (a + p * p, b + q * q, c + r * r, d + s * s);
        }
        float squares = Vector.Sum(a + b + (c + d));
        for (; i < count; i++)
            squares += block[i] * block[i];
        if (float.IsFinite(squares) && squares > 1e-30f)
            return squares;
        // The values are too large or too small to be squared in single precision.
        double sum = 0;
        for (i = 0; i < count; i++)
            sum += (double)block[i] * block[i];
        return sum;
    }
}
