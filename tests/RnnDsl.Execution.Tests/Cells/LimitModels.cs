using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>Functions where they come to their limits: of numbers that are none, at kinks, at multiples of a period.</summary>
[Model]
public partial class Limits : Model
{
    internal class Unit : Dim;
    [Size(1)] internal class One : Dim;

    Counted<One> counted;
    Vec<Unit> p;
    Scalar period;

    /// <summary>Each of the functions that choose a number, of what may be none.</summary>
    internal Seq<Cat<Unit, Cat<Unit, Cat<Unit, Cat<Unit, Cat<Unit, Unit>>>>>> Bounded(Seq<Unit> x)
    {
        var log = Log(x);
        return Concat(Max(log, 0), Concat(Relu(log), Concat(Clip(log, -1, 1), Concat(Min(log, x), Concat(Max(x, log), Min(Max(0.5 * log, 0.3 * x), 0.3))))));
    }

    internal Vec<Cat<Unit, Cat<Unit, Cat<Unit, Unit>>>> Largest(Seq<Unit> x)
    {
        var log = Log(x);
        Seq least = Max(log);
        return Concat(MaxOverSteps(log), Concat(MaxOverRows(OuterSum(Last(log), First(x))), Concat(MaxOverColumns(OuterSum(First(x), Last(log))), Last(least * x))));
    }

    internal Seq Rest(Seq<One> x) => Mod(Sum(x), period);

    internal Seq<One> Counts(Seq<One> x) => counted.Scan(x);

    internal Scalar Unguarded(Vec<Unit> x) => Sum(Where(p > 0, Sqrt(p), 0) + 0 * x);

    internal Scalar Kinks(Vec<Unit> x) => Sum(Elu(p) + Elu(p, 2.5) + LeakyRelu(p, 0.2) + Relu(p) + Abs(p) + Silu(p) + Gelu(p) + 0 * x);
}

/// <summary>The number of the step within a period of seven.</summary>
[Cell]
public partial class Counted<D> : Cell<D, D>
{
    protected override Vec<D> Step(Vec<D> x) => 0 * x + Mod(StepNumber, 7);
}

/// <summary>A cell with a memory that does not read its input. The input says how many steps there are.</summary>
[Cell]
public partial class Unheard<Input, Hidden> : Cell<Input, Hidden, Hidden>
{
    [State] Vec<Hidden> s;
    Mat<Hidden, Hidden> U;
    protected override Vec<Hidden> Step(Vec<Input> x, Seq<Hidden> memory) => s = Tanh(U * s + MeanOverSteps(memory));
}
