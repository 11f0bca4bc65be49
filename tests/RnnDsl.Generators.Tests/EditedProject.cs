using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnDsl.Generators.Tests;

/// <summary>The project that is edited at random: cells and models that need each other across files, and what they depend on besides.</summary>
static class EditedProject
{
    public static readonly (string Path, string Text)[] Files =
    [
        ("Usings.cs", """
            global using System;
            global using RnnDsl;
            global using static RnnDsl.Ops;
            global using static Numbers;
            """),
        ("Leaky.cs", """
            [Cell]
            public partial class Leaky<Input, Hidden> : Cell<Input, Hidden>
            {
                [State] Vec<Hidden> h;
                Mat<Hidden, Input> W;

                protected override Vec<Hidden> Step(Vec<Input> x)
                {
                    var a = Tanh(W * x + U * h);
                    return h = Mix(a);
                }
            }
            """),
        ("Leaky.Part.cs", """
            public partial class Leaky<Input, Hidden>
            {
                Mat<Hidden, Hidden> U;

                Vec<Hidden> Mix(Vec<Hidden> a) => (1 - Decay) * a + Decay * h;
            }
            """),
        ("Leaky.Rest.cs", """
            public partial class Leaky<Input, Hidden>
            {
                static int Plain()
                {
                    return 3;
                }

                Vec<Hidden> unused;
            }
            """),
        ("Numbers.cs", """
            public static class Numbers
            {
                public const double Decay = 0.5;
                public const int Width = 8;
                public static readonly double Other = 2;
                public static double Twice(double x) => 2 * x;
            }
            """),
        ("Sizes.cs", """
            [Size(Numbers.Width)] public class Hidden : Dim;
            public class Feature : Dim;
            public abstract class Base : Dim;
            """),
        ("Dense.cs", """
            namespace My.Cells
            {
                [Cell]
                public partial class Dense<A, B> : Cell<A, B>
                {
                    [Init(0.1)] Mat<B, A> W;
                    Vec<B> b;
                    protected override Vec<B> Step(Vec<A> x) => Scaled(W * x + b);
                    static Vec<D> Scaled<D>(Vec<D> v, double by = Numbers.Decay) => by * v;
                }
            }
            """),
        ("Sum.cs", """
            using My.Cells;
            [Model]
            public partial class Sum : Model
            {
                Leaky<Feature, Hidden> cell;
                Dense<Hidden, Hidden> head;
                Vec<Hidden> Predict(Seq<Feature> x) => head.Map(Last(cell.Scan(x)));
                Scalar Loss(Seq<Feature> x, Vec<Hidden> y) => MeanSquaredError(Predict(x), y);
            }
            """),
        ("Outer.cs", """
            namespace My.Models;
            public partial class Outer
            {
                [Model]
                partial class Inner : Model
                {
                    class Own : Dim;
                    Linear<Own, Hidden> map;
                    Seq<Hidden> Predict(Seq<Own> x) => Clip(map.Map(x), -Decay, Width);
                }
            }
            """),
        ("AnyCell.cs", """
            using My.Cells;
            public abstract partial class AnyCell<TCell, Known> : Model where TCell : Cell<Feature, Known>
            {
                [Count(2)] Dense<Known, Hidden>[] heads;
                protected TCell cell;
                protected Seq<Hidden> Each(Seq<Feature> x) => heads[0].Map(cell.Scan(x)) + Decay;
            }
            """),
        ("AnyCell.Part.cs", """
            public abstract partial class AnyCell<TCell, Known>
            {
                Vec<Hidden> Again(Seq<Feature> x) => heads[1].Map(cell.End(x).Vector<Known>(0));
            }
            """),
        ("Closed.cs", """
            [Model]
            public partial class Closed : AnyCell<Leaky<Feature, Hidden>, Hidden>
            {
                Seq<Hidden> More(Seq<Feature> x) => cell.Scan(x) + Each(x);
            }
            """),
        ("Elsewhere.cs", """
            public class Elsewhere
            {
                int x = 1;
                public int X => x;
                public int Method(int y)
                {
                    return x + y;
                }
            }
            """),
    ];

