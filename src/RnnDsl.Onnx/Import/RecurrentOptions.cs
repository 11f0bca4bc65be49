using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Protobuf;

namespace RnnDsl.Onnx.Import;

/// <summary>The computation of one direction of an ONNX LSTM, GRU or RNN, read from the node's attributes.</summary>
/// <param name="Forms">The forms of cells that compute it, the simplest first.</param>
/// <param name="Activations">Its activations, in ONNX's order.</param>
/// <param name="Clip">The bound for the arguments of gates and candidate; the largest float if there is none.</param>
sealed record RecurrentOptions(StandardForm[] Forms, Activation[] Activations, float Clip)
{
    public bool Clips => Clip < float.MaxValue;

    /// <param name="node">The node.</param>
    /// <param name="direction">Number of the direction.</param>
    /// <param name="directions">The number of directions.</param>
    /// <param name="refusal">Creates the exception for attributes that cannot be read, from the reason.</param>
    public static RecurrentOptions Of(NodeProto node, int direction, int directions, Func<string, Exception> refusal)
    {
        int count = Roles(node);
        Activation[] all = ReadActivations(node, directions, refusal);
        float clip = Math.Min(node.Find("clip")?.F ?? float.MaxValue, float.MaxValue);
        if (!(clip > 0))
            throw refusal(FormattableString.Invariant($"its clip is {clip}, and a bound is above zero"));
        return new RecurrentOptions(FormsOf(node), all[(direction * count)..((direction + 1) * count)], clip);
    }

    public static StandardForm[] FormsOf(NodeProto node) => node.OpType switch
    {
        "LSTM" when Flag(node, "input_forget") => [StandardForm.CoupledLstm, StandardForm.CoupledPeepholeLstm],
        "LSTM" => [StandardForm.Lstm, StandardForm.PeepholeLstm],
        "GRU" => [Flag(node, "linear_before_reset") ? StandardForm.Gru : StandardForm.GruResetBefore],
        _ => [StandardForm.Elman],
    };

    static bool Flag(NodeProto node, string attribute) => (node.Find(attribute)?.I ?? 0) != 0;

    static int Roles(NodeProto node) => StandardCells.UsualActivations(FormsOf(node)[0]).Length;

    /// <summary>The activations of all directions.</summary>
    static Activation[] ReadActivations(NodeProto node, int directions, Func<string, Exception> refusal)
    {
        List<string> names = node.Find("activations")?.Strings ?? [];
        int count = Roles(node) * directions;
        if (names.Count == 0)
            return [.. Enumerable.Repeat(StandardCells.UsualActivations(FormsOf(node)[0]), directions).SelectMany(a => a)];
        // The specification's default for an RNN names two activations, even for one direction.
        if (names.Count != count && !(node.OpType == "RNN" && names.Count == 2))
            throw refusal($"it has {names.Count} activations, and {directions} direction{(directions == 1 ? "" : "s")} need {count}");
        List<float> alphas = node.Find("activation_alpha")?.Floats ?? [], betas = node.Find("activation_beta")?.Floats ?? [];
        var activations = new Activation[count];
        int alpha = 0, beta = 0;
        for (int i = 0; i < count; i++)
        {
            var activation = new Activation(Activation.Canonical(names[i]) ?? throw refusal($"its activation '{names[i]}' is none that ONNX knows"));
            activations[i] = activation with
            {
                Alpha = activation.HasAlpha ? Number("alpha", alphas, ref alpha, activation.DefaultAlpha, i) : 0,
                Beta = activation.HasBeta ? Number("beta", betas, ref beta, activation.DefaultBeta, i) : 0,
            };
        }
        return activations;

        // Each activation takes the next number, or its default if no numbers are left.
        float Number(string what, List<float> numbers, ref int next, float? usual, int index) => next < numbers.Count ? numbers[next++]
            : usual ?? throw refusal($"its activation {names[index]} has no {what} (activation_{what}), and no default for it");
    }
}
