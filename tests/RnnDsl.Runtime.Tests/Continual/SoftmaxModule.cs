using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Tests.Continual;

/// <summary>
/// What a generator would make of <c>Predict(x) = Softmax(W·x + b); Loss(x, y) = CrossEntropy(W·x + b, y)</c>, with plain loops, and of a loss <c>Distill(x, taught)</c> that compares with another answer.
/// </summary>
sealed class SoftmaxModule : Module
{
    readonly int inputs, classes;

    public SoftmaxModule(int inputs, int classes, int seed = 1)
    {
        (this.inputs, this.classes) = (inputs, classes);
        Seed = seed;
    }

    protected override ModuleInfo Describe()
    {
        var x = new ValueInfo("x", ValueKind.Vector, inputs);
        var answer = new ValueInfo("return", ValueKind.Vector, classes);
        var loss = new ValueInfo("return", ValueKind.Scalar, 1);
        return new ModuleInfo(
            "Softmax",
            [new Dimension("Input", inputs), new Dimension("Class", classes)],
            [new ParameterInfo("W", 2, classes, inputs, Initial.Xavier, 1), new ParameterInfo("b", 1, classes, 1, Initial.Constant, 0)],
            [
                new MethodInfo("Predict", [x], answer, [], new Program(inputs, classes, false, false), null),
                Loss("Loss", "y"),
                Loss("Distill", "taught"),
            ],
            "softmax-1");

        MethodInfo Loss(string name, string target) => new(name, [x, answer with { Name = target }], loss, [], new Program(inputs, classes, true, false), new Program(inputs, classes, true, true));
    }

    sealed class Program(int inputs, int classes, bool loss, bool gradient) : CompiledProgram
    {
        readonly int bias = (int)Layout.Align(inputs * classes);

        public override long PreparedFloats => bias + Layout.Align(classes);

        public override long ArenaFloats(int rows, int batch) => classes;

        public override void Prepare(Floats parameters, Floats prepared) => parameters.Span((int)PreparedFloats).CopyTo(prepared.Span((int)PreparedFloats));

        public override void Run(Shard s)
        {
            Floats w = s.Prepared, b = s.Prepared + bias, x = s.Inputs[0], p = s.Arena;
            if (gradient)
                s.Gradients.Span((int)PreparedFloats).Clear();
            int xStride = Layout.Pad(inputs), yStride = Layout.Pad(classes);
            for (int e = 0; e < s.Batch; e++)
            {
                double sum = 0, cross = 0;
                for (int c = 0; c < classes; c++)
                {
                    double score = b[c];
                    for (int i = 0; i < inputs; i++)
                        score += w[c * inputs + i] * x[e * xStride + i];
                    sum += p[c] = (float)Math.Exp(score);
                }
                for (int c = 0; c < classes; c++)
                {
                    p[c] = (float)(p[c] / sum);
                    if (!loss)
                        s.Output[e * yStride + c] = p[c];
                    else
                        cross -= s.Inputs[1][e * yStride + c] * Math.Log(p[c]);
                }
                if (loss)
                    s.Output[e] = (float)cross;
                for (int c = 0; gradient && c < classes; c++)
                {
                    float d = (p[c] - s.Inputs[1][e * yStride + c]) * s.ExampleWeight;
                    s.Gradients[bias + c] += d;
                    for (int i = 0; i < inputs; i++)
                        s.Gradients[c * inputs + i] += d * x[e * xStride + i];
                }
            }
        }
    }
}