    /// <summary>Pieces of text that may stand for each other, in either direction.</summary>
    public static readonly (string From, string To)[] Swaps =
    [
        ("0.5", "0.25"), ("Width = 8", "Width = 16"), ("const double", "static double"), ("[Size(Numbers.Width)] ", "[Size(5)] "), ("class Feature", "[Size(3)] class Feature"),
        (" : Dim;", " : Base;"), ("abstract class", "class"), ("Tanh(", "Sigmoid("), (" + ", " * "), ("Last(", "Mean("), ("W * x", "W * h"), ("partial class", "class"),
        ("public partial", "partial"), ("[State] ", ""), ("[State] Vec", "Vec"), ("Vec<Hidden>", "Scalar"), ("[Cell]", "[Cell, Obsolete]"), ("[Cell]\n", "\n"), ("[Model]", "[RnnDsl.Model]"),
        (": Cell<", ": Base2<"), (": Model", ": Module"), ("[Init(0.1)] ", "[Init(0.0)] "), ("[Init(0.0)]", "[Init(-0.0)]"), ("double by = Numbers.Decay", "double by"), ("return 3", "return 4"), ("return x + y;", "return y;"),
        ("return ", "var more = 1; return "), ("readonly double Other = 2", "readonly double Other = 3"), ("2 * x", "x * 2"), (", Hidden>", ", Input>"), ("Dense<", "Linear<"), ("map.Map(x)", "map.Scan(x)"),
        ("Leaky<Feature, Hidden> cell;", "Leaky<Hidden, Hidden> cell;"), ("public class", "class"), ("class Own : Dim;", "public class Own : Dim;"), ("Seq<", "Vec<"), ("AnyCell<Leaky<Feature, Hidden>, Hidden>", "AnyCell<Gru<Feature, Hidden>, Hidden>"), ("protected TCell", "private TCell"), ("where TCell : Cell<Feature, Known>", "where TCell : Model"), ("Vec<Hidden> unused;", "Vec<Hidden> unused = new(1);"),
    ];

    /// <summary>Files that a project may get.</summary>
    public static readonly string[] Additions =
    [
        "public static partial class More { public const double Rate = 0.1; public static int F() { return 1; } }",
        "namespace My.Cells { public class Linear<A, B> { } }",
        "namespace My.Models { public class Hidden : Dim; }",
        "public static class Gemm { }",
        "[Model] public partial class Holder : Model { AnyCell<Lstm<Feature, Hidden>, Hidden> any; Seq<Hidden> Predict(Seq<Feature> x) => any.Each(x); }",
        "[Model] public partial class Other<Hidden> : AnyCell<Leaky<Feature, Hidden>, Hidden>;",
        "var Layout = 1; void Shard() { int Floats = 2; }",
        "global using Feature2 = Feature;",
        "[Cell] public partial class Leaky<Input, Hidden> : Cell<Input, Hidden> { [State] Vec<Hidden> h; protected override Vec<Hidden> Step(Vec<Input> x) => h = h + Sum(x); }",
        "[Model] public partial class sum : Model { Leaky<Feature, Hidden> other; Seq<Hidden> Predict(Seq<Feature> x) => other.Scan(x); }",
        "public partial struct Outer { [Model] partial class Inner : Model { Vec<Hidden> b; Vec<Hidden> Predict(Vec<Hidden> x) => x + b; } }",
        "public class Base2<A, B> : Cell<A, B> where A : Dim where B : Dim { protected override Vec<B> Step(Vec<A> x) => throw null!; }",
        "public partial class Sum { Vec<Hidden> more; Vec<Hidden> Again(Seq<Feature> x) { throw new NotImplementedException(); } }",
    ];

    static readonly Dictionary<string, string> Bodies = Files.SelectMany(f => CSharpSyntaxTree.ParseText(f.Text).GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>())
        .ToDictionary(m => m.Identifier.Text + m.ParameterList + ((TypeDeclarationSyntax)m.Parent!).Identifier, BodyOf);

    /// <summary>What a file said at first; null if it was not there.</summary>
    public static string? Text(string path) => Files.FirstOrDefault(f => f.Path == path).Text;

    /// <summary>What a method's body was at first; null if there was no such method.</summary>
    public static string? Body(MethodDeclarationSyntax method) =>
        Bodies.GetValueOrDefault(method.Identifier.Text + method.ParameterList + (method.Parent as TypeDeclarationSyntax)?.Identifier);

    public static string BodyOf(MethodDeclarationSyntax method) => method.Body?.ToString() ?? method.ExpressionBody + ";";
}
