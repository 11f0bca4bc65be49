using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Sequences;
using RnnDsl.Training;

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
    public void Heads_masks_and_hops_equal_their_equations(int input, int hidden, int[] lengths)
    {
        foreach (string method in new[] { "Across", "Own", "Masked", "Nested" }.SelectMany(m => new[] { m, m + "Loss" }))
            Checks.All(new Heads(input, hidden, input + 1, 4), method, lengths, seed: input + hidden);
    }

    [Fact]
    public void Looks_over_more_steps_than_go_together_equal_their_equations()
    {
        foreach (string method in new[] { "OwnLoss", "AcrossLoss" })
            Checks.All(new Heads(2, 3, 2, 2), method, [201, 3], seed: 6);
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
        foreach (string method in new[] { "Document", "Weighed", "Beside", "AllBeside", "Unread", "Counted", "Twice", "Shared", "Both", "SameNames", "OfFirst" }.SelectMany(m => new[] { m, m + "Loss" }))
            Checks.All(new NestedForms(input, hidden), method, lengths, seed: input + hidden);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Names_of_generated_code_may_be_the_users(int input, int hidden, int[] lengths)
    {
        foreach (string method in new[] { "Look", "Loss" })
            Checks.All(new StepsNames(hidden, input), method, lengths, seed: input + hidden);
    }

    [Fact]
    public void Sequences_at_every_step_that_do_not_fit_are_refused()
    {
        string Refused(Column x)
        {
            using var executor = new Executor(new NestedForms(2, 3), "Document");
            return Assert.Throws<ArgumentException>(() => executor.Predict(new Dataset(x))).Message;
        }
        Column whole = Column.Sequences("sentences", 2, [[[1, 2], [3, 4, 5, 6]]]);
        Column Changed(Column? parts, int start = 0) => new()
        {
            Name = "sentences", Kind = ValueKind.Sequences, Width = 2, Stride = 2, Values = whole.Values, Starts = [start], Lengths = [2], Parts = parts,
        };
        Column Parts(int[] starts, int[] lengths, int width = 2) => new() { Name = "sentences", Kind = ValueKind.Sequence, Width = width, Stride = 2, Values = whole.Values, Starts = starts, Lengths = lengths };
        Assert.Contains("make it with Column.Sequences", Refused(Changed(null)), StringComparison.Ordinal);
        Assert.Contains("make it with Column.Sequences", Refused(Changed(Parts([0, 2], [1, 2], width: 1))), StringComparison.Ordinal);
        Assert.Contains("from number 1 on, but the column has 2", Refused(Changed(whole.Parts, start: 1)), StringComparison.Ordinal);
        Assert.Contains("example 0, step 1: the sequence there is empty", Refused(Changed(Parts([0, 2], [1, 0]))), StringComparison.Ordinal);
        Assert.Contains("example 0, step 1: its values are outside", Refused(Changed(Parts([0, 2], [1, 3]))), StringComparison.Ordinal);
        Assert.Contains("NaN in example 0, step 1, there step 1", Refused(Column.Sequences("sentences", 2, [[[1, 2], [3, 4, 5, float.NaN]]])), StringComparison.Ordinal);
        Assert.Contains("example 0, step 1: the sequence there is empty", Assert.Throws<ArgumentException>(() => Column.Sequences("x", 2, [[[1, 2], []]])).Message, StringComparison.Ordinal);
        Assert.Contains("example 0, step 0, there step 1: the unit's number is 9", Assert.Throws<ArgumentException>(() => Column.OneHot("x", 5, [[[1, 9]]])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gradients_have_the_same_bits_on_any_number_of_threads()
    {
        const int Count = 40;
        var random = new Random(3);
        int[] Numbers(int most, int units) => [.. Enumerable.Range(0, 1 + random.Next(most)).Select(_ => random.Next(units + 1) - 1)];
        int[][] words = [.. Enumerable.Range(0, Count).Select(_ => Numbers(12, 9))];
        var letters = new Dataset(Column.OneHot("x", 9, words), Column.OneHot("spelled", 7, [.. words.Select(w => w.Select(_ => Numbers(8, 7)).ToArray())]), Column.OneHot("y", 5, [.. words.Select(w => w.Select(_ => random.Next(5)).ToArray())]));
        Column Vectors(string name, int width, int most) =>
            Column.Sequences(name, width, [.. Enumerable.Range(0, Count).Select(_ => Enumerable.Range(0, (1 + random.Next(most)) * width).Select(_ => (float)random.NextDouble()).ToArray())]);
        var pairs = new Dataset(Vectors("x", 4, 20), Vectors("y", 6, 9));
        foreach ((Module module, Dataset data) in new (Module, Dataset)[] { (new LetterTagger(9, 7, 8, 6, 10, 5), letters), (new AttentiveTranslator(4, 6, 7), pairs), (new Heads(source: 4, target: 6, hidden: 6, key: 5), pairs) })
        {
            string loss = module is Heads ? "AcrossLoss" : "Loss";
            float[]? first = null;
            foreach (int threads in new[] { 1, 2, 3, 8 })
            {
                using var executor = new Executor(module, loss, new ExecutionOptions { Threads = threads });
                executor.Gradient(data, All);
                long before = GC.GetAllocatedBytesForCurrentThread();
                executor.Gradient(data, All);
                Assert.True(threads > 1 || GC.GetAllocatedBytesForCurrentThread() == before, $"{module.Info.Name}: {GC.GetAllocatedBytesForCurrentThread() - before} bytes were allocated in a step.");
                Assert.Equal(first ??= executor.Gradients.ToArray(), executor.Gradients.ToArray());
            }
        }
    }

    static readonly int[] All = [.. Enumerable.Range(0, 40)];

    [Fact]
    public void A_tagger_learns_from_the_letters_of_words_that_it_does_not_know()
    {
        var random = new Random(4);
        int[][][] letters = [.. Enumerable.Range(0, 120).Select(_ => Enumerable.Range(0, 1 + random.Next(7)).Select(_ => Enumerable.Range(0, 1 + random.Next(9)).Select(_ => random.Next(6)).ToArray()).ToArray())];
        // What tag a word has its first and last letters say.
        int[][] tags = [.. letters.Select(words => words.Select(w => (w[0] > 2 ? 2 : 0) + (w[^1] > 2 ? 1 : 0)).ToArray())];
        Dataset Data(int from, int to) => new(Column.OneHot("x", 3, [.. letters[from..to].Select(w => w.Select(_ => -1).ToArray())]), Column.OneHot("spelled", 6, letters[from..to]), Column.OneHot("y", 4, tags[from..to]));
        var model = new LetterTagger(3, 6, 8, 12, 12, 4, seed: 1);
        var trainer = new Trainer(model, new Adam { LearningRate = 0.02 }) { Epochs = 25, BatchSize = 16, Seed = 1, ClipNorm = 5, LossWeight = LossWeight.ByStep };
        trainer.Fit(Data(0, 100));
        Assert.InRange(trainer.Evaluate(Data(100, 120)), 0, 0.2);
    }
}
