using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Prediction;
using RnnDsl.Sequences;

namespace RnnDsl.Execution.Tests;

/// <summary>Compiled methods called with arrays: one example, many, classes with their names, streams.</summary>
public class CallTests
{
    readonly Called model = new(3, 5, 4, seed: 2);
    readonly Random random = new(7);

    float[] Row(int width = 3) => [.. Enumerable.Range(0, width).Select(_ => (float)random.NextDouble() * 2 - 1)];

    float[][] Rows(int steps, int width = 3) => [.. Enumerable.Range(0, steps).Select(_ => Row(width))];

    float[] Expected(string method, params Column[] columns)
    {
        using var executor = new Executor(model, method);
        return executor.Predict(new Dataset(columns));
    }

    [Fact]
    public void One_example_and_many_give_what_an_executor_gives()
    {
        float[][][] x = [Rows(4), Rows(1), Rows(7)];
        float[][] answers = model.Predict(x);
        Assert.Equal(Expected("Predict", Column.Sequences("x", 3, [.. x.Select(s => s.SelectMany(r => r).ToArray())])), answers.SelectMany(a => a));
        foreach ((float[][] one, float[] answer) in x.Zip(answers))
            Assert.Equal(answer, model.Predict(one));
        Assert.Empty(model.Predict(Array.Empty<float[][]>()));
    }

    [Fact]
    public void Sequences_come_back_with_the_lengths_that_they_have()
    {
        float[][][] x = [Rows(4), Rows(1), Rows(7)];
        float[][] u = [Row(5), Row(5), Row(5)];
        float[] k = [0.5f, -1, 2];
        float[][][] tags = model.Tags(x, u, k);
        Assert.Equal([4, 1, 7], tags.Select(t => t.Length));
        Assert.All(tags.SelectMany(t => t), t => Assert.Equal(1, t.Sum(), 5));
        Assert.Equal(Expected("Tags", Column.Sequences("x", 3, [.. x.Select(s => s.SelectMany(r => r).ToArray())]), Column.Vectors("u", u), Column.Scalars("k", k)), tags.SelectMany(t => t.SelectMany(v => v)));
        Assert.Equal(tags[2], model.Tags(x[2], u[2], k[2]));
        Assert.Equal([2, 5, 8], model.Levels([1, 2, 3]));
        Assert.Equal(new float[][] { [2], [6, 7] }, model.Levels(new float[][] { [1], [3, 2] }));
    }

    [Fact]
    public void Numbers_of_units_are_whole_numbers()
    {
        int[][][] words = [[[0, 1], [3]], [[2, 2, 1]]];
        float[][][] letters = model.Letters(words, [1, -1]);
        Assert.Equal([2, 1], letters.Select(l => l.Length));
        Assert.Equal(Expected("Letters", Column.OneHot("words", 4, words), Column.OneHot("topic", 4, [1, -1])), letters.SelectMany(l => l.SelectMany(v => v)));
        Assert.Equal(letters[1], model.Letters(words[1], -1));
        Assert.Contains("the vectors have 4 units", Assert.Throws<ArgumentException>(() => model.Letters(words, [1, 4])).Message);
    }

    [Fact]
    public void A_loss_is_a_number_for_each_example()
    {
        float[][][] x = [Rows(4), Rows(2)];
        float[] losses = model.Loss(x, [1, 3]);
        Assert.Equal(losses[1], model.Loss(x[1], 3));
        Assert.Equal(-Math.Log(model.Predict(x[0])[1]), losses[0], 4);
    }

    [Fact]
    public void A_tuple_comes_back_as_one()
    {
        float[][][] x = [Rows(2), Rows(3)];
        (float[][] Tags, float[] Summary)[] both = model.Both(x);
        Assert.Equal([2, 3], both.Select(b => b.Tags.Length));
        Assert.Equal(5, both[0].Summary.Length);
        (float[][] tags, float[] summary) = model.Both(x[1]);
        Assert.Equal(both[1].Tags, tags);
        Assert.Equal(both[1].Summary, summary);
    }

    [Fact]
    public void Scalers_bring_raw_values_in_and_answers_out()
    {
        var inputs = new Scaler(["a", "b", "c"], [1, 2, 3], [2, 4, 5]);
        float[][] raw = Rows(5), scaled = [.. raw.Select(r => r.Select((v, i) => (float)((v - inputs.Offsets[i]) / inputs.Scales[i])).ToArray())];
        Assert.Equal(model.Predict(scaled), model.Predict(raw, inputs));
        var output = new Scaler(["t"], [10], [3]);
        Assert.Equal(model.Predict(scaled).Select(v => v * 3 + 10), model.Predict(raw, inputs, output));
        Assert.Equal(model.Predict(scaled).Select((v, i) => i % 2 == 0 ? v : v * 2 + 1), model.Predict(raw, inputs, new Scaler(["t", "s"], [0, 1], [1, 2])));
        var one = new Scaler(["all"], [0.5], [2]);
        Assert.Equal(model.Logits([.. raw.Select(r => r.Select(v => (v - 0.5f) / 2).ToArray())], [0, 3]), model.Logits(raw, [0, 3], one));
        Assert.Contains("3 values a step", Assert.Throws<ArgumentException>(() => model.Predict(raw, new Scaler(["a", "b"], [0, 0], [1, 1]))).Message);
        Assert.Contains("gives 4 values", Assert.Throws<ArgumentException>(() => model.Predict(raw, outputScaler: inputs)).Message);
    }

