namespace RnnDsl.Execution.Tests.Layers;

/// <summary>A layer of the library beside its equations, written anew from the paper over plain arrays in double precision.</summary>
/// <param name="Make">Makes the layer of so many inputs and units.</param>
/// <param name="Type">How a model declares it, with dimensions In and Hid.</param>
/// <param name="Step">The paper's step.</param>
sealed record PaperLayer(Func<int, int, Module> Make, string Type, PaperStep Step)
{
    /// <summary>Puts numbers into the range in which the layer has something to do, where those of a <see cref="Probe"/> are not.</summary>
    public Action<Probe, string> Prepare { get; init; } = (_, _) => { };

    /// <summary>Dimension of its input.</summary>
    public string Input { get; init; } = "In";

    /// <summary>Dimension of its output.</summary>
    public string Output { get; init; } = "Hid";

    /// <summary>Whether it drops something in training, which is then not what the paper's step says without the masks.</summary>
    public bool Drops { get; init; }
}

/// <summary>One step: replaces the states, gives the output.</summary>
delegate double[] PaperStep(PaperNumbers p, double[] x, Dictionary<string, double[]> states);

/// <summary>The parameters that a paper's equations speak of.</summary>
/// <param name="parameters">All parameters of the module, row-major.</param>
/// <param name="prefix">What stands before the names: "", or "layer." in a model.</param>
sealed class PaperNumbers(IReadOnlyDictionary<string, double[]> parameters, string prefix)
{
    public double[] this[string name] => parameters[prefix + name];

    /// <summary>Matrix times vector.</summary>
    public double[] Times(string matrix, double[] v)
    {
        double[] m = this[matrix];
        return [.. Enumerable.Range(0, m.Length / v.Length).Select(row => v.Select((value, column) => m[row * v.Length + column] * value).Sum())];
    }

    /// <summary>W·x + U·h + b of a gate.</summary>
    public double[] Gate(string gate, double[] x, double[] h) => Plus(Times("W" + gate, x), Times("U" + gate, h), this["b" + gate]);

    public static double[] Plus(params double[][] terms) => [.. terms[0].Select((_, j) => terms.Sum(t => t[j]))];
}

/// <summary>The papers' equations, layer by layer.</summary>
static partial class PaperLayers
{
    sealed class In : Dim;
    sealed class Hid : Dim;
    sealed class Mem : Dim;

    public static readonly Dictionary<string, PaperLayer> All = new()
    {
        ["Highway"] = new((_, h) => new Highway<Hid>(h), "Highway<Hid>", Highway) { Input = "Hid" },
        ["Sru"] = new((i, h) => new Sru<In, Hid>(i, h), "Sru<In, Hid>", Sru),
        ["Qrnn"] = new((i, h) => new Qrnn<In, Hid>(i, h), "Qrnn<In, Hid>", Qrnn),
        ["RgLru"] = new((_, h) => new RgLru<Hid>(h), "RgLru<Hid>", RgLru) { Input = "Hid" },
        ["SLstm"] = new((i, h) => new SLstm<In, Hid>(i, h), "SLstm<In, Hid>", SLstm),
        ["ProjectedLstm"] = new((i, h) => new ProjectedLstm<In, Mem, Hid>(i, h + 2, h), "ProjectedLstm<In, Mem, Hid>", ProjectedLstm),
        ["ZoneoutLstm"] = new((i, h) => new ZoneoutLstm<In, Hid>(i, h), "ZoneoutLstm<In, Hid>", (p, x, s) => ZoneoutLstm(p, x, s, memory: null, output: null)) { Drops = true },
        ["PhasedLstm"] = new((i, h) => new PhasedLstm<In, Hid>(i, h), "PhasedLstm<In, Hid>", PhasedLstm) { Prepare = Rhythms, Input = "Cat<StepTime, In>" },
        ["Ugrnn"] = new((i, h) => new Ugrnn<In, Hid>(i, h), "Ugrnn<In, Hid>", Ugrnn),
        ["RecurrentHighway"] = new((i, h) => new RecurrentHighway<In, Hid>(i, h), "RecurrentHighway<In, Hid>", RecurrentHighway),
        ["LiGru"] = new((i, h) => new LiGru<In, Hid>(i, h), "LiGru<In, Hid>", LiGru),
        ["FastGrnn"] = new((i, h) => new FastGrnn<In, Hid>(i, h), "FastGrnn<In, Hid>", FastGrnn),
        ["MultiHeadSLstm"] = new((i, h) => new MultiHeadSLstm<In, Hid>(i, h), "MultiHeadSLstm<In, Hid>", MultiHeadSLstm) { Output = "Cat<Cat<Hid, Hid>, Cat<Hid, Hid>>" },
        ["ConvLstm"] = new((i, h) => new ConvLstm<In, Hid>(i, h), "ConvLstm<In, Hid>", ConvLstm) { Input = Eight("In"), Output = Eight("Hid") },
        ["WeightNormLstm"] = new((i, h) => new WeightNormLstm<In, Hid>(i, h), "WeightNormLstm<In, Hid>", WeightNormLstm),
        ["MLstm"] = new((i, h) => new MLstm<In, Hid>(i, h), "MLstm<In, Hid>", MLstm) { Prepare = KeyScale },
        ["GatedLinearAttention"] = new((i, h) => new GatedLinearAttention<In, Hid>(i, h), "GatedLinearAttention<In, Hid>", GatedLinearAttention),
        ["DeltaNet"] = new((i, h) => new DeltaNet<In, Hid>(i, h), "DeltaNet<In, Hid>", DeltaNet),
        ["Lru"] = new((i, h) => new Lru<In, Hid>(i, h), "Lru<In, Hid>", Lru),
        ["SelectiveScan"] = new((_, h) => new SelectiveScan<Hid, Mem>(h, h + 2), "SelectiveScan<Hid, Mem>", SelectiveScan) { Input = "Hid" },
        ["WeightDropLstm"] = new((i, h) => new WeightDropLstm<In, Hid>(i, h), "WeightDropLstm<In, Hid>", (p, x, s) => WeightDropLstm(p, x, s, factor: null)) { Drops = true },
    };

