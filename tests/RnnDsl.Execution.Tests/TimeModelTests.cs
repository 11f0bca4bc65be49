using RnnDsl.Execution.Tests.Cells;

namespace RnnDsl.Execution.Tests;

/// <summary>Sequences of scalars, and what goes over and along time.</summary>
public class TimeModelTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;

    static readonly Dictionary<string, Func<int, int, Module>> Models = new()
    {
        ["Scalars"] = (f, h) => new Scalars(f, h),
        ["Times"] = (f, h) => new Times(f, h),
        ["Chooser"] = (f, h) => new Chooser<In, Hid>(f, h),
        ["Choices"] = (f, h) => new Choices(f, h),
    };

    [Theory]
    [InlineData("Scalars", "Scores")]
    [InlineData("Scalars", "Gate")]
    [InlineData("Scalars", "Predict")]
    [InlineData("Scalars", "Every")]
    [InlineData("Scalars", "Loss")]
    [InlineData("Times", "Pool")]
    [InlineData("Times", "Attend")]
    [InlineData("Times", "Greatest")]
    [InlineData("Times", "Before")]
    [InlineData("Times", "Both")]
    [InlineData("Times", "Beside")]
    [InlineData("Times", "Loss")]
    [InlineData("Times", "Pooled")]
    [InlineData("Chooser", "Scan")]
    [InlineData("Choices", "Predict")]
    [InlineData("Choices", "Loss")]
    public void Compiled_model_equals_its_equations(string model, string method)
    {
        foreach ((int feature, int hidden, int[] lengths) in new[]
            {
                (1, 1, new[] { 1 }), (3, 8, [3, 3, 1]), (2, 17, [7, 4, 2, 2]), (9, 5, [2, 2, 2]), (3, 5, [26, 26, 26, 25, 24, 3]), (2, 3, [.. Enumerable.Repeat(2, 97), .. Enumerable.Repeat(1, 9)]),
            })
        {
            Checks.All(Models[model](feature, hidden), method, lengths, seed: feature + hidden);
            Checks.All(Models[model](feature, hidden), method, lengths, seed: feature + hidden, withStates: false);
        }
    }
}
