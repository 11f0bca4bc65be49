using RnnDsl.Execution.Tests.Cells;

namespace RnnDsl.Execution.Tests;

/// <summary>Matrices of a step, sequences that steps of another look into, and sequences at every step: compiled against uncompiled, in programs of all kinds.</summary>
public class WholeTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;

    public static TheoryData<int, int, int[]> Sizes() => new()
    {
        { 1, 1, [1] }, { 3, 8, [2, 2, 1] }, { 8, 3, [30, 7, 7, 1] }, { 17, 17, [3, 2] }, { 5, 33, [4, 4, 4, 4] },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Memories_that_are_matrices_equal_their_equations(int input, int hidden, int[] lengths)
    {
        Checks.All(new MatrixMemory<In, Hid>(input, hidden), "Scan", lengths, seed: input + hidden);
        Checks.All(new MatrixSides<In, Hid>(input, hidden), "Scan", lengths, seed: input + hidden);
        Checks.All(new DeltaMemory<In, Hid>(input, hidden), "Scan", lengths, seed: input + hidden);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Looks_from_every_step_equal_their_equations(int input, int hidden, int[] lengths)
    {
        foreach (string method in new[] { "Dots", "General", "Additive", "Self", "Strength" }.SelectMany(m => new[] { m, m + "Loss" }))
            Checks.All(new Looks(input, hidden, input + 1, 5), method, lengths, seed: input + hidden);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Cells_that_look_into_a_memory_equal_their_equations(int input, int hidden, int[] lengths)
    {
        Checks.All(new AttentionCell<In, Hid, In>(input, hidden, input), "Scan", lengths, seed: input + hidden);
        foreach (string method in new[] { "Predict", "Loss" })
            Checks.All(new AttentiveTranslator(input, hidden, input + 2), method, lengths, seed: input + hidden);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Sequences_at_every_step_equal_their_equations(int input, int hidden, int[] lengths)
    {
        foreach (string method in new[] { "Scores", "Loss" })
            Checks.All(new LetterTagger(input + 3, hidden + 2, input, hidden, input, 3), method, lengths, seed: input + hidden);
        foreach (string method in new[] { "Document", "Weighed", "Beside", "Counted", "Twice" }.SelectMany(m => new[] { m, m + "Loss" }))
            Checks.All(new NestedForms(input, hidden), method, lengths, seed: input + hidden);
    }
}
