using System.Reflection;
using static RnnDsl.Ops;
using static RnnDsl.Tests.Language.Samples;

namespace RnnDsl.Tests.Language;

public class CellTests
{
    /// <summary>s = 2s + x, y = [s, n], where n counts the steps from 10 on.</summary>
    sealed class Counter : Cell<A, Cat<A, A>>
    {
        Vec<A> s, n;

        protected override Vec<Cat<A, A>> Step(Vec<A> x)
        {
            s = 2 * s + x;
            n += 1;
            return new Vec<Cat<A, A>>([.. s.ToArray(), .. n.ToArray()]);
        }

        protected override double[][] GetState() => [s.ToArray(), n.ToArray()];

        protected override void SetState(double[][]? state) =>
            (s, n) = state is null ? (new Vec<A>(0), new Vec<A>(10)) : (new Vec<A>(state[0]), new Vec<A>(state[1]));
    }

    sealed class Twice : Cell<A, A>
    {
        protected override Vec<A> Step(Vec<A> x) => 2 * x;
    }

    sealed class WithLayer : Cell<A, A>
    {
        readonly Twice layer = new();

        protected override Vec<A> Step(Vec<A> x) => layer.Map(x) + 1;
    }

    readonly Seq<A> x = new(1, [1.0, 2, 3]);

    [Fact]
    public void EveryScanStartsFromTheInitialConstants()
    {
        var cell = new Counter();
        for (int repeat = 0; repeat < 2; repeat++)
            Assert.Equal([1, 11, 4, 12, 11, 13], cell.Scan(x).ToArray());
    }

    [Fact]
    public void AReversedScanKeepsTheOrderOfTime() =>
        Assert.Equal([17, 13, 8, 12, 3, 11], new Counter().ScanReversed(x).ToArray());

    [Fact]
    public void QueuedStatesAreTakenInOrderAndOverwrittenWithTheLastOnes()
    {
        var cell = new Counter();
        double[] given = [100];
        double[]?[] first = [given, null], second = [null, [0]];
        cell.QueueStates(first);
        cell.QueueStates(second);

        Assert.Equal([201, 11, 404, 12, 811, 13], cell.Scan(x).ToArray());
        Assert.Equal([17, 3, 8, 2, 3, 1], cell.ScanReversed(x).ToArray());
        // The same scan written twice is one scan, until the states are cleared.
        Assert.Equal([201, 11, 404, 12, 811, 13], cell.Scan(x).ToArray());
        cell.ClearStates();
        Assert.Equal([1, 11, 4, 12, 11, 13], cell.Scan(x).ToArray());
        Assert.Equal([[811], [13]], first);
        Assert.Equal([[17], [3]], second);
        Assert.Equal([100], given);
    }

    [Fact]
    public void ClearedStatesAreForgotten()
    {
        var cell = new Counter();
        cell.QueueStates([[100], [0]]);
        cell.ClearStates();
        Assert.Equal([1, 11], cell.Scan(x)[0].ToArray());
    }

    [Fact]
    public void QueuedStatesMustFit()
    {
        var cell = new Counter();
        cell.QueueStates([[1]]);
        Assert.Contains("Counter has 2 states, but 1 were given", Assert.Throws<ArgumentException>(() => cell.Scan(x)).Message);
        cell.QueueStates([[1], [1, 2]]);
        Assert.Contains("State 1 of Counter has 1 units, but 2", Assert.Throws<ArgumentException>(() => cell.Scan(x)).Message);
    }

    [Fact]
    public void TheOutputsPartsAreKnownOnceAModelGivesThem()
    {
        var cell = new Counter();
        Assert.Throws<InvalidOperationException>(() => Left(cell.Scan(x)));
        cell.OutputExtent = new Extent(1, 1);
        Assert.Equal([1, 4, 11], Left(cell.Scan(x)).ToArray());
        Assert.Equal([11, 12, 13], Right(cell.Scan(x)).ToArray());
    }

    [Fact]
    public void LayersMapVectorsAndSequences()
    {
        Assert.Equal([2, 4], new Twice().Map(new Vec<A>(1, 2)).ToArray());
        Assert.Equal([2, 4, 6], new Twice().Map(x).ToArray());
        Assert.Equal([3, 5, 7], new WithLayer().Map(x).ToArray());
        Assert.Equal([3, 5, 7], new WithLayer().Scan(x).ToArray());
    }

    [Fact]
    public void ACellWithStatesIsNotALayer()
    {
        var cell = new Counter();
        Assert.Contains("Counter carries states", Assert.Throws<InvalidOperationException>(() => cell.Map(x)).Message);
    }

    [Init(0)] readonly double zero = 0;
    [Init(0.5)] readonly double half = 0;
    [Init(Initial.Orthogonal)] readonly double orthogonal = 0;
    [Init(Initial.Normal, 0.1)] readonly double normal = 0;

    [Fact]
    public void InitSaysKindAndValue()
    {
        Assert.Equal((Initial.Constant, 0), Of(nameof(zero)));
        Assert.Equal((Initial.Constant, 0.5), Of(nameof(half)));
        Assert.Equal((Initial.Orthogonal, 1), Of(nameof(orthogonal)));
        Assert.Equal((Initial.Normal, 0.1), Of(nameof(normal)));
        Assert.Equal(0, zero + half + orthogonal + normal);

        static (Initial, double) Of(string name)
        {
            FieldInfo field = typeof(CellTests).GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)!;
            InitAttribute init = field.GetCustomAttribute<InitAttribute>()!;
            return (init.Kind, init.Value);
        }
    }
}
