using System.Text;

namespace RnnDsl.Execution.Tests;

/// <summary>Writes random cells that also do what <see cref="RandomCell"/> never does: recurrences of every form, results that are old states, helpers with numbers.</summary>
internal sealed class WideCell : RandomEquations
{
    readonly List<(string Name, string? Dim)> states = [];
    readonly StringBuilder body = new();
    readonly bool stateless;

    /// <summary>Seeds from here on often keep matrices of vectors that are cheap to make a second time.</summary>
    const int FirstWithMemories = 1_880_000;

    /// <summary>Chooses these; null: none.</summary>
    readonly Random? cheap;

    WideCell(int seed, bool stateless, bool rare, bool marked, bool withMatrices, bool withWholes) : base(seed)
    {
        wholes = withWholes ? new Random(seed ^ 0x77d) : null;
        marks = marked ? new Random(~seed) : null;
        matrices = withMatrices ? new Random(~seed) : null;
        this.stateless = stateless;
        cheap = seed >= FirstWithMemories && withWholes && new Random(~seed ^ 0x3a1) is var some && some.Next(2) == 0 ? some : null;
        if (rare)
            this.rare = Chance(0.08) ? 0.08 : 0;
        sharing = Pick(0.1, 0.3, 0.7);
    }

    protected override string[] Dims => Chance(0.25) ? ["Input"] : ["Hidden"];

    /// <summary>Source of <c>partial class {name}&lt;Input, Hidden&gt;</c>.</summary>
    public static (string Source, bool Steps) Write(string name, int seed, bool stateless = false, bool rare = true) =>
        Write(name, seed, stateless, rare, seed >= FirstMarked, seed >= FirstWithMatrices, seed >= FirstWithWholes);

    /// <inheritdoc cref="Write(string, int, bool, bool)"/>
    public static (string Source, bool Steps) Write(string name, int seed, bool stateless, bool rare, bool marked, bool withMatrices, bool withWholes = false)
    {
        var cell = new WideCell(seed, stateless, rare, marked, withMatrices, withWholes);
        string source = cell.Write(name);
        return (source, source.Contains("StepNumber", StringComparison.Ordinal) || cell.states.Count + cell.carried.Count > 0);
    }

    string Write(string name)
    {
        int count = stateless ? 0 : Pick(0, 1, 1, 1, 2, 2, 3);
        for (int i = 0; i < count; i++)
        {
            string? dim = Chance(0.2) ? null : Chance(0.15) ? "Input" : "Hidden";
            states.Add(($"s{i}", dim));
            fields.AppendLine($"    [State{(Chance(0.2) ? ", Init(0.25)" : "")}] {(dim is null ? "Scalar" : $"Vec<{dim}>")} s{i};");
        }
        known.AddRange(states.Select(s => new Variable(s.Name, s.Dim, Reads.Anything)));
        int kept = stateless || wholes is null ? 0 : Math.Max(0, wholes.Next(5) - 2);
        if (!stateless && cheap is not null)
            kept = Math.Max(kept, 1 + cheap.Next(2));
        for (int i = 0; i < kept; i++)
        {
            (string rows, string columns) = (wholes!.Next(4) == 0 ? "Input" : "Hidden", wholes.Next(3) == 0 ? "Input" : "Hidden");
            carried.Add(($"S{i}", rows, columns));
            fields.AppendLine($"    [State{(wholes.Next(4) == 0 ? ", Init(0.25)" : "")}] Mat<{rows}, {columns}> S{i};");
        }
        foreach ((string field, string type, string from, string to) in new[]
            {
                ("linear", "Linear<Input, Hidden>", "Input", "Hidden"), ("mix", "Linear<Hidden, Hidden>", "Hidden", "Hidden"), ("norm", "LayerNorm<Hidden>", "Hidden", "Hidden"),
            })
            if (Chance(0.06))
            {
                fields.AppendLine($"    {type} {field};");
                layers.Add(new(field, from, to, Steps: false));
            }
        WriteHelpers();
        if (!stateless && marks?.Next(3) == 0)
            known.Add(new(OfStep(), null, Reads.Anything));
        known.Add(new("x", "Input", Reads.Anything));
        var open = new Queue<(string Name, string? Dim)>(states.OrderBy(_ => random.Next()));
        var unwritten = new Queue<(string Name, string Rows, string Columns)>(carried);
        if (!stateless && cheap is not null)
            AddDecaying();
        int locals = random.Next(4);
        for (int i = 0; i < locals; i++)
        {
            if (unwritten.Count > 0 && wholes!.Next(2) == 0)
                AssignMatrix(unwritten.Dequeue());
            Local($"v{i}");
            if (open.Count > 0 && Chance(0.4))
                Assign(open.Dequeue());
        }
        while (unwritten.Count > 0)
            AssignMatrix(unwritten.Dequeue());
        string? last = null;
        while (open.Count > 0)
        {
            (string Name, string? Dim) state = open.Dequeue();
            last = open.Count == 0 && state.Dim == "Hidden" && Chance(0.25) ? Result(state) : null;
            if (last is null)
                Assign(state);
        }
        foreach ((string matrix, string rows, string columns) in carried)
            if (!Mentions(body.ToString(), matrix, 3))
                Line($"var v{matrix} = {(rows == "Hidden" ? $"{matrix} * {Term(columns, Reads.Anything, 1)}" : columns == "Hidden" ? $"Transpose({matrix}) * {Term(rows, Reads.Anything, 1)}" : $"{(cheap is null ? "Sum" : "Mean")}({matrix}) * {Leaf("Hidden", Reads.Anything)}")};");
        string result = last ?? Term("Hidden", Reads.Anything, Pick(0, 1, 2, 2, 3));
        foreach (Variable local in known.Where(v => v.Name[0] == 'v' && !Mentions(result + body, v.Name, 2) && Chance(0.7)))
            result = $"({result}){Also(local, "Hidden", Reads.Anything)}";
        foreach ((string matrix, _, _) in carried.Where(c => Mentions(body.ToString(), "v" + c.Name, 1)))
            result = $"({result} + 0.2 * v{matrix})";
        return $$"""
            [Cell]
            public partial class {{name}}<Input, Hidden> : Cell<Input, Hidden>
            {
            {{fields}}
            {{methods}}
                protected override Vec<Hidden> Step(Vec<Input> x)
                {
            {{body}}
                    return {{result}};
                }
            }
            """;
    }

