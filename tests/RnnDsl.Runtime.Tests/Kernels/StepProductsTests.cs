using RnnDsl.Memory;

namespace RnnDsl.CompilerServices.Tests;

/// <summary>Products within one example, whose steps stand among those of others that end sooner or later.</summary>
public abstract class StepProductsTests<V> where V : struct, ISimd<V>
{
    [Fact]
    public void Steps_times_the_steps_of_another_sequence_agree_with_double()
    {
        var random = new Random(8);
        for (int repeat = 0; repeat < 150; repeat++)
        {
            bool transposed = random.Next(2) == 0;
            Shard queries = Space(random), keys = Space(random);
            int sequence = random.Next(queries.Batch), other = random.Next(keys.Batch), begin = random.Next(queries.Lengths[sequence]);
            int rows = queries.Lengths[sequence] - begin, matrixRows = keys.Lengths[other], columns = random.Next(1, 80);
            (int outputs, int depth) = transposed ? (columns, matrixRows) : (matrixRows, columns);
            using var a = new Values(random, queries, depth);
            using var matrix = new Values(random, keys, columns);
            using var c = new Values(null, queries, outputs);
            using var packed = new GuardedBuffer(Panels.Floats<V>(outputs, depth));

            Gemm.PackSteps<V>(packed.Floats, new(matrix.Floats, matrix.Stride, keys, other, 0), matrixRows, columns, transposed);
            Gemm.MultiplySteps<V>(rows, new(a.Floats, a.Stride, queries, sequence, begin), depth, packed.Floats, outputs, new(c.Floats, c.Stride, queries, sequence, begin));

            for (int step = 0; step < queries.Steps; step++)
                for (int running = 0; running < queries.RowOffsets[step + 1] - queries.RowOffsets[step]; running++)
                    for (int o = 0; o < outputs; o++)
                    {
                        double expected = running == sequence && step >= begin ? 0 : double.NaN;
                        for (int k = 0; k < depth && !double.IsNaN(expected); k++)
                            expected += (double)a[sequence, step, k] * (transposed ? matrix[other, k, o] : matrix[other, o, k]);
                        Assert.Equal(expected, c[running, step, o], 3e-7 * (depth + 4));
                    }
        }
    }

    [Fact]
    public void Sums_over_steps_agree_with_double()
    {
        var random = new Random(9);
        for (int repeat = 0; repeat < 150; repeat++)
        {
            Shard steps = Space(random), targets = Space(random);
            int sequence = random.Next(steps.Batch), other = random.Next(targets.Batch), begin = random.Next(steps.Lengths[sequence]);
            int rows = steps.Lengths[sequence] - begin, outputs = targets.Lengths[other], columns = random.Next(1, 80);
            bool accumulate = random.Next(2) == 0;
            using var d = new Values(random, steps, outputs);
            using var x = new Values(random, steps, columns);
            using var target = new Values(random, targets, columns);
            float[] before = target.Span.ToArray();

            Gemm.OuterSteps<V>(rows, new(d.Floats, d.Stride, steps, sequence, begin), outputs, new(x.Floats, x.Stride, steps, sequence, begin), columns,
                new(target.Floats, target.Stride, targets, other, 0), accumulate);

            for (int step = 0; step < targets.Steps; step++)
                for (int running = 0; running < targets.RowOffsets[step + 1] - targets.RowOffsets[step]; running++)
                    for (int k = 0; k < columns; k++)
                    {
                        double expected = accumulate || running != other ? before[target.Place(running, step, k)] : 0;
                        for (int r = begin; r < begin + rows && running == other; r++)
                            expected += (double)d[sequence, r, step] * x[sequence, r, k];
                        Assert.Equal(expected, target[running, step, k], 3e-7 * (rows + 4));
                    }
        }
    }

    /// <summary>Some sequences; often several are as long as each other.</summary>
    static Shard Space(Random random)
    {
        int longest = random.Next(1, 90), different = random.Next(1, 5);
        var space = new Shard();
        space.LayRows([.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Math.Max(1, longest - random.Next(different) * random.Next(1, 20))).OrderDescending()]);
        return space;
    }

    /// <summary>Rows of an axis, with room for whole vectors; NaN without random numbers.</summary>
    sealed class Values : IDisposable
    {
        readonly Shard space;
        readonly GuardedBuffer buffer;

        public Values(Random? random, Shard space, int width)
        {
            this.space = space;
            Stride = Panels.Pad<V>(width);
            buffer = new GuardedBuffer((long)space.Rows * Stride);
            if (random is not null)
                buffer.Randomize(random, space.Rows, Stride, width);
        }

        public int Stride { get; }
        public Floats Floats => buffer.Floats;
        public Span<float> Span => buffer.Span;
        public float this[int sequence, int step, int unit] => Span[Place(sequence, step, unit)];

        public int Place(int sequence, int step, int unit) => (space.RowOffsets[step] + sequence) * Stride + unit;

        public void Dispose() => buffer.Dispose();
    }
}

public sealed class StepProductsTests128 : StepProductsTests<Simd128>;
public sealed class StepProductsTests256 : StepProductsTests<Simd256>;
public sealed class StepProductsTests512 : StepProductsTests<Simd512>;
