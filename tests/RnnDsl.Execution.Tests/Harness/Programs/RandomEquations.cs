using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RnnDsl.Execution.Tests;

/// <summary>What an expression may read, and with it its C# type.</summary>
internal enum Reads
{
    /// <summary>A vector or scalar of parameters and numbers alone.</summary>
    Parameters,
    /// <summary>A vector or scalar of anything.</summary>
    Anything,
    /// <summary>A sequence.</summary>
    Sequence,
}

/// <summary>Writes random expressions of every kind that the language has; cells and models are made of them.</summary>
internal abstract partial class RandomEquations(int seed)
{
    /// <param name="Name">How it is written.</param>
    /// <param name="Dim">Its dimension; null of a scalar.</param>
    /// <param name="Reads">Its kind.</param>
    protected sealed record Variable(string Name, string? Dim, Reads Reads);

    /// <param name="Name">Name of the method.</param>
    /// <param name="Dim">Dimension of what it returns; null of a scalar.</param>
    /// <param name="Dims">Dimensions of its arguments; null of a scalar.</param>
    /// <param name="Numbers">How many numbers follow; the last may be left out.</param>
    /// <param name="Reads">What it reads beside its arguments.</param>
    protected sealed record Helper(string Name, string? Dim, string?[] Dims, int Numbers, Reads Reads);

    /// <param name="Field">Name of the field.</param>
    /// <param name="In">Dimension that it takes.</param>
    /// <param name="Out">Dimension that it gives.</param>
    /// <param name="Steps">Whether it has states.</param>
    protected sealed record Layer(string Field, string In, string Out, bool Steps);

    protected readonly Random random = new(seed);
    protected readonly StringBuilder fields = new(), methods = new();
    protected readonly List<Layer> layers = [];
    protected List<Variable> known = [];
    readonly List<(string Type, string Name)> parameters = [];
    readonly List<Helper> helpers = [];
    readonly List<string> numbers = [];

    /// <summary>How many scans may still be written: each makes a program longer.</summary>
    protected int scans;

    /// <summary>How often a parameter is one that is there already.</summary>
    protected double sharing;

    /// <summary>How often something rare and harmful to other checks is written: StopGradient, Dropout.</summary>
    protected double rare;

    protected abstract string[] Dims { get; }

    protected bool Chance(double share) => random.NextDouble() < share;

