namespace RnnDsl.Sequences;

/// <summary>
/// Cuts a series into a training part, a validation part and a test part, in this order, by numbers of rows. A count of zero leaves
/// that part out. Rows after the three are unused.
/// </summary>
public sealed record ChronologicalSplit
{
    /// <summary>Parts of these numbers of rows.</summary>
    /// <param name="train">Rows to train on, the oldest: at least one.</param>
    /// <param name="validation">Rows of the validation part, which decide when to stop; 0 for none.</param>
    /// <param name="test">Rows of the test part, for the errors that are reported; 0 for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, or there is no training row.</exception>
    public ChronologicalSplit(int train, int validation, int test)
    {
        if (train < 1 || validation < 0 || test < 0)
            throw new ArgumentOutOfRangeException(
                nameof(train), $"A split needs training rows and no negative counts, not {train} / {validation} / {test}.");
        (Train, Validation, Test) = (train, validation, test);
    }

    /// <summary>Rows of the training part.</summary>
    public int Train { get; }

    /// <summary>Rows of the validation part.</summary>
    public int Validation { get; }

    /// <summary>Rows of the test part.</summary>
    public int Test { get; }

    /// <summary>All rows in use.</summary>
    public int Rows => checked(Train + Validation + Test);

    /// <summary>Parts of the given fractions; what is left is the test part.</summary>
    public static ChronologicalSplit Fractions(int rows, double train, double validation)
    {
        CheckFractions(train, validation);
        int trainRows = (int)Math.Round(rows * train);
        int both = Math.Min(rows, (int)Math.Round(rows * (train + validation)));
        if (trainRows < 1 || (validation > 0 && both == trainRows) || (train + validation < 1 - 1e-9 && both == rows))
            throw new ArgumentException(FormattableString.Invariant(
                $"{rows} rows are too few to be split {train} / {validation} / {1 - train - validation:0.##}: a part would be empty."));
        return new ChronologicalSplit(trainRows, both - trainRows, rows - both);
    }

    /// <exception cref="ArgumentException">The fractions leave none from 0 to 1 for the test part.</exception>
    internal static void CheckFractions(double train, double validation)
    {
        if (!(train > 0 && validation >= 0 && train + validation <= 1 + 1e-9))
            throw new ArgumentException(FormattableString.Invariant(
                $"Fractions of {train} for training and {validation} for validation do not leave 0 to 1 for the test part."));
    }
}
