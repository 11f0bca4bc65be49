namespace RnnDsl.Onnx.Tests;

/// <summary>
/// PyTorch's recurrent modules as its documentation writes them, in double precision, one example at a time, with the weights as they lie in the
/// state_dict: torch.nn.LSTM (i, f, g, o), torch.nn.GRU (r, z, n), torch.nn.RNN, torch.nn.Linear.
/// </summary>
sealed class TorchReference(Dictionary<string, (long[] Shape, float[] Values)> tensors)
{
    /// <summary>All layers of one module, both directions where there are tensors for them: [steps][units].</summary>
    public double[][] Run(string kind, string prefix, int layers, double[][] x)
    {
        for (int layer = 0; layer < layers; layer++)
        {
            double[][] forward = Direction(kind, prefix, $"_l{layer}", x);
            if (!tensors.ContainsKey($"{prefix}weight_ih_l{layer}_reverse"))
            {
                x = forward;
                continue;
            }
            double[][] backward = [.. Direction(kind, prefix, $"_l{layer}_reverse", [.. x.Reverse()]).Reverse()];
            x = [.. forward.Zip(backward, (a, b) => (double[])[.. a, .. b])];
        }
        return x;
    }

    double[][] Direction(string kind, string prefix, string suffix, double[][] x)
    {
        int hidden = (int)tensors[prefix + "weight_hh" + suffix].Shape[0] / (kind == "lstm" ? 4 : kind == "gru" ? 3 : 1);
        var h = new double[(int)tensors[prefix + "weight_hh" + suffix].Shape[1]];
        var c = new double[hidden];
        var outputs = new List<double[]>();
        foreach (double[] step in x)
        {
            double[] a = Affine(prefix + "weight_ih" + suffix, prefix + "bias_ih" + suffix, step);
            double[] b = Affine(prefix + "weight_hh" + suffix, prefix + "bias_hh" + suffix, h);
            var next = new double[hidden];
            for (int u = 0; u < hidden; u++)
            {
                double Sum(int gate) => a[gate * hidden + u] + b[gate * hidden + u];
                if (kind == "lstm")
                {
                    c[u] = Sigmoid(Sum(1)) * c[u] + Sigmoid(Sum(0)) * Math.Tanh(Sum(2));
                    next[u] = Sigmoid(Sum(3)) * Math.Tanh(c[u]);
                }
                else if (kind == "gru")
                {
                    double r = Sigmoid(Sum(0)), z = Sigmoid(Sum(1));
                    next[u] = (1 - z) * Math.Tanh(a[2 * hidden + u] + r * b[2 * hidden + u]) + z * h[u];
                }
                else
                    next[u] = kind == "relu" ? Math.Max(0, Sum(0)) : Math.Tanh(Sum(0));
            }
            outputs.Add(h = tensors.ContainsKey(prefix + "weight_hr" + suffix) ? Affine(prefix + "weight_hr" + suffix, "", next) : next);
        }
        return [.. outputs];
    }

    /// <summary>W·x + b; without the bias where there is none.</summary>
    public double[] Affine(string weight, string bias, double[] x)
    {
        (long[] shape, float[] values) = tensors[weight];
        float[]? offsets = tensors.TryGetValue(bias, out var found) ? found.Values : null;
        return [.. Enumerable.Range(0, (int)shape[0]).Select(i => x.Select((v, j) => v * values[i * x.Length + j]).Sum() + (offsets?[i] ?? 0))];
    }

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
