using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Tests.Training;

/// <summary>A module of one parameter whose programs tell that they have begun, and wait at a gate until a test lets them go on.</summary>
sealed class GateModule : Module, IDisposable
{
    readonly SemaphoreSlim begun = new(0), open = new(0);
    volatile bool closed;

    /// <summary>Two scalars an example.</summary>
    public static Dataset Data { get; } = new(new Column
    {
        Name = "x", Kind = ValueKind.Scalar, Width = 1, Stride = 1, Values = new float[] { 1, 2 }, Starts = [0, 1], Lengths = [1, 1],
    });

    /// <summary>Does something while another thread waits inside.</summary>
    public void While(Action inside, Action meanwhile)
    {
        closed = true;
        Task first = Task.Run(inside);
        try
        {
            Assert.True(begun.Wait(TimeSpan.FromSeconds(60)));
            meanwhile();
        }
        finally
        {
            closed = false;
            open.Release();
        }
        first.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        begun.Dispose();
        open.Dispose();
    }

    void Pass()
    {
        if (!closed)
            return;
        begun.Release();
        open.Wait();
    }

    protected override ModuleInfo Describe() => new(
        "Gate", [], [new ParameterInfo("a", 0, 1, 1, Initial.Constant, 0.5)],
        [
            new MethodInfo("Loss", [new("x", ValueKind.Scalar, 1)], new("return", ValueKind.Scalar, 1), [], new Program(this), new Program(this), new Stepping(this)),
        ],
        "gate-1");

    sealed class Program(GateModule gate) : CompiledProgram
    {
        public override long PreparedFloats => Layout.Alignment;

        public override long ArenaFloats(int rows, int batch) => 0;

        public override void Prepare(Floats parameters, Floats prepared) => prepared[0] = parameters[0];

        public override void Run(Shard s)
        {
            gate.Pass();
            for (int e = 0; e < s.Batch; e++)
                s.Output[e] = s.Prepared[0] * s.Inputs[0][e];
            if (!s.Gradients.IsNull)
                s.Gradients[0] = 1;
        }
    }

    /// <summary>h ← 2·h + x, which grows out of the range of floats in 128 steps.</summary>
    sealed class Stepping : StepProgram
    {
        readonly GateModule gate;

        public Stepping(GateModule gate)
        {
            this.gate = gate;
            (PreparedFloats, StreamFloats, Inputs, Outputs) = (Layout.Alignment, Layout.Alignment, 1, 1);
            States = [new("h", 1, 0, 0)];
        }

        public override StepProgram Int8() => this;

        public override void Prepare(Floats parameters, Floats prepared)
        {
        }

        public override void Step(Floats prepared, Floats memory, Floats inputs, Floats outputs)
        {
            gate.Pass();
            outputs[0] = memory[0] = 2 * memory[0] + inputs[0];
            // What lies beside a state is nobody's.
            memory[1] = float.NaN;
        }
    }
}
