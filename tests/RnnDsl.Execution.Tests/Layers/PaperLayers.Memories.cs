using System.Numerics;

namespace RnnDsl.Execution.Tests.Layers;

/// <summary>Layers whose memory is a matrix, or complex.</summary>
static partial class PaperLayers
{
    /// <summary>Beck et al. 2024, equations 19 to 27, without a stabilizer, which double precision has room for. Our memory and normalizer are theirs divided by e^m.</summary>
    static double[] MLstm(PaperNumbers p, double[] x, Dictionary<string, double[]> s)
    {
        int d = s["n"].Length;
        double m = s["m"][0];
        double[] c = [.. s["C"].Select(v => v * Math.Exp(m))], n = [.. s["n"].Select(v => v * Math.Exp(m))];
        double[] keys = p.Times("Wk", x), k = Units(d, j => keys[j] / Math.Sqrt(d) + p["bk"][j]);
        double[] q = PaperNumbers.Plus(p.Times("Wq", x), p["bq"]), v = PaperNumbers.Plus(p.Times("Wv", x), p["bv"]), o = Sigma(PaperNumbers.Plus(p.Times("Wo", x), p["bo"]));
        double input = p.Times("wi", x)[0] + p["bi"][0], forget = p.Times("wf", x)[0] + p["bf"][0];
        for (int row = 0; row < d; row++)
            for (int column = 0; column < d; column++)
                c[row * d + column] = Sigma(forget) * c[row * d + column] + Math.Exp(input) * v[row] * k[column];
        n = Units(d, j => Sigma(forget) * n[j] + Math.Exp(input) * k[j]);
        double fit = 0;
        for (int j = 0; j < d; j++)
            fit += n[j] * q[j];
        double next = Math.Max(Math.Max(m - Math.Log(1 + Math.Exp(-forget)), input), 0);
        s["C"] = [.. c.Select(e => e * Math.Exp(-next))];
        s["n"] = [.. n.Select(e => e * Math.Exp(-next))];
        s["m"] = [next];
        return Units(d, row =>
        {
            double read = 0;
            for (int column = 0; column < d; column++)
                read += c[row * d + column] * q[column];
            return o[row] * read / Math.Max(Math.Abs(fit), 1);
        });
    }

    /// <summary>What is fixed is no random number.</summary>
    static void KeyScale(Probe probe, string prefix)
    {
        double[] scale = probe.Parameters[prefix + "scale"];
        Array.Fill(scale, 1 / Math.Sqrt(scale.Length));
    }

    /// <summary>Yang et al. 2024 (gated linear attention), equation 3 with G of section 4.1: S is keys by values, the output q·S.</summary>
    static double[] GatedLinearAttention(PaperNumbers p, double[] x, Dictionary<string, double[]> s)
    {
        double[] q = p.Times("Wq", x), k = p.Times("Wk", x), v = p.Times("Wv", x), gate = Sigma(PaperNumbers.Plus(p.Times("Wa", x), p["ba"]));
        int d = q.Length;
        double[] memory = [.. s["S"]], y = new double[d];
        for (int key = 0; key < d; key++)
            for (int value = 0; value < d; value++)
            {
                memory[key * d + value] = Math.Pow(gate[key], 1.0 / 16) * memory[key * d + value] + k[key] * v[value];
                y[value] += q[key] * memory[key * d + value];
            }
        s["S"] = memory;
        return y;
    }

    /// <summary>Yang et al. 2024 (the delta rule over sequence length), equation 2: the value that the key had is taken out, and a mixture of it and the new one is put in.</summary>
    static double[] DeltaNet(PaperNumbers p, double[] x, Dictionary<string, double[]> s)
    {
        double[] Normal(string matrix)
        {
            double[] u = [.. p.Times(matrix, x).Select(a => a * Sigma(a))];
            double length = Math.Sqrt(u.Sum(a => a * a) + 1e-6);
            return [.. u.Select(a => a / length)];
        }
        double[] q = Normal("Wq"), k = Normal("Wk"), v = p.Times("Wv", x), memory = [.. s["S"]];
        double beta = Sigma(p.Times("wb", x)[0] + p["bb"][0]);
        int d = q.Length;
        double[] Read(double[] with) => Units(d, row => with.Select((a, column) => memory[row * d + column] * a).Sum());
        double[] old = Read(k), mixed = Units(d, j => beta * v[j] + (1 - beta) * old[j]);
        for (int row = 0; row < d; row++)
            for (int column = 0; column < d; column++)
                memory[row * d + column] += (mixed[row] - old[row]) * k[column];
        s["S"] = memory;
        return Read(q);
    }

    /// <summary>Orvieto et al. 2023, appendix A, in complex numbers.</summary>
    static double[] Lru(PaperNumbers p, double[] x, Dictionary<string, double[]> s)
    {
        int d = s["hr"].Length;
        double[] real = p.Times("Br", x), imaginary = p.Times("Bi", x), passed = p.Times("D", x);
        Complex[] h = [.. Enumerable.Range(0, d).Select(j =>
        {
            Complex lambda = Complex.Exp(new Complex(-Math.Exp(p["nu"][j]), Math.Exp(p["theta"][j])));
            return lambda * new Complex(s["hr"][j], s["hi"][j]) + Math.Exp(p["gamma"][j]) * new Complex(real[j], imaginary[j]);
        })];
        s["hr"] = [.. h.Select(z => z.Real)];
        s["hi"] = [.. h.Select(z => z.Imaginary)];
        return Units(d, row => passed[row] + h.Select((z, j) => (new Complex(p["Cr"][row * d + j], p["Ci"][row * d + j]) * z).Real).Sum());
    }

    /// <summary>Gu and Dao 2023, algorithm 2, with the discrete b of the authors' selective_scan_ref: Δ·b.</summary>
    static double[] SelectiveScan(PaperNumbers p, double[] x, Dictionary<string, double[]> s)
    {
        double[] delta = [.. PaperNumbers.Plus(p.Times("Wd", x), p["bd"]).Select(a => Math.Max(a, 0) + Math.Log(1 + Math.Exp(-Math.Abs(a))))], b = p.Times("Wb", x), c = p.Times("Wc", x);
        double[] h = [.. s["h"]], y = Units(x.Length, j => p["D"][j] * x[j]);
        for (int unit = 0; unit < x.Length; unit++)
            for (int n = 0; n < b.Length; n++)
            {
                int at = unit * b.Length + n;
                h[at] = Math.Exp(-Math.Exp(p["L"][at]) * delta[unit]) * h[at] + delta[unit] * b[n] * x[unit];
                y[unit] += c[n] * h[at];
            }
        s["h"] = h;
        return y;
    }
}
