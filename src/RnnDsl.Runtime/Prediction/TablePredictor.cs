using System.Numerics.Tensors;
using RnnDsl.Execution;
using RnnDsl.Metrics;
using RnnDsl.Sequences;

namespace RnnDsl.Prediction;

/// <summary>
/// A model that was trained on a table, with what makes its inputs of rows and names of its answers. It takes rows as they come from the plant, by the names of their columns. One caller at a
/// time; dispose it to give back its memory.
/// </summary>
public sealed class TablePredictor : IDisposable
{
    readonly Executor executor;
    Predictor? predictor;
    int predictorVersion;

    /// <summary>For a model and the encoder of its data.</summary>
    /// <param name="model">The model; later changes of its parameters hold.</param>
    /// <param name="encoder">That of the data that it was trained on, <see cref="TableData.Encoder"/> or <see cref="Storage.ModelFileInfo.ReadEncoder"/>.</param>
    /// <param name="method">Name of the method that answers: probabilities of the classes, as <c>Softmax</c> gives them, or the scaled target, a value an example or one a step.</param>
    /// <param name="options">Threads; null for one per processor.</param>
    /// <exception cref="ArgumentException">The method takes another input than the encoder makes, or answers with another number of values.</exception>
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

    /// <summary>What makes inputs of rows.</summary>
    public TableEncoder Encoder { get; }

    /// <summary>The class of each group now, by its newest rows: the last of them, if each row has one.</summary>
    /// <param name="rows">Rows with the columns of the training table by name, in any order, those of a group in order of time. A target is not needed; without the column of the groups they are
    /// those of one.</param>
    /// <exception cref="ArgumentException">A column is missing.</exception>
    /// <exception cref="InvalidDataException">A value is missing, or unlike those that the training rows had; the message says where.</exception>
    /// <exception cref="InvalidOperationException">The target is a number: <see cref="Estimate"/>.</exception>
    public ClassAnswer[] Classify(TimeSeries rows)
    {
        Dataset data = Encoder.EncodeLatest(rows);
        return [.. Last(Answers(data, needsClasses: true), data).Select(answer => ClassAnswer.Create(Encoder.Classes, answer))];
    }

    /// <summary>The target of each group now, in its own units, by its newest rows: that of the last of them, if each row has one.</summary>
    /// <inheritdoc cref="Classify"/>
    /// <exception cref="InvalidOperationException">The target is a class: <see cref="Classify"/>.</exception>
    public double[] Estimate(TimeSeries rows)
    {
        Dataset data = Encoder.EncodeLatest(rows);
        return [.. Last(Answers(data, needsClasses: false), data).Select(answer => (double)answer[0])];
    }

    /// <summary>The target of each group in the rows that come, in its own units: [groups][<see cref="TableOptions.Horizon"/>].</summary>
    /// <inheritdoc cref="Estimate"/>
    public double[][] Forecast(TimeSeries rows)
    {
        Dataset data = Encoder.EncodeLatest(rows);
        return [.. Last(Answers(data, needsClasses: false), data).Select(answer => Array.ConvertAll(answer, value => (double)value))];
    }

    /// <summary>What the model says of all targets of a part of the data, beside what was so.</summary>
    /// <param name="data">One of the parts of <see cref="TableData"/>, or what <see cref="TableEncoder.Encode(TimeSeries)"/> gave.</param>
    /// <exception cref="InvalidOperationException">The target is a number: <see cref="Errors"/>.</exception>
    public ClassificationReport Report(Dataset data)
    {
        float[] answers = Answers(data, needsClasses: true);
        int width = Encoder.Classes.Count;
        int[] said = [.. answers.Chunk(width).Select(answer => TensorPrimitives.IndexOfMax<float>(answer))];
        return new ClassificationReport(Encoder.Classes, Array.ConvertAll(data[Encoder.Options.TargetName].ToArray(), number => (int)number), said);
    }

    /// <summary>The model's errors over all targets of a part of the data, in the target's units.</summary>
    /// <inheritdoc cref="Report"/>
    /// <exception cref="InvalidOperationException">The target is a class: <see cref="Report"/>.</exception>
    public ForecastErrors Errors(Dataset data)
    {
        float[] answers = Answers(data, needsClasses: false), targets = data[Encoder.Options.TargetName].ToArray();
        Encoder.Unscale(targets);
        return ForecastErrors.Measure(targets, answers);
    }

    /// <summary>A stream of rows that come one by one, with the parameters as they are now. Streams without a change of the parameters between them share one copy of the weights.</summary>
    /// <exception cref="InvalidOperationException">The method cannot answer before a sequence ends, as one that scans in reverse; the message says why.</exception>
    public TableStream Start()
    {
        int version = executor.Module.Parameters.Version;
        if (predictor is null || version != predictorVersion)
            (predictor, predictorVersion) = (new Predictor(executor.Module, executor.Method.Name), version);
        return new TableStream(Encoder, predictor.Start());
    }

    /// <summary>Gives back the memory.</summary>
    public void Dispose() => executor.Dispose();

    /// <summary>Whether classes are asked for where the target is a class, or numbers where it is a number.</summary>
    /// <exception cref="InvalidOperationException">It is not so.</exception>
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
