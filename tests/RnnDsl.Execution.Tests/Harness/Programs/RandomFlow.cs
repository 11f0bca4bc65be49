using System.Globalization;
using System.Text;

namespace RnnDsl.Execution.Tests;

/// <summary>
/// Writes random cells whose equations depend on the order in which C# evaluates: assignments within expressions, indices and arguments that count, compound assignments, tuples, named
/// arguments, helpers that assign states, loops and conditions.
/// </summary>
internal sealed class RandomFlow
{
    /// <summary>Elements of each array, and the most levels of loops and conditions.</summary>
    const int Elements = 3, MostLevels = 2;

    readonly Random random;
    readonly StringBuilder body = new();
    readonly List<string> counters = ["i", "j"];
    int locals, level;

    /// <summary>Whether numbers that are counted are small where they are factors, in programs of later seeds: counters reach thousands, and a step that makes its values a thousand times as large makes as much of the error of a
    /// saturated tanh, which is documented, and not what is looked for here.</summary>
    readonly bool hasSmallFactors;

    RandomFlow(int seed) => (random, hasSmallFactors) = (new Random(seed), seed >= 1_860_000);

    string Factor(string number) => hasSmallFactors ? $"({number} % 7)" : number;

    /// <summary>Source of <c>partial class {name}&lt;Input, Hidden&gt;</c>.</summary>
    public static string Write(string name, int seed) => new RandomFlow(seed).Write(name);

    /// <summary>States that are matrices, of joined dimensions.</summary>
    const string MatrixFields = "\n    [State] Mat<Cat<Hidden, Input>, Input> M;\n    [State, Init(0.1)] Mat<Hidden, Cat<Input, Hidden>> N;\n    Mat<Cat<Hidden, Input>, Input> V;\n    Mat<Hidden, Cat<Input, Hidden>> U;";

    string Write(string name)
    {
        bool hasMatrices = Chance(0.3);
        int statements = 3 + random.Next(6);
        for (int i = 0; i < statements; i++)
            Statement();
        return $$"""
            #pragma warning disable CS0162, CS1718 // Some code is not reached, and some comparisons are of a counter with itself.
            [Cell]
            public partial class {{name}}<Input, Hidden> : Cell<Input, Hidden>
            {
                [State, Count({{Elements}}), Init(0.2)] Vec<Hidden>[] s;
                [State] Vec<Hidden> h;
                [State, Init(0.3)] Scalar k;
                Mat<Hidden, Input> W;
                [Count({{Elements}})] Mat<Hidden, Hidden>[] R;
                [Count({{Elements}}), Init(0.1)] Vec<Hidden>[] p;{{(hasMatrices ? MatrixFields : "")}}

                static int Sum(int a, int b, int c = 1) => a + 2 * b + 3 * c;

                Vec<Hidden> Weighed(Vec<Hidden> a, int n, Scalar c) => Tanh(a + {{Factor("n")}} * 0.1 + c);

                (Vec<Hidden> First, int Second) Both(Vec<Hidden> a, int n) => (0.5 * a, n + 1);

                Vec<Hidden> Kept(Vec<Hidden> a, int n)
                {
                    s[n % {{Elements}}] = 0.7 * a;
                    return h = Tanh(h + a);
                }

                void Keep(Scalar a) => k = Tanh(k + a);

                protected override Vec<Hidden> Step(Vec<Input> x)
                {
                    int i = {{random.Next(3)}}, j = {{random.Next(3)}};
                    double f = 0.5;
                    var v = Tanh(W * x);
                    Scalar t = Mean(v);
            {{body}}
                    k = Tanh(k + 0.1 * t);
                    h = Tanh(h + v + 0.1 * f);
                    for (int n = 0; n < {{Elements}}; n++)
                        s[n] = Tanh(s[n] + p[n] + 0.3 * (R[n] * h)) + 0.01 * {{Factor("(i + 2 * j)")}};
            {{(hasMatrices ? "        M = 0.5 * M + 0.3 * V;\n        N = Tanh(0.4 * N + U);\n        v += Left(M * x) + 0.3 * (N * Concat(x, h));" : "")}}
                    return v + s[0] - s[1] + k * s[2];
                }
            }
            """;
    }

    bool Chance(double share) => random.NextDouble() < share;

    string Pick(params string[] choices) => choices[random.Next(choices.Length)];

    void Line(string text) => body.Append(' ', 8 + 4 * level).AppendLine(text);

    void Block(string head, int statements, string? first = null)
    {
        Line(head);
        Line("{");
        level++;
        if (first is not null)
            Line(first);
        for (int i = 0; i < statements; i++)
            Statement();
        level--;
        Line("}");
    }

