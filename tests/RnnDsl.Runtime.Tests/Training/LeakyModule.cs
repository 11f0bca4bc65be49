using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Tests.Training;

/// <summary>
/// What a generator would make of a leaky integrator, <c>h = a·h + w ⊙ x</c> with the state h that begins at <see cref="Start"/>,
/// a scalar if there is one unit, as a cell (Scan) and with the loss mean((h - y)²) over all steps, in plain loops.
/// </summary>
sealed class LeakyModule : Module
{
    public const float Start = 0.25f;
    readonly int width;
    readonly bool reverse;

    public LeakyModule(int width, int seed = 1, bool reverse = false)
    {
        this.width = width;
        this.reverse = reverse;
        Seed = seed;
    }

    /// <summary>Random sequences, and what an integrator with the given decay and weight 1 makes of them.</summary>
    public static Dataset Data(int width, int[] lengths, int seed, float decay = 0.8f)
    {
        var random = new RandomStream(seed, "leaky data");
        var x = new float[lengths.Sum() * width];
        var y = new float[x.Length];
        int start = 0;
        foreach (int length in lengths)
        {
            for (int i = 0; i < length * width; i++)
            {
                x[start + i] = (float)random.Uniform(1);
                y[start + i] = decay * (i < width ? Start : y[start + i - width]) + x[start + i];
            }
            start += length * width;
        }
        return new Dataset(Sequences("x", x, width, lengths), Sequences("y", y, width, lengths));
    }

    public static Column Sequences(string name, float[] values, int width, int[] lengths)
    {
        var starts = new int[lengths.Length];
        for (int i = 1; i < starts.Length; i++)
            starts[i] = starts[i - 1] + lengths[i - 1] * width;
        return new Column
        {
            Name = name,
            Kind = ValueKind.Sequence,
            Width = width,
            Values = values,
            Stride = width,
            Starts = starts,
            Lengths = lengths,
        };
    }

    protected override ModuleInfo Describe()
    {
        var x = new ValueInfo("x", ValueKind.Sequence, width);
        StateInfo[] states = [new StateInfo("leaky.h", width, Start, reverse, IsScalar: width == 1)];
        return new ModuleInfo(
            "Leaky",
            [new Dimension("Unit", width)],
            [
                new ParameterInfo("leaky.a", 0, 1, 1, Initial.Constant, 0.5),
                new ParameterInfo("leaky.w", 1, width, 1, Initial.Uniform, 1),
            ],
            [
                new MethodInfo("Scan", [x], x with { Name = "return" }, states,
                    new Program(width, false, false), new Program(width, false, true)),
                new MethodInfo("Loss", [x, x with { Name = "y" }], new ValueInfo("return", ValueKind.Scalar, 1), states,
                    new Program(width, true, false), new Program(width, true, true)),
            ],
            "leaky-1");
    }

    sealed class Program(int width, bool loss, bool gradient) : CompiledProgram
    {
        const int Weights = Layout.Alignment;
        readonly int stride = Layout.Pad(width), stateStride = width == 1 ? 1 : Layout.Pad(width);

        public override long PreparedFloats => Weights + Layout.Align(width);

        /// <summary>The states of all steps, and one gradient of a state for each sequence.</summary>
        public override long ArenaFloats(int rows, int batch) => (long)(rows + batch) * stride;

        public override void Prepare(Floats parameters, Floats prepared) =>
            parameters.Span((int)PreparedFloats).CopyTo(prepared.Span((int)PreparedFloats));

        public override void Run(Shard s)
        {
            Floats x = s.Inputs[0], h = loss ? s.Arena : s.Output;
            float a = s.Prepared[0];
            if (loss)
                s.Output.Span(s.Batch).Clear();
            for (int t = 0; t < s.Steps; t++)
                for (int b = 0; b < s.RowOffsets[t + 1] - s.RowOffsets[t]; b++)
                {
                    int row = (s.RowOffsets[t] + b) * stride;
                    double sum = 0;
                    for (int j = 0; j < width; j++)
                    {
                        h[row + j] = a * Before(s, h, t, b, j) + s.Prepared[Weights + j] * x[row + j];
                        if (loss)
                            sum += Square(h[row + j] - s.Inputs[1][row + j]) / (s.Lengths[b] * width);
                    }
                    for (int j = width; j < stride; j++)
                        h[row + j] = float.NaN;
                    if (loss)
                        s.Output[b] += (float)sum;
                    if (t == s.Lengths[b] - 1 && !s.FinalStates[0].IsNull)
                        (h + row).Span(stateStride).CopyTo((s.FinalStates[0] + b * stateStride).Span(stateStride));
                }
            if (gradient)
                Backward(s, h);
        }

        void Backward(Shard s, Floats h)
        {
            float a = s.Prepared[0];
            Floats x = s.Inputs[0], dh = s.Arena + s.Rows * stride;
            dh.Span(s.Batch * stride).Clear();
            s.Gradients.Span((int)PreparedFloats).Clear();
            for (int t = s.Steps - 1; t >= 0; t--)
                for (int b = 0; b < s.RowOffsets[t + 1] - s.RowOffsets[t]; b++)
                    for (int j = 0; j < width; j++)
                    {
                        int i = (s.RowOffsets[t] + b) * stride + j;
                        float d = dh[b * stride + j] + (loss
                            ? 2 * (h[i] - s.Inputs[1][i]) / (s.Lengths[b] * width) * s.ExampleWeight
                            : s.OutputGradient[i] * s.ExampleWeight);
                        s.Gradients[0] += d * Before(s, h, t, b, j);
                        s.Gradients[Weights + j] += d * x[i];
                        if (s.InputGradients is not null)
                            s.InputGradients[0][i] = d * s.Prepared[Weights + j];
                        dh[b * stride + j] = a * d;
                        if (t == 0 && s.InitialStateGradients is not null)
                            s.InitialStateGradients[0][b * stateStride + j] = a * d;
                    }
        }

        float Before(Shard s, Floats h, int t, int b, int j) => t > 0
            ? h[(s.RowOffsets[t - 1] + b) * stride + j]
            : s.InitialStates[0].IsNull ? Start : s.InitialStates[0][b * stateStride + j];

        static double Square(double value) => value * value;
    }
}
