namespace RnnDsl.Onnx.Weights;

/// <summary>One direction of one recurrent layer, gate by gate under the product's names, each matrix [hidden × columns].</summary>
/// <param name="Gates">"i", "f", "g", "o" of an LSTM (without "i" if it is coupled), "r", "z", "n" of a GRU, "" of a simple network, in any order.</param>
/// <param name="Inputs">Matrices of the input, in the order of the gates.</param>
/// <param name="States">Matrices of the state.</param>
/// <param name="InputBiases">Biases beside the input's products; null: none.</param>
/// <param name="StateBiases">Biases beside the state's products; null: none.</param>
/// <param name="Peepholes">Of an LSTM, by gate; null: none.</param>
/// <param name="Projection">The projection from an LSTM's memory to its output, [outputs × hidden]; null: none.</param>
sealed record RecurrentWeights(
    string[] Gates, double[][] Inputs, double[][] States, double[][]? InputBiases, double[][]? StateBiases, Dictionary<string, double[]>? Peepholes = null,
    double[]? Projection = null)
{
    /// <summary>Splits an array into equal parts: the gates of [gates·hidden × columns].</summary>
    public static double[][] Rows(ReadOnlySpan<double> values, int gates)
    {
        int length = values.Length / gates;
        var blocks = new double[gates][];
        for (int g = 0; g < gates; g++)
            blocks[g] = values.Slice(g * length, length).ToArray();
        return blocks;
    }

    /// <summary>The gates of [rows × gates·hidden], each transposed to [hidden × rows].</summary>
    public static double[][] Columns(ReadOnlySpan<double> values, int rows, int gates)
    {
        int hidden = values.Length / rows / gates;
        var blocks = new double[gates][];
        for (int g = 0; g < gates; g++)
        {
            blocks[g] = new double[hidden * rows];
            for (int i = 0; i < hidden; i++)
                for (int j = 0; j < rows; j++)
                    blocks[g][i * rows + j] = values[(j * gates + g) * hidden + i];
        }
        return blocks;
    }
}
