using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Prediction;

/// <summary>Converts arguments of calls with arrays to columns; see <see cref="Calls"/>.</summary>
static class ExampleColumns
{
    /// <summary>The examples of one input.</summary>
    /// <exception cref="ArgumentException">A row has another width, or an example has no steps; the message names input, example and step.</exception>
    public static Column Of(ValueInfo input, object examples, Scaler? scaler) => (input.Kind, examples) switch
    {
        (ValueKind.Scalar, IReadOnlyList<float> scalars) => Column.Scalars(input.Name, Scaled([.. scalars], scaler)),
        (ValueKind.Vector, IReadOnlyList<float[]> vectors) => OfVectors(input, vectors, scaler),
        (ValueKind.Vector, IReadOnlyList<int> labels) => Column.OneHot(input.Name, input.Units, [.. labels]),
        (ValueKind.Sequence, IReadOnlyList<float[][]> sequences) =>
            Column.Sequences(input.Name, input.Width, [.. sequences.Select((rows, i) => Scaled(Joined(rows, input, $"example {i}"), scaler))]),
        (ValueKind.Sequence, IReadOnlyList<float[]> sequences) => Column.Sequences(input.Name, 1, [.. sequences.Select(values => Scaled([.. values ?? []], scaler))]),
        (ValueKind.Sequence, IReadOnlyList<int[]> sequences) => Column.OneHot(input.Name, input.Units, [.. sequences]),
        (ValueKind.Sequences, IReadOnlyList<float[][][]> all) => Column.Sequences(input.Name, input.Width,
            [.. all.Select((sequences, i) => (sequences ?? []).Select((rows, step) => Scaled(Joined(rows, input, $"example {i}, step {step}"), scaler)).ToArray())]),
        (ValueKind.Sequences, IReadOnlyList<float[][]> all) => Column.Sequences(input.Name, 1, [.. all.Select(sequences => Array.ConvertAll(sequences ?? [], values => Scaled([.. values ?? []], scaler)))]),
        (ValueKind.Sequences, IReadOnlyList<int[][]> all) => Column.OneHot(input.Name, input.Units, [.. all]),
        _ => throw new ArgumentException($"'{input.Name}' is a {input.Kind}, which is not given as {examples.GetType().Name}."),
    };

    /// <summary>Wraps one example as a list of examples.</summary>
    public static object One(object example) => example switch
    {
        float scalar => new[] { scalar },
        int number => new[] { number },
        float[] values => new[] { values },
        int[] numbers => new[] { numbers },
        float[][] rows => new[] { rows },
        int[][] rows => new[] { rows },
        float[][][] rows => new[] { rows },
        null => throw new ArgumentNullException(nameof(example), "The condition of the stream has no values."),
        _ => throw new ArgumentException($"{example.GetType().Name} is no value of an input."),
    };

    static Column OfVectors(ValueInfo input, IReadOnlyList<float[]> vectors, Scaler? scaler)
    {
        for (int i = 0; i < vectors.Count; i++)
            CheckWidth(vectors[i], input, $"example {i}");
        return Column.Joined(input.Name, ValueKind.Vector, input.Width, [.. vectors.Select(vector => Scaled([.. vector], scaler))]);
    }

    static float[] Joined(float[][]? rows, ValueInfo input, string place)
    {
        for (int step = 0; step < rows?.Length; step++)
            CheckWidth(rows[step], input, $"{place}, step {step}");
        return [.. (rows ?? []).SelectMany(row => row)];
    }

    static void CheckWidth(float[]? row, ValueInfo input, string place)
    {
        if (row?.Length != input.Width)
            throw new ArgumentException($"'{input.Name}' takes {input.Width} values, but {place} has {row?.Length ?? 0}.");
    }

    static float[] Scaled(float[] values, Scaler? scaler)
    {
        scaler?.Apply(values);
        return values;
    }
}
