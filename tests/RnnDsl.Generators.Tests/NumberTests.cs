using System.Reflection;
using System.Text;
using RnnDsl.Generators.Ir;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Generators.Tests;

/// <summary>Numbers in equations: what C# computes is what the graph has, to the bit, or there is a diagnostic.</summary>
public class NumberTests
{
    /// <summary>Members of the class (with # for a number of their own), and an expression.</summary>
    static readonly (string Members, string Expression)[] Table =
    [
        // Literals and constants of every type.
        ("", "2"), ("", "2.5"), ("", "0.1f"), ("", "-3L"), ("", "7u"), ("", "18446744073709551615ul"), ("", "(double)1.1m"), ("", "'a'"), ("", "0x10"),
        ("", "1 / 2"), ("", "1 / 2.0"), ("", "7 % 4"), ("", "1e10f"), ("", "16777217f"), ("", "-0.0"), ("", "double.PositiveInfinity"), ("", "double.NaN"),
        ("", "double.Epsilon * 1e308 * 1e10"), ("", "float.MaxValue"), ("", "int.MaxValue"), ("", "long.MinValue"), ("", "(byte)200"), ("", "unchecked((int)4000000000L)"),
        ("", "checked(2 + 3)"), ("", "true ? 1.5 : 2"), ("", "false ? 1 : 2.5"), ("", "sizeof(int)"), ("", "default(double)"), ("", "(double)default(int)"), ("", "+3"), ("", "~3"), ("", "1 << 4"),
        ("", "Math.PI"), ("", "Math.E / 3"), ("", "(float)Math.PI"), ("", "MathF.PI"), ("", "(double)(int)2.9"), ("", "(1 + 2) * 3"), ("", "((2))"), ("", "new Scalar(2.5)"), ("", "default(Scalar)"), ("", "(Scalar)3"),
        // Functions of C#.
        ("", "Math.Sqrt(2)"), ("", "1 / Math.Sqrt(3)"), ("", "Math.Pow(2, 0.5)"), ("", "MathF.Sqrt(2)"), ("", "Math.Max(1, 2.5)"), ("", "Math.Abs(-3)"), ("", "Math.Log(10)"), ("", "Math.Log(8, 2)"),
        ("", "Math.Round(2.5)"), ("", "Math.Round(2.5, MidpointRounding.AwayFromZero)"), ("", "Math.Floor(-0.5)"), ("", "Math.Clamp(5, 1, 3)"), ("", "Math.Exp(1) - Math.Cosh(0.5)"), ("", "Math.Sign(-2.0)"),
        ("", "-Math.Sqrt(2) + +Math.Cbrt(3)"), ("", "(int)Math.Sqrt(17) / 4"), ("", "Math.Sqrt(2) > 1 ? Math.Sqrt(3) : 0"), ("", "Math.Atan2(y: 1, x: 2)"), ("", "Math.BigMul(100000, 100000)"),
        // Constants and fields.
        ("const double K# = 0.3;", "K#"), ("const float K# = 0.3f;", "K# * 2"), ("const int K# = 3;", "K# / 2.0"), ("const int K# = 3;", "K# / 2"), ("const decimal K# = 0.3m;", "(double)K#"),
        ("static readonly double K# = 0.3;", "K#"), ("static readonly double K# = Math.Sqrt(2) / 3;", "2 * K#"), ("static readonly int K# = 7;", "K# / 2.0"), ("static readonly float K# = 0.1f; static readonly double L# = K#;", "L#"),
        ("static readonly double K#;", "K#"), ("static readonly double K# = Two#(); static double Two#() => 2;", "K#"), ("static readonly float K# = 3;", "K#"), ("const char K# = 'b';", "K#"),
        ("enum E# { A, B = 5 }", "(int)E#.B"), ("enum E# : byte { A, B = 5 } static readonly E# K# = E#.B;", "(double)K#"), ("enum E# { A, B = 5 } static E# F#(E# e) => e;", "(int)F#(E#.B) / 2.0"),
        ("static class S# { public const double K = 0.7; public static readonly double L = 0.9; }", "S#.K + S#.L"), ("const bool B# = true;", "B# ? 1.5 : 2.5"),
        // Helpers.
        ("static double F#() => 2;", "F#()"), ("static int F#() => 2;", "F#()"), ("static float F#() => 0.1f;", "F#()"), ("static float F#() => 3;", "F#() / 2"), ("static long F#() => 1L << 40;", "F#()"), ("static Scalar F#() => 2;", "F#()"),
        ("static double F#() { return 2.5; }", "F#()"), ("static int F#() => 7;", "F#() / 2.0"), ("static double F#(int n = 3) => n;", "F#()"), ("static double F#(float n = 0.1f) => n;", "F#()"), ("static Scalar F#(Scalar n = default) => n + 1;", "F#()"),
        ("static double F#(double n) => n / 2;", "F#(3)"), ("static double F#(float n) => n;", "F#(16777217)"), ("static float F#(float n) => n * 3;", "F#(0.1f)"), ("static double F#(double a, double b = 2) => a - b;", "F#(b: 5, a: 3)"),
        ("double F#() => 2;", "this.F#()"), ("static decimal F#() => 0.1m;", "(double)(F#() * 3)"), ("static byte F#() => 200;", "(byte)(F#() + 56)"), ("static byte F#() => 200;", "F#() + F#()"), ("static int F#() => int.MaxValue;", "F#() + 1"),
        ("static int F#() => int.MaxValue;", "unchecked(F#() * 2)"), ("static uint F#() => 3000000000;", "F#() + F#()"), ("static uint F#() => 1;", "F#() - 2"), ("static ulong F#() => ulong.MaxValue;", "F#()"), ("static int F#() => -7;", "F#() % 3"),
        ("static int F#() => -7;", "F#() >> 1"), ("static int F#() => 12;", "F#() & 10 | 1"), ("static int F#() => 12;", "~F#() ^ 3"), ("static long F#() => long.MaxValue;", "F#()"), ("static int F#() => 16777217;", "(float)F#()"),
        ("static bool F#() => 2 > 1;", "F#() ? 1.5 : 2"), ("static bool F#(int n) => n >= 2 && n != 5;", "F#(5) || !F#(3) ? 1.5 : 2"), ("static double F#(bool b) => b ? 1 : 2;", "F#(false)"), ("static char F#() => 'c';", "F#()"),
        ("static double F#(double n) { var m = n * 2; m += 1; return m; }", "F#(3)"), ("static int F#(int n) { n = n; int m = n; m += 2; m *= 3; return m; }".Replace("n = n; ", ""), "F#(3)"), ("static byte F#(byte n) { byte m = n; m += 100; return m; }", "F#(200)"),
        ("static float F#() { float m = 0.1f; m *= 3; return m; }", "F#()"), ("static float F#() { float m = 1; m += 1e-9f; return m; }", "F#()"), ("static double F#() { double m; m = 3; return m; }", "F#()"), ("static double F#() { const int n = 3; return n / 2.0; }", "F#()"),
        ("static double F#() { int a = 1, b = 2; return a + b; }", "F#()"), ("static double F#() => G#() * G#(); static double G#() => Math.Sqrt(H#()); static int H#() => 5;", "F#()"), ("static double F#(double a, double b) => a + b;", "F#(1, 2) - F#(a: 1, b: 2.5)"),
        ("static double F#(double a) => a; static int F#(int a) => a + 1;", "F#(1) + F#(1.0)"), ("static T F#<T>(T a) => a;", "F#(2.5)"), ("static double F#(int a) => a;", "F#((int)2.9)"), ("static Scalar F#(Scalar a) => a / 3;", "F#(1)"), ("static Scalar F#(Scalar a) => 1 / a;", "F#(3)"),
        ("static float F#() => 1f / 3;", "F#()"), ("static float F#(float a) => a / 3 - a;", "F#(1)"), ("static float F#(int a) => a;", "F#(int.MaxValue)"), ("static double F#(int a) => 1.0 / a * a;", "F#(49)"), ("static double F#(double a) => a % 0.3;", "F#(1)"), ("static decimal F#(decimal a) => a / 3;", "(double)F#(1)"),
        // Tuples, conditions and loops.
        ("static (double, int B) F#() => (1.5, 2);", "F#().Item1 / F#().B"), ("static double F#(double n) { if (n > 1) return 2; else if (n > 0) return 3; return 4; }", "F#(2) + 10 * F#(0.5) + 100 * F#(-1)"),
        ("static int F#(int n) { int s = 0; for (int i = 1, j = 0; i <= n; i++, j += 2) s += i * j; return s; }", "F#(5)"), ("static int F#(int n) { int s = 0; while (true) { if (n-- == 0) break; if (n % 2 == 0) continue; s += n; } return s; }", "F#(7)"),
        ("static double F#(int n) { int m = 3; return m++ * 100 + ++m * 10 + n-- + --n; }", "F#(4)"), ("static byte F#(byte n) { n++; return n; }", "F#(255)"), ("static float F#(float n) { n--; return n; }", "F#(0.1f)"),
        ("static double F#(int n) { var (a, b) = (n, n + 1); (a, b) = (b, a); return a * 10 + b; }", "F#(3)"), ("static int F#() { for (int i = 0; i < 4; i++) for (int j = 0; j < 4; j++) { if (j == 2) break; if (i * j == 3) return 10 * i + j; } return 0; }", "F#()"),
        ("static int F#(int n) { int s = 0; do { s += n; if (s > 8) continue; n++; } while (n-- > 0 && s < 40); return s; }", "F#(3)"), ("static int F#(int n) { unchecked { n = n * 3; } checked { n = n + 1; } return n; }", "F#(2000000000)"),
        ("static double F#(bool b) { b &= !false; b |= false; b ^= true; return b ? 1 : 2; }", "F#(true)"), ("static int F#(int n) => n >>> 28;", "F#(-17) + F#(17)"), ("static long F#(long n) => n >>> 3;", "F#(-17)"), ("static uint F#(uint n) { n <<= 33; n >>= 34; return n; }", "F#(3)"), ("static int F#(int n) { n >>>= 30; return n; }", "F#(-1)"),
        // Calls of a function by itself.
        ("static double F#(int n) => n <= 1 ? 1 : n * F#(n - 1);", "F#(20)"), ("static int F#(int n) => n < 2 ? n : F#(n - 1) + F#(n - 2);", "F#(40)"), ("static bool F#(int n) => n == 0 || G#(n - 1); static bool G#(int n) => n != 0 && F#(n - 1);", "F#(30) ? 1 : 2"),
        // Switches and patterns.
        ("static double F#(double n) => n switch { > 1 => 2, _ => 3 };", "F#(2) + 10 * F#(1)"), ("static double F#(int n) => n switch { 0 or 7 => 1, > 3 and not 5 => 2.5f, var m when m < 0 => -m, _ => 4 };", "F#(0) + 10 * F#(4) + 100 * F#(5) + 1000 * F#(-3) + 1e4 * F#(7)"),
        ("static int F#(double n) => n switch { double.NaN => 1, 0.0 => 2, < 0 => 3, _ => 4 };", "F#(double.NaN) + 10 * F#(-0.0) + 100 * F#(-1) + 1000 * F#(1)"), ("enum E# { A, B, C } static int F#(E# e) => e switch { E#.A => 1, E#.C => 3, _ => 2 };", "F#(E#.A) + 10 * F#(E#.B) + 100 * F#(E#.C)"),
        ("static byte F#(char n) => n switch { >= 'a' and <= 'z' => 1, 'A' => 2, _ => 3 };", "F#('k') + 10 * F#('A') + 100 * F#('B')"), ("static double F#(int n) { switch (n) { default: n = 5; break; case 1: case 2: return 7; case > 10 when n % 2 == 0: n++; break; } return n; }", "F#(2) + 10 * F#(12) + 1000 * F#(13)"),
        ("static int F#(int n) { int s = 0; for (int i = 0; i < n; i++) switch (i) { case 2: continue; case 4: return s; default: s += i; break; } return s; }", "F#(4) + 100 * F#(9)"), ("static bool F#(int n) => n is 3 or > 8 and not 10;", "F#(3) && F#(9) && !F#(10) && !F#(4) ? 1.5 : 2.5"),
        ("static double F#(bool b, int n) => b switch { true => n switch { 1 => 0.1, _ => 0.2 }, false => 0.3 };", "F#(true, 1) + F#(true, 2) / 7 + F#(false, 1) / 11"), ("static double F#(int n, int m) => n switch { 0 => m, _ => F#(n - 1, m * n) };", "F#(6, 1)"),
        // Tables of constants.
        ("static ReadOnlySpan<double> T# => [0.1, 0.2, 0.3];", "T#[1] + T#.Length"), ("static ReadOnlySpan<float> T# => new[] { 0.1f, 2 };", "T#[^2] * 3"), ("const int K# = 2; static ReadOnlySpan<int> T# => new int[] { 1, K#, K# * K# };", "T#[T#[1]] / 8.0"),
        ("static ReadOnlySpan<double> T# { get => [1, 2.5]; } static double F#() { double s = 0; foreach (double t in T#) s = 10 * s + t; return s; }", "F#()"), ("static class S# { public static ReadOnlySpan<byte> T => [200, 100]; } static int F#() { int s = 0; foreach (var t in S#.T) s += t + t; return s; }", "F#()"),
        ("static double F#((double A, float B) t) { t = (t.B, (float)t.A); return t.A - t.B; }", "F#((0.1, 0.2f))"),
    ];

