using RnnDsl.Execution.Tests.Cells;

namespace RnnDsl.Execution.Tests;

/// <summary>Models over any cell: abstract models that others derive from with a cell in the place of a type parameter, or have as layers.</summary>
public class AnyCellTests
{
    sealed class D : Dim;

    static readonly Dictionary<string, Func<int, int, Module>> Models = new()
    {
        ["LstmTagger"] = (f, h) => new LstmTagger(f, h),
        ["GruTagger"] = (f, h) => new GruTagger(f, h),
        ["LeakyTagger"] = (f, h) => new LeakyTagger(summary: 2, anyWord: f, anyHidden: h),
        ["LstmStack"] = (f, h) => new LstmStack(from: f, to: h, inner: 4),
        ["ElmanStack"] = (_, h) => new ElmanStack<D>(h, 4),
        ["AnyLayers"] = (f, h) => new AnyLayers(f, h),
        ["LookingGru"] = (f, h) => new LookingGru(f, h),
    };

    [Theory]
    [InlineData("LstmTagger", "Known")]
    [InlineData("LstmTagger", "Scores")]
    [InlineData("LstmTagger", "Loss")]
    [InlineData("GruTagger", "Loss")]
    [InlineData("LeakyTagger", "Scores")]
    [InlineData("LeakyTagger", "Summarized")]
    [InlineData("LeakyTagger", "Distance")]
    [InlineData("LstmStack", "Stacked")]
    [InlineData("LstmStack", "Continued")]
    [InlineData("LstmStack", "Loss")]
    [InlineData("ElmanStack", "Own")]
    [InlineData("ElmanStack", "Doubled")]
    [InlineData("ElmanStack", "OwnLoss")]
    [InlineData("AnyLayers", "Steps")]
    [InlineData("AnyLayers", "Whole")]
    [InlineData("AnyLayers", "Loss")]
    [InlineData("LookingGru", "Logits")]
    [InlineData("LookingGru", "Loss")]
    public void Compiled_model_equals_its_equations(string model, string method)
    {
        foreach ((int feature, int hidden, int[] lengths) in new[] { (1, 2, new[] { 1 }), (4, 1, [2, 1]), (3, 8, [3, 3, 1]), (2, 17, [7, 4, 2, 2]), (9, 5, [16, 2, 1]) })
            foreach (bool withStates in new[] { true, false })
                Checks.All(Models[model](feature, hidden), method, lengths, seed: feature + hidden, withStates);
    }
}
