namespace RnnDsl.Prediction;

/// <summary>
/// How a beam search ranks and ends. Hypotheses that ended are ranked by their score, log P / lp + cp (Wu et al. 2016, "Google's neural machine translation system", equation 14):
/// lp = ((5 + n) / 6)^<see cref="LengthPenalty"/> with the number n of symbols, the end among them; cp = <see cref="CoveragePenalty"/> · Σ over the positions of log(min(1, what attention gave a
/// position in all steps)). While they grow, hypotheses have equally many symbols and are ranked by log P.
/// </summary>
public sealed record BeamOptions
{
    /// <summary>The most hypotheses: the ways to go on are kept in order, which takes seconds a step beyond.</summary>
    const int MostBeams = 10_000;

    /// <summary>The most values that the states and answers of all hypotheses may have: 2 GiB.</summary>
    const long MostValues = 1L << 29;

    /// <summary>The number of hypotheses that are kept at each step. If it is at least the number of all sequences, the search is exact. 4 to 10 are usual.
    /// At most 10,000, and their states and answers must fit into 2 GiB.</summary>
    public int Beams { get; init; } = 5;

    /// <summary>The number of hypotheses to return, at most <see cref="Beams"/>.</summary>
    public int Best { get; init; } = 1;

    /// <summary>The exponent of the length, from 0, for no normalization, up. 0.6 to 1 are usual.</summary>
    public double LengthPenalty { get; init; } = 0.6;

    /// <summary>The weight of the coverage of the source, from 0 up. It reads the values of an answer behind the scores as the attention to each position; positions that no step of any hypothesis
    /// has looked at are taken to be beyond the source. 0.1 to 0.4 are usual where it serves.</summary>
    public double CoveragePenalty { get; init; }

    /// <summary>Ends as soon as as many hypotheses as <see cref="Beams"/> have ended, which is faster. Otherwise the search ends when no hypothesis that still grows can get a better score than the
    /// worst of those that are returned.</summary>
    public bool StopsEarly { get; init; }

    /// <exception cref="ArgumentException">A value is outside its range; the message names it.</exception>
    /// <param name="beside">The number of values of an answer behind the scores.</param>
    /// <param name="hypothesis">The number of values that the search holds for a hypothesis.</param>
    internal void Check(int beside, long hypothesis)
    {
        SamplingOptions.Require(Beams >= 1, nameof(Beams), Beams, "is a number of hypotheses from 1 up");
        SamplingOptions.Require(Beams <= MostBeams, nameof(Beams), Beams, FormattableString.Invariant($"is at most {MostBeams}: the time of a step grows with its square"));
        long most = MostValues / hypothesis;
        SamplingOptions.Require(Beams <= most, nameof(Beams), Beams, FormattableString.Invariant(
            $"is at most {most} with this model: the states and answers of a hypothesis take {4 * hypothesis} bytes, and those of all must fit into 2 GiB"));
        SamplingOptions.Require(Best >= 1 && Best <= Beams, nameof(Best), Best, $"is from 1 to {nameof(Beams)}, {Beams}");
        SamplingOptions.Require(LengthPenalty >= 0 && double.IsFinite(LengthPenalty), nameof(LengthPenalty), LengthPenalty, "is a finite number from 0 up");
        SamplingOptions.Require(CoveragePenalty >= 0 && double.IsFinite(CoveragePenalty), nameof(CoveragePenalty), CoveragePenalty, "is a finite number from 0 up");
        SamplingOptions.Require(CoveragePenalty == 0 || beside > 0, nameof(CoveragePenalty), CoveragePenalty, "needs attention, but the answer of a step has nothing behind the symbols' scores");
    }

    internal double LengthFactor(int symbols) => Math.Pow((5 + symbols) / 6.0, LengthPenalty);
}