    [Fact]
    public void Probabilities_have_the_names_of_their_classes()
    {
        float[][] x = Rows(3);
        ClassAnswer answer = model.Predict(x, ["idle", "low", "high", "broken"]);
        float[] probabilities = model.Predict(x);
        Assert.Equal(probabilities[2], answer.Of("high"));
        Assert.Equal(probabilities.Max(), answer.Probability);
        Assert.Equal(3, model.Tags(x, Row(5), 1, ["a", "b", "c", "d"]).Length);
        Assert.Contains("3 names of classes, but 4", Assert.Throws<ArgumentException>(() => model.Predict(x, ["a", "b", "c"])).Message);
        Assert.Contains("return Softmax", Assert.Throws<InvalidOperationException>(() => model.Logits(x, [1], ["a", "b", "c", "d"])).Message);
    }

    [Fact]
    public void Streams_give_what_the_method_gives_so_far()
    {
        float[][] x = Rows(6);
        var inputs = new Scaler(["a", "b", "c"], [1, 2, 3], [2, 4, 5]);
        Streams<float[], float[]> streams = model.PredictStreams(inputs);
        AnswerStream<float[], float[]> stream = streams.Start();
        for (int step = 0; step < x.Length; step++)
            Near(model.Predict(x[..(step + 1)], inputs), stream.Step(x[step]));
        AnswerStream<float[], float[]> resumed = streams.Resume(stream.Stream.Snapshot()), fork = stream.Fork();
        Assert.Equal(fork.Step(x[0]), resumed.Step(x[0]));
        stream.Reset();
        Near(model.Predict(x, inputs), stream.Run(x)[^1]);
        AnswerStream<float, float> levels = model.LevelsStreams().Start();
        Assert.Equal([2, 5, 8], levels.Run([1, 2, 3]));
        float[] u = Row(5);
        AnswerStream<float[], float[]> tags = model.TagsStreams().Start((u, 0.5f));
        Near(model.Tags(x, u, 0.5f)[^1], tags.Run(x)[^1]);
    }

    [Fact]
    public void What_is_there_before_is_given_at_the_start()
    {
        float[][] source = Rows(4);
        int[] before = [0, 3, 1, 1];
        var scaler = new Scaler(["a", "b", "c"], [1, 2, 3], [2, 4, 5]);
        Streams<float[][], int, float[]> streams = model.LogitsStreams(scaler);
        float[][] expected = model.Logits(source, before, scaler);
        AnswerStream<int, float[]> stream = streams.Start(source);
        foreach ((int symbol, float[] answer) in before.Zip(expected))
            Near(answer, stream.Step(symbol));
        Near(model.Logits(source, [.. before, 2], scaler)[^1], streams.Resume(stream.Stream.Snapshot(), source).Step(2));
        Assert.Contains("takes the number of a unit", Assert.Throws<ArgumentException>(() => stream.Step(4)).Message);
    }

    [Fact]
    public void Wrong_values_are_named()
    {
        Assert.Contains("'x' takes 3 values, but example 1, step 2 has 2", Assert.Throws<ArgumentException>(() => model.Predict([Rows(2), [Row(), Row(), Row(2)]])).Message);
        Assert.Contains("'x' takes 3 values, but example 0, step 0 has 0", Assert.Throws<ArgumentException>(() => model.Predict([null!, Row()])).Message);
        Assert.Contains("Example 0 of column 'x' has no steps", Assert.Throws<ArgumentException>(() => model.Predict(Array.Empty<float[]>())).Message);
        Assert.Contains("'x' is NaN in example 0, step 1", Assert.Throws<ArgumentException>(() => model.Predict([Row(), [1, float.NaN, 0]])).Message);
        Assert.Contains("'u' takes 5 values, but example 0 has 4", Assert.Throws<ArgumentException>(() => model.Tags(Rows(2), Row(4), 1)).Message);
        Assert.Equal("x", Assert.Throws<ArgumentNullException>(() => model.Predict((IReadOnlyList<float[][]>)null!)).ParamName);
        Assert.Contains("'x' takes 3 values a step, not 2", Assert.Throws<ArgumentException>(() => model.PredictStreams().Start().Step(Row(2))).Message);
    }

    [Fact]
    public void Many_threads_may_call_at_once()
    {
        float[][][] x = [.. Enumerable.Range(0, 40).Select(i => Rows(1 + i % 9))];
        float[][] expected = model.Predict(x);
        Parallel.For(0, x.Length, i => Assert.Equal(expected[i], model.Predict(x[i])));
    }

    [Fact]
    public void Changed_parameters_hold_at_the_next_call()
    {
        float[][] x = Rows(3);
        float[] before = model.Predict(x);
        foreach (var parameter in model.Parameters.Slices)
            model.Parameters.Of(parameter).Fill(0.25f);
        model.Parameters.MarkChanged();
        Assert.NotEqual(before, model.Predict(x));
    }

    [Fact]
    public void Members_of_the_class_stay_what_they_are()
    {
        float[][] x = Rows(3);
        Assert.Equal(model.Predict(x)[0] + 3 + 2, model.RunOwn(x), 5);
        Assert.DoesNotContain(typeof(Called).GetMethods(), m => m.Name == "Level");
    }

    static void Near(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach ((float a, float b) in expected.Zip(actual))
            Assert.Equal(a, b, 4);
    }
}
