using RnnDsl.Execution.Tests.Cells;

namespace RnnDsl.Execution.Tests;

/// <summary>Models as layers, arrays, loops, tuples, and helpers of other classes.</summary>
public class LayerTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;
    sealed class Out : Dim;

    static readonly Dictionary<string, Func<int, int, Module>> Models = new()
    {
        ["TwoWays"] = (f, h) => new TwoWays<In, Hid>(f, h),
        ["Reader"] = (f, h) => new Reader<In, Out>(f, h),
        ["Library"] = (f, h) => new Library(f, h, 4),
        ["Waiting"] = (f, h) => new Waiting<In, Hid>(f, h),
        ["Perceptron"] = (f, h) => new Perceptron<In, Out>(f, h),
        ["Residual"] = (_, h) => new Residual<Hid>(h),
        ["Both"] = (f, h) => new Both(f, h),
        ["WordReader"] = (f, h) => new WordReader(f + 2, h, 3),
        ["Answers"] = (f, h) => new Answers<In, Out>(f, h),
        ["Asker"] = (f, h) => new Asker(f, h),
        ["Continued"] = (f, h) => new Continued(f, h),
    };

    [Theory]
    [InlineData("TwoWays", "Run")]
    [InlineData("TwoWays", "Ends")]
    [InlineData("Reader", "Read")]
    [InlineData("Reader", "Distance")]
    [InlineData("Library", "Steps")]
    [InlineData("Library", "Answer")]
    [InlineData("Library", "Loss")]
    [InlineData("Waiting", "Scan")]
    [InlineData("Perceptron", "Of")]
    [InlineData("Residual", "Scan")]
    [InlineData("Both", "Predict")]
    [InlineData("Both", "Loss")]
    [InlineData("WordReader", "Scores")]
    [InlineData("WordReader", "Loss")]
    [InlineData("Answers", "Read.Steps")]
    [InlineData("Answers", "Read.Whole")]
    [InlineData("Answers", "Losses.Item1")]
    [InlineData("Answers", "Losses.Item2")]
    [InlineData("Asker", "Mixed")]
    [InlineData("Asker", "Loss")]
    [InlineData("Continued", "Whole")]
    [InlineData("Continued", "Partly")]
    [InlineData("Continued", "Learnt")]
    [InlineData("Continued", "Streamed")]
    [InlineData("Continued", "Loss")]
    public void Compiled_model_equals_its_equations(string model, string method)
    {
        foreach ((int feature, int hidden, int[] lengths) in new[] { (1, 1, new[] { 1 }), (3, 8, [3, 3, 1]), (2, 17, [7, 4, 2, 2]), (9, 5, [16, 2, 1]) })
            foreach (bool withStates in new[] { true, false })
                Checks.All(Models[model](feature, hidden), method, lengths, seed: feature + hidden, withStates);
    }

    [Fact]
    public void Parameters_have_the_paths_of_their_layers()
    {
        string[] names = [.. new Library(3, 4, 2).Info.Parameters.Select(p => p.Name)];
        Assert.Contains("reader.ways.forward.Wi", names);
        Assert.Contains("reader.ways.gain", names);
        Assert.Contains("reader.shift", names);
        Assert.Contains("deep.2.Wr", names);
        Assert.Contains("twice.1.backward.Uo", names);
        Assert.Contains("R.1", names);
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public void Dimensions_of_a_layer_are_asked_for_by_their_names() =>
        Assert.Equal(["Word", "Hidden", "Inner", "Answer", "Narrow"], new Library(word: 3, hidden: 4, answer: 2).Info.Dimensions.Select(d => d.Name));
}
