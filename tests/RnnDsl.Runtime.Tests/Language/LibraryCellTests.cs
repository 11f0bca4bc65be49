using System.Reflection;
using System.Runtime.CompilerServices;
using static RnnDsl.Tests.Language.Samples;

namespace RnnDsl.Tests.Language;

/// <summary>Every library cell, three steps from a random state, against the same equations over plain arrays.</summary>
public class LibraryCellTests
{
    const int Inputs = 3, Hidden = 4, Steps = 3;

    readonly Dictionary<string, double[]> p = [];

    static double Sigma(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>Unit j of the product of a matrix parameter with a vector.</summary>
    double Row(string name, double[] v, int j)
    {
        double sum = 0;
        for (int k = 0; k < v.Length; k++)
            sum += p[name][j * v.Length + k] * v[k];
        return sum;
    }

    /// <summary>Unit j of W·x + U·h + b of one gate.</summary>
    double Gate(string gate, double[] x, double[] h, int j) => Row("W" + gate, x, j) + Row("U" + gate, h, j) + p["b" + gate][j];

    double Clip(double x) => Math.Clamp(x, -p["clip"][0], p["clip"][0]);

    /// <summary>Unit j of the normalized vector.</summary>
    static double Normal(double[] v, int j)
    {
        double mean = v.Average();
        return (v[j] - mean) / Math.Sqrt(v.Select(u => (u - mean) * (u - mean)).Average() + 1e-5);
    }

    static double[] Units(Func<int, double> unit) => [.. Enumerable.Range(0, Hidden).Select(unit)];

    /// <summary>Runs a cell beside <paramref name="step"/>, which takes input, h and c and returns the new h and c.</summary>
    void Check(Type definition, Func<double[], double[], double[], (double[] H, double[] C)> step)
    {
        Type type = definition.MakeGenericType(typeof(A), typeof(B));
        // Without a constructor, so that the test asks nothing of the generated part.
        object cell = RuntimeHelpers.GetUninitializedObject(type);
        var random = new Random(8);
        double[] h = [], c = [];
        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        {
            object value;
            if (field.FieldType == typeof(Mat<B, A>))
                value = Matrix<B, A>(random, Hidden, Inputs);
            else if (field.FieldType == typeof(Mat<B, B>))
                value = Matrix<B, B>(random, Hidden, Hidden);
            else if (field.FieldType == typeof(Vec<B>))
                value = Vector<B>(random, Hidden);
            else if (field.FieldType == typeof(Scalar))
                value = (Scalar)0.3;
            else
                continue;
            field.SetValue(cell, value);
            p[field.Name] = value is Scalar number ? [number.Value] : (double[])((dynamic)value).ToArray();
        }
        h = p.GetValueOrDefault("h", []);
        c = p.GetValueOrDefault("c", []);
        MethodInfo method = type.GetMethod("Step", BindingFlags.Instance | BindingFlags.NonPublic)!;
        for (int t = 0; t < Steps; t++)
        {
            double[] x = Values(random, Inputs);
            (h, c) = step(x, h, c);
            Close(h, ((Vec<B>)method.Invoke(cell, [new Vec<A>(x)])!).ToArray());
        }
    }

    void CheckStateless(Type definition, Func<double[], double[]> step) => Check(definition, (x, _, c) => (step(x), c));

    [Fact]
    public void Elman() =>
        Check(typeof(Elman<,>), (x, h, c) => (Units(j => Math.Tanh(Gate("", x, h, j))), c));

    [Fact]
    public void AntisymmetricRnn() => Check(typeof(AntisymmetricRnn<,>), (x, h, c) => (Units(j =>
    {
        double sum = Row("V", x, j) + p["b"][j] - 0.01 * h[j];
        for (int k = 0; k < Hidden; k++)
            sum += (p["W"][j * Hidden + k] - p["W"][k * Hidden + j]) * h[k];
        return h[j] + 0.1 * Math.Tanh(sum);
    }), c));

    [Fact]
    public void ElmanRelu() =>
        Check(typeof(ElmanRelu<,>), (x, h, c) => (Units(j => Math.Max(0, Gate("", x, h, j))), c));

    [Fact]
    public void Lstm() => Check(typeof(Lstm<,>), (x, h, c) =>
    {
        double[] next = Units(j => Sigma(Gate("f", x, h, j)) * c[j] + Sigma(Gate("i", x, h, j)) * Math.Tanh(Gate("g", x, h, j)));
        return (Units(j => Sigma(Gate("o", x, h, j)) * Math.Tanh(next[j])), next);
    });

    [Fact]
    public void PeepholeLstm() => Check(typeof(PeepholeLstm<,>), (x, h, c) =>
    {
        double[] next = Units(j =>
            Sigma(Gate("f", x, h, j) + p["pf"][j] * c[j]) * c[j] +
            Sigma(Gate("i", x, h, j) + p["pi"][j] * c[j]) * Math.Tanh(Gate("g", x, h, j)));
        return (Units(j => Sigma(Gate("o", x, h, j) + p["po"][j] * next[j]) * Math.Tanh(next[j])), next);
    });

    [Fact]
    public void CoupledLstm() => Check(typeof(CoupledLstm<,>), (x, h, c) =>
    {
        double[] next = Units(j => c[j] + (1 - Sigma(Gate("f", x, h, j))) * (Math.Tanh(Gate("g", x, h, j)) - c[j]));
        return (Units(j => Sigma(Gate("o", x, h, j)) * Math.Tanh(next[j])), next);
    });

    [Fact]
    public void ClippedLstm() => Check(typeof(ClippedLstm<,>), (x, h, c) =>
    {
        double[] next = Units(j =>
            Sigma(Clip(Gate("f", x, h, j) + p["pf"][j] * c[j])) * c[j] +
            Sigma(Clip(Gate("i", x, h, j) + p["pi"][j] * c[j])) * Math.Tanh(Clip(Gate("g", x, h, j))));
        return (Units(j => Sigma(Clip(Gate("o", x, h, j) + p["po"][j] * next[j])) * Math.Tanh(next[j])), next);
    });

    [Fact]
    public void ClippedCoupledLstm() => Check(typeof(ClippedCoupledLstm<,>), (x, h, c) =>
    {
        double[] next = Units(j =>
            c[j] + (1 - Sigma(Clip(Gate("f", x, h, j) + p["pf"][j] * c[j]))) * (Math.Tanh(Clip(Gate("g", x, h, j))) - c[j]));
        return (Units(j => Sigma(Clip(Gate("o", x, h, j) + p["po"][j] * next[j])) * Math.Tanh(next[j])), next);
    });

    [Fact]
    public void ClippedElman() =>
        Check(typeof(ClippedElman<,>), (x, h, c) => (Units(j => Math.Tanh(Clip(Gate("", x, h, j)))), c));

    [Fact]
    public void ClippedGru() => Check(typeof(ClippedGru<,>), (x, h, c) => (Units(j =>
    {
        double r = Sigma(Clip(Gate("r", x, h, j))), z = Sigma(Clip(Gate("z", x, h, j)));
        double n = Math.Tanh(Clip(Row("Wn", x, j) + p["bn"][j] + r * (Row("Un", h, j) + p["cn"][j])));
        return n + z * (h[j] - n);
    }), c));

    [Fact]
    public void ClippedGruResetBefore() => Check(typeof(ClippedGruResetBefore<,>), (x, h, c) =>
    {
        double[] reset = Units(j => Sigma(Clip(Gate("r", x, h, j))) * h[j]);
        return (Units(j =>
        {
            double z = Sigma(Clip(Gate("z", x, h, j))), n = Math.Tanh(Clip(Gate("n", x, reset, j)));
            return n + z * (h[j] - n);
        }), c);
    });

    [Fact]
    public void Gru() => Check(typeof(Gru<,>), (x, h, c) => (Units(j =>
    {
        double r = Sigma(Gate("r", x, h, j)), z = Sigma(Gate("z", x, h, j));
        double n = Math.Tanh(Row("Wn", x, j) + p["bn"][j] + r * (Row("Un", h, j) + p["cn"][j]));
        return n + z * (h[j] - n);
    }), c));

    [Fact]
    public void GruResetBefore() => Check(typeof(GruResetBefore<,>), (x, h, c) =>
    {
        double[] reset = Units(j => Sigma(Gate("r", x, h, j)) * h[j]);
        return (Units(j =>
        {
            double z = Sigma(Gate("z", x, h, j)), n = Math.Tanh(Gate("n", x, reset, j));
            return n + z * (h[j] - n);
        }), c);
    });

    [Fact]
    public void MinimalGatedUnit() => Check(typeof(MinimalGatedUnit<,>), (x, h, c) =>
    {
        double[] f = Units(j => Sigma(Gate("f", x, h, j)));
        double[] reset = Units(j => f[j] * h[j]);
        return (Units(j => h[j] + f[j] * (Math.Tanh(Gate("n", x, reset, j)) - h[j])), c);
    });

    [Fact]
    public void LayerNormLstm() => Check(typeof(LayerNormLstm<,>), (x, h, c) =>
    {
        double[] next = Units(j => Sigma(Normed("f", j)) * c[j] + Sigma(Normed("i", j)) * Math.Tanh(Normed("g", j)));
        return (Units(j => Sigma(Normed("o", j)) * Math.Tanh(p["ac"][j] * Normal(next, j) + p["bc"][j])), next);

        double Normed(string gate, int j) =>
            p["a" + gate][j] * Normal(Units(k => Row("W" + gate, x, k)), j) +
            p["r" + gate][j] * Normal(Units(k => Row("U" + gate, h, k)), j) + p["b" + gate][j];
    });

    [Fact]
    public void IndRnn() =>
        Check(typeof(IndRnn<,>), (x, h, c) => (Units(j => Math.Max(0, Row("W", x, j) + p["u"][j] * h[j] + p["b"][j])), c));

    [Fact]
    public void MinGru() => Check(typeof(MinGru<,>), (x, h, c) =>
        (Units(j => h[j] + Sigma(Row("Wz", x, j) + p["bz"][j]) * (Row("Wn", x, j) + p["bn"][j] - h[j])), c));

    [Fact]
    public void MinLstm() => Check(typeof(MinLstm<,>), (x, h, c) => (Units(j =>
    {
        double f = Sigma(Row("Wf", x, j) + p["bf"][j]), i = Sigma(Row("Wi", x, j) + p["bi"][j]);
        return f / (f + i) * h[j] + i / (f + i) * (Row("Wg", x, j) + p["bg"][j]);
    }), c));

    [Fact]
    public void Linear() => CheckStateless(typeof(Linear<,>), x => Units(j => Row("W", x, j) + p["b"][j]));

    [Fact]
    public void LayerNorm()
    {
        object cell = RuntimeHelpers.GetUninitializedObject(typeof(LayerNorm<A>));
        typeof(LayerNorm<A>).GetField("g", BindingFlags.Instance | BindingFlags.NonPublic)!.SetValue(cell, new Vec<A>(1, 2, 3));
        typeof(LayerNorm<A>).GetField("b", BindingFlags.Instance | BindingFlags.NonPublic)!.SetValue(cell, new Vec<A>(4, 5, 6));
        double[] x = [0.5, -1, 3];
        var y = (Vec<A>)typeof(LayerNorm<A>).GetMethod("Step", BindingFlags.Instance | BindingFlags.NonPublic)!
            .Invoke(cell, [new Vec<A>(x)])!;
        Close([Normal(x, 0) + 4, 2 * Normal(x, 1) + 5, 3 * Normal(x, 2) + 6], y.ToArray());
    }

    [Fact]
    public void GatesThatForgetRememberAtFirst()
    {
        foreach (Type type in new[]
            { typeof(Lstm<,>), typeof(PeepholeLstm<,>), typeof(CoupledLstm<,>), typeof(ClippedLstm<,>), typeof(ClippedCoupledLstm<,>), typeof(LayerNormLstm<,>), typeof(MinLstm<,>),
              typeof(SLstm<,>), typeof(ProjectedLstm<,,>), typeof(ZoneoutLstm<,>), typeof(PhasedLstm<,>), typeof(MultiHeadSLstm<,>),
              typeof(ConvLstm<,>), typeof(WeightNormLstm<,>), typeof(WeightDropLstm<,>), typeof(AttentiveLstm<,,>) })
        {
            FieldInfo bias = type.GetField("bf", BindingFlags.Instance | BindingFlags.NonPublic)!;
            Assert.Equal(1, bias.GetCustomAttribute<InitAttribute>()!.Value);
        }
    }

    [Fact]
    public void EveryCellIsMarkedForTheCompiler() => Assert.All(
        typeof(Lstm<,>).Assembly.GetExportedTypes().Where(t => t is { IsAbstract: false, BaseType.IsGenericType: true }
            && (t.BaseType.GetGenericTypeDefinition() == typeof(Cell<,>) || t.BaseType.GetGenericTypeDefinition() == typeof(Cell<,,>))),
        type => Assert.True(type.IsDefined(typeof(CellAttribute)), type.Name));
}
