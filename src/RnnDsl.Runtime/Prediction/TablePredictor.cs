using System.Numerics.Tensors;
using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Sequences;

namespace RnnDsl.Prediction;

/// <summary>
/// A model that was trained on a table, together with the encoder that turns rows into inputs and names answers. It takes raw rows, by the names of their columns. It takes one
/// caller at a time. Dispose it to free its memory.
/// </summary>
public sealed class TablePredictor : IDisposable
{
    readonly Executor executor;
    Predictor? predictor;
    int predictorVersion;

    /// <summary>Creates a predictor from a model and the encoder of its data.</summary>
    /// <param name="model">The model. Later changes of its parameters take effect.</param>
    /// <param name="encoder">The encoder of the data that it was trained on, <see cref="TableData.Encoder"/> or <see cref="Storage.ModelFileInfo.ReadEncoder"/>.</param>
    /// <param name="method">The name of the method that answers: with probabilities of the classes, as <c>Softmax</c> computes them, or with the scaled target, as one value for
    /// each example or for each step.</param>
    /// <param name="options">Threads; null for one per processor.</param>
    /// <exception cref="ArgumentException">The method does not take the input that the encoder makes, or answers with another number of values.</exception>
    public TablePredictor(Module model, TableEncoder encoder, string method = "Predict", ExecutionOptions? options = null)
    {
        Encoder = encoder;
        if (encoder.Options.Target is null)
            throw new ArgumentException("The encoder was fitted without a target, so it does not know what answers are called.", nameof(encoder));
        executor = new Executor(model, method, options);
        int answers = encoder.Classes.Count > 0 ? encoder.Classes.Count : encoder.Options.Horizon, width = executor.Method.Result.Width;
        string? misfit = executor.Method.Inputs is not [var input] || input.Name != encoder.Options.InputName ? $"takes {string.Join(", ", executor.Method.Inputs.Select(i => $"'{i.Name}'"))}, but the encoder makes '{encoder.Options.InputName}' alone"
            : input.Width != encoder.Features.Count ? $"takes steps of {input.Width} values, but the encoder makes {encoder.Features.Count}"
            : width != answers ? $"answers with {width} values, but the target has {answers}" : null;
        if (misfit is not null)
        {
            executor.Dispose();
            throw new ArgumentException($"{model.Info.Name}.{method} {misfit}.", nameof(method));
        }
    }

    /// <summary>The encoder that turns rows into inputs.</summary>
    public TableEncoder Encoder { get; }

    /// <summary>The current class of each group, from its newest rows: that of the last row, if each row has a class. The groups stand in the order in which they first appear; <see
    /// cref="TableEncoder.GroupsOf"/> names them.</summary>
    /// <param name="rows">Rows with the columns of the training table by name, in any order. The rows of a group must be in order of time. A target is not needed. Without the
    /// group column, all rows belong to one group.</param>
    /// <exception cref="ArgumentException">A column is missing.</exception>
    /// <exception cref="InvalidDataException">A value is missing, or does not occur in the training rows; the message says where.</exception>
    /// <exception cref="InvalidOperationException">The target is a number: use <see cref="Estimate"/>.</exception>
    public ClassAnswer[] Classify(TimeSeries rows)
    {
        Dataset data = Encoder.EncodeLatest(rows);
        return [.. Last(Answers(data, needsClasses: true), data).Select(answer => ClassAnswer.Create(Encoder.Classes, answer))];
    }

    /// <summary>The current target of each group, in its own units, from its newest rows: that of the last row, if each row has a target. <see cref="TableEncoder.GroupsOf"/> names the groups.</summary>
    /// <inheritdoc cref="Classify"/>
    /// <exception cref="InvalidOperationException">The target is a class: use <see cref="Classify"/>.</exception>
    public double[] Estimate(TimeSeries rows)
    {
        Dataset data = Encoder.EncodeLatest(rows);
        return [.. Last(Answers(data, needsClasses: false), data).Select(answer => (double)answer[0])];
    }