    [Fact]
    public void Every_number_has_the_value_that_CSharp_gives_it()
    {
        var source = new StringBuilder("#pragma warning disable CS0649\n[Model]\npublic partial class Numbers : Model\n{\n    Scalar p; public Scalar P(Scalar x) => Max(x, p);\n");
        for (int i = 0; i < Table.Length; i++)
            source.AppendLine($"    {Table[i].Members.Replace("#", $"_{i}")}\n    public Scalar M{i}(Scalar x) => Max(x, {Table[i].Expression.Replace("#", $"_{i}")});");
        GeneratorRun run = GeneratorHarness.Run(source.Append('}').ToString());
        Assert.Empty(run.Diagnostics.Select(d => $"{d} in {d.Location.SourceTree!.GetText().Lines[d.Location.GetLineSpan().StartLinePosition.Line]}"));
        Assert.Empty(run.CSharp);
        using var stream = new MemoryStream();
        Assert.True(run.Output.Emit(stream).Success);
        var model = (Module)Activator.CreateInstance(Assembly.Load(stream.ToArray()).GetType("Numbers", throwOnError: true)!, 0)!;
        var wrong = new List<string>();
        for (int i = 0; i < Table.Length; i++)
        {
            double expected = model.RunReference($"M{i}", [[double.NegativeInfinity]])[0];
            Graph graph = run.Models.Single().Methods.Single(m => m.Name == $"M{i}").Graph;
            double[] values = [.. graph.Nodes.Where(n => n.Op == Op.Constant && graph.Nodes.Any(m => m.Op == Op.Max && m.Inputs.Contains(n.Id))).Select(n => n.Number)];
            if (values.Length != 1 || BitConverter.DoubleToInt64Bits(values[0]) != BitConverter.DoubleToInt64Bits(expected))
                wrong.Add($"{Table[i]}: {expected:R} in C#, {string.Join(' ', values)} in the graph");
        }
        Assert.Empty(wrong);
    }

    public static TheoryData<string, string> Refused => new()
    {
        { "double k = 2;", "{|RNN2009:k|}" },
        { "static double k = 2;", "{|RNN2009:k|}" },
        { "double K => 3;", "{|RNN2009:K|}" },
        { "static readonly double A = B, B = 2;", "A" },
        { "static readonly double A = {|RNN2009:B|}; static readonly double B = 2;", "A" },
        { "static readonly double A = 2; static N() { A = 3; }", "{|RNN2009:A|}" },
        { "static int F() => 7;", "{|RNN3002:F() / 2|}" },
        { "static int F() => int.MaxValue;", "{|RNN3002:checked(F() + 1)|}" },
        { "static int F() => 0;", "{|RNN3002:1 / F()|}" },
        { "static double F() => 1e30;", "{|RNN3002:(int)F()|}" },
        { "static double F([System.Runtime.CompilerServices.CallerLineNumber] int line = 0) => line;", "{|RNN3002:F()|}" },
        { "static double F(double? n = null) => n ?? 2;", "{|RNN3002:F()|}" },
        { "static double F() => {|RNN3002:double.Parse(\"2\")|};", "F()" },
        { "", "{|RNN2009:Environment.TickCount|}" },
        { "", "{|RNN3002:Random.Shared.NextDouble()|}" },
        { "", "{|RNN3002:new[] { 1.0, 2.0 }[0]|}" },
        { "", "{|RNN3002:nameof(Math).Length|}" },
        { "static double F(double n) => {|RNN3002:n switch { > 1 => 2, < 0 => 3 }|};", "F(0.5)" },
        { "static double F(int a, int b) => {|RNN3003:(a, b)|} switch { (0, _) => 2, _ => 3 };", "F(1, 2)" },
        { "static double F(object n) => n switch { int k => k, _ => 3 };", "F(2)" },
        { "static double F(double n) => {|RNN3004:F(n)|};", "F(2)" },
        { "static double F(double n) => {|RNN3004:F(n)|} + F(n + 1) * F(n + 2);", "F(2)" },
        { "static double F(double n) => G(n) + G(n); static double G(double n) => {|RNN3004:F(n + 1)|} + F(n + 2);", "F(2)" },
        { "static ReadOnlySpan<double> T => [1, 2];", "{|RNN3002:T[2]|}" },
        { "static ReadOnlySpan<double> T => [1, {|RNN2009:Environment.TickCount|}];", "T[0]" },
        { "static double[] U = [1, 2]; static ReadOnlySpan<double> T => U;", "{|RNN2009:T|}[0]" },
        { "static readonly double[] U = [1, 2];", "{|RNN3002:U[0]|}" },
        { "Func<double> f = () => 2;", "{|RNN3002:f()|}" },
        { "static double F() { double G() => 2; return G(); }", "F()" },
        { "static double F(double n) { for (int i = 0; ; i++) n += i; {|RNN3007:while|} (n > 1) { } return n; }".Replace("for (int i = 0; ; i++) n += i; ", ""), "F(2)" },
        { "static N Other => new(feature: 3); double F() => 2;", "{|RNN2009:Other|}.F()" },
        { "Scalar s;", "{|RNN3002:s.Value|}" },
        { "Vec<Feature> v;", "{|RNN3002:v[0]|}" },
        { "Vec<Feature> v;", "{|RNN3002:v.Length|}" },
        { "", "{|RNN2009:featureSize|}" },
    };

    /// <summary>What is not computed is reported, and nothing vanishes: each of these has at least one error, in the user's text.</summary>
    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_computed_is_reported(string members, string expression)
    {
        Markup markup = Markup.Parse($$"""
            [Model]
            partial class N : Model
            {
                class Feature : Dim;
                {{members}}
                Vec<Feature> Predict(Vec<Feature> x) => x * ({{expression}});
            }
            """);
        GeneratorRun run = GeneratorHarness.Run(markup.Source);
        if (markup.Expected.Count > 0)
            Assert.Equal(markup.ExpectedText, markup.ActualText(run.Diagnostics));
        Assert.NotEmpty(run.Diagnostics);
        Assert.All(run.Diagnostics, d => Assert.NotEqual("RNN9999", d.Id));
        Assert.All(run.Diagnostics, d => Assert.True(d.Location.IsInSource));
    }
}
