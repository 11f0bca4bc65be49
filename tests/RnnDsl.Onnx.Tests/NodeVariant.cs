using RnnDsl.Onnx.Equations;

namespace RnnDsl.Onnx.Tests;

/// <summary>What a recurrent ONNX node computes, and the cell of the language that computes the same.</summary>
/// <param name="Op">LSTM, GRU or RNN.</param>
/// <param name="Coupled">input_forget.</param>
/// <param name="Peepholes">Whether the cell has them.</param>
/// <param name="ResetsAfter">linear_before_reset.</param>
/// <param name="Activations">Of one direction.</param>
/// <param name="Bound">The cell's bound: none (""), a parameter ("clip") or a number.</param>
sealed record NodeVariant(string Op, bool Coupled, bool Peepholes, bool ResetsAfter, Activation[] Activations, string Bound)
{
    public int Gates => Op switch { "LSTM" => 4, "GRU" => 3, _ => 1 };

    public int States => Op == "LSTM" ? 2 : 1;

    /// <summary>The library's cells.</summary>
    public static NodeVariant Of(string cell) => cell switch
    {
        "Lstm" => Lstm(false, false, ""),
        "PeepholeLstm" => Lstm(false, true, ""),
        "CoupledLstm" => Lstm(true, false, ""),
        "ClippedLstm" => Lstm(false, true, "clip"),
        "ClippedCoupledLstm" => Lstm(true, true, "clip"),
        "Gru" or "GruResetBefore" => new("GRU", false, false, cell == "Gru", [Activation.Sigmoid, Activation.Tanh], ""),
        "ClippedGru" or "ClippedGruResetBefore" => new("GRU", false, false, cell == "ClippedGru", [Activation.Sigmoid, Activation.Tanh], "clip"),
        _ => new("RNN", false, false, false, [cell == "ElmanRelu" ? Activation.Relu : Activation.Tanh], cell == "ClippedElman" ? "clip" : ""),
    };

    static NodeVariant Lstm(bool coupled, bool peepholes, string bound) =>
        new("LSTM", coupled, peepholes, false, [Activation.Sigmoid, Activation.Tanh, Activation.Tanh], bound);

    public static NodeVariant Random(Random random)
    {
        string op = new[] { "LSTM", "GRU", "RNN" }[random.Next(3)];
        bool coupled = op == "LSTM" && random.Next(2) == 0;
        float Number() => random.Next(1, 10) / 10f;
        Activation Any() => random.Next(14) switch
        {
            0 => Activation.Sigmoid, 1 => Activation.Tanh, 2 => Activation.Relu, 3 => Activation.Softplus, 4 => Activation.Softsign,
            5 => new("LeakyRelu", Number()), 6 => new("Elu", Number()), 7 => new("HardSigmoid", Number(), Number()),
            8 => new("ScaledTanh", Number(), Number()), 9 => new("Affine", Number(), Number()),
            // With the numbers that they have by default.
            10 => new("LeakyRelu", 0.01f), 11 => new("Elu", 1), 12 => new("HardSigmoid", 0.2f, 0.5f), _ => new("Affine", 1),
        };
        Activation[] activations = [.. StandardCells.UsualActivations(op switch { "LSTM" => StandardForm.Lstm, "GRU" => StandardForm.Gru, _ => StandardForm.Elman })
            .Select(a => random.Next(3) == 0 ? a : Any())];
        if (coupled && !activations[0].IsComplementary)
            activations[0] = random.Next(2) == 0 ? new("HardSigmoid", Number(), 0.5f) : Activation.Sigmoid;
        return new(op, coupled, op == "LSTM" && random.Next(2) == 0, random.Next(2) == 0, activations,
            new[] { "", "clip", (random.Next(5, 15) / 10f).ToString(System.Globalization.CultureInfo.InvariantCulture) }[random.Next(3)]);
    }

    /// <summary>The cell as a user would write it.</summary>
    public string Source(string name)
    {
        string[] gates = Op switch { "LSTM" => Coupled ? ["f", "g", "o"] : ["i", "f", "g", "o"], "GRU" => ["r", "z", "n"], _ => [""] };
        string Argument(string gate) => $"B(W{gate} * x + U{gate} * h + b{gate})";
        string Seeing(string gate) => Peepholes ? $"F(B(W{gate} * x + U{gate} * h + p{gate} * c + b{gate}))" : $"F({Argument(gate)})";
        string step = Op switch
        {
            "LSTM" => (Coupled ? "" : $"var i = {Seeing("i")}; ") + $"var f = {Seeing("f")}; var g = G({Argument("g")}); c = f * c + {(Coupled ? "(1 - f)" : "i")} * g; " +
                $"var o = {Seeing("o")}; return h = o * H(c);",
            "GRU" => $"var r = F({Argument("r")}); var z = F({Argument("z")}); var n = G(B(Wn * x + {(ResetsAfter ? "bn + r * (Un * h + cn)" : "Un * (r * h) + bn")})); " +
                "return h = (1 - z) * n + z * h;",
            _ => $"return h = F({Argument("")});",
        };
        string bound = Bound switch { "" => "x", "clip" => "Min(Max(x, -StopGradient(clip)), StopGradient(clip))", _ => $"Clip(x, -{Bound}, {Bound})" };
        string peepholes = Peepholes ? $"    Vec<Hidden> {string.Join(", ", gates.Except(["g"]).Select(g => "p" + g))};\n" : "";
        return $$"""
            [Cell]
            public partial class {{name}}<Input, Hidden> : Cell<Input, Hidden>
            {
                [State] Vec<Hidden> h{{(Op == "LSTM" ? ", c" : "")}};
                Mat<Hidden, Input> {{string.Join(", ", gates.Select(g => "W" + g))}};
                Mat<Hidden, Hidden> {{string.Join(", ", gates.Select(g => "U" + g))}};
                Vec<Hidden> {{string.Join(", ", gates.Select(g => "b" + g))}}{{(Op == "GRU" && ResetsAfter ? ", cn" : "")}};
            {{peepholes}}    {{(Bound == "clip" ? "Scalar clip;" : "")}}
                static Vec<Hidden> F(Vec<Hidden> x) => {{Activations[0].Code}};
                static Vec<Hidden> G(Vec<Hidden> x) => {{Activations[Math.Min(1, Activations.Length - 1)].Code}};
                static Vec<Hidden> H(Vec<Hidden> x) => {{Activations[^1].Code}};
                Vec<Hidden> B(Vec<Hidden> x) => {{bound}};
                protected override Vec<Hidden> Step(Vec<Input> x)
                {
                    {{step}}
                }
            }
            """;
    }

    /// <summary>A model with a layer in either direction.</summary>
    public static string Model(string name, string cell) => $$"""
        [Model]
        public partial class {{name}} : Model
        {
            class Feature : Dim; class Hidden : Dim;
            {{cell}}<Feature, Hidden> forward, backward;
            Seq<Cat<Hidden, Hidden>> Predict(Seq<Feature> x) => Concat(forward.Scan(x), backward.ScanReversed(x));
        }
        """;
}