    protected T Pick<T>(params IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    protected static string Text(double number) => number.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>A number as a constant, or as what a helper returns.</summary>
    protected string Number() => numbers.Count > 0 && Chance(0.3) ? Pick(numbers) : Chance(0.2) ? Pick("2", "1", "(-1)", "3", "0") : Signed(random.NextDouble() * 2 - 1);

    static string Signed(double number) => number < 0 ? $"({Text(number)})" : Text(number);

    protected string Parameter(string type)
    {
        bool matrix = type.StartsWith("Mat", StringComparison.Ordinal);
        string[] there = [.. parameters.Where(p => p.Type == type).Select(p => p.Name)];
        if (there.Length > 0 && Chance(sharing))
            return Pick(there);
        string name = $"{(matrix ? "W" : type == "Scalar" ? "k" : "p")}{parameters.Count}";
        parameters.Add((type, name));
        string initial = !Chance(0.15) ? "" : matrix ? Pick("[Init(Initial.Orthogonal)] ", "[Init(Initial.Xavier)] ") : Pick("[Init(0.5)] ", "[Init(Initial.Uniform, 0.5)] ", "[Init(1)] ");
        fields.AppendLine($"    {initial}{type} {name};");
        return name;
    }

    string Matrix(string rows, string columns) =>
        Chance(0.15) ? $"Transpose({Parameter($"Mat<{columns}, {rows}>")})" : Parameter($"Mat<{rows}, {columns}>");

    /// <summary>What is added to a result for the sake of a value that nothing else reads.</summary>
    protected string Also(Variable value, string? dim, Reads reads)
    {
        if (value.Dim is null)
            return $" + 0.1 * {value.Name}";
        string name = value.Reads == Reads.Sequence && reads != Reads.Sequence ? $"{Pick("Last", "First", "Mean")}({value.Name})" : value.Name;
        return dim is null ? $" + 0.1 * Mean({name})" : value.Dim == dim ? $" + 0.1 * {name}" : $" + 0.1 * ({Matrix(dim, value.Dim)} * {name})";
    }

    /// <summary>Whether a text has a name so many times.</summary>
    protected static bool Mentions(string text, string name, int times) => Regex.Count(text, $@"\b{name}\b") >= times;

    string? Known(string? dim, Reads reads)
    {
        string[] fitting = [.. known.Where(v => v.Dim == dim && (reads == Reads.Anything ? v.Reads != Reads.Sequence : v.Reads == reads)).Select(v => v.Name)];
        return fitting.Length == 0 ? null : Pick(fitting);
    }

    /// <summary>An expression of at most about this depth: a name, a call, or something in parentheses.</summary>
    protected string Term(string dim, Reads reads, int depth)
    {
        if (depth <= 0 || Chance(0.1))
            return Leaf(dim, reads);
        if (reads == Reads.Anything && Chance(0.1))
            return Term(dim, Reads.Parameters, Math.Min(depth - 1, 2));
        if (reads == Reads.Sequence && Chance(0.2) && Through(dim, reads, depth - 1) is { } through)
            return through;
        return random.Next(40) switch
        {
            < 7 => Function(dim, reads, depth - 1),
            < 13 => Join(Pick("+", "+", "-"), Pair(dim, reads, depth - 1)),
            < 18 => Product(dim, reads, depth - 1),
            < 23 => MatrixProduct(dim, reads, depth - 1),
            < 26 => WithScalar(dim, reads, depth - 1),
            < 28 => Across(dim, reads, depth - 1),
            < 30 => Part(dim, reads, depth - 1),
            < 31 => Extreme(dim, reads, depth - 1),
            < 33 => Quotient(dim, reads, depth - 1),
            < 35 => Scaled(dim, reads, depth - 1),
            < 37 => Call(dim, reads, depth - 1) ?? Function(dim, reads, depth - 1),
            _ => Through(dim, reads, depth - 1) ?? Join("+", Pair(dim, reads, depth - 1)),
        };
    }

    /// <summary>One of not much more than 1.</summary>
    protected string Bounded(string dim, Reads reads, int depth) => random.Next(5) switch
    {
        0 => $"Sigmoid({Term(dim, reads, depth)})",
        1 => Leaf(dim, reads),
        _ => $"Tanh({Term(dim, reads, depth)})",
    };

    protected string Leaf(string dim, Reads reads)
    {
        if (Chance(0.7) && Known(dim, reads) is { } name)
            return name;
        if (reads == Reads.Sequence)
        {
            if (Known(dim, reads) is { } direct && Chance(0.5))
                return direct;
            Variable sequence = Pick([.. known.Where(v => v.Reads == Reads.Sequence)]);
            return $"({Matrix(dim, sequence.Dim!)} * {sequence.Name})";
        }
        if (reads == Reads.Anything && Chance(0.4) && known.Where(v => v.Dim is not null && v.Reads == Reads.Anything).ToArray() is { Length: > 0 } vectors)
        {
            Variable vector = Pick(vectors);
            return $"({Matrix(dim, vector.Dim!)} * {vector.Name})";
        }
        if (!Chance(0.25))
            return Parameter($"Vec<{dim}>");
        string columns = Pick(Dims);
        return $"({Matrix(dim, columns)} * {Parameter($"Vec<{columns}>")})";
    }

    static string Join(string operation, (string A, string B) pair) => $"({pair.A} {operation} {pair.B})";

    /// <summary>Two operands, at least one of which is of the kind.</summary>
    (string A, string B) Pair(string dim, Reads reads, int depth)
    {
        string own = Term(dim, reads, depth), other = Term(dim, reads == Reads.Sequence && Chance(0.35) ? Reads.Anything : reads, depth);
        return Chance(0.5) ? (own, other) : (other, own);
    }

    string Function(string dim, Reads reads, int depth)
    {
        string x = Term(dim, reads, depth);
        if (Chance(rare))
            return $"StopGradient({x})";
        if (Chance(rare))
            return $"{Pick("Dropout", "VariationalDropout")}({x}, {Pick("0.3", "0.5", "0")})";
        return random.Next(26) switch
        {
            < 4 => $"Tanh({x})",
            < 8 => $"Sigmoid({x})",
            8 => $"Relu({x})",
            9 => $"LeakyRelu({x}{Pick("", ", 0.2")})",
            10 => $"Elu({x}{Pick("", ", 0.5")})",
            11 => $"Gelu({x})",
            12 or 13 => $"Silu({x})",
            14 => $"Softplus({x})",
            15 => $"Exp(0.3 * Tanh({x}))",
            16 => $"Log(1.5 + Square({x}))",
            17 => $"Sqrt(0.5 + Square({x}))",
            18 => $"Abs({x})",
            19 => $"Square({x})",
            20 => $"Clip({x}, -0.8, 0.9)",
            21 => $"(0.1 * Log(Sigmoid({Pick("", "", "12 * ")}{x})))",
            22 or 23 => $"(-{x})",
            24 => $"(0.1 * LogSoftmax({x}))",
            _ => $"Sigmoid({x} + 0.5)",
        };
    }

    string Product(string dim, Reads reads, int depth) => random.Next(4) switch
    {
        0 => Join("*", Pair(dim, reads, depth)),
        1 => $"({Term(dim, reads == Reads.Sequence ? Reads.Anything : Reads.Parameters, 1)} * {Term(dim, reads, depth)})",
        _ => $"({Bounded(dim, reads, depth - 1)} * {Term(dim, reads, depth)})",
    };

    string MatrixProduct(string dim, Reads reads, int depth)
    {
        string columns = Pick(Dims);
        if (Chance(0.08))
        {
            string second = Pick(Dims);
            return $"({Matrix(dim, $"Cat<{columns}, {second}>")} * {Side(columns, second, reads, depth)})";
        }
        string operand = Chance(0.4) ? Bounded(columns, reads, depth) : Term(columns, reads, depth);
        return $"({Matrix(dim, columns)} * {operand})";
    }

    string Side(string a, string b, Reads reads, int depth) => $"Concat({Term(a, reads, depth)}, {Term(b, reads, Math.Min(depth, 1))})";

    string WithScalar(string dim, Reads reads, int depth)
    {
        string scalar = Scalar(reads == Reads.Sequence ? Reads.Anything : reads, depth), x = Term(dim, reads, depth);
        return random.Next(6) switch
        {
            0 => $"({x} * {scalar})",
            1 => $"({scalar} + {x})",
            2 => $"({x} - {scalar})",
            3 => $"({scalar} - {x})",
            _ => $"({scalar} * {x})",
        };
    }

    string Across(string dim, Reads reads, int depth) =>
        Chance(0.4) ? $"Normalise({Term(dim, reads, depth)}, 0.3)" : $"Softmax({Term(dim, reads, depth)})";

    /// <summary>Concatenations and their parts.</summary>
    string Part(string dim, Reads reads, int depth)
    {
        string other = Pick(Dims), own = Term(dim, reads, depth), rest = Term(other, reads, Math.Min(depth, 1));
        string? like = Known(dim, Reads.Anything);
        return random.Next(3) switch
        {
            0 => $"Right(Concat({rest}, {own}))",
            1 when reads != Reads.Sequence && like is not null => $"Concat({own}, {rest}).Slice({Pick("0", "1")}, {like})",
            _ => $"Left(Concat({own}, {rest}))",
        };
    }

    string Extreme(string dim, Reads reads, int depth)
    {
        string which = Pick("Min", "Max");
        return Chance(0.3)
            ? $"{which}({Term(dim, reads, depth)}, {Scalar(reads == Reads.Sequence ? Reads.Anything : reads, depth)})"
            : $"{which}({Term(dim, reads, depth)}, {Term(dim, reads, depth)})";
    }

    string Quotient(string dim, Reads reads, int depth)
    {
        string below = $"(1.5 + Square({Term(dim, reads, depth)}))";
        return random.Next(4) switch
        {
            0 => $"({Number()} / {below})",
            1 => $"({Term(dim, reads, depth)} / (2 + Tanh({Scalar(reads == Reads.Sequence ? Reads.Anything : reads, depth)})))",
            2 => $"({Scalar(reads == Reads.Sequence ? Reads.Anything : reads, depth)} / {below})",
            _ => $"({Term(dim, reads, depth)} / {below})",
        };
    }

    string Scaled(string dim, Reads reads, int depth)
    {
        string x = Term(dim, reads, depth);
        return random.Next(16) switch
        {
            0 => $"({x} * 1e20 * 1e-20)",
            1 => $"(1e-25 * ({x} * 1e25))",
            2 => $"({x} / 3)",
            3 => $"({x} / 1e30 * 1e30)",
            4 => $"(1000 * {x} * 0.001)",
            5 => $"({x} - 2 * {x})",
            6 or 7 => $"({x} + {Number()})",
            8 => $"({Number()} - {x})",
            _ => $"({Number()} * {x})",
        };
    }

    protected string Scalar(Reads reads, int depth)
    {
        if (depth <= 0 || Chance(0.2))
            return random.Next(3) switch
            {
                0 or 1 when Known(null, reads) is { } name => name,
                2 => Number(),
                _ => Parameter("Scalar"),
            };
        string dim = Pick(Dims);
        string Any() => Scalar(Chance(0.2) ? Reads.Parameters : reads, depth - 1);
        string Vector() => Term(dim, reads, depth - 1);
        return random.Next(22) switch
        {
            < 3 => $"Mean({Vector()})",
            3 => $"(0.2 * Sum({Vector()}))",
            4 => $"(0.2 * Dot({Vector()}, {Bounded(dim, reads, depth - 1)}))",
            5 => $"Max(Tanh({Vector()}))",
            6 => $"Tanh({Any()})",
            7 => $"Sigmoid({Any()})",
            8 or 9 => $"({Any()} + {Any()})",
            10 => $"({Any()} - {Any()})",
            11 or 12 => $"({Any()} * {Any()})",
            13 => $"({Any()} / (1.5 + Square({Any()})))",
            14 => $"Square({Any()})",
            15 => $"Softplus({Any()})",
            16 => $"{Pick("Min", "Max")}({Any()}, {Any()})",
            17 => $"({Number()} * {Any()})",
            18 => $"(-{Any()})",
            19 => $"Exp(0.3 * Tanh({Any()}))",
            20 => Call(null, reads, depth - 1) ?? $"Silu({Any()})",
            _ => $"Clip({Any()}, -0.7, 0.7)",
        };
    }

    /// <summary>Through a layer, or from a sequence to a vector; null where there is no way.</summary>
    string? Through(string dim, Reads reads, int depth)
    {
        if (reads == Reads.Anything && Chance(0.6) && known.Any(v => v.Reads == Reads.Sequence))
            return $"{Pick("Last", "First", "Mean", "Last")}({Term(dim, Reads.Sequence, depth)})";
        Layer[] fitting = [.. layers.Where(l => l.Out == dim && (!l.Steps || reads == Reads.Sequence && scans > 0))];
        if (fitting.Length == 0)
            return null;
        Layer layer = Pick(fitting);
        if (layer.Steps)
            scans--;
        string how = layer.Steps ? Chance(0.25) ? "ScanReversed" : "Scan" : "Map";
        string[] parts = layer.In.Split(["Cat<", ", ", ">"], StringSplitOptions.RemoveEmptyEntries);
        return $"{layer.Field}.{how}({(parts.Length == 2 ? Side(parts[0], parts[1], reads, depth) : Term(layer.In, reads, depth))})";
    }

    string? Call(string? dim, Reads reads, int depth)
    {
        Helper[] fitting = [.. helpers.Where(h => h.Dim == dim && reads != Reads.Sequence && (reads == Reads.Anything || h.Reads == Reads.Parameters))];
        if (fitting.Length == 0)
            return null;
        Helper helper = Pick(fitting);
        int given = helper.Numbers == 0 ? 0 : helper.Numbers - (Chance(0.5) ? 1 : 0);
        return $"{helper.Name}({string.Join(", ", [.. helper.Dims.Select(d => d is null ? Scalar(reads, depth - 1) : Term(d, reads, depth - 1)), .. Enumerable.Range(0, given).Select(_ => Pick("2", "1", "3"))])})";
    }

    /// <summary>Helpers that return numbers, and helpers of values that may call those before.</summary>
    protected void WriteHelpers()
    {
        if (Chance(0.25))
        {
            methods.AppendLine("    const double Half = 0.5;");
            numbers.Add("Half");
        }
        for (int i = 0; i < 2; i++)
            if (Chance(0.2))
            {
                string type = Pick("double", "int", "float"), value = type switch { "int" => Pick("2", "1", "-1"), "float" => "0.75f", _ => Pick("0.25", "2", "-0.5") };
                methods.AppendLine($"    {Pick("static ", "")}{type} Number{i}() => {value};");
                numbers.Add($"Number{i}()");
            }
        int count = Chance(0.4) ? 1 + random.Next(3) : 0;
        for (int i = 0; i < count; i++)
            WriteHelper($"Help{i}");
    }

    void WriteHelper(string name)
    {
        (List<Variable> outside, double often) = (known, rare);
        bool alone = Chance(0.4);
        string? dim = Chance(0.25) ? null : Pick(Dims);
        string?[] dims = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Chance(0.25) ? null : Pick(Dims))];
        known = [.. dims.Select((d, i) => new Variable($"a{i}", d, alone ? Reads.Parameters : Reads.Anything)), .. alone ? [] : outside.Where(v => v.Reads == Reads.Anything && v.Name.StartsWith('s'))];
        rare = 0;
        List<string> arguments = [.. dims.Select((d, i) => $"{(d is null ? "Scalar" : $"Vec<{d}>")} a{i}")];
        int count = 0;
        if (Chance(0.4))
        {
            string type = Pick("double", "int", "float", "Scalar");
            arguments.Add($"{type} n = {(type == "Scalar" ? "default" : Pick("2", "1", "3"))}");
            count = 1;
        }
        Reads reads = alone ? Reads.Parameters : Reads.Anything;
        string result = dim is null ? Scalar(reads, 2) : Term(dim, reads, 2);
        if (count > 0)
            result = Pick($"n * {result}", $"{result} + n", $"{result} * (1.0 + n)", $"Tanh(n * {result})");
        string type2 = dim is null ? "Scalar" : $"Vec<{dim}>";
        if (Chance(0.3))
            methods.AppendLine($"    {type2} {name}({string.Join(", ", arguments)})\n    {{\n        var t = {result};\n        return t{Pick("", " * 0.5", " + t")};\n    }}");
        else
            methods.AppendLine($"    {type2} {name}({string.Join(", ", arguments)}) => {result};");
        helpers.Add(new(name, dim, dims, count, reads));
        (known, rare) = (outside, often);
    }
}
