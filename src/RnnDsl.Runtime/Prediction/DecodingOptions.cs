using RnnDsl.Execution;

namespace RnnDsl.Prediction;

/// <summary>Says which symbols may come next.</summary>
/// <param name="source">The index of the stream among those that are decoded together.</param>
/// <param name="before">The symbols before.</param>
/// <param name="allowed">For each symbol whether it may come; true at first.</param>
public delegate void SymbolConstraint(int source, ReadOnlySpan<int> before, Span<bool> allowed);

/// <summary>Writes the step that follows a symbol.</summary>
/// <param name="symbol">The symbol; −1 before the first one, if <see cref="DecodingOptions.Begin"/> says so.</param>
/// <param name="step">Gets the values of the step. It contains zeros.</param>
public delegate void SymbolInput(int symbol, Span<float> step);

/// <summary>What a decoder knows of symbols.</summary>
public sealed record DecodingOptions
{
    /// <summary>The symbol that ends a sequence; −1 if there is none, and each sequence has <see cref="MostSteps"/>.</summary>
    public required int End { get; init; }

    /// <summary>The symbol that comes before the first one; −1 for none, which is a step with zeros.</summary>
    public int Begin { get; init; } = -1;

    /// <summary>The number of symbols. The answer of a step begins with the logit (or the logarithm of the probability) of each. What stands behind them is kept in <see
    /// cref="Hypothesis.Beside"/>. 0: all values of an answer.</summary>
    public int Symbols { get; init; }

    /// <summary>The most steps of a sequence, with the end.</summary>
    public int MostSteps { get; init; } = 200;

    /// <summary>The fewest symbols before the end.</summary>
    public int LeastSymbols { get; init; }

    /// <summary>Limits which symbols may come next; null to allow all. The probabilities of the others are not shared out.</summary>
    public SymbolConstraint? Constraint { get; init; }

    /// <summary>Writes the step that follows a symbol. Null if a step is the symbol's number (a <c>[OneHot]</c> input), or has a 1 at its place.</summary>
    public SymbolInput? Input { get; init; }

    /// <exception cref="ArgumentException">A value is outside its range, or the predictor has other steps or answers.</exception>
    internal int Check(Predictor predictor)
    {
        int symbols = Symbols == 0 ? predictor.OutputWidth : Symbols;
        SamplingOptions.Require(symbols >= 1 && symbols <= predictor.OutputWidth, nameof(Symbols), Symbols, $"is a number from 1 to {predictor.OutputWidth}, the values of an answer of {predictor.Name}");
        SamplingOptions.Require(End >= -1 && End < symbols, nameof(End), End, $"is a symbol from 0 to {symbols - 1}, or -1 if sequences have no end");
        SamplingOptions.Require(Begin >= -1, nameof(Begin), Begin, "is a symbol, or -1 for none");
        SamplingOptions.Require(MostSteps >= 1, nameof(MostSteps), MostSteps, "is a number of steps from 1 up");
        SamplingOptions.Require(LeastSymbols >= 0 && LeastSymbols < MostSteps, nameof(LeastSymbols), LeastSymbols, $"is from 0 to {MostSteps - 1}, so that the end is within {MostSteps} steps");
        if (Input is not null)
            return symbols;
        ValueInfo input = predictor.Inputs[0];
        int units = input.IsOneHot ? input.Units : input.Width;
        if (predictor.Inputs.Count > 1 || Math.Max(symbols, Begin + 1) > units)
            throw new ArgumentException($"A step of {predictor.Name} takes {string.Join(" and ", predictor.Inputs.Select(i => $"'{i.Name}' ({(i.IsOneHot ? i.Units : i.Width)} units)"))}, which " +
                $"{(predictor.Inputs.Count > 1 ? "is more than the symbol before" : $"cannot be each of {Math.Max(symbols, Begin + 1)} symbols")}: set {nameof(Input)} to what writes a step, or {nameof(Symbols)} to the number of symbols.");
        return symbols;
    }

    /// <summary>Writes the step that follows a symbol.</summary>
    internal void Write(Predictor predictor, int symbol, Span<float> step)
    {
        step.Clear();
        if (Input is not null)
            Input(symbol, step);
        else if (predictor.ReadsNumbers)
            step[0] = symbol;
        else if (symbol >= 0)
            step[symbol] = 1;
    }
}
