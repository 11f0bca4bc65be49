using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Tests.Training;

/// <summary>
/// What a generator would make of <c>Predict(x) = W·x + b; Loss(x, y) = mean((Predict(x) - y)²)</c>, with plain loops.
/// </summary>
sealed class LinearModule : Module
{
    readonly int inputs, outputs;

    public LinearModule(int inputs, int outputs, int seed = 1)
    {
        this.inputs = inputs;
        this.outputs = outputs;
        Seed = seed;
    }

    /// <summary>Examples of a random linear map with a little noise.</summary>
    public static Dataset Data(int count, int inputs, int outputs, int seed, double noise = 0.01)
    {
        var random = new RandomStream(seed, "linear data");
        var truth = new double[outputs * (inputs + 1)];
        for (int i = 0; i < truth.Length; i++)
            truth[i] = random.Uniform(1);
        var x = new float[count * inputs];
        var y = new float[count * outputs];
        for (int e = 0; e < count; e++)
        {
            for (int i = 0; i < inputs; i++)
                x[e * inputs + i] = (float)random.Uniform(1);
            for (int o = 0; o < outputs; o++)
            {
                double sum = truth[o * (inputs + 1) + inputs] + noise * random.Normal();
                for (int i = 0; i < inputs; i++)
                    sum += truth[o * (inputs + 1) + i] * x[e * inputs + i];
                y[e * outputs + o] = (float)sum;
            }
        }
        return new Dataset(Vectors("x", x, inputs), Vectors("y", y, outputs));
    }

    public static Column Vectors(string name, float[] values, int width) => new()
    {
        Name = name,
        Kind = ValueKind.Vector,
        Width = width,
        Values = values,
        Stride = width,
        Starts = [.. Enumerable.Range(0, values.Length / width).Select(i => i * width)],
        Lengths = [.. Enumerable.Repeat(1, values.Length / width)],
    };

    protected override ModuleInfo Describe()
    {
        var x = new ValueInfo("x", ValueKind.Vector, inputs);
        var y = new ValueInfo("y", ValueKind.Vector, outputs);
        return new ModuleInfo(
            "Linear",
            [new Dimension("Input", inputs), new Dimension("Output", outputs)],
            [
                new ParameterInfo("layer.W", 2, outputs, inputs, Initial.Xavier, 1),
                new ParameterInfo("layer.b", 1, outputs, 1, Initial.Constant, 0),
            ],
            [
                new MethodInfo("Predict", [x], y with { Name = "return" }, [], new Program(inputs, outputs, false, false), null),
                new MethodInfo("Loss", [x, y], new ValueInfo("return", ValueKind.Scalar, 1), [],
                    new Program(inputs, outputs, true, false), new Program(inputs, outputs, true, true)),
            ],
            "linear-1");
    }

    /// <summary>Keeps the parameters themselves as what it prepares, so a forgotten preparation is noticed.</summary>
    sealed class Program(int inputs, int outputs, bool loss, bool gradient) : CompiledProgram
    {
        readonly int bias = (int)Layout.Align(inputs * outputs);

        public override long PreparedFloats => bias + Layout.Align(outputs);

        public override long ArenaFloats(int rows, int batch) => outputs;

        public override void Prepare(Floats parameters, Floats prepared) =>
            parameters.Span((int)PreparedFloats).CopyTo(prepared.Span((int)PreparedFloats));

        public override void Run(Shard s)
        {
            Floats w = s.Prepared, b = s.Prepared + bias, x = s.Inputs[0], error = s.Arena;
            if (gradient)
                s.Gradients.Span((int)PreparedFloats).Fill(0);
            int xStride = Layout.Pad(inputs), yStride = Layout.Pad(outputs);
            for (int e = 0; e < s.Batch; e++)
            {
                double sum = 0;
                for (int o = 0; o < outputs; o++)
                {
                    float value = b[o];
                    for (int i = 0; i < inputs; i++)
                        value += w[o * inputs + i] * x[e * xStride + i];
                    if (!loss)
                        s.Output[e * yStride + o] = value;
                    else
                        sum += (error[o] = value - s.Inputs[1][e * yStride + o]) * error[o] / outputs;
                }
                if (loss)
                    s.Output[e] = (float)sum;
                for (int o = 0; gradient && o < outputs; o++)
                {
                    float d = 2 * error[o] / outputs * s.ExampleWeight;
                    s.Gradients[bias + o] += d;
                    for (int i = 0; i < inputs; i++)
                        s.Gradients[o * inputs + i] += d * x[e * xStride + i];
                }
            }
            // Whole vectors may be stored over the end of a slice.
            if (gradient && outputs % Layout.Alignment != 0)
                s.Gradients[bias + outputs] = 1234;
        }
    }
}
