using RnnDsl.Execution.Tests.Cells;

namespace RnnDsl.Execution.Tests;

/// <summary>Models of the literature, as their readers would write them: compiled they equal their equations.</summary>
public class PublishedModelTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;
    sealed class Slot : Dim;
    sealed class Word : Dim;

    public static TheoryData<int, int, int[]> Sizes() => new() { { 1, 1, [1] }, { 3, 8, [2, 2, 1] }, { 5, 3, [17, 6, 1] }, { 17, 17, [3, 2] }, { 4, 33, [4, 4, 4, 4] } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_neural_Turing_machine(int input, int hidden, int[] lengths) =>
        Checks.All(new TuringMachine<In, Hid, Slot, Word>(input, hidden, 1 + input % 4, 2 + hidden % 7), "Scan", lengths, seed: input + hidden);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Hierarchical_attention(int input, int hidden, int[] lengths) => Check(new HierarchicalAttention(input + 4, input, hidden, 3), ["Scores", "Loss"], lengths, input + hidden);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_tagger_of_entities(int input, int hidden, int[] lengths) => Check(new EntityTagger(input + 5, 6, input, 4, hidden, 5), ["Scores", "Loss"], lengths, input + hidden + 1);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_translator_that_covers(int input, int hidden, int[] lengths) => Check(new CoveringTranslator(input + 3, 5, input, hidden), ["Logits", "Loss"], lengths, input + hidden);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_Siamese_pair(int input, int hidden, int[] lengths) => Check(new WordSiamese(input + 90, hidden), ["Likeness", "Loss"], lengths, input + hidden);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_language_model_with_one_table(int input, int hidden, int[] lengths) => Check(new TiedLanguageModel(input + 4, hidden), ["Scores", "Loss"], lengths, input + hidden);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_network_of_pointers(int input, int hidden, int[] lengths) => Check(new PointerModel(input, hidden), ["Loss", "Choices", "Beside"], lengths, input + hidden);

    static void Check(Execution.Module model, string[] methods, int[] lengths, int seed)
    {
        foreach (string method in methods)
            Checks.All(model, method, lengths, seed);
    }
}
