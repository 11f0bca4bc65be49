using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Prediction;
using RnnDsl.Sequences;

namespace RnnDsl.Execution.Tests;

/// <summary>Streams of some inputs under the condition of the others.</summary>
public class ConditionalTests
{
    sealed class In : Dim;
    sealed class Hid : Dim;

    public static TheoryData<int, int, int[]> Sizes() => new()
    {
        { 1, 1, [1] }, { 3, 8, [2, 2, 1] }, { 8, 3, [20, 7, 7, 1] }, { 17, 17, [3, 2] }, { 5, 33, [4, 4, 4, 4] },
    };

    static bool HasStream(Module module, string method, int axis) => module.Method(method).Conditionals.Single(c => c.Axis == axis).Step is not null;

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Answers_are_those_of_the_equations_on_the_steps_so_far(int feature, int hidden, int[] lengths)
    {
        var translator = new StreamedTranslator(feature + 2, feature + 3, feature, hidden);
        Assert.True(HasStream(translator, "Logits", 1));
        Checks.All(translator, "Logits", lengths, seed: feature, withStates: false);
        var forms = new ConditionalForms(feature, hidden);
        foreach ((string method, int axis) in new[] { ("Cover", 1), ("Several", 0), ("Point", 1), ("Both", 0), ("Both", 1), ("Counted", 1) })
        {
            Assert.True(HasStream(forms, method, axis), method);
            Checks.All(forms, method, lengths, seed: feature + axis, withStates: false);
        }
        int spelled = forms.Method("Spelled").Inputs[1].Axis;
        Assert.True(HasStream(forms, "Spelled", spelled));
        Checks.All(forms, "Spelled", lengths, seed: feature, withStates: false);
        Checks.All(new AttentionCell<In, Hid, In>(feature, hidden, feature), "Scan", lengths, seed: feature, withStates: false);
        Assert.True(HasStream(new AttentionCell<In, Hid, In>(feature, hidden, feature), "Scan", 0));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_condition_may_have_some_steps_of_its_inputs(int feature, int hidden, int[] lengths)
    {
        var speller = new Speller(feature, hidden, feature + 2);
        foreach (string method in new[] { "Logits", "Some" })
        {
            Assert.True(HasStream(speller, method, 1), method);
            Checks.All(speller, method, lengths, seed: feature + hidden, withStates: false);
        }
        var sounds = new Dataset(Sequence("x", feature, 1, [7, 1, 4]), Column.OneHot("before", feature + 2, [[-1, 0, 1], [1], [-1, 2]]));
        using var executor = new Executor(speller, "Logits");
        var predictor = new Predictor(speller, "Logits", streamed: "before");
        for (int example = 0; example < sounds.Count; example++)
        {
            PredictionStream stream = predictor.Start(sounds, example);
            float[] whole = executor.Predict(sounds.Select([example])), answer = new float[feature + 2];
            for (int step = 0; step < sounds["before"].Lengths[example]; step++)
            {
                stream.Step(sounds["before"].Step(example, step), answer);
                for (int i = 0; i < answer.Length; i++)
                    Assert.Equal(whole[step * answer.Length + i], answer[i], 1e-5);
            }
        }
    }

    static Column Sequence(string name, int width, int seed, params int[] lengths) =>
        Column.Sequences(name, width, [.. lengths.Select((length, i) => Enumerable.Range(0, length * width).Select(k => MathF.Sin(seed + 100 * i + k)).ToArray())]);

    static Dataset Pairs() => new(
        Column.OneHot("x", 7, [[1, 2, 3], [6], [0, 1, -1, 5, 4, 3, 2, 1, 0]]),
        Column.OneHot("y", 9, [[1, 2, 3, 4, 5], [8, 0, 1], [4, 4]]));

    static StreamedTranslator Translator() => new(7, 9, 6, 10, seed: 3);

    static float[] Steps(Dataset data, string column, int example) => [.. Enumerable.Range(0, data[column].Lengths[example]).SelectMany(t => data[column].Step(example, t).ToArray())];

    [Fact]
    public void A_stream_answers_as_the_model_does_on_whole_sequences()
    {
        StreamedTranslator model = Translator();
        using var executor = new Executor(model, "Logits");
        foreach ((WeightFormat weights, double tolerance) in new[] { (WeightFormat.Float32, 1e-5), (WeightFormat.Int8, 0.1) })
        {
            var predictor = new Predictor(model, "Logits", weights: weights, streamed: "y");
            Assert.Equal((1, 9), (predictor.InputWidth, predictor.OutputWidth));
            for (int example = 0; example < 3; example++)
            {
                float[] expected = executor.Predict(Pairs().Select([example])), steps = Steps(Pairs(), "y", example), answers = new float[expected.Length];
                predictor.Start(Pairs(), example).Run(steps, answers);
                for (int i = 0; i < answers.Length; i++)
                    Assert.Equal(expected[i], answers[i], tolerance);
            }
        }
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        PredictionStream stream = new Predictor(Translator(), "Logits", streamed: "y").Start(Pairs(), 2);
        float[] answer = new float[9];
        stream.Step([1], answer);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            stream.Step([i % 9], answer);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_state_is_a_value_without_the_condition()
    {
        var model = new ConditionalForms(3, 5, seed: 2);
        var data = new Dataset(Sequence("x", 3, 1, 4, 9), Sequence("y", 3, 2, 6, 6));
        var predictor = new Predictor(model, "Cover", streamed: "y");
        Assert.Contains("as long as a sequence of the condition", Assert.Throws<InvalidOperationException>(() => predictor.StateLength).Message);
        float[] y = Steps(data, "y", 0), first = new float[9], again = new float[9];
        PredictionStream stream = predictor.Start(data, 0), other = predictor.Start(data, 1);
        Assert.Equal(stream.StateLength + 5 * (1 + 5), other.StateLength);
        stream.Run(y.AsSpan(0, 9), new float[9]);
        float[] snapshot = stream.Snapshot();
        PredictionStream fork = stream.Fork();
        stream.Run(y.AsSpan(9), first);
        other.Run(y.AsSpan(9), again);
        Assert.NotEqual(first, again);
        fork.Run(y.AsSpan(9), again);
        Assert.Equal(first, again);
        predictor.Resume(snapshot, data, 0).Run(y.AsSpan(9), again);
        Assert.Equal(first, again);
        stream.Restore(snapshot);
        stream.Run(y.AsSpan(9), again);
        Assert.Equal(first, again);
        stream.Reset();
        Assert.Equal(predictor.Start(data, 0).Snapshot(), stream.Snapshot());
        Assert.Contains($"has {other.StateLength} values, not {snapshot.Length}", Assert.Throws<ArgumentException>(() => other.Restore(snapshot)).Message);
        Assert.Contains("give the data of 'x'", Assert.Throws<InvalidOperationException>(() => predictor.Resume(snapshot)).Message);
    }

    [Fact]
    public void Streams_under_many_conditions_start_on_any_thread()
    {
        var predictor = new Predictor(Translator(), "Logits", streamed: "y");
        float[][] expected = [.. Enumerable.Range(0, 3).Select(Answers)];
        Parallel.For(0, 60, i => Assert.Equal(expected[i % 3], Answers(i % 3)));
        PredictionStream[] streams = [predictor.Start(Pairs(), 0), predictor.Start(Pairs(), 1), predictor.Start(Pairs(), 2)];
        var together = new float[27];
        predictor.Step(streams, [1, 8, 4], together);
        for (int i = 0; i < 3; i++)
            Assert.Equal(expected[i][..9], together[(9 * i)..(9 * i + 9)]);

        float[] Answers(int example)
        {
            float[] steps = Steps(Pairs(), "y", example), answers = new float[steps.Length * 9];
            predictor.Start(Pairs(), example).Run(steps, answers);
            return answers;
        }
    }

    [Fact]
    public void Later_training_does_not_reach_a_predictor()
    {
        StreamedTranslator model = Translator();
        var predictor = new Predictor(model, "Logits", streamed: "y");
        float[] before = new float[9], after = new float[9];
        predictor.Start(Pairs(), 0).Step([1], before);
        model.Parameters.Values.Clear();
        predictor.Start(Pairs(), 0).Step([1], after);
        Assert.Equal(before, after);
    }

    [Fact]
    public void Vectors_beside_one_length_are_a_condition_too()
    {
        var model = new ConditionalForms(3, 5, seed: 2);
        var data = new Dataset(Sequence("z", 3, 4, 6, 6), Sequence("y", 3, 2, 6, 6), Column.Vectors("c", [1, 2, 3, 4, 5], [5, 4, 3, 2, 1]), Column.Scalars("s", 0.5f, -0.25f));
        using var executor = new Executor(model, "Beside");
        var predictor = new Predictor(model, "Beside", inputs: new Scaler(["all"], [1], [2]), streamed: ["z", "y"]);
        Assert.Equal((6, 5), (predictor.InputWidth, predictor.OutputWidth));
        for (int example = 0; example < 2; example++)
        {
            float[] expected = executor.Predict(data.Select([example])), answers = new float[expected.Length];
            float[] y = Steps(data, "y", example), z = Steps(data, "z", example);
            float[] raw = [.. Enumerable.Range(0, 6).SelectMany(t => y[(3 * t)..(3 * t + 3)].Concat(z[(3 * t)..(3 * t + 3)])).Select(v => 2 * v + 1)];
            predictor.Start(data, example).Run(raw, answers);
            for (int i = 0; i < answers.Length; i++)
                Assert.Equal(expected[i], answers[i], 1e-5);
        }
    }

    [Fact]
    public void Scales_of_bytes_are_found_on_examples_with_their_conditions()
    {
        StreamedTranslator model = Translator();
        Predictor exact = new(model, "Logits", streamed: "y"), small = new Predictor(model, "Logits", weights: WeightFormat.Int8, streamed: "y").Calibrate(Pairs());
        Assert.All(small.Ranges, r => Assert.True(r.Range > 0, r.Operand));
        // Where the scales lie depends on the length of the source, because the weights of attention stand before them.
        QuantizationReport found = Compared(small), free = Compared(new Predictor(model, "Logits", weights: WeightFormat.Int8, streamed: "y"));
        Assert.True(found.LargestDifference < 2 * free.LargestDifference + 1e-4 * free.Rms, $"{found}; each step for itself: {free}");

        QuantizationReport Compared(Predictor rounded)
        {
            Dataset pairs = Pairs();
            int width = exact.OutputWidth;
            return QuantizationReport.Compare(exact, rounded, new Dataset([.. pairs.Columns.Where(c => c.Name != "target"), Column.Sequences("target", width, [.. Enumerable.Range(0, pairs.Count).Select(i => new float[width * pairs["y"].Lengths[i]])])]), "target");
        }

        float[] a = new float[9], b = new float[9];
        exact.Start(Pairs(), 0).Step([1], a);
        small.Start(Pairs(), 0).Step([1], b);
        for (int i = 0; i < 9; i++)
            Assert.Equal(a[i], b[i], 0.1);
        Assert.Throws<InvalidOperationException>(() => small.Calibrate([new float[] { 1 }]));
    }

    [Fact]
    public void What_cannot_stream_says_why()
    {
        var model = new ConditionalForms(3, 5);
        string Refused(string method, params string[] streamed) => Assert.Throws<InvalidOperationException>(() => new Predictor(model, method, streamed: streamed)).Message;
        Assert.Contains("scans in reverse", Refused("Backward", "y"), StringComparison.Ordinal);
        Assert.Contains("returns a sequence that has the steps of another input", Refused("Cover", "x"), StringComparison.Ordinal);
        Assert.Contains("combines with every step of another input", Refused("Anew", "y"), StringComparison.Ordinal);
        Assert.Contains("looks from a step at a whole sequence", Refused("Whole", "y"), StringComparison.Ordinal);
        Assert.Contains("looks at the next step", Refused("Forward", "y"), StringComparison.Ordinal);
        Assert.Contains("combines every k-th step of one input", Refused("Halved", "y"), StringComparison.Ordinal);
        Assert.Contains("is a loss", Refused("CoverLoss", "y"), StringComparison.Ordinal);
        Assert.Contains("streamed: [\"y\"]", Assert.Throws<InvalidOperationException>(() => new Predictor(model, "Cover")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_and_data_that_do_not_fit_are_refused()
    {
        var model = new ConditionalForms(3, 5);
        string Refused(string method, params string[] streamed) => Assert.ThrowsAny<ArgumentException>(() => new Predictor(model, method, streamed: streamed)).Message;
        Assert.Contains("Name at least one input of ConditionalForms.Cover", Refused("Cover"), StringComparison.Ordinal);
        Assert.Contains("has no input 'v'", Refused("Cover", "v"), StringComparison.Ordinal);
        Assert.Contains("have lengths of their own", Refused("Cover", "x", "y"), StringComparison.Ordinal);
        Assert.Contains("'c' of ConditionalForms.Several is no sequence", Refused("Several", "c"), StringComparison.Ordinal);
        Assert.Contains("combine 'z' step by step with 'y'", Refused("Several", "y"), StringComparison.Ordinal);
        var predictor = new Predictor(model, "Cover", streamed: "y");
        Assert.Contains("give the data of 'x'", Assert.Throws<InvalidOperationException>(() => predictor.Start()).Message, StringComparison.Ordinal);
        Assert.Contains("no column of that name", Assert.Throws<ArgumentException>(() => predictor.Start(new Dataset(Sequence("y", 3, 1, 2)))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => predictor.Start(new Dataset(Sequence("x", 3, 1, 2)), 1));
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => predictor.Start(new Dataset(Column.Sequences("x", 3, [1, float.NaN, 3])))).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => new Predictor(new Forecaster(2, 9, 3)).Start(Pairs()));
    }
}