    void Line(string text) => body.AppendLine("        " + text);

    void Local(string name)
    {
        string? dim = Chance(0.2) ? null : Pick(Dims);
        int depth = cheap?.Next(2) == 0 ? 1 : 3;
        Line($"{(dim is null ? "Scalar" : "var")} {name} = {(dim is null ? Scalar(Reads.Anything, Math.Min(depth, 2)) : Term(dim, Reads.Anything, depth))};");
        known.Add(new(name, dim, Reads.Anything));
        if (Chance(0.15))
            Line($"{name} {Pick("+=", "-=", "*=")} {(dim is null ? Scalar(Reads.Anything, 1) : Term(dim, Reads.Anything, 1))};");
    }

    /// <summary>The state's last line as the result.</summary>
    string? Result((string Name, string? Dim) state)
    {
        if (Chance(0.4))
        {
            string next = Next(state);
            return $"{state.Name} = {(next == state.Name ? $"0.5 * {next}" : next)}";
        }
        // The old state, which the new one replaces before the result is read.
        Line($"var old = {state.Name};");
        Line($"{state.Name} = {Next(state)};");
        return Chance(0.5) ? "old" : $"{Bounded("Hidden", Reads.Anything, 1)} + old";
    }

    void Assign((string Name, string? Dim) state)
    {
        string own = state.Name;
        if (Chance(0.15))
            Line(state.Dim is null
                ? $"{own} += {Gate(null)} * ({Scalar(Reads.Anything, 1)} - {own});"
                : $"{own} += {Gate(state.Dim)} * ({Term(state.Dim, Reads.Anything, 1)} - {own});");
        else
        {
            string next = Next(state);
            Line($"{own} = {(next == own ? $"0.5 * {own}" : next)};");
        }
    }

    void AssignMatrix((string Name, string Rows, string Columns) state)
    {
        (string own, string rows, string columns) = state;
        // Both sides of the sum read one vector.
        string? both = cheap?.Next(2) == 0 ? Known(rows) : null;
        string Side(string dim) => both is not null && dim == rows ? Twice(dim, both) : Term(dim, Reads.Anything, 1);
        string Written() => $"Outer({both ?? Bounded(rows, Reads.Anything, 1)}, {Bounded(columns, Reads.Anything, 1)})";
        Line($"{own} = " + (both is not null ? wholes!.Next(2) : wholes!.Next(7)) switch
        {
            0 when both is not null => $"0.5 * {own} + Outer({both}, {Known(columns)}) + Outer(Tanh({Twice(rows, both)}), {Known(columns)});",
            0 => $"{Gate(null)} * {own} + {Written()};",
            1 => $"ScaleRows({own}, Sigmoid({Side(rows)})) + {Written()};",
            2 => $"ScaleColumns({own}, Sigmoid({Side(columns)})) + {Written()};",
            3 => $"Tanh(0.5 * {own} + {StepMatrix(rows, columns, 2)});",
            4 => $"Hadamard({own}, Sigmoid({Parameter($"Mat<{rows}, {columns}>")})) + {Written()};",
            5 => $"0.5 * {own} - 0.1 * Outer({own} * {Term(columns, Reads.Anything, 1)}, {Bounded(columns, Reads.Anything, 1)}) + {Written()};",
            _ => $"0.5 * {own} + Tanh({StepMatrix(rows, columns, 1)});",
        });
    }

