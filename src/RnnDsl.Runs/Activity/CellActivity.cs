using System.Globalization;
using System.Text.Json;
using RnnDsl.Execution;
using RnnDsl.Onnx.Equations;
using RnnDsl.Runs.Equations;
using RnnDsl.Sequences;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Runs;

/// <summary>A value that has a name in the equations, over the steps of one example.</summary>
/// <param name="Layer">The layer with its path ("encoder"), or a method ("Predict()").</param>
/// <param name="Name">The name in the equations, such as "f"; "output" for what the cell returns, if it has no name. A name that is given twice is followed by its number: "z (2)".</param>
/// <param name="Axis">Which of <see cref="CellActivity.Labels"/> belong to its steps.</param>
/// <param name="Units">The number of its units, of which <see cref="Values"/> has at most <see cref="CellActivity.MostUnits"/>.</param>
/// <param name="Steps">The number of its steps, of which <see cref="Values"/> has at most <see cref="CellActivity.MostSteps"/>.</param>
/// <param name="Values">The values: step by step, the first units.</param>
public sealed record UnitTrace(string Layer, string Name, int Axis, int Units, int Steps, float[][] Values);

/// <summary>What gates, states and other named values of all recurrent layers do over one example. They are computed from the equations in double precision, for any cell and model, and compared with
/// what the compiled program gives.</summary>
public sealed class CellActivity
{
    /// <summary>The most values that are kept; the first ones that are computed.</summary>
    public const int MostTraces = 32;

    /// <summary>The most steps that are kept, from the first.</summary>
    public const int MostSteps = 200;

    /// <summary>The most units that are kept, from the first.</summary>
    public const int MostUnits = 64;

    CellActivity(string title, string method, IReadOnlyList<IReadOnlyList<string>> labels, IReadOnlyList<UnitTrace> traces, int leftOut, double difference) =>
        (Title, Method, Labels, Traces, LeftOut, Difference) = (title, method, labels, traces, leftOut, difference);

    /// <summary>The title.</summary>
    public string Title { get; }

    /// <summary>The method that ran.</summary>
    public string Method { get; }

    /// <summary>For each axis of the method, the labels of its steps: the values of the input, or the words that the caller gave.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Labels { get; }

    /// <summary>The named values, in the order in which they are computed.</summary>
    public IReadOnlyList<UnitTrace> Traces { get; }

    /// <summary>The number of named values beyond <see cref="MostTraces"/>.</summary>
    public int LeftOut { get; }

    /// <summary>The largest difference between the result of the equations and that of the compiled program, divided by the largest magnitude of the result if that is above 1. It is some 1e-6; much more is a fault.</summary>
    public double Difference { get; }

    /// <summary>Runs a model's equations on an example.</summary>
    /// <param name="model">The model or cell.</param>
    /// <param name="data">Has a column for each input of the method.</param>
    /// <param name="example">The number of the example, from 0.</param>
    /// <param name="method">The name of the method, which may be a loss; "Scan" for a cell.</param>
    /// <param name="title">The title; null for one that says the method and the example.</param>
    /// <param name="labels">The labels of the steps of the first axis, such as the words of a sentence; null for the values of the input.</param>
    /// <exception cref="ArgumentException">The data do not fit the method, the number of labels is not that of the steps, or the model was compiled by a version whose equations cannot be read.</exception>
    /// <exception cref="NotSupportedException">The method has an operation that this version does not run one by one; the message names it.</exception>
    public static CellActivity Of(Module model, Dataset data, int example = 0, string method = "Predict", string? title = null, IReadOnlyList<string>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegative(example);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(example, data.Count);
        MethodInfo info = model.Method(method);
        Dataset one = data.Range(example, 1);
        // First of all the compiled program, which checks the data.
        float[] compiled;
        using (var executor = new Executor(model, method, new ExecutionOptions { Threads = 1 }))
            compiled = executor.Predict(one);

        ModuleEquations equations = ModuleEquations.Of(model);
        var axes = new Axes();
        Dictionary<string, Tensor[]> inputs = info.Inputs.ToDictionary(i => i.Name, i => ExampleValues.Of(i, one[i.Name], axes));
        var recorder = new ActivityRecorder();
        Tensor[] result = new EquationRun(equations, recorder).Run(equations.Methods.First(m => m.Name == method), inputs, axes);
        List<IReadOnlyList<string>> named = [.. Enumerable.Range(0, info.Inputs.Select(i => Math.Max(i.Axis, i.Of)).DefaultIfEmpty(-1).Max() + 1).Select(axis => Names(info, one, axis))];
        if (labels is not null)
        {
            if (named.Count == 0 || labels.Count != axes[0].Sum())
                throw new ArgumentException($"There are {labels.Count} labels, but example {example} has {(named.Count == 0 ? 0 : axes[0].Sum())} steps: give one for each step.", nameof(labels));
            named[0] = [.. labels.Take(MostSteps)];
        }
        return new(title ?? string.Create(CultureInfo.InvariantCulture, $"{method}, example {example}"), method, named, recorder.Traces, recorder.LeftOut, LargestDifference(compiled, result));
    }

