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
    /// <param name="Starts">How many states it is known to have that are vectors as what it gives.</param>
    protected sealed record Layer(string Field, string In, string Out, bool Steps, int Starts = 0);

    protected readonly Random random = new(seed);
    protected readonly StringBuilder fields = new(), methods = new();
    protected readonly List<Layer> layers = [];
    protected List<Variable> known = [];
    protected readonly List<(string Type, string Name)> parameters = [];
    readonly List<Helper> helpers = [];
    readonly List<string> numbers = [];

    /// <summary>Chooses operations that came later, so that earlier seeds make the programs that they always made; null: none of them.</summary>
    protected Random? extra;

    /// <summary>Whether choices have conditions and values of an example beside those of steps, in programs of later seeds.</summary>
    protected bool withMixedChoices;

    /// <summary>Chooses where scans start, and asks for what they leave, in the same way; null: no scan starts from given values.</summary>
    protected Random? starts;

    /// <summary>Marks parameters as fixed or computed, and reads the number of the step; null in earlier seeds, which make the programs that they always made.</summary>
    protected Random? marks;

    /// <summary>Seeds from here on mark.</summary>
    protected const int FirstMarked = 800_000;

    readonly HashSet<string> computing = [];
    /// <summary>Chooses expressions of matrices in the same way; null: none.</summary>
    protected Random? matrices;

    /// <summary>The first seed whose programs have expressions of matrices.</summary>
    protected const int FirstWithMatrices = 860_000;

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
        fields.AppendLine($"    {Marked(type) ?? initial}{type} {name};");
        return name;
    }

    /// <summary>By chance what marks a parameter as fixed, or names a method, which is written, for its first values.</summary>
    string? Marked(string type)
    {
        if (marks is null || marks.NextDouble() > 0.25)
            return null;
        int kind = marks.Next(6);
        if (kind == 0)
            return Pick(marks, "[Fixed] ", "[Fixed, Init(0.5)] ");
        bool square = type.StartsWith("Mat", StringComparison.Ordinal) && type[4..^1].Split(", ") is [var rows, var columns] && rows == columns;
        string arguments = type == "Scalar" ? ""
            : type.StartsWith("Vec", StringComparison.Ordinal) ? Pick(marks, "int unit", "int unit, int size")
            : Pick(marks, "int row, int column", "int row, int column, int rows, int columns", square ? "int row, int column, int size" : "int row, int column");
        string method = "Computed" + arguments.Count(c => c == ',') + (type == "Scalar" ? "Scalar" : type[..3]);
        string[] names = [.. arguments.Split(", ").Select(a => a.Split(' ')[^1])];
        if (computing.Add(method))
            methods.AppendLine($"\n    static double {method}({arguments}) => 0.1{string.Concat(names.Where(n => n.Length > 0).Select((n, i) => $" + {Text(0.07 * (i + 1))} * {n}"))};");
        return $"[{(kind < 4 ? "Fixed" : "Init")}(nameof({method}))] ";
    }

    static string Pick(Random random, params string[] choices) => choices[random.Next(choices.Length)];

    /// <summary>A number made of that of the step.</summary>
    protected string OfStep() => Pick(marks!, "Sin(0.7 * StepNumber)", "(0.3 * Mod(StepNumber, 3))", "Where(Mod(StepNumber, 2) < 0.6, 1, -0.4)", "Tanh(0.1 * StepNumber)", "(1 / (1 + StepNumber))");

    protected string Matrix(string rows, string columns) => matrices?.NextDouble() < 0.3 ? MatrixTerm(rows, columns, 1 + matrices.Next(2)) :
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
        if (reads != Reads.Sequence && matrices?.NextDouble() < 0.05)
            return SumsOfMatrix(dim, depth - 1);
        if (reads == Reads.Anything && wholes?.Next(12) == 0)
            return OfStepMatrix(dim, Math.Min(depth - 1, 2));
        if (reads == Reads.Anything && scans > 0 && thins?.Next(8) == 0 && known.Any(v => v.Reads == Reads.Sequence))
        {
            scans--;
            return OfSome(dim, depth - 1);
        }
        if (reads == Reads.Sequence && nested.Count > 0 && scans > 0 && wholes?.Next(4) == 0)
        {
            scans--;
            return OfEach(dim, depth - 1);
        }
        if (reads == Reads.Sequence && memories.Count > 0 && scans > 0 && wholes?.Next(6) == 0)
        {
            scans--;
            return Look(dim, depth - 1);
        }
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
}
