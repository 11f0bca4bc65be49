using static TorchSharp.torch;

namespace RnnDsl.FixtureMaker;

/// <summary>Random values that are the same number as decimal text, as float and as double: multiples of 1/256.</summary>
sealed class Draws(int seed)
{
    readonly Random random = new(seed);

    /// <summary>Uniform in ±<paramref name="range"/>, in double precision.</summary>
    public Tensor Uniform(double range, params long[] shape)
    {
        long count = shape.Aggregate(1L, (a, b) => a * b);
        var values = new double[count];
        for (long i = 0; i < count; i++)
            values[i] = Math.Round((2 * random.NextDouble() - 1) * range * 256) / 256;
        return tensor(values, shape, dtype: float64);
    }
}
