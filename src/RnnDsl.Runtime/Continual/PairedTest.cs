using RnnDsl.Memory;

namespace RnnDsl.Continual;

/// <summary>Fisher's randomization test of paired differences (1935): if neither of two models were better, each difference would have either sign with equal probability.</summary>
static class PairedTest
{
    const int Draws = 9999;

    /// <summary>The probability that random signs give a sum at least as large as that of the differences.</summary>
    /// <param name="differences">Of each example, the old loss minus the new one.</param>
    /// <param name="seed">The seed of the signs.</param>
    public static double PValue(ReadOnlySpan<double> differences, int seed)
    {
        double sum = 0;
        foreach (double difference in differences)
            sum += difference;
        if (!double.IsFinite(sum) || sum <= 0)
            return 1;
        var random = new RandomStream(seed, "paired test");
        int asLarge = 1;
        for (int draw = 0; draw < Draws; draw++)
        {
            double signed = 0;
            ulong bits = 0;
            for (int i = 0; i < differences.Length; i++, bits >>= 1)
            {
                if (i % 64 == 0)
                    bits = random.Bits();
                signed += (bits & 1) == 0 ? differences[i] : -differences[i];
            }
            asLarge += signed >= sum ? 1 : 0;
        }
        return (double)asLarge / (Draws + 1);
    }
}