    static double Sigma(double x) => 1 / (1 + Math.Exp(-x));

    static double[] Units(int count, Func<int, double> unit) => [.. Enumerable.Range(0, count).Select(unit)];

    static double[] Sigma(double[] x) => Units(x.Length, j => Sigma(x[j]));

    static double[] Tanh(double[] x) => Units(x.Length, j => Math.Tanh(x[j]));

    /// <summary>Srivastava, Greff and Schmidhuber 2015, equation 3, with H rectified and affine.</summary>
    static double[] Highway(PaperNumbers p, double[] x, Dictionary<string, double[]> s)
    {
        double[] h = PaperNumbers.Plus(p.Times("W", x), p["b"]), t = Sigma(PaperNumbers.Plus(p.Times("Wt", x), p["bt"]));
        return Units(x.Length, j => Math.Max(h[j], 0) * t[j] + x[j] * (1 - t[j]));
    }

    /// <summary>Lei et al. 2018, equations 1 to 4, with the input of the highway projected.</summary>
    static double[] Sru(PaperNumbers p, double[] x, Dictionary<string, double[]> s)
    {
        double[] c = s["c"], candidate = p.Times("W", x), passed = p.Times("Wx", x), forget = p.Times("Wf", x), reset = p.Times("Wr", x);
        double[] next = Units(c.Length, j =>
        {
            double f = Sigma(forget[j] + p["vf"][j] * c[j] + p["bf"][j]);
            return f * c[j] + (1 - f) * candidate[j];
        });
        s["c"] = next;
        return Units(c.Length, j =>
        {
            double r = Sigma(reset[j] + p["vr"][j] * c[j] + p["br"][j]);
            return r * next[j] + (1 - r) * passed[j];
        });
    }

    /// <summary>Bradbury et al. 2017, equations 2 and 4: a convolution over two steps, then fo-pooling.</summary>
    static double[] Qrnn(PaperNumbers p, double[] x, Dictionary<string, double[]> s)
    {
        double[] before = s["p"], c = s["c"];
        double[] Convolved(string gate) => PaperNumbers.Plus(p.Times("V" + gate, before), p.Times("W" + gate, x), p["b" + gate]);
        double[] z = Tanh(Convolved("z")), f = Sigma(Convolved("f")), o = Sigma(Convolved("o"));
        double[] next = Units(c.Length, j => f[j] * c[j] + (1 - f[j]) * z[j]);
        s["c"] = next;
        s["p"] = x;
        return Units(c.Length, j => o[j] * next[j]);
    }

