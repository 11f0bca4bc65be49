using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Execution.Tests;

/// <summary>One-hot vectors: the same equations as over dense ones, data as numbers of units.</summary>
public class OneHotTests
{
    [Theory]
    [InlineData("WordTagger", "Scores")]
    [InlineData("WordTagger", "Loss")]
    [InlineData("LetterModel", "Predict")]
    [InlineData("LetterModel", "Loss")]
    [InlineData("LetterModel", "Likelihood")]
    public void Compiled_model_equals_its_equations(string model, string method)
    {
        foreach ((int words, int features, int hidden, int[] lengths) in new[] { (1, 1, 1, new[] { 1 }), (5, 3, 8, [3, 3, 1]), (70, 17, 9, [7, 4, 2, 2]), (9, 5, 16, [26, 26, 25, 3, 1]) })
            foreach (bool withStates in new[] { true, false })
                Checks.All(model == "WordTagger" ? new WordTagger(words, features, hidden, 4) : new LetterModel(words, hidden), method, lengths, seed: words + hidden, withStates);
    }

    /// <summary>Example 2 has no label at all, others have steps without one.</summary>
    static (int[][] X, int[][] Y) Words(int count)
    {
        var random = new Random(5);
        int[][] x = [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, 1 + i * 5 % 7).Select(_ => random.Next(-1, 30)).ToArray())];
        return (x, [.. x.Select((steps, i) => steps.Select(_ => i == 2 ? -1 : random.Next(-1, 4)).ToArray())]);
    }

    static float[] Dense(int[][] numbers, int units)
    {
        var values = new float[numbers.Sum(n => n.Length) * units];
        foreach ((int number, int at) in numbers.SelectMany(n => n).Select((n, at) => (n, at)))
            if (number >= 0)
                values[at * units + number] = 1;
        return values;
    }

    static Column Column(string name, int[][] numbers, int units) => new()
    {
        Name = name, Kind = ValueKind.Sequence, Width = units, Stride = units, Values = Dense(numbers, units),
        Starts = [.. numbers.Select((_, i) => numbers.Take(i).Sum(n => n.Length) * units)], Lengths = [.. numbers.Select(n => n.Length)],
    };

    [Fact]
    public void Ten_steps_of_training_equal_those_over_dense_vectors()
    {
        (int[][] x, int[][] y) = Words(40);
        // Steps without a label count in the dense loss: only sequences with a label at each step are the same.
        y = [.. y.Select(steps => steps.Select(tag => Math.Max(tag, 0)).ToArray())];
        var words = new WordTagger(30, 6, 9, 4, seed: 3);
        var dense = new DenseWordTagger(30, 6, 9, 4, seed: 3);
        dense.Parameters.CopyFrom(words.Parameters);
        using var trainer = new Trainer(words, new Adam(0.01)) { Threads = 2 };
        using var other = new Trainer(dense, new Adam(0.01)) { Threads = 1 };
        var data = new Dataset(Sequences.Column.OneHot("x", 30, x), Sequences.Column.OneHot("y", 4, y));
        var denseData = new Dataset(Column("x", x, 30), Column("y", y, 4));
        int[] all = [.. Enumerable.Range(0, 40)];
        for (int step = 0; step < 10; step++)
            Assert.Equal(other.TrainStep(denseData, all), trainer.TrainStep(data, all), 1e-5);
        for (int i = 0; i < words.Parameters.Length; i++)
            Assert.Equal(dense.Parameters.ReadOnlyValues[i], words.Parameters.ReadOnlyValues[i], 2e-4);
    }

    [Fact]
    public void A_step_without_a_label_does_not_count()
    {
        var model = new WordTagger(30, 6, 9, 4, seed: 3);
        using var executor = new Executor(model, "Loss");
        double Loss(int[] x, int[] y) => executor.Loss(new Dataset(Sequences.Column.OneHot("x", 30, [x]), Sequences.Column.OneHot("y", 4, [y])), [0]);
        Assert.Equal(0, Loss([3, 4, 5], [-1, -1, -1]));
        double first = Loss([3, 4, 5], [2, -1, -1]), last = Loss([3, 4, 5], [-1, -1, 1]);
        Assert.Equal((first + last) / 2, Loss([3, 4, 5], [2, -1, 1]), 1e-6);
    }

    [Fact]
    public void Gradients_are_the_same_bits_on_any_threads()
    {
        (int[][] x, int[][] y) = Words(64);
        var data = new Dataset(Sequences.Column.OneHot("x", 30, x), Sequences.Column.OneHot("y", 4, y));
        int[] all = [.. Enumerable.Range(0, 64)];
        float[]? first = null;
        foreach (int threads in new[] { 1, 2, 3, 8 })
        {
            using var executor = new Executor(new WordTagger(30, 6, 9, 4, seed: 3), "Loss", new ExecutionOptions { Threads = threads });
            executor.Gradient(data, all);
            first ??= executor.Gradients.ToArray();
            Assert.Equal(first, executor.Gradients.ToArray());
        }
    }

    [Theory]
    [InlineData(30, "Column 'x', example 1, step 2: the unit's number is 30, but the vectors have 30 units: numbers are whole, from 0 to 29, or -1 for none.")]
    [InlineData(-2, "the unit's number is -2")]
    public void A_number_beyond_the_units_is_named(int number, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => Sequences.Column.OneHot("x", 30, [[1], [2, 3, number]])).Message);

    [Fact]
    public void Columns_of_another_kind_or_size_are_refused()
    {
        var model = new WordTagger(30, 6, 9, 4);
        using var executor = new Executor(model, "Scores");
        string Refused(Column column) => Assert.Throws<ArgumentException>(() => executor.Predict(new Dataset(column))).Message;
        Assert.Contains("reads 'x' (one-hot sequence of 30 units), but the data set has no column", Refused(Column("z", [[1]], 30)));
        Assert.Contains("reads 'x' as one-hot vectors of 30 units, but the data set's column has vectors of numbers: make it with Column.OneHot", Refused(Column("x", [[1]], 30)));
        Assert.Contains("one-hot vectors of 30 units, but the data set's column has one-hot vectors of 29 units", Refused(Sequences.Column.OneHot("x", 29, [[1]])));
        using var dense = new Executor(new DenseWordTagger(30, 6, 9, 4), "Scores");
        Assert.Contains("mark the method's parameter [OneHot]", Assert.Throws<ArgumentException>(() => dense.Predict(new Dataset(Sequences.Column.OneHot("x", 30, [[1]])))).Message);
    }

    /// <summary>A table beyond which a number reaches would be memory of others.</summary>
    [Fact]
    public void Numbers_that_change_after_they_were_bound_are_found()
    {
        var model = new WordTagger(30, 6, 9, 4);
        float[] numbers = [1, 2, 3];
        var data = new Dataset(new Column { Name = "x", Kind = ValueKind.Sequence, Width = 1, Stride = 1, Units = 30, Values = numbers, Starts = [0], Lengths = [3] });
        using var executor = new Executor(model, "Scores");
        executor.Predict(data);
        numbers[1] = 1e6f;
        Assert.Contains("example 0, step 1: the unit's number is 1000000", Assert.Throws<ArgumentException>(() => executor.Predict(data)).Message);
    }

    [Fact]
    public void A_stream_takes_numbers_and_refuses_others()
    {
        var model = new LetterModel(12, 7, seed: 4);
        int[] letters = [3, 0, -1, 11, 11, 5];
        using var executor = new Executor(model, "Predict");
        float[] expected = executor.Predict(new Dataset(Sequences.Column.OneHot("x", 12, [letters])));
        var stream = new Predictor(model, "Predict").Start();
        var bytes = new Predictor(model, "Predict", weights: WeightFormat.Int8).Start();
        var answer = new float[12];
        for (int t = 0; t < letters.Length; t++)
        {
            stream.Step([letters[t]], answer);
            for (int i = 0; i < 12; i++)
                Assert.Equal(expected[t * 12 + i], answer[i], 1e-5);
            bytes.Step([letters[t]], answer);
            for (int i = 0; i < 12; i++)
                Assert.Equal(expected[t * 12 + i], answer[i], 0.05);
        }
        foreach (float wrong in new[] { 12f, -2, 1.5f, 1e9f })
            Assert.Contains("the number of a unit of 'x' from 0 to 11", Assert.Throws<ArgumentException>(() => stream.Step([wrong], answer)).Message);
    }
}
