using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.Benchmarks;

/// <summary>The vector functions, time for each float of an array in the nearest cache, beside the framework's where it has them.</summary>
[Config(typeof(AtOnce)), GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory), CategoriesColumn]
public class FunctionBenchmarks
{
    const int Count = 1024;

    readonly Floats x = Lanes.Aligned(Count), positive = Lanes.Aligned(Count), y = Lanes.Aligned(Count);

    [GlobalSetup]
    public void Setup()
    {
        // Where gates are: from −8 to 8.
        for (int i = 0; i < Count; i++)
            (x[i], positive[i]) = (16 * x[i], 16 * (positive[i] + 0.5f) + 1e-6f);
    }

    [BenchmarkCategory("tanh"), Benchmark(OperationsPerInvoke = Count)]
    public void Tanh() => Lanes.Run(new Map<Functions.Tanh>(x, y));

    [BenchmarkCategory("tanh"), Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public void TanhTensors() => TensorPrimitives.Tanh(x.Span(Count), y.Span(Count));

    [BenchmarkCategory("sigmoid"), Benchmark(OperationsPerInvoke = Count)]
    public void Sigmoid() => Lanes.Run(new Map<Functions.Sigmoid>(x, y));

    [BenchmarkCategory("sigmoid"), Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public void SigmoidTensors() => TensorPrimitives.Sigmoid(x.Span(Count), y.Span(Count));

    [BenchmarkCategory("exp"), Benchmark(OperationsPerInvoke = Count)]
    public void Exp() => Lanes.Run(new Map<Functions.Exp>(x, y));

    [BenchmarkCategory("exp"), Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public void ExpTensors() => TensorPrimitives.Exp(x.Span(Count), y.Span(Count));

    [BenchmarkCategory("log"), Benchmark(OperationsPerInvoke = Count)]
    public void Log() => Lanes.Run(new Map<Functions.Log>(positive, y));

    [BenchmarkCategory("log"), Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public void LogTensors() => TensorPrimitives.Log(positive.Span(Count), y.Span(Count));

    [BenchmarkCategory("softplus"), Benchmark(OperationsPerInvoke = Count)]
    public void Softplus() => Lanes.Run(new Map<Functions.Softplus>(x, y));

    interface IFunction
    {
        static abstract V Of<V>(V x) where V : struct, ISimd<V>;
    }

    readonly struct Map<F>(Floats x, Floats y) : ILaneWork where F : struct, IFunction
    {
        public void Run<V>() where V : struct, ISimd<V>
        {
            for (nint i = 0; i < Count; i += V.Count)
                V.Store(F.Of(V.Load(x, i)), y, i);
        }
    }

    static class Functions
    {
        public readonly struct Tanh : IFunction
        {
            public static V Of<V>(V x) where V : struct, ISimd<V> => VectorMath.Tanh(x);
        }

        public readonly struct Sigmoid : IFunction
        {
            public static V Of<V>(V x) where V : struct, ISimd<V> => VectorMath.Sigmoid(x);
        }

        public readonly struct Exp : IFunction
        {
            public static V Of<V>(V x) where V : struct, ISimd<V> => VectorMath.Exp(x);
        }

        public readonly struct Log : IFunction
        {
            public static V Of<V>(V x) where V : struct, ISimd<V> => VectorMath.Log(x);
        }

        public readonly struct Softplus : IFunction
        {
            public static V Of<V>(V x) where V : struct, ISimd<V> => VectorMath.Softplus(x);
        }
    }
}
