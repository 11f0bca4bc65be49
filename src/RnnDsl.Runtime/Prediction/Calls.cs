using System.ComponentModel;
using RnnDsl.Execution;
using RnnDsl.Prediction;
using RnnDsl.Sequences;

namespace RnnDsl.CompilerServices;

/// <summary>
/// For generated code: calls of compiled methods with arrays. An argument is an <see cref="IReadOnlyList{T}"/> with one element for each example: <c>float</c> for a scalar,
/// <c>float[]</c> for a vector or a sequence of scalars, <c>float[][]</c> for a sequence, and one more <c>[]</c> for sequences at every step. For one-hot values, <c>int</c>
/// replaces the innermost <c>float[]</c>.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Calls
{
    /// <summary>The results of a loss, or of a method that returns a scalar, one for each example.</summary>
    public static float[] Scalars(Module model, string method, Scaler? inputs, Scaler? outputs, params object[] arguments) => Run(model, method, inputs, outputs, arguments, out _, out _);

    /// <summary>The vectors that a method returns.</summary>
    public static float[][] Vectors(Module model, string method, Scaler? inputs, Scaler? outputs, params object[] arguments)
    {
        float[] values = Run(model, method, inputs, outputs, arguments, out int width, out _);
        return [.. values.Chunk(width)];
    }

    /// <summary>The sequences of scalars that a method returns.</summary>
    public static float[][] ScalarSequences(Module model, string method, Scaler? inputs, Scaler? outputs, params object[] arguments)
    {
        float[] values = Run(model, method, inputs, outputs, arguments, out _, out int[] steps);
        return [.. Cut(values, steps)];
    }

    /// <summary>The sequences of vectors that a method returns.</summary>
    public static float[][][] Sequences(Module model, string method, Scaler? inputs, Scaler? outputs, params object[] arguments)
    {
        float[] values = Run(model, method, inputs, outputs, arguments, out int width, out int[] steps);
        return [.. Cut(values, Array.ConvertAll(steps, count => count * width)).Select(sequence => sequence.Chunk(width).ToArray())];
    }

    /// <summary>The vectors that a method returns, as probabilities of classes.</summary>
    public static ClassAnswer[] Classes(Module model, string method, Scaler? inputs, IReadOnlyList<string> classes, params object[] arguments) =>
        [.. Vectors(model, method, inputs, null, arguments).Select(vector => ClassAnswer.Create(classes, vector))];

    /// <summary>The sequences of vectors that a method returns, as probabilities of classes.</summary>
    public static ClassAnswer[][] ClassSequences(Module model, string method, Scaler? inputs, IReadOnlyList<string> classes, params object[] arguments) =>
        [.. Sequences(model, method, inputs, null, arguments).Select(steps => Array.ConvertAll(steps, vector => ClassAnswer.Create(classes, vector)))];

    /// <summary>Streams whose steps take all inputs.</summary>
    public static Streams<TStep, TAnswer> Streams<TStep, TAnswer>(
        Module model, string method, Scaler? inputs, Scaler? outputs, WeightFormat weights, Func<TStep, object[]> write, Func<float[], TAnswer> read) =>
        new(new Predictor(model, method, ScalerOfAllInputs(inputs, model, model.Method(method)), outputs, weights), write, read);

    /// <summary>Streams whose steps take the named inputs; all others are given at the start.</summary>
    public static Streams<TCondition, TStep, TAnswer> Streams<TCondition, TStep, TAnswer>(Module model, string method, Scaler? inputs, Scaler? outputs, WeightFormat weights,
        Func<TStep, object[]> write, Func<float[], TAnswer> read, Func<TCondition, object[]> writeCondition, params string[] streamed)
    {
        MethodInfo info = model.Method(method);
        Scaler? whole = ScalerOfAllInputs(inputs, model, info);
        (ValueInfo Input, Scaler? Scaler)[] given = [.. info.Inputs.Where(i => !streamed.Contains(i.Name)).Select(i => (i, Of(whole, info, i.Name)))];
        return new(new Predictor(model, method, Of(whole, info, streamed), outputs, weights, streamed), write, read,
            condition => new Dataset([.. given.Zip(writeCondition(condition), (g, value) => ExampleColumns.Of(g.Input, ExampleColumns.One(value), g.Scaler))]));
    }

    /// <summary>The single value of an answer.</summary>
    public static float Scalar(float[] answer) => answer[0];

    /// <summary>The values of an answer.</summary>
    public static float[] Vector(float[] answer) => answer;

    static float[] Run(Module model, string method, Scaler? inputs, Scaler? outputs, object[] arguments, out int width, out int[] steps)
    {
        Executor executor = model.ExecutorOf(method);
        MethodInfo info = executor.Method;
        width = info.Result.Width;
        Scaler? whole = ScalerOfAllInputs(inputs, model, info);
        if (outputs is not null && width % outputs.Columns.Count != 0)
            throw new ArgumentException($"{model.Info.Name}.{method} gives {width} values, but their scaler has {outputs.Columns.Count} columns ({string.Join(", ", outputs.Columns)}): select those of the targets.", nameof(outputs));
        for (int i = 0; i < arguments.Length; i++)
            ArgumentNullException.ThrowIfNull(arguments[i], info.Inputs[i].Name);
        var data = new Dataset([.. info.Inputs.Select((input, i) => ExampleColumns.Of(input, arguments[i], Of(whole, info, input.Name)))]);
        steps = [];
        if (data.Count == 0)
            return [];
        lock (executor)
        {
            float[] values = executor.Predict(data);
            if (info.Result.Kind == ValueKind.Sequence)
                steps = [.. Enumerable.Range(0, data.Count).Select(executor.ResultSteps)];
            outputs?.Invert(values);
            return values;
        }
    }

    static IEnumerable<float[]> Cut(float[] values, int[] lengths)
    {
        int at = 0;
        foreach (int length in lengths)
            yield return values[at..(at += length)];
    }

    /// <summary>The scaler of all inputs of a method, one after another. It does not scale numbers of units.</summary>
    /// <exception cref="ArgumentException">The scaler has neither one column nor one for each value that is no number of a unit.</exception>
    static Scaler? ScalerOfAllInputs(Scaler? given, Module model, MethodInfo method)
    {
        if (given is null)
            return null;
        int values = method.Inputs.Sum(i => i.IsOneHot ? 0 : i.Width);
        if (given.Columns.Count != 1 && given.Columns.Count != values)
            throw new ArgumentException($"{model.Info.Name}.{method.Name} takes {values} values a step that can be scaled, but the scaler has {given.Columns.Count} columns ({string.Join(", ", given.Columns)}): select one for each, or one for all.", nameof(given));
        var columns = new List<int>();
        int next = 0;
        foreach (ValueInfo input in method.Inputs)
            for (int i = 0; i < input.Width; i++)
                columns.Add(input.IsOneHot ? -1 : given.Columns.Count == 1 ? 0 : next++);
        return new Scaler([.. columns.Select(c => c < 0 ? "" : given.Columns[c])], [.. columns.Select(c => c < 0 ? 0 : given.Offsets[c])], [.. columns.Select(c => c < 0 ? 1 : given.Scales[c])], mayRepeat: true);
    }

    /// <summary>The part of the scaler for some of the inputs.</summary>
    static Scaler? Of(Scaler? whole, MethodInfo method, params string[] inputs)
    {
        if (whole is null)
            return null;
        int[] indices = [.. method.Inputs.SelectMany(input => Enumerable.Repeat(inputs.Contains(input.Name), input.Width)).Index().Where(place => place.Item).Select(place => place.Index)];
        return new Scaler([.. indices.Select(p => whole.Columns[p])], [.. indices.Select(p => whole.Offsets[p])], [.. indices.Select(p => whole.Scales[p])], mayRepeat: true);
    }
}