    /// <summary>The target of each group in the coming rows, in its own units: [groups][<see cref="TableOptions.Horizon"/>]. <see cref="TableEncoder.GroupsOf"/> names the groups.</summary>
    /// <inheritdoc cref="Estimate"/>
    public double[][] Forecast(TimeSeries rows)
    {
        Dataset data = Encoder.EncodeLatest(rows);
        return [.. Last(Answers(data, needsClasses: false), data).Select(answer => Array.ConvertAll(answer, value => (double)value))];
    }

    /// <summary>The predicted and actual classes of all targets in a part of the data.</summary>
    /// <param name="data">One of the parts of <see cref="TableData"/>, or the result of <see cref="TableEncoder.Encode(TimeSeries)"/>.</param>
    /// <exception cref="InvalidOperationException">The target is a number: use <see cref="Errors"/>.</exception>
    public ClassificationReport Report(Dataset data)
    {
        float[] answers = Answers(data, needsClasses: true);
        int width = Encoder.Classes.Count;
        int[] said = [.. answers.Chunk(width).Select(answer => TensorPrimitives.IndexOfMax<float>(answer))];
        return new ClassificationReport(Encoder.Classes, Array.ConvertAll(data[Encoder.Options.TargetName].ToArray(), number => (int)number), said);
    }

    /// <summary>The model's errors on all targets in a part of the data, in the target's units.</summary>
    /// <inheritdoc cref="Report"/>
    /// <exception cref="InvalidOperationException">The target is a class: use <see cref="Report"/>.</exception>
    public ForecastErrors Errors(Dataset data)
    {
        float[] answers = Answers(data, needsClasses: false), targets = data[Encoder.Options.TargetName].ToArray();
        Encoder.Unscale(targets);
        return ForecastErrors.Measure(targets, answers);
    }

    /// <summary>A stream of rows that come one by one, with the current parameters. Streams share one copy of the weights as long as the parameters do not change.</summary>
    /// <exception cref="InvalidOperationException">The method cannot answer before a sequence ends, for instance because it scans in reverse; the message says why.</exception>
    public TableStream Start()
    {
        int version = executor.Module.Parameters.Version;
        if (predictor is null || version != predictorVersion)
            (predictor, predictorVersion) = (new Predictor(executor.Module, executor.Method.Name), version);
        return new TableStream(Encoder, predictor.Start());
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => executor.Dispose();

    /// <summary>Checks that classes are asked for if the target is a class, and numbers if it is a number.</summary>
    /// <exception cref="InvalidOperationException">The target is of the other kind.</exception>
    internal static void CheckTarget(TableEncoder encoder, bool needsClasses)
    {
        if (needsClasses != encoder.Classes.Count > 0)
            throw new InvalidOperationException(needsClasses ? $"The target '{encoder.Options.Target}' is a number: ask for {nameof(Estimate)} and {nameof(Errors)}."
                : $"The target '{encoder.Options.Target}' is a class: ask for {nameof(Classify)} and {nameof(Report)}.");
    }

    /// <summary>[targets × width], in the target's units.</summary>
    float[] Answers(Dataset data, bool needsClasses)
    {
        CheckTarget(Encoder, needsClasses);
        float[] answers = executor.Predict(data);
        if (!needsClasses)
        {
            Encoder.Unscale(answers);
            return answers;
        }
        foreach (float[] answer in answers.Chunk(Encoder.Classes.Count))
            ClassAnswer.CheckProbabilities(answer, $"{executor.Module.Info.Name}.{executor.Method.Name}");
        return answers;
    }

    /// <summary>The last answer of each example.</summary>
    IEnumerable<float[]> Last(float[] answers, Dataset data)
    {
        int width = executor.Method.Result.Width;
        bool eachStep = answers.Length != (long)data.Count * width;
        int[] lengths = data[Encoder.Options.InputName].Lengths;
        for (int example = 0, end = 0; example < data.Count; example++)
        {
            end += (eachStep ? lengths[example] : 1) * width;
            yield return answers[(end - width)..end];
        }
    }
}
