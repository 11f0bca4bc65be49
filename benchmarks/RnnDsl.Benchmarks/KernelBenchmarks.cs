using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using RnnDsl.Kernels;
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
        a = Aligned(Rows * depth);
        c = Aligned(Rows * outputs);
        gradient = Aligned(outputs * depth);
        packed = Aligned(outputs * depth);
        Floats weights = Aligned(outputs * depth);
        Lanes(new Pack(packed, weights, outputs, depth));
    }

    internal static Floats Aligned(int count)
    {
        var random = new Random(1);
        var floats = new Floats((float*)NativeMemory.AlignedAlloc((nuint)count * sizeof(float) + 64, 64));
        for (int i = 0; i < count; i++)
            floats[i] = random.NextSingle() - 0.5f;
        return floats;
    }

    /// <summary>C = A·Wᵀ.</summary>
    [Benchmark]
    public void Multiply() => Lanes(new Product(Rows, a, depth, packed, outputs, c));

    /// <summary>dW = Cᵀ·A.</summary>
    [Benchmark]
    public void Outer() => Lanes(new Gradient(Rows, a, depth, outputs, c, gradient));

    interface ILaneWork
    {
        void Run<V>() where V : struct, ISimd<V>;
    }

    static void Lanes<W>(W work) where W : struct, ILaneWork
    {
        if (Layout.Lanes == 16)
            work.Run<Simd512>();
        else if (Layout.Lanes == 8)
            work.Run<Simd256>();
        else
            work.Run<Simd128>();
    }

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