    /// <summary>De et al. 2024, equations 1 to 4, and 6: aᶜ in log-space. 1 − a² is taken where it keeps its digits.</summary>
    static double[] RgLru(PaperNumbers p, double[] x, Dictionary<string, double[]> s)
    {
        const double C = 8;
        double[] h = s["h"];
        double[] r = Sigma(PaperNumbers.Plus(p.Times("Wr", x), p["br"])), i = Sigma(PaperNumbers.Plus(p.Times("Wi", x), p["bi"]));
        return s["h"] = Units(h.Length, j =>
        {
            double lambda = p["L"][j] + 6.655, logA = -C * r[j] * Math.Log(1 + Math.Exp(-lambda));
            return Math.Exp(logA) * h[j] + Math.Sqrt(OneMinusExp(2 * logA)) * (i[j] * x[j]);
        });
    }

    /// <summary>1 − eˣ, by its series where x is small.</summary>
    static double OneMinusExp(double x) => Math.Abs(x) < 1e-5 ? -x * (1 + x / 2 * (1 + x / 3)) : 1 - Math.Exp(x);

    /// <summary>Beck et al. 2024, equations 8 to 14, as they stand: memory and normalizer without a stabilizer, which double precision has room for. Our c is their c / n, our m is log n.</summary>
    static double[] SLstm(PaperNumbers p, double[] x, Dictionary<string, double[]> s)
    {
        double[] h = s["h"], n = Units(h.Length, j => Math.Exp(s["m"][j])), c = Units(h.Length, j => n[j] * s["c"][j]);
        double[] input = p.Gate("i", x, h), forget = Sigma(p.Gate("f", x, h)), z = Tanh(p.Gate("z", x, h)), o = Sigma(p.Gate("o", x, h));
        double[] nextC = Units(h.Length, j => forget[j] * c[j] + Math.Exp(input[j]) * z[j]);
        double[] nextN = Units(h.Length, j => forget[j] * n[j] + Math.Exp(input[j]));
        s["c"] = Units(h.Length, j => nextC[j] / nextN[j]);
        s["m"] = Units(h.Length, j => Math.Log(nextN[j]));
        return s["h"] = Units(h.Length, j => o[j] * (nextC[j] / nextN[j]));
    }

    /// <summary>Sak et al. 2014, equations 1 to 7, without peepholes and non-recurrent projection; PyTorch's documentation of nn.LSTM with proj_size.</summary>
    static double[] ProjectedLstm(PaperNumbers p, double[] x, Dictionary<string, double[]> s)
    {
        double[] h = s["h"], c = s["c"];
        double[] i = Sigma(p.Gate("i", x, h)), f = Sigma(p.Gate("f", x, h)), g = Tanh(p.Gate("g", x, h)), o = Sigma(p.Gate("o", x, h));
        double[] next = s["c"] = Units(c.Length, j => f[j] * c[j] + i[j] * g[j]);
        return s["h"] = p.Times("P", Units(c.Length, j => o[j] * Math.Tanh(next[j])));
    }

    /// <summary>Krueger et al. 2017, section 3.3: the output sees the memory before zoneout.</summary>
    /// <param name="p">Parameters.</param>
    /// <param name="x">Input.</param>
    /// <param name="s">States.</param>
    /// <param name="memory">For each unit whether the memory keeps its old value; null: the mean.</param>
    /// <param name="output">The same of the output.</param>
    public static double[] ZoneoutLstm(PaperNumbers p, double[] x, Dictionary<string, double[]> s, bool[]? memory, bool[]? output)
    {
        double[] h = s["h"], c = s["c"];
        double[] i = Sigma(p.Gate("i", x, h)), f = Sigma(p.Gate("f", x, h)), g = Tanh(p.Gate("g", x, h)), o = Sigma(p.Gate("o", x, h));
        double[] full = Units(c.Length, j => f[j] * c[j] + i[j] * g[j]);
        double Kept(bool[]? mask, double rate, int j) => mask is null ? rate : mask[j] ? 1 : 0;
        s["c"] = Units(c.Length, j => Kept(memory, 0.5, j) * c[j] + (1 - Kept(memory, 0.5, j)) * full[j]);
        return s["h"] = Units(c.Length, j => Kept(output, 0.05, j) * h[j] + (1 - Kept(output, 0.05, j)) * (o[j] * Math.Tanh(full[j])));
    }

