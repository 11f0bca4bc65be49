using BenchmarkDotNet.Attributes;
using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.Benchmarks;

/// <summary>Products of activations with packed weights, and gradients of weights. Operations: 2 · Rows · Depth · Outputs.</summary>
public unsafe class ProductBenchmarks
{
    [Params(1, 7, 32, 128)]
    public int Rows { get; set; }

    [Params("32x128", "128x512", "512x2048")]
    public string Shape { get; set; } = "";

    int depth, outputs;
    Floats a, packed, c, gradient;

    [GlobalSetup]
    public void Setup()
    {
        (depth, outputs) = (int.Parse(Shape.Split('x')[0]), int.Parse(Shape.Split('x')[1]));
        a = Lanes.Aligned(Rows * depth);
        c = Lanes.Aligned(Rows * outputs);
        gradient = Lanes.Aligned(outputs * depth);
        packed = Lanes.Aligned(outputs * depth);
        Floats weights = Lanes.Aligned(outputs * depth);
        Lanes.Run(new Pack(packed, weights, outputs, depth));
    }

    /// <summary>C = A·Wᵀ.</summary>
    [Benchmark]
    public void Multiply() => Lanes.Run(new Product(Rows, a, depth, packed, outputs, c));

    /// <summary>dW = Cᵀ·A.</summary>
    [Benchmark]
    public void Outer() => Lanes.Run(new Gradient(Rows, a, depth, outputs, c, gradient));

    readonly struct Pack(Floats packed, Floats weights, int outputs, int depth) : ILaneWork
    {
        public void Run<V>() where V : struct, ISimd<V> => Panels.Pack<V>(packed, outputs, depth, weights, outputs, depth, transpose: false, 0, 0);
    }

    readonly struct Product(int rows, Floats a, int depth, Floats packed, int outputs, Floats c) : ILaneWork
    {
        public void Run<V>() where V : struct, ISimd<V> => Gemm.Multiply<V>(rows, a, depth, depth, packed, outputs, c, outputs, Floats.Null, 0);
    }

    readonly struct Gradient(int rows, Floats a, int depth, int outputs, Floats c, Floats gradient) : ILaneWork
    {
        public void Run<V>() where V : struct, ISimd<V> => Gemm.Outer<V>(rows, c, outputs, a, depth, depth, [new(0, outputs, gradient)], accumulate: false);
    }
}
