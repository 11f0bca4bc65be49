using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Metrics;

/// <summary>Compares the answers of a method with a column of targets.</summary>
static class AnswerScores
{
    /// <summary>See <see cref="Training.Metric.Accuracy(Module, string, string)"/>. NaN if no step has a class.</summary>
    public static double Accuracy(Module model, string method, Dataset data, string target)
    {
        (float[] answers, Column targets, int width) = Answers(model, method, data, target);
        int classes = targets.Units > 0 ? targets.Units : targets.Width;
        if (width != classes)
            throw new ArgumentException($"{model.Info.Name}.{method} answers with {width} values, but column '{target}' has {classes} classes: name the method and the column of the same classes.");
        if (classes < 2)
            throw new ArgumentException($"{model.Info.Name}.{method} answers with one value: an accuracy needs a value for each class. Give a score of your own, new Metric(name, data => …).");
        long right = 0, all = 0;
        int at = 0;
        for (int example = 0; example < targets.Count; example++)
            for (int step = 0; step < targets.Lengths[example]; step++, at += width)
            {
                ReadOnlySpan<float> actual = targets.Step(example, step);
                int known = targets.Units > 0 ? (int)actual[0] : Largest(actual);
                if (known < 0)
                    continue;
                all++;
                right += Largest(answers.AsSpan(at, width)) == known ? 1 : 0;
            }
        return (double)right / all;
    }

    /// <summary>See <see cref="Training.Metric.MinusRmse"/>.</summary>
    public static double Rmse(Module model, string method, Dataset data, string target)
    {
        if (data[target].Units > 0)
            throw new ArgumentException($"Column '{target}' has classes: measure it with Metric.Accuracy.");
        (float[] answers, Column targets, _) = Answers(model, method, data, target);
        return ForecastErrors.Measure(targets.ToArray(), answers).Rmse;
    }

    static (float[] Answers, Column Targets, int Width) Answers(Module model, string method, Dataset data, string target)
    {
        Column targets = data[target];
        using var executor = new Executor(model, method);
        float[] answers = executor.Predict(data);
        int width = executor.Method.Result.Width;
        long steps = targets.Lengths.Sum(length => (long)length);
        return answers.Length == steps * width && (targets.Units > 0 || width == targets.Width) ? (answers, targets, width) : throw new ArgumentException(
            $"{model.Info.Name}.{method} gives {answers.Length} values, {width} in each answer, for the {steps} targets of column '{target}': both must have one for each example, or one for each step, of one size.");
    }

    static int Largest(ReadOnlySpan<float> values)
    {
        int largest = 0;
        for (int i = 1; i < values.Length; i++)
            if (values[i] > values[largest])
                largest = i;
        return largest;
    }
}
