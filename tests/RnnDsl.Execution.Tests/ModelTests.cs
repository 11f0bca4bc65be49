using RnnDsl.Execution.Tests.Cells;

namespace RnnDsl.Execution.Tests;

/// <summary>Whole models: stacked layers, both directions, values a batch and values a step, losses of both kinds.</summary>
public class ModelTests
{
    static readonly Dictionary<string, Func<int, int, int, Module>> Models = new()
    {
        ["Forecaster"] = (f, h, o) => new Forecaster(f, h, o),
        ["Tagger"] = (f, h, o) => new Tagger(f, h, o),
        ["Mixed"] = (f, h, _) => new Mixed(f, h),
        ["Summary"] = (f, h, _) => new Summary(f, h),
    };

    [Theory]
    [InlineData("Forecaster", "Predict")]
    [InlineData("Forecaster", "Loss")]
    [InlineData("Forecaster", "Robust")]
    [InlineData("Tagger", "Logits")]
    [InlineData("Tagger", "Loss")]
    [InlineData("Tagger", "Binary")]
    [InlineData("Summary", "Predict")]
    [InlineData("Summary", "Every")]
    [InlineData("Mixed", "Predict")]
    [InlineData("Mixed", "Loss")]
    public void Compiled_model_equals_its_equations(string model, string method)
    {
        foreach ((int feature, int hidden, int output, int[] lengths) in new[]
            {
                (1, 1, 1, new[] { 1 }), (3, 8, 2, [3, 3, 1]), (2, 17, 5, [7, 4, 2, 2]), (9, 5, 16, [2, 2, 2]), (3, 5, 2, [26, 26, 26, 25, 24, 3]), (2, 3, 2, [.. Enumerable.Repeat(2, 97), .. Enumerable.Repeat(1, 9)]),
            })
        {
            Checks.All(Models[model](feature, hidden, output), method, lengths, seed: feature + hidden);
            Checks.All(Models[model](feature, hidden, output), method, lengths, seed: feature + hidden, withStates: false);
        }
    }
}
