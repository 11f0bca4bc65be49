using System.Text;
using System.Text.RegularExpressions;

namespace RnnDsl.Execution.Tests;

/// <summary>
/// Writes random models: layers of the library and random ones, shared between uses and directions, on sequences, vectors and parameters; parameters in equations;
/// several methods, losses and penalties.
/// </summary>
internal sealed partial class RandomModel : RandomEquations
{
    static readonly string[] Recurrent =
    [
        "Elman", "ElmanRelu", "Lstm", "PeepholeLstm", "CoupledLstm", "Gru", "GruResetBefore", "MinimalGatedUnit", "LayerNormLstm", "IndRnn", "MinGru", "MinLstm",
    ];

    /// <summary>Layers that programs of earlier seeds do not have, so that these stay what they are.</summary>
    static readonly string[] Later = ["Sru", "Qrnn", "SLstm", "ProjectedLstm", "RgLru", "Highway", "Ugrnn", "LiGru", "FastGrnn"];

    readonly bool hasLater;

    /// <summary>Makes arrays of layers, and models of them that are layers, in programs of later seeds.</summary>
    readonly Random? nesting;

    readonly StringBuilder cells = new(), classes = new();
    readonly string[] dims;

    readonly int seed;

    RandomModel(int seed) : base(seed)
    {
        this.seed = seed;
        matrices = seed >= FirstWithMatrices ? new Random(seed ^ 0x3a7) : null;
        extra = seed >= 700_000 ? new Random(~seed) : null;
        marks = seed >= FirstMarked ? new Random(seed ^ 0x57e9) : null;
        hasLater = seed >= 890_000;
        nesting = seed >= 900_000 ? new Random(seed ^ 0x1a7) : null;
        closings = seed >= FirstAbstract ? new Random(seed ^ 0x4c1) : null;
        starts = seed >= 915_000 ? new Random(seed ^ 0x2f1) : null;
        wholes = seed >= FirstWithWholes ? new Random(seed ^ 0x417) : null;
        thins = seed >= FirstThinned && seed % 3 != 0 ? new Random(seed ^ 0x6b3) : null;
        withHops = seed >= FirstWithHops;
        given = seed >= FirstWithGiven ? new Random(seed ^ 0x6e3) : null;
        withMixedChoices = seed >= 1_830_000;
        bare = seed >= FirstBare ? new Random(seed ^ 0x8a7) : null;
        outer = seed >= FirstWithin && seed % 4 == 1 ? new Random(seed ^ 0x7d5) : null;
        dims = ["Feature", "Hidden", "Out"];
        rare = Chance(0.06) ? 0.06 : 0;
        sharing = Pick(0.1, 0.4, 0.8);
    }

    protected override string[] Dims => dims;

    /// <summary>Source of a model of that name, behind that of its own cells.</summary>
    public static string Write(string name, int seed) => new RandomModel(seed).Write(name);

    /// <summary>The same with one-hot inputs: the sequence, and by chance the vector beside it and the targets.</summary>
    public static string WriteOneHot(string name, int seed)
    {
        return MarkOneHot(Write(name, seed), seed);
    }

    static string MarkOneHot(string source, int seed)
    {
        var choices = new Random(seed ^ 0x5eed);
        string[] marked = [.. new[] { "u", "y", "z", "n" }.Where(_ => choices.Next(2) == 0), "x"];
        source = Regex.Replace(source, $@"\b((Seqs?|Vec)<\w+> ({string.Join('|', marked)})\b)", "[OneHot] $1");
        // What is one-hot is no quantity.
        source = source.Replace("gain * x", "x", StringComparison.Ordinal);
        return marked.Contains("y") ? source.Replace(", Softmax(y))", ", y)", StringComparison.Ordinal) : source;
    }

    /// <summary>The same, where sequences of lengths of their own stand for vectors, by their last, first or mean step; every fourth over one-hot inputs.</summary>
    public static string WriteAxes(string name, int seed)
    {
        string source = new RandomModel(seed) { ends = seed }.Write(name);
        return seed % 4 == 0 ? MarkOneHot(source, seed) : source;
    }