    /// <summary>Neil et al. 2016, equations 1 to 10: the shift of the paper is s·τ.</summary>
    static double[] PhasedLstm(PaperNumbers p, double[] input, Dictionary<string, double[]> s)
    {
        double time = input[0];
        double[] x = input[1..], h = s["h"], c = s["c"];
        double[] k = Units(h.Length, j =>
        {
            double period = Math.Exp(p["T"][j] + 1.5), shift = p["s"][j] * period, ratio = p["r"][j], since = (time - shift) % period;
            double phase = (since < 0 ? since + period : since) / period;
            return phase < ratio / 2 ? 2 * phase / ratio : phase < ratio ? 2 - 2 * phase / ratio : 0.001 * phase;
        });
        double[] Gate(string gate, double[] memory) => Sigma(PaperNumbers.Plus(p.Gate(gate, x, h), Units(h.Length, j => p["p" + gate][j] * memory[j])));
        double[] i = Gate("i", c), f = Gate("f", c), g = Tanh(p.Gate("g", x, h));
        double[] full = Units(h.Length, j => f[j] * c[j] + i[j] * g[j]), o = Gate("o", full);
        s["c"] = Units(h.Length, j => k[j] * full[j] + (1 - k[j]) * c[j]);
        return s["h"] = Units(h.Length, j => k[j] * (o[j] * Math.Tanh(full[j])) + (1 - k[j]) * h[j]);
    }

    /// <summary>Times that grow unevenly, and units that are open for a fourth to three fourths of a period.</summary>
    static void Rhythms(Probe probe, string prefix)
    {
        var random = new Random(4);
        double[] ratios = probe.Parameters[prefix + "r"];
        for (int j = 0; j < ratios.Length; j++)
            ratios[j] = (float)(0.25 + 0.5 * random.NextDouble());
        int width = probe.Method.Inputs[0].Width;
        foreach (double[][] inputs in probe.Inputs)
        {
            double time = 0;
            for (int t = 0; t < inputs[0].Length / width; t++)
                inputs[0][t * width] = (float)(time += 0.2 + 2 * random.NextDouble());
        }
    }

    /// <summary>Collins et al. 2017, the update gate network with tanh.</summary>
    static double[] Ugrnn(PaperNumbers p, double[] x, Dictionary<string, double[]> s)
    {
        double[] h = s["h"], c = Tanh(p.Gate("n", x, h)), g = Sigma(p.Gate("g", x, h));
        return s["h"] = Units(h.Length, j => g[j] * h[j] + (1 - g[j]) * c[j]);
    }

    /// <summary>Zilly et al. 2017, equations 6 to 9, with the carry gate 1 − t.</summary>
    static double[] RecurrentHighway(PaperNumbers p, double[] x, Dictionary<string, double[]> s)
    {
        double[] h = s["h"];
        for (int l = 0; l < 5; l++)
        {
            double[] n = PaperNumbers.Plus(p.Times($"U.{l}", h), p[$"b.{l}"]), t = PaperNumbers.Plus(p.Times($"Ut.{l}", h), p[$"bt.{l}"]);
            if (l == 0)
                (n, t) = (PaperNumbers.Plus(n, p.Times("W", x)), PaperNumbers.Plus(t, p.Times("Wt", x)));
            double[] before = h, gate = Sigma(t);
            h = Units(h.Length, j => gate[j] * Math.Tanh(n[j]) + (1 - gate[j]) * before[j]);
        }
        return s["h"] = h;
    }

    /// <summary>Ravanelli et al. 2018, equations 8 and 9 with biases in place of batch normalization.</summary>
    static double[] LiGru(PaperNumbers p, double[] x, Dictionary<string, double[]> s)
    {
        double[] h = s["h"], z = Sigma(p.Gate("z", x, h)), n = p.Gate("n", x, h);
        return s["h"] = Units(h.Length, j => z[j] * h[j] + (1 - z[j]) * Math.Max(n[j], 0));
    }

    /// <summary>Kusupati et al. 2018, equation 5.</summary>
    static double[] FastGrnn(PaperNumbers p, double[] x, Dictionary<string, double[]> s)
    {
        double[] h = s["h"], shared = PaperNumbers.Plus(p.Times("W", x), p.Times("U", h));
        double zeta = Sigma(p["zeta"][0]), nu = Sigma(p["nu"][0]);
        return s["h"] = Units(h.Length, j =>
        {
            double z = Sigma(shared[j] + p["bz"][j]), n = Math.Tanh(shared[j] + p["bn"][j]);
            return (zeta * (1 - z) + nu) * n + z * h[j];
        });
    }
}