    /// <summary>A state whose old value a product reads, so that it is stored, and whose new value is cheaper to make again than to store.</summary>
    void AddDecaying()
    {
        string dim = carried[cheap!.Next(carried.Count)].Rows;
        fields.AppendLine($"    [State] Vec<{dim}> c;");
        Line(cheap.Next(3) switch
        {
            0 => $"var v9 = {Parameter($"Mat<Hidden, {dim}>")} * c;",
            1 => $"var v9 = Softmax({Parameter($"Mat<Hidden, {dim}>")} * Concat(c, x).Slice(1, c));",
            _ => $"var v9 = Mean(c) * {Leaf("Hidden", Reads.Anything)};",
        });
        known.Add(new("v9", "Hidden", Reads.Anything));
        Line($"c = {cheap.Next(5) switch
        {
            0 => $"0.7 * c",
            1 => $"Tanh({Parameter("Scalar")}) * c",
            2 => $"{Parameter($"Vec<{dim}>")} * c + 0.5",
            3 => $"c * {Gate(dim)}",
            _ => $"0.5 * c - 0.3 * {(dim == "Input" ? "x" : Parameter($"Vec<{dim}>"))}",
        }};");
        known.Add(new("c", dim, Reads.Anything));
    }

    /// <summary>A vector that has a name, above all the state that decays.</summary>
    string Known(string dim)
    {
        Variable[] named = [.. known.Where(v => v.Dim == dim)];
        return named.Length == 0 ? Leaf(dim, Reads.Anything) : cheap!.Next(2) == 0 ? named[^1].Name : named[cheap.Next(named.Length)].Name;
    }

    /// <summary>A vector that is read by unit, and by what needs all its units and is another stage: a product, whose gradient reads it too if the matrix is learned, or its units in another order.</summary>
    string Twice(string dim, string read) => cheap!.Next(4) switch
    {
        0 => $"({read} + {FixedMatrix(dim)} * {read})",
        1 => $"({read} + {Parameter($"Mat<{dim}, {dim}>")} * Tanh({read}))",
        2 => $"({read} - 0.5 * Concat({read}, {(dim == "Input" ? "x" : read)}).Slice(1, {read}))",
        _ => $"({read} + {Parameter($"Mat<{dim}, {dim}>")} * {read})",
    };

    string FixedMatrix(string dim)
    {
        string name = "F" + dim;
        if (!fields.ToString().Contains($" {name};", StringComparison.Ordinal))
            fields.AppendLine($"    [Fixed] Mat<{dim}, {dim}> {name};");
        return name;
    }

    /// <summary>What stays below 1 and may be known before the first step.</summary>
    string Gate(string? dim) => random.Next(5) switch
    {
        0 => Parameter("Scalar"),
        1 => $"Sigmoid({Parameter("Scalar")})",
        2 when dim is not null => $"Sigmoid({Term(dim, Reads.Parameters, 1)})",
        3 when dim is not null => $"Sigmoid({Term(dim, Reads.Anything, 1)})",
        4 when dim is not null => Parameter($"Vec<{dim}>"),
        _ => Pick("0.5", "0.9", "0.1", "Tanh(" + Parameter("Scalar") + ")"),
    };

    string Next((string Name, string? Dim) state)
    {
        string own = state.Name;
        if (state.Dim is not { } dim)
            return random.Next(6) switch
            {
                0 => $"Tanh({Scalar(Reads.Anything, 2)} + {Gate(null)} * {own})",
                1 => $"0.5 * {own} + {Scalar(Reads.Anything, 2)}",
                2 => $"{own} * {Gate(null)}",
                3 => Scalar(Reads.Anything, 1),
                _ => $"{Gate(null)} * {own} + {Scalar(Reads.Anything, 1)}",
            };
        string Other(int depth) => Term(dim, Reads.Anything, depth);
        string Square() => matrices?.NextDouble() < 0.3 ? MatrixTerm(dim, dim, 2) : Parameter($"Mat<{dim}, {dim}>");
        return random.Next(15) switch
        {
            0 or 1 => $"{Gate(dim)} * {own} + {Other(2)}",
            2 => $"{own} * {Gate(dim)} + {Parameter($"Mat<{dim}, Input>")} * x",
            3 => $"Tanh({Other(2)} + {Gate(dim)} * {own})",
            4 => $"Tanh({Parameter($"Mat<{dim}, Input>")} * x + {Square()} * {own} + {Other(1)})",
            5 => $"{Parameter($"Mat<{dim}, Input>")} * x",
            6 => $"{Square()} * {own}",
            7 => states.Where(s => s.Dim == dim && s.Name != own).Select(s => s.Name).FirstOrDefault() ?? Leaf(dim, Reads.Anything),
            8 => Bounded(dim, Reads.Anything, 2),
            9 => $"Tanh({Other(2)}) * {own}",
            10 => $"(1 - {Gate(dim)}) * {own} + {Gate(dim)} * {Bounded(dim, Reads.Anything, 2)}",
            11 => $"Normalize({Other(2)} + {own}, 0.3)",
            12 => $"{Square()} * {own} + {Square()} * {Term(dim, Reads.Parameters, 1)} + {Other(1)}",
            13 => Other(1),
            _ => $"0.5 * {own} + 0.3 * Tanh({Other(2)})",
        };
    }
}