    /// <summary>How an input beside the sequence is read, and its type.</summary>
    string Own(string input) => ends is not int kind ? input : ((kind + input[0]) % 3) switch { 0 => $"Last({input})", 1 => $"First({input})", _ => $"Mean({input})" };

    string OwnType => ends is null ? "Vec" : "Seq";

    int? ends;

    /// <summary>Programs of earlier seeds stay what they are.</summary>
    const int FirstConditional = 953_000;

    string Write(string name)
    {
        foreach (string dim in dims)
            classes.AppendLine($"    {(Chance(0.15) ? $"[Size({1 + random.Next(9)})] " : "")}class {dim} : Dim;");
        int count = 1 + random.Next(4);
        for (int i = 0; i < count; i++)
            AddLayer(name, "layer" + new string('2', i)); // Names that begin with each other.
        if (starts is not null)
        {
            string from = dims[starts.Next(3)], to = dims[starts.Next(3)];
            string[] types = ["Lstm", "Gru", "Elman", "CoupledLstm"];
            string type = types[starts.Next(types.Length)];
            fields.AppendLine($"    {type}<{from}, {to}> begun;");
            layers.Add(new("begun", from, to, Steps: true, type.EndsWith("Lstm", StringComparison.Ordinal) ? 2 : 1));
        }
        known.Clear();
        if (wholes?.Next(3) == 0)
            AddLooker(name);
        Random? later = wholes;
        wholes = null;
        WriteHelpers();
        wholes = later;
        memories.Add(("x", "Feature"));

        string inputs = "Seq<Feature> x", given = "x";
        known.Add(new("x", "Feature", Reads.Sequence));
        bool hasOwn = Chance(0.3);
        // In later seeds mostly, so that there are streams under a condition.
        if (hasOwn || (seed >= FirstConditional && ends is not null && wholes!.Next(4) > 0))
        {
            string dim = Pick(dims);
            inputs += $", {OwnType}<{dim}> u";
            given += ", u";
            known.Add(new(Own("u"), dim, Reads.Anything));
            if (ends is not null)
                memories.Add(("u", dim));
        }
        if (Chance(0.15))
        {
            inputs += ", Scalar m";
            given += ", m";
            known.Add(new("m", null, Reads.Anything));
        }
        if (wholes is not null && seed >= FirstNested && wholes.Next(3) == 0)
        {
            string dim = dims[wholes.Next(3)];
            inputs += $", Seqs<{dim}> n";
            given += ", n";
            nested.Add(("n", dim));
        }
        if (thins?.Next(2) == 0)
            memories.Add(($"Every(x, {thins.Next(2, 4)})", "Feature"));
        List<Variable> outside = [.. known];
        int predictions = Pick(1, 1, 2), losses = Pick(1, 1, 2);
        var made = new List<(string Name, string Dim, Reads Reads)>();
        for (int i = 0; i < predictions; i++)
        {
            string dim = Pick("Out", "Out", "Hidden", "Feature"), method = i == 0 ? "Predict" : "Second";
            Reads reads = Chance(0.5) ? Reads.Sequence : Reads.Anything;
            known = [.. outside];
            scans = 5;
            Method($"{(reads == Reads.Sequence ? "Seq" : "Vec")}<{dim}> {method}({inputs})", dim, reads, () => Term(dim, reads, 4));
            made.Add((method, dim, reads));
        }
        if (thins?.Next(2) == 0)
        {
            string dim = dims[thins.Next(3)];
            known = [.. outside];
            scans = 4;
            string some = Thinned(dim, 3);
            methods.AppendLine($"\n    Seq<{dim}> Some({inputs}) => {some};");
            methods.AppendLine($"\n    Scalar SomeLoss({inputs}, Seq<{dim}> y) => MeanSquaredError(Some({given}), y);");
        }
        if (bare?.Next(2) == 0)
        {
            known = [.. outside];
            scans = 3;
            WriteBare(name, inputs);
        }
        for (int i = 0; i < losses; i++)
        {
            (string predict, string dim, Reads reads) = Pick(made);
            bool sequence = reads == Reads.Sequence;
            known = [.. outside, new(sequence ? "y" : Own("y"), dim, reads)];
            scans = 4;
            string targets = $"{(sequence ? "Seq" : OwnType)}<{dim}> y";
            // A vector beside the sequence, from the same layers.
            string? beside = Chance(0.4) ? Pick(dims) : null;
            if (beside is not null)
                targets += $", {OwnType}<{beside}> z";
            string loss = i == 0 ? "Loss" : "Other";
            lossesMade.Add((loss, $"{inputs}, {targets}", $"{given}, y{(beside is null ? "" : ", z")}"));
            Method($"Scalar {loss}({inputs}, {targets})", null, Reads.Anything, () =>
                Losses($"{predict}({given})", dim, reads) + (beside is null ? "" : $" + {Loss(Term(beside, Reads.Anything, 3), Own("z"), beside, Reads.Anything)}"));
        }
        if (outer is not null)
            return Within(name, inputs, given, made);
        // An abstract model computes no parameters of its own.
        if (closings?.Next(2) == 0 && !fields.ToString().Contains("nameof(", StringComparison.Ordinal))
            return Closed(name, inputs, given);
        return $$"""
            {{cells}}
            [Model]
            public partial class {{name}} : Model
            {
            {{classes}}
            {{fields}}
            {{methods}}
            }
            """;
    }

