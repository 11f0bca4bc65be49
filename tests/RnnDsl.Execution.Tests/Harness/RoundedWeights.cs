using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.Execution.Tests;

/// <summary>What <see cref="Int8Weights"/> computes, in floats: weights and operands rounded in the same way, but kept and multiplied as floats.</summary>
public readonly struct RoundedWeights : IStepWeights
{
    public static int MostLanes => 16;

    public static int Words(int depth) => depth;

    public static int Row(int depth) => depth;

    public static long OperandFloats(int depth) => Layout.Align(1 + depth);

    public static Floats Values(Floats words, int depth, Floats room) => words;

    public static Floats Operand(Floats operand, int depth, Floats words, Floats scale)
    {
        words[0] = scale[0] > 0 ? scale[0] : Largest(operand.Span(depth)) / 127;
        Round(operand.Span(depth), words[0], (words + 1).Span(depth));
        return words + 1;
    }

    public static void Pack<V>(Floats packed, int abreast, int product, Floats weights, int rows, int columns, bool transpose)
        where V : struct, ISimd<V>
    {
        (int outputs, int depth) = transpose ? (columns, rows) : (rows, columns);
        var rounded = new float[rows * columns];
        var row = new float[depth];
        for (int output = 0; output < outputs; output++)
        {
            int At(int k) => transpose ? k * columns + output : output * columns + k;
            for (int k = 0; k < depth; k++)
                row[k] = weights[At(k)];
            Round(row, Int8Weights.Scale(Largest(row)), row);
            for (int k = 0; k < depth; k++)
                rounded[At(k)] = row[k];
        }
        unsafe
        {
            fixed (float* source = rounded)
                FloatWeights.Pack<V>(packed, abreast, product, new Floats(source), rows, columns, transpose);
        }
    }

    public static V Begin<V>(V addend) where V : struct, ISimd<V> => addend;

    public static V MultiplyAdd<V>(V operand, Floats weights, nint at, V sums) where V : struct, ISimd<V> => FloatWeights.MultiplyAdd(operand, weights, at, sums);

    public static V MultiplyAdd<V>(V operand, V weights, V sums) where V : struct, ISimd<V> => FloatWeights.MultiplyAdd(operand, weights, sums);

    public static V Add<V>(V a, V b) where V : struct, ISimd<V> => a + b;

    public static V Finish<V>(V sums, Floats behind, int product, int abreast, Floats operand, V addend) where V : struct, ISimd<V> => sums;

    /// <summary>The program with these weights.</summary>
    public static StepProgram Of(StepProgram program)
    {
        Type type = program.GetType(), rounded = type.GetGenericTypeDefinition().MakeGenericType([.. type.GenericTypeArguments[..^1], typeof(RoundedWeights)]);
        const System.Reflection.BindingFlags Own = System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic;
        return (StepProgram)Activator.CreateInstance(rounded, [.. type.GetConstructors().Single().GetParameters().Select(p => type.GetField(p.Name!, Own)!.GetValue(program))])!;
    }

    static float Largest(ReadOnlySpan<float> values)
    {
        float largest = 0;
        foreach (float value in values)
            largest = Math.Max(largest, Math.Abs(value));
        return largest;
    }

    static void Round(ReadOnlySpan<float> values, float scale, Span<float> rounded)
    {
        float inverse = scale >= 1.17549435e-38f ? 1 / scale : 0;
        for (int i = 0; i < values.Length; i++)
            rounded[i] = scale * Math.Clamp(MathF.Round(values[i] * inverse), -127, 127);
    }
}
