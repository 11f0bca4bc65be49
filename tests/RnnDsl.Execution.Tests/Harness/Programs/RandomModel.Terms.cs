namespace RnnDsl.Execution.Tests;

// Many terms of one loss, which read the same parameters: a gradient then has parts of several kinds, from several stages.
internal sealed partial class RandomModel
{
    /// <summary>Programs of earlier seeds stay what they are.</summary>
    const int FirstOfManyTerms = 1_850_000;

    /// <summary>Terms that read what others read as well.</summary>
    IEnumerable<string> MoreTerms(string prediction, string dim, Reads reads)
    {
        int count = random.Next(4);
        for (int i = 0; i < count; i++)
            yield return random.Next(5) switch
            {
                0 => $"{Number()} * {Loss(prediction, Target(reads), dim, reads)}",
                1 or 2 => OfOneMatrix(),
                _ => OfSameOperands(),
            };
    }

    /// <summary>A number of one matrix alone, by preference of one that a product has.</summary>
    string OfOneMatrix()
    {
        (string rows, string columns) = (Pick(dims), Pick(dims));
        (string Type, string Name)[] there = [.. parameters.Where(p => p.Type.StartsWith("Mat", StringComparison.Ordinal))];
        if (there.Length > 0 && Chance(0.8) && Pick(there).Type[4..^1].Split(", ") is [var r, var c])
            (rows, columns) = (r, c);
        string type = $"Mat<{rows}, {columns}>", matrix = Parameter(type);
        return "0.1 * " + random.Next(6) switch
        {
            0 => $"Sum({matrix})",
            1 => $"Sum(Square({matrix}))",
            2 => $"Mean(Square({matrix} + 2 * {Parameter(type)}))",
            // Where entries differ by chance alone, the largest is the same in every precision.
            3 => $"Max({matrix} + {Parameter(type)})",
            4 => $"Sum(Hadamard({matrix}, {Parameter(type)}))",
            _ => $"Sum({matrix} * {Parameter($"Vec<{columns}>")})",
        };
    }

    /// <summary>Products of a few matrices with the same two operands, some of them written twice.</summary>
    string OfSameOperands()
    {
        bool sequence = Chance(0.7) && known.Any(v => v.Reads == Reads.Sequence);
        Reads kind = sequence ? Reads.Sequence : Chance(0.3) ? Reads.Parameters : Reads.Anything;
        Variable[] there = [.. known.Where(v => v.Reads == kind && v.Dim is not null)];
        string from = Pick(dims), to = Pick(dims), operand = "";
        if (there.Length > 0 && Chance(0.7))
        {
            Variable variable = Pick(there);
            (operand, from) = (variable.Name, variable.Dim!);
        }
        string[] operands = [operand.Length > 0 ? operand : Term(from, kind, 1), Term(from, kind, 1)];
        string[] matrices = [Parameter($"Mat<{to}, {from}>"), Parameter($"Mat<{to}, {from}>")];
        string Product()
        {
            string matrix = Pick(matrices), other = Pick(matrices), vector = Pick(operands);
            return random.Next(7) switch
            {
                0 or 1 => $"({matrix} + {matrix}) * {vector}",
                2 => $"({matrix} + {other}) * {vector}",
                3 => $"{Parameter("Scalar")} * ({matrix} * {vector})",
                4 => $"({matrix} - 2 * {other} + {matrix}) * {vector}",
                5 => $"Transpose({Parameter($"Mat<{from}, {to}>")}) * {vector}",
                _ => $"{matrix} * {vector}",
            };
        }
        string Sum() => string.Join(" + ", Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Product()));
        return !sequence ? $"{Number()} * Mean(Square(Tanh({Sum()})))"
            : Chance(0.7) ? $"MeanSquaredError({Sum()}, {Pick("Tanh", "Sin", "")}({Sum()}))" : $"{Number()} * Mean(Tanh(Mean({Sum()})))";
    }
}