    void AddLayer(string model, string field)
    {
        string from = Chance(0.6) ? "Feature" : Pick(dims), to = Chance(0.6) ? "Hidden" : Pick(dims), type;
        bool steps = true;
        int kind = random.Next(10);
        string later = hasLater && kind < 2 ? Later[extra!.Next(Later.Length)] : "";
        switch (kind)
        {
            case < 4 when later is "RgLru" or "Highway":
                to = from;
                type = $"{later}<{from}>";
                steps = later == "RgLru";
                break;
            case < 4 when later == "ProjectedLstm":
                type = $"ProjectedLstm<{from}, {dims[extra!.Next(dims.Length)]}, {to}>";
                break;
            case < 4 when later.Length > 0:
                type = $"{later}<{from}, {to}>";
                break;
            case < 4:
                type = $"{Pick(Recurrent)}<{from}, {to}>";
                break;
            case < 6:
                if (Chance(0.3))
                    from = $"Cat<{Pick(dims)}, {Pick(dims)}>";
                type = $"Linear<{from}, {to}>";
                steps = false;
                break;
            case 6:
                to = from;
                type = $"LayerNorm<{from}>";
                steps = false;
                break;
            default:
                string cell = $"{model}_{field}";
                (string source, steps) = WideCell.Write(cell, random.Next(), stateless: Chance(0.3), rare: Chance(0.2), marked: marks is not null, withMatrices: matrices is not null, withWholes: wholes is not null);
                cells.AppendLine(source);
                type = $"{cell}<{from}, {to}>";
                break;
        }
        string plain = type.Split('<')[0];
        int given = !Recurrent.Contains(plain) ? 0 : plain is "Lstm" or "PeepholeLstm" or "CoupledLstm" or "LayerNormLstm" ? 2 : 1;
        for (int deep = 1; steps && nesting?.Next(3) == 0 && deep < 4; deep++)
            type = Wrapped(type, from, to, $"{model}_{field}_{deep}");
        if (nesting?.Next(4) != 0)
        {
            fields.AppendLine($"    {type} {field};");
            layers.Add(new(field, from, to, steps, type.StartsWith(plain + "<", StringComparison.Ordinal) ? given : 0));
            return;
        }
        fields.AppendLine($"    [Count(2)] {type}[] {field};");
        layers.AddRange([new($"{field}[0]", from, to, steps), new($"{field}[^1]", from, to, steps)]);
    }

