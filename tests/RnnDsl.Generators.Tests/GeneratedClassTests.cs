using System.Reflection;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using Module = RnnDsl.Execution.Module;
using ParameterInfo = RnnDsl.Execution.ParameterInfo;

namespace RnnDsl.Generators.Tests;

/// <summary>The generated part, run.</summary>
public class GeneratedClassTests
{
    /// <summary>What one loop would go through together becomes several methods where it is too much for one, and no value goes from one to the other.</summary>
    [Fact]
    public void Cells_side_by_side_are_methods_of_their_own()
    {
        string Generated(int cells) => string.Concat(GeneratorHarness.Valid($$"""
            [Model]
            public partial class Beside : Model
            {
                class Feature : Dim; class Hidden : Dim;
                [Count({{cells}})] SLstm<Feature, Hidden>[] cells;
                Seq<Hidden> Predict(Seq<Feature> x)
                {
                    var sum = cells[0].Scan(x);
                    for (int k = 1; k < {{cells}}; k++)
                        sum += cells[k].Scan(x);
                    return sum;
                }
            }
            """).Generated.Values);
        Assert.Contains("void LoopForwardUnits<V>", Generated(1));
        string four = Generated(4);
        Assert.DoesNotContain("void LoopForwardUnits<V>", four);
        Assert.Contains("void LoopForwardUnits2<V>", four);
    }

