namespace RnnDsl.Execution.Tests;

internal abstract partial class RandomEquations
{
    /// <summary>Takes each k-th step of sequences, in programs of later seeds; null: of none.</summary>
    protected Random? thins;

    /// <summary>The first seed whose programs do.</summary>
    protected const int FirstThinned = 960_000;

    /// <summary>A vector made of a sequence that has some steps of others.</summary>
    string OfSome(string dim, int depth)
    {
        string some = Thinned(dim, depth);
        return $"{Pick(thins!, "Last", "First", "MeanOverSteps", "MeanOverSteps")}({some})";
    }

    /// <summary>A sequence that has some steps of others: all that is read has the same ones.</summary>
    protected string Thinned(string dim, int depth)
    {
        (List<Variable> outside, (string, string)[] sequences) = (known, [.. nested]);
        int steps = thins!.Next(1, 5);
        string Some(string name) => steps == 2 && thins.Next(2) == 0 ? $"{Pick(thins, "Left", "Right")}(JoinPairs({name}))" : $"Every({name}, {steps})";
        known = [.. known.Select(v => v.Reads == Reads.Sequence ? v with { Name = Some(v.Name) } : v)];
        // These stand at each step of the whole sequence.
        nested.Clear();
        string made = Term(dim, Reads.Sequence, depth);
        known = outside;
        nested.AddRange(sequences);
        return made;
    }
}