    /// <summary>A cell that looks into a memory at each step.</summary>
    void AddLooker(string model)
    {
        string cell = $"{model}_looker", to = dims[wholes!.Next(3)], of = dims[wholes.Next(3)];
        string[] scores = ["Dot(v, Tanh(Ua * memory + Wa * h))", "Dot(Ua * memory, Tanh(h))", "(k * Dot(memory, Transpose(Ua) * h) + Dot(v, Wa * h))"];
        string[] found = ["SumOverSteps(SoftmaxOverSteps(scores) * memory)", "(0.2 * SumOverSteps(Sigmoid(scores) * memory))", "(MeanOverSteps(memory * Sigmoid(scores)) + 0.1 * MaxOverSteps(memory * (Transpose(Ua) * h)))"];
        // A state for each step of the memory, in programs of later seeds.
        int kept = seed >= 920_000 ? wholes.Next(4) : 0;
        string state = kept switch { 1 => "\n    [State, Init(0.2)] Seq seen;", 2 => "\n    [State] Seq<M> seen;", _ => "" };
        string seen = kept switch { 1 => " - 0.3 * seen + 0.1 * Previous(seen, Mean(h))", 2 => " + Sum(seen * memory) - Mean(Last(seen) + First(seen))", _ => "" };
        string see = kept switch { 1 => "\n        seen = 0.5 * seen + SoftmaxOverSteps(scores);", 2 => "\n        seen = k * seen + 0.1 * Sigmoid(scores) * (memory - Transpose(C) * h) + 0.1 * Next(seen);", _ => "" };
        cells.AppendLine($$"""
            [Cell]
            public partial class {{cell}}<A, B, M> : Cell<A, B, M>
            {{{state}}
                Mat<B, A> W;
                Mat<B, B> U, Wa;
                Mat<B, M> Ua, C;
                Vec<B> v, b;
                Scalar k;
                [State] Vec<B> h;
                [State, Init(0.1)] Vec<M> before;
                protected override Vec<B> Step(Vec<A> x, Seq<M> memory)
                {
                    var scores = {{scores[wholes.Next(3)]}}{{seen}};{{see}}
                    var found = {{found[wholes.Next(3)]}} + k * before;
                    h = Tanh(W * x + U * h + C * found + b){{(wholes.Next(2) == 0 ? " + 0.3 * h" : "")}};
                    before = found;
                    return {{(wholes.Next(2) == 0 ? "h" : "h + 0.2 * (C * before)")}};
                }
            }
            """);
        string from = dims[wholes.Next(3)];
        fields.AppendLine($"    {cell}<{from}, {to}, {of}> looker;");
        looker = (from, to, of);
    }

    (string From, string To, string Of)? looker;

    /// <summary>A scan that looks into a sequence, if there is one of the dimensions.</summary>
    string? Looking(string dim, int depth)
    {
        if (looker is not { } cell || cell.To != dim || memories.Where(m => m.Dim == cell.Of).Select(m => m.Name).ToArray() is not { Length: > 0 } fitting)
            return null;
        string start = wholes!.Next(3) == 0 ? $", Start({Term(cell.To, Reads.Anything, depth - 1)})" : "";
        return $"looker.{(wholes.Next(4) == 0 ? "ScanReversed" : "Scan")}({Term(cell.From, Reads.Sequence, depth)}, {fitting[wholes.Next(fitting.Length)]}{start})";
    }

    protected override string Look(string dim, int depth) => wholes!.Next(2) == 0 && Looking(dim, depth) is { } scan ? scan : base.Look(dim, depth);

    /// <summary>A model over a layer, with its methods: a loop over an array of parameters follows the layer.</summary>
    string Wrapped(string type, string from, string to, string name)
    {
        string[] parts = type.Split(['<', ',', ' ', '>'], StringSplitOptions.RemoveEmptyEntries);
        if (parts is not [var layer, var first, var second] || first != from || second != to)
            return type;
        bool isAbstract = closings?.Next(2) == 0 && !layer.Contains("_layer") && name.EndsWith("_1", StringComparison.Ordinal);
        string Body(string how) => $$"""
            {
                    var h = inner.{{how}}(steps);
                    for (int i = 0; i < gain.Length; i++)
                        h = i == 1 ? h : h + gain[i] * {{(nesting!.Next(2) == 0 ? "h" : "Tanh(h + shift)")}};
                    return h;
                }
            """;
        cells.AppendLine($$"""
            {{(isAbstract ? "" : "[Model]")}}
            public {{(isAbstract ? "abstract " : "")}}partial class {{name}}<A, B{{(isAbstract ? ", TCell" : "")}}> : Model{{(isAbstract ? " where TCell : Cell<A, B>" : "")}}
            {
                {{(isAbstract ? "TCell" : $"{layer}<A, B>")}} inner;
                [Count(3)] Scalar[] gain;
                Vec<B> shift;
                public Seq<B> Scan(Seq<A> steps)
                {{Body("Scan")}}
                public Seq<B> ScanReversed(Seq<A> steps)
                {{Body("ScanReversed")}}
                public Vec<B> Shift(Vec<B> v) => v + shift;
            }
            """);
        return isAbstract ? $"{name}<{from}, {to}, {type}>" : $"{name}<{from}, {to}>";
    }

