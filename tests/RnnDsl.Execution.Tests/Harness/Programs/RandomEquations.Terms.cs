namespace RnnDsl.Execution.Tests;

internal abstract partial class RandomEquations
{
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
        if (extra?.NextDouble() < 0.2)
            return OverTime(reads, x, extra.Next(withMixedChoices ? 14 : 9));
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
            // By the text and not by another random number, which would make other programs of all seeds.
            _ => (x.Length % 4) switch
            {
                0 => $"Sin(2 * {x})",
                1 => $"Cos({x})",
                2 => $"(0.1 * Mod({x} + 25, 50))",
                _ => $"Sigmoid({x} + 0.5)",
            },
        };
    }

    /// <summary>What goes over or along time, and choices; of what is no sequence choices alone. Continuous, so that differences tell the gradient.</summary>
    static string OverTime(Reads reads, string x, int kind) => (reads == Reads.Sequence ? kind : 0) switch
    {
        0 => (x.Length % 3) switch { 0 => $"Where({x} > 0, {x}, 0.3 * {x})", 1 => $"Where({x} <= 0.2, 0.2 * {x}, 0.04)", _ => $"Where(0.1 < {x}, 0.1, {x})" },
        1 => x.Length % 2 == 0 ? $"Previous({x})" : $"Previous({x}, Tanh(First({x})))",
        2 => x.Length % 2 == 0 ? $"Next({x})" : $"Next({x}, Tanh(Last({x})))",
        3 => $"Tanh({x} - MeanOverSteps({x}))",
        4 => $"({x} + 0.1 * MaxOverSteps({x}))",
        5 => $"(SoftmaxOverSteps(Tanh(Dot({x}, First({x})))) * {x})",
        6 => x.Length % 2 == 0 ? $"SoftmaxOverSteps({x})" : $"Tanh({x} - LogSumExpOverSteps({x}))",
        7 => x.Length % 2 == 0 ? $"Left(Concat({x}, Last({x})))" : $"Right(Concat(First({x}), {x}))",
        8 => x.Length % 2 == 0 ? $"(Tanh(Sum({x})) * {x})" : $"({x} + Sigmoid(Previous(Max({x}))))",
        9 => (x.Length % 4) switch { 0 => $"Where({x} > First({x}), {x}, First({x}))", 1 => $"Where(Last({x}) < {x}, Last({x}), {x})", 2 => $"Max({x}, 0.5 * First({x}))", _ => $"Min({x}, Mean({x}) + Last({x}))" },
        10 => x.Length % 2 == 0 ? $"Where(Sum({x}) > 0, Tanh(Sum({x})) * {x}, 0)" : $"Where(Mean({x}) <= 0.1, (0.1 - Mean({x})) * {x}, (Mean({x}) - 0.1) * {x})",
        11 => $"Where(Mean(First({x})) > 0, Mean(First({x})) * {x}, 0.2 * Mean(First({x})) * Last({x}))",
        12 => $"Where(First({x}) > 0, First({x}) * {x}, 0.1 * First({x}))",
        _ => $"(Where(Mean(Last({x})) > 0, Mean(Last({x})) * Tanh(Sum({x})), 0) * {x})",
    };

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
        Chance(0.4) ? $"Normalize({Term(dim, reads, depth)}, 0.3)" : $"Softmax({Term(dim, reads, depth)})";

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
            0 => $"({x} * 1e39 * 1e-39)",
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
        if (matrices?.NextDouble() < 0.08)
            return ScalarOfMatrix(depth - 1);
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
}