    void Statement()
    {
        switch (random.Next(level < MostLevels ? 16 : 12))
        {
            case 0 or 1:
                Line($"s[{Index()}] {Operator()}= {Vector(2)};");
                break;
            case 2:
                Line($"{Pick("h", "v")} {Operator()}= {Vector(2)};");
                break;
            case 3:
                Line($"{Pick("k", "t")} {Operator()}= {Scalar(1)};");
                break;
            case 4:
                Line($"({VectorTarget()}, {VectorTarget()}) = ({Vector(1)}, {Vector(1)});");
                break;
            case 5:
                Line($"({Counter()}, {VectorTarget()}) = ({Number(1)}, {Vector(1)});");
                break;
            case 6:
                Line(Pick($"{Counter()}++;", $"++{Counter()};", $"{Counter()} {Pick("", "+")}= {Number(1)};"));
                break;
            case 7:
                Line($"f {Pick("+", "*", "")}= 0.1 * {Factor(Number(1))};");
                break;
            case 8:
                Line($"var a{locals} = {Vector(1)};");
                Line($"v += 0.1 * a{locals++};");
                break;
            case 9:
                Line($"var (b{locals}, c{locals}) = Both({Vector(1)}, {Number(1)});");
                Line($"v -= b{locals} * (0.1 * {Factor($"c{locals++}")});");
                break;
            case 10:
                Line($"Keep({Scalar(1)});");
                break;
            case 11:
                Line($"Kept({Vector(1)}, {Number(1)});");
                break;
            case 12:
                Block($"if ({Number(1)} % 2 == {random.Next(2)})", 1 + random.Next(2));
                if (Chance(0.5))
                    Block("else", 1);
                break;
            case 13:
                Loop();
                break;
            case 14:
                string element = $"q{locals++}";
                Block($"foreach (var {element} in p)", 1, $"v += 0.1 * {element};");
                break;
            default:
                string turns = $"w{locals++}";
                Line($"int {turns} = 0;");
                Block($"while ({turns}++ < {1 + random.Next(2)})", 1 + random.Next(2), Chance(0.3) ? $"if ({turns} + {Number(0)} > 5) {Pick("break", "continue")};" : null);
                break;
        }
    }

    void Loop()
    {
        string turn = $"n{locals++}";
        counters.Add(turn);
        Block($"for (int {turn} = 0; {turn} < {1 + random.Next(3)}; {turn}++)", 1 + random.Next(2), Chance(0.3) ? $"if ({turn} == 1) {Pick("break", "continue")};" : null);
        counters.Remove(turn);
    }

    /// <summary>A counter that may be assigned; those of loops may not, because the loops would not end.</summary>
    string Counter() => Pick("i", "j");

    string Operator() => Pick("", "", "+", "-", "*");

    string Index() => Chance(0.2) ? $"^{1 + random.Next(Elements)}" : Chance(0.2) ? Text(random.Next(Elements)) : $"({Number(2)}) % {Elements}";

    string VectorTarget() => Pick($"s[{Index()}]", $"s[{Index()}]", "h", "v");

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A whole number from 0.</summary>
    string Number(int depth) => random.Next(depth <= 0 ? 4 : 11) switch
    {
        0 => Text(random.Next(4)),
        1 => Pick([.. counters]),
        2 => $"{Counter()}++",
        3 => $"++{Counter()}",
        4 => $"({Counter()} = {Number(depth - 1)})",
        5 => $"({Counter()} += {Number(depth - 1)})",
        6 => $"({Number(depth - 1)} + {Number(depth - 1)})",
        7 => $"Sum({Number(depth - 1)}, {Number(depth - 1)})",
        8 => $"Sum(b: {Number(depth - 1)}, a: {Number(depth - 1)})",
        9 => $"Sum(c: {Number(depth - 1)}, b: {Number(depth - 1)}, a: {Number(depth - 1)})",
        _ => $"({Number(depth - 1)} > {Number(depth - 1)} ? {Number(depth - 1)} : {Number(depth - 1)})",
    };

    string Vector(int depth) => random.Next(depth <= 0 ? 4 : 16) switch
    {
        0 => $"s[{Index()}]",
        1 => Pick("h", "v"),
        2 => $"p[{Index()}]",
        3 => "Tanh(W * x)",
        4 => $"({Vector(depth - 1)} + {Vector(depth - 1)})",
        5 => $"({Vector(depth - 1)} - {Vector(depth - 1)})",
        6 => $"(Tanh({Vector(depth - 1)}) * {Vector(depth - 1)})",
        7 => $"Tanh(R[{Index()}] * {Vector(depth - 1)})",
        8 => $"({VectorTarget()} = {Vector(depth - 1)})",
        9 => $"({Pick("v", "h", $"s[{Index()}]")} {Pick("+", "-", "*")}= {Vector(depth - 1)})",
        10 => $"Weighed({Vector(depth - 1)}, {Number(depth - 1)}, {Scalar(depth - 1)})",
        11 => $"Weighed(c: {Scalar(depth - 1)}, n: {Number(depth - 1)}, a: {Vector(depth - 1)})",
        12 => $"Kept({(Chance(0.5) ? $"n: {Number(depth - 1)}, a: {Vector(depth - 1)}" : $"{Vector(depth - 1)}, {Number(depth - 1)}")})",
        13 => $"({Number(depth - 1)} > {Number(depth - 1)} ? {Vector(depth - 1)} : {Vector(depth - 1)})",
        14 => $"Both({Vector(depth - 1)}, {Number(depth - 1)}).First",
        _ => $"Clip({Vector(depth - 1)}, -0.9, 0.1 * {Number(depth - 1)} + 0.5)",
    };

    string Scalar(int depth) => random.Next(depth <= 0 ? 3 : 7) switch
    {
        0 => Pick("k", "t"),
        1 => $"(0.1 * {Number(depth - 1)})",
        2 => "f",
        3 => $"Mean({Vector(depth - 1)})",
        4 => $"({Pick("k", "t")} = {Scalar(depth - 1)})",
        5 => $"Tanh({Scalar(depth - 1)} + {Scalar(depth - 1)})",
        _ => $"({Pick("k", "t")} {Pick("+", "-", "*")}= {Scalar(depth - 1)})",
    };
}