    void Method(string head, string? dim, Reads reads, Func<string> write)
    {
        var body = new StringBuilder();
        int locals = random.Next(4);
        for (int i = 0; i < locals; i++)
        {
            string of = Pick(Dims);
            int kind = random.Next(5);
            body.AppendLine($"        {(kind == 0 ? "Scalar" : "var")} v{i} = {(kind == 0 ? Scalar(Reads.Anything, 2) : Term(of, kind < 3 ? Reads.Sequence : Reads.Anything, 3))};");
            known.Add(new($"v{i}", kind == 0 ? null : of, kind is > 0 and < 3 ? Reads.Sequence : Reads.Anything));
        }
        string result = write();
        foreach (Variable local in known.Where(v => v.Name[0] == 'v' && !Mentions(result + body, v.Name, 2) && Chance(0.8)))
            result = $"({result}){Also(local, dim, reads)}";
        methods.AppendLine($"\n    {head}\n    {{\n{body}        return {result};\n    }}");
    }

    string Losses(string prediction, string dim, Reads reads)
    {
        var terms = new List<string> { Loss(prediction, Target(reads), dim, reads) };
        if (Chance(0.35))
            terms.Add(Loss(Term(dim, reads, 2), Target(reads), dim, reads));
        if (Chance(0.25))
            terms.Add($"{Number()} * {Loss(prediction, Term(dim, reads, 1), dim, reads)}");
        if (reads == Reads.Sequence && thins?.Next(3) == 0)
            terms.Add(Loss($"Every({Term(dim, reads, 1)}, 3)", $"Every({Target(reads)}, 3)", dim, reads));
        int penalties = random.Next(3);
        for (int i = 0; i < penalties; i++)
            terms.Add(Penalty());
        if (starts?.Next(3) > 0 && scans > 0 && known.Any(v => v.Reads == Reads.Sequence))
            terms.Add($"{Number()} * {Begun(layers.First(l => l.Field == "begun"))}");
        if (matrices?.NextDouble() < 0.4)
            terms.Add($"{Number()} * {ScalarOfMatrix(2)}");
        if (seed >= FirstOfManyTerms)
            terms.AddRange(MoreTerms(prediction, dim, reads));
        return string.Join(" + ", terms.OrderBy(_ => random.Next()));
    }

    string Target(Reads reads) => reads == Reads.Sequence ? "y" : Own("y");

    string Loss(string p, string y, string dim, Reads reads) => random.Next(8) switch
    {
        0 => $"MeanAbsoluteError({p}, {y})",
        1 => $"Huber({p}, {y}{Pick("", ", 0.3")})",
        2 => $"CrossEntropy({p}, Softmax({y}))",
        3 => $"BinaryCrossEntropy({p}, Sigmoid({y}))",
        4 when reads != Reads.Sequence => $"Mean(Square({p} - {y}))",
        _ => $"MeanSquaredError({p}, {y})",
    };

    string Penalty()
    {
        string dim = Pick(dims), factor = Chance(0.5) ? Number() : Parameter("Scalar");
        return random.Next(6) switch
        {
            0 => $"{factor} * Sum(Square({Parameter($"Vec<{dim}>")}))",
            1 => $"{factor} * Sum({Term(dim, Reads.Parameters, 2)})",
            2 => $"{factor} * Mean(Square({Term(dim, Reads.Parameters, 2)}))",
            3 => $"Square({Parameter("Scalar")})",
            4 => $"{factor} * Dot({Parameter($"Vec<{dim}>")}, {Term(dim, Reads.Anything, 1)})",
            _ => $"{factor} * {Scalar(Reads.Anything, 2)}",
        };
    }
}
