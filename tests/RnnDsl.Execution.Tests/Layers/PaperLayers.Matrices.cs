namespace RnnDsl.Execution.Tests.Layers;

/// <summary>LSTMs whose matrices are blocks, kernels, directions with lengths, or dropped.</summary>
static partial class PaperLayers
{
    const int Heads = 4, Positions = 8;

    /// <summary>Eight vectors of a dimension, one behind the other.</summary>
    static string Eight(string dim) => $"Cat<Cat<Cat<{dim}, {dim}>, Cat<{dim}, {dim}>>, Cat<Cat<{dim}, {dim}>, Cat<{dim}, {dim}>>>";

    /// <summary>Beck et al. 2024, equations 8 to 14 and appendix A.2: R is block-diagonal, with a block for each head. Without a stabilizer; our c is their c / n, our m is log n.</summary>
    static double[] MultiHeadSLstm(PaperNumbers p, double[] x, Dictionary<string, double[]> s)
    {
        double[] h = Whole(s, "h", Heads), n = [.. Whole(s, "m", Heads).Select(Math.Exp)], c = [.. Whole(s, "c", Heads).Zip(n, (of, by) => of * by)];
        int size = h.Length / Heads;
        double[] Gate(string gate) => Units(h.Length, j =>
        {
            int head = j / size, row = j % size;
            double sum = p[$"b{gate}.{head}"][row] + x.Select((v, k) => p[$"W{gate}.{head}"][row * x.Length + k] * v).Sum();
            // The row of the block-diagonal matrix.
            return sum + h.Select((v, k) => k / size == head ? p[$"U{gate}.{head}"][row * size + k % size] * v : 0).Sum();
        });
        double[] i = Gate("i"), f = Sigma(Gate("f")), z = Tanh(Gate("z")), o = Sigma(Gate("o"));
        double[] nextC = Units(h.Length, j => f[j] * c[j] + Math.Exp(i[j]) * z[j]);
        double[] nextN = Units(h.Length, j => f[j] * n[j] + Math.Exp(i[j]));
        Split(s, "c", Units(h.Length, j => nextC[j] / nextN[j]), Heads);
        Split(s, "m", Units(h.Length, j => Math.Log(nextN[j])), Heads);
        return Split(s, "h", Units(h.Length, j => o[j] * (nextC[j] / nextN[j])), Heads);
    }

    /// <summary>The states of an array, one behind the other.</summary>
    static double[] Whole(Dictionary<string, double[]> s, string state, int parts) => [.. Enumerable.Range(0, parts).SelectMany(k => s[$"{state}.{k}"])];

    static double[] Split(Dictionary<string, double[]> s, string state, double[] values, int parts)
    {
        int size = values.Length / parts;
        for (int k = 0; k < parts; k++)
            s[$"{state}.{k}"] = values[(k * size)..((k + 1) * size)];
        return values;
    }

    /// <summary>Shi et al. 2015, equation 3, along one dimension: every kernel is a sum over three positions, of which those beyond the ends are zero.</summary>
    static double[] ConvLstm(PaperNumbers p, double[] x, Dictionary<string, double[]> s)
    {
        double[] h = Whole(s, "h", Positions), c = Whole(s, "c", Positions);
        int inputs = x.Length / Positions, channels = h.Length / Positions;
        double Convolved(string kernel, double[] of, int width, int position, int channel)
        {
            double sum = 0;
            for (int offset = -1; offset <= 1; offset++)
                for (int k = 0; k < width && position + offset is >= 0 and < Positions; k++)
                    sum += p[$"{kernel}.{offset + 1}"][channel * width + k] * of[(position + offset) * width + k];
            return sum;
        }
        double[] Potential(string gate) => Units(h.Length, j =>
            Convolved("W" + gate, x, inputs, j / channels, j % channels) + Convolved("U" + gate, h, channels, j / channels, j % channels) + p["b" + gate][j % channels]);
        double[] Peephole(string gate, double[] memory) => Units(h.Length, j => p[$"p{gate}.{j / channels}"][j % channels] * memory[j]);
        double[] i = Sigma(PaperNumbers.Plus(Potential("i"), Peephole("i", c))), f = Sigma(PaperNumbers.Plus(Potential("f"), Peephole("f", c))), g = Tanh(Potential("g"));
        double[] next = Units(h.Length, j => f[j] * c[j] + i[j] * g[j]), o = Sigma(PaperNumbers.Plus(Potential("o"), Peephole("o", next)));
        Split(s, "c", next, Positions);
        return Split(s, "h", Units(h.Length, j => o[j] * Math.Tanh(next[j])), Positions);
    }

    /// <summary>Salimans and Kingma 2016, equation 2, for each row of each matrix.</summary>
    static double[] WeightNormLstm(PaperNumbers p, double[] x, Dictionary<string, double[]> s)
    {
        double[] h = s["h"];
        double[] Normed(string lengths, string directions, double[] of) => Units(h.Length, j =>
        {
            double[] v = p[directions][(j * of.Length)..((j + 1) * of.Length)];
            double norm = Math.Sqrt(v.Sum(d => d * d));
            return v.Select((d, k) => p[lengths][j] * d / norm * of[k]).Sum();
        });
        double[] Potential(string gate) => PaperNumbers.Plus(Normed("w" + gate, "W" + gate, x), Normed("u" + gate, "U" + gate, h), p["b" + gate]);
        return Lstm(Potential("i"), Potential("f"), Potential("g"), Potential("o"), s);
    }

    /// <summary>Merity et al. 2018, section 2: the recurrent matrices are multiplied by masks that are one and the same for all steps.</summary>
    /// <param name="p">Parameters.</param>
    /// <param name="x">Input.</param>
    /// <param name="s">States.</param>
    /// <param name="factor">Of a gate and a place in its recurrent matrix, row by row; null: nothing is dropped.</param>
    public static double[] WeightDropLstm(PaperNumbers p, double[] x, Dictionary<string, double[]> s, Func<string, int, double>? factor)
    {
        double[] h = s["h"];
        double[] Potential(string gate) => PaperNumbers.Plus(p.Times("W" + gate, x), p["b" + gate],
            Units(h.Length, j => h.Select((v, k) => (factor?.Invoke(gate, j * h.Length + k) ?? 1) * p["U" + gate][j * h.Length + k] * v).Sum()));
        return Lstm(Potential("i"), Potential("f"), Potential("g"), Potential("o"), s);
    }

    /// <summary>The step of an LSTM whose gates have these potentials.</summary>
    static double[] Lstm(double[] i, double[] f, double[] g, double[] o, Dictionary<string, double[]> s)
    {
        double[] c = s["c"], next = Units(c.Length, j => Sigma(f[j]) * c[j] + Sigma(i[j]) * Math.Tanh(g[j]));
        s["c"] = next;
        return s["h"] = Units(c.Length, j => Sigma(o[j]) * Math.Tanh(next[j]));
    }
}