    static double LargestDifference(float[] compiled, Tensor[] result)
    {
        double[] written = [.. result.SelectMany(v => v.Values)];
        if (written.Length != compiled.Length)
            throw new NotSupportedException($"The equations give {written.Length} values and the compiled program {compiled.Length}.");
        double largest = 0, scale = 1;
        for (int i = 0; i < compiled.Length; i++)
        {
            double difference = Math.Abs(compiled[i] - written[i]);
            // An infinite value on both sides is no difference; NaN on one side alone is.
            if (compiled[i].Equals((float)written[i]))
                difference = 0;
            largest = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(largest, difference);
            scale = Math.Max(scale, double.IsFinite(compiled[i]) ? Math.Abs(compiled[i]) : 1);
        }
        return largest / scale;
    }

    /// <summary>The values of the first input along an axis: numbers of units, or one number a step; otherwise the steps' own numbers.</summary>
    static List<string> Names(MethodInfo info, Dataset one, int axis)
    {
        ValueInfo? input = info.Inputs.FirstOrDefault(i => i.Kind == ValueKind.Sequence && i.Axis == axis);
        if (input is null)
            return [];
        Column column = one[input.Name];
        int steps = Math.Min(column.Lengths[0], MostSteps);
        return [.. Enumerable.Range(0, steps).Select(t => column.Width > 1 ? t.ToString(CultureInfo.InvariantCulture) : column.Step(0, t)[0].ToString("G3", CultureInfo.InvariantCulture))];
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteString("title", Title);
        json.WriteString("method", Method);
        RunLines.Number(json, "difference", Difference);
        json.WriteNumber("left out", LeftOut);
        json.WriteStartArray("labels");
        foreach (IReadOnlyList<string> axis in Labels)
        {
            json.WriteStartArray();
            foreach (string label in axis)
                json.WriteStringValue(label);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteStartArray("traces");
        foreach (UnitTrace trace in Traces)
        {
            json.WriteStartObject();
            json.WriteString("layer", trace.Layer);
            json.WriteString("name", trace.Name);
            json.WriteNumber("axis", trace.Axis);
            json.WriteNumber("units", trace.Units);
            json.WriteNumber("steps", trace.Steps);
            json.WriteStartArray("values");
            foreach (float[] step in trace.Values)
            {
                json.WriteStartArray();
                // Four digits are more than a picture shows.
                foreach (float value in step)
                    if (float.IsFinite(value))
                        json.WriteRawValue(value.ToString("G4", CultureInfo.InvariantCulture));
                    else
                        RunLines.Number(json, value);
                json.WriteEndArray();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    internal static CellActivity Read(JsonElement json) => new(RunLog.Text(json, "title"), RunLog.Text(json, "method"),
        [.. json.GetProperty("labels").EnumerateArray().Select(axis => (IReadOnlyList<string>)[.. axis.EnumerateArray().Select(l => l.GetString() ?? "")])],
        [.. json.GetProperty("traces").EnumerateArray().Select(ReadTrace)], json.GetProperty("left out").GetInt32(), RunLog.Number(json, "difference"));

    static UnitTrace ReadTrace(JsonElement json)
    {
        float[][] values = [.. json.GetProperty("values").EnumerateArray().Select(step => (float[])[.. step.EnumerateArray().Select(v => (float)RunLog.Number(v))])];
        if (values.Length == 0 || values.Length > MostSteps || values.Any(step => step.Length != values[0].Length || step.Length is 0 or > MostUnits))
            throw new FormatException($"the activity is no table of at most {MostSteps} steps and {MostUnits} units");
        return new(RunLog.Text(json, "layer"), RunLog.Text(json, "name"), json.GetProperty("axis").GetInt32(), json.GetProperty("units").GetInt32(), json.GetProperty("steps").GetInt32(), values);
    }
}
