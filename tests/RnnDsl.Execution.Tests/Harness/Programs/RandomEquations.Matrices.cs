namespace RnnDsl.Execution.Tests;

internal abstract partial class RandomEquations
{
    /// <summary>Whether matrices are multiplied, in programs of later seeds.</summary>
    readonly bool products = seed >= 1_890_000;

    /// <summary>A matrix that is computed of parameters, in parentheses or a call. Continuous, so that differences tell the gradient.</summary>
    protected string MatrixTerm(string rows, string columns, int depth)
    {
        string Other() => matrices!.NextDouble() < 0.25 ? $"Transpose({MatrixTerm(columns, rows, depth - 1)})" : MatrixTerm(rows, columns, depth - 1);
        // C# warns of a comparison of something with itself.
        string OtherThan(string a) => Other() is var b && b == a ? Number() : b;
        if (depth <= 0)
            return matrices!.NextDouble() < 0.2 ? $"Transpose({Parameter($"Mat<{columns}, {rows}>")})" : Parameter($"Mat<{rows}, {columns}>");
        // The rest of the language's rarer things: what is dropped, and what has no gradient.
        if (rare > 0 && matrices!.NextDouble() < rare)
            return matrices.Next(3) == 0 ? $"StopGradient({Other()})" : $"Dropout({Other()}, 0.4)";
        if (products && matrices!.NextDouble() < 0.1)
        {
            string inner = Pick(Dims);
            return $"(0.3 * {MatrixTerm(rows, inner, depth - 1)} * {MatrixTerm(inner, columns, depth - 1)})";
        }
        string a = Other();
        return matrices!.Next(26) switch
        {
            0 or 1 => $"({a} - {Other()})",
            2 or 3 => $"({a} + {Other()})",
            4 => rows == columns ? $"({a} - Transpose({a}))" : $"(-{a})",
            5 => $"({OfParameters(depth - 1)} * {a})",
            6 => $"({a} / (2 + Tanh({OfParameters(depth - 1)})))",
            7 => $"({a} - {OfParameters(depth - 1)})",
            8 or 9 => $"Hadamard({a}, Sigmoid({Other()}))",
            10 => $"Hadamard({a}, {Other()})",
            11 => $"({a} / (1.5 + Square({Other()})))",
            12 => $"(1 / (1.5 + Square({a})))",
            13 => $"Tanh({a})",
            14 => $"Clip({a}, -0.4, 0.3)",
            15 => $"Where({a} > {OtherThan(a)}, {a}, 0.3 * {a} + 0.7 * {a})",
            16 => $"Where({a} > 0, {a}, 0.3 * {a})",
            17 => $"{(a.Length % 2 == 0 ? "Min" : "Max")}({a}, {(a.Length % 3 == 0 ? Number() : Other())})",
            18 => $"Exp(0.3 * Tanh({a}))",
            19 => $"Log(1.5 + Square({a}))",
            20 => $"({a} * {Number()} + 0.5)",
            21 => $"({Number()} - {a})",
            22 => $"(-{a})",
            23 => $"Abs({a})",
            24 => $"({a} / Sqrt(0.3 + Mean(Square({a}))))",
            _ => $"{(a.Length % 4) switch { 0 => "Silu", 1 => "Relu", 2 => "Sin", _ => "Gelu" }}({a})",
        };
    }

    /// <summary>A scalar of parameters alone, in a form that a matrix takes: of no layer, and with nothing dropped.</summary>
    string OfParameters(int depth)
    {
        string dim = Pick(Dims);
        return matrices!.Next(5) switch
        {
            0 => Number(),
            1 => $"Tanh({Parameter("Scalar")})",
            2 => $"Mean(Square({Parameter($"Vec<{dim}>")}))",
            3 when depth > 0 => ScalarOfMatrix(depth),
            _ => Parameter("Scalar"),
        };
    }

    /// <summary>A scalar of a matrix.</summary>
    protected string ScalarOfMatrix(int depth)
    {
        string rows = Pick(Dims), columns = Pick(Dims), matrix = MatrixTerm(rows, columns, depth);
        return matrices!.Next(4) switch
        {
            0 => $"(0.1 * Sum(Square({matrix})))",
            // Two entries that a function has brought to one number, which differ in double precision or not, have no derivative that differences tell.
            1 => $"(0.1 * Max({matrix} + {Parameter($"Mat<{rows}, {columns}>")}))",
            2 => $"(0.1 * Sum({matrix}))",
            _ => $"Mean({matrix})",
        };
    }

    /// <summary>A vector of a matrix.</summary>
    string SumsOfMatrix(string dim, int depth)
    {
        string other = Pick(Dims);
        return matrices!.Next(3) switch
        {
            0 => $"(0.2 * SumOverRows({MatrixTerm(other, dim, depth)}))",
            1 => $"(1 / Sqrt(0.3 + SumOverColumns(Square({MatrixTerm(dim, other, depth)}))))",
            _ => $"(0.2 * SumOverColumns({MatrixTerm(dim, other, depth)}))",
        };
    }
}