    /// <summary>What only the lower layer's gradient needs is passed over without it, and so is a product alone.</summary>
    [Fact]
    public void A_part_of_the_backward_pass_runs_for_the_parameters_that_it_serves()
    {
        string text = string.Concat(GeneratorHarness.Valid("""
            [Model]
            public partial class Stack : Model
            {
                class Feature : Dim; class Hidden : Dim; class Tag : Dim;
                Lstm<Feature, Hidden> lower;
                Gru<Hidden, Hidden> upper;
                Linear<Hidden, Tag> head;
                Scalar Loss(Seq<Feature> x, Seq<Tag> y) => CrossEntropy(head.Map(upper.Scan(lower.Scan(x))), y);
            }
            """).Generated.Values);
        string[] groups = [.. System.Text.RegularExpressions.Regex.Match(text, @"int\[\]\[\] GradientGroups =>\s*\[(.*?)\];", System.Text.RegularExpressions.RegexOptions.Singleline).Groups[1].Value
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        int lower = Array.IndexOf(groups, "[0, 12],"), both = Array.IndexOf(groups, "[0, 22],"), head = Array.IndexOf(groups, "[22, 23],");
        Assert.True(lower >= 0 && both >= 0 && head >= 0, string.Join(' ', groups));
        Assert.Matches($@"if \(s\.Computes\({lower}\)\) (Loop)?Backward\d*<V>", text);
        Assert.Matches($@"if \(s\.Computes\({both}\)\) (Loop)?Backward\d*<V>", text);
        Assert.Contains($"if (s.Computes({head})) Gemm.Outer<V>", text);
        // A cell alone gives the gradients of its inputs to its caller.
        Assert.DoesNotContain("Computes", string.Concat(GeneratorHarness.Valid(Sources.Peephole).Generated.Values));
    }

    const string Model = """
        namespace My;

        public class Outside : Dim;

        public partial class Around
        {
            [Model]
            public partial class Wide<@class> : Model
            {
                public class Hidden : Dim;
                [Size(3)] public class Fixed : Dim;

                Gru<@class, Hidden> forward, backward;
                Linear<Cat<Hidden, Hidden>, Cat<Outside, Fixed>> head;
                Vec<Outside> b;
                [Init(2)] Scalar gain;

                public Seq<Cat<Hidden, Hidden>> Both(Seq<@class> x) => Concat(forward.Scan(x), backward.Scan(x));
                public Seq<Outside> Predict(Seq<@class> x, Vec<Outside> shift, Scalar scale)
                {
                    var y = head.Map(Both(x));
                    return Scaled(Left(y) + shift + b, gain) * scale + Mean(Mean(Right(y)));
                }
                public Scalar Loss(Seq<@class> x, Vec<Outside> shift, Scalar scale, Seq<Outside> y) => MeanSquaredError(Predict(x, shift, scale), y);
                static Seq<D> Scaled<D>(Seq<D> x, Scalar by) => x * by;
            }
        }

        public sealed class Feature : Dim;
        """;

    static readonly Assembly Program = Load(GeneratorHarness.Valid(Model));

    static Assembly Load(GeneratorRun run)
    {
        using var stream = new MemoryStream();
        Assert.True(run.Output.Emit(stream).Success);
        return Assembly.Load(stream.ToArray());
    }

    static Module Make(params object[] sizes)
    {
        Type type = Program.GetType("My.Around+Wide`1", throwOnError: true)!.MakeGenericType(Program.GetType("My.Feature", throwOnError: true)!);
        try
        {
            return (Module)Activator.CreateInstance(type, [.. sizes, 7])!;
        }
        catch (TargetInvocationException thrown)
        {
            throw thrown.InnerException!;
        }
    }

    [Fact]
    public void Dimensions_and_parameters_are_listed_in_order()
    {
        ModuleInfo info = Make(2, 5, 4).Info;
        Assert.Equal([new("class", 2), new("Hidden", 5), new("Fixed", 3), new("Outside", 4)], info.Dimensions);
        Assert.Equal(["b", "gain", "forward.Wr"], info.Parameters.Take(3).Select(p => p.Name));
        ParameterInfo weights = info.Parameters.Single(p => p.Name == "head.W");
        Assert.Equal((7, 10), (weights.Rows, weights.Columns));
        Assert.Equal(new ParameterInfo("gain", 0, 1, 1, Initial.Constant, 2), info.Parameters[1]);
        Assert.Equal(["Both", "Predict", "Loss"], info.Methods.Select(m => m.Name));
        Assert.Equal(["forward.h", "backward.h"], info.Methods[1].States.Select(s => s.Name));
        Assert.Null(info.Methods[1].Training);
        Assert.NotNull(info.Methods[2].Training);
        Assert.Equal(64, info.Fingerprint.Length);
    }

    [Fact]
    public void A_size_below_one_is_named() =>
        Assert.Contains("dimension Hidden", Assert.Throws<ArgumentOutOfRangeException>(() => Make(2, 0, 4)).Message);

    [Fact]
    public void The_equations_run_with_their_states()
    {
        Module module = Make(2, 5, 4);
        var random = new Random(1);
        double[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)];
        module.BindReference(new ReferenceParameters(module.Info.Parameters.ToDictionary(p => p.Name, p => Values(p.Length))));
        double[] x = Values(2 * 6);
        double[][] states = [Values(5), Values(5)];
        double[][] start = [[.. states[0]], [.. states[1]]];

        double[] whole = module.RunReference("Both", [x], states);
        double[][] carried = [[.. start[0]], [.. start[1]]];
        double[] first = module.RunReference("Both", [x[..4]], carried);
        double[] second = module.RunReference("Both", [x[4..]], carried);

        Assert.Equal(whole, first.Concat(second));
        Assert.Equal(states, carried);
        Assert.NotEqual(start, carried);
        Assert.NotEqual(whole, module.RunReference("Both", [x]));
        double[] shift = Values(4), y = Values(4 * 6);
        double[] predicted = module.RunReference("Predict", [x, shift, [0.5]]);
        double loss = Assert.Single(module.RunReference("Loss", [x, shift, [0.5], y]));
        Assert.Equal(predicted.Zip(y, (p, t) => (p - t) * (p - t)).Average(), loss, 12);
        Assert.Throws<ArgumentException>(() => module.RunReference("Missing", []));
        Assert.Contains("2 states", Assert.Throws<ArgumentException>(() => module.RunReference("Both", [x], [[1]])).Message);
    }
}
