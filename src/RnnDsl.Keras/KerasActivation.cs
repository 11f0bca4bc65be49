using System.Text.Json;
using RnnDsl.Onnx.Equations;

namespace RnnDsl.Keras;

/// <summary>An activation of a Keras layer.</summary>
/// <param name="Name">Keras' name of it.</param>
/// <param name="Gate">The same under ONNX's name, as cells may have it; null: none may.</param>
/// <param name="Apply">What it makes of a vector; null: that is not known here.</param>
sealed record KerasActivation(string Name, Activation? Gate, Func<double[], double[]>? Apply)
{
    static readonly Activation Linear = Activation.Of("Affine", 1);

    public bool IsLinear => Gate == Linear;

    /// <param name="setting">A name, null for none, or an object with a class and its config.</param>
    /// <param name="version">Major version of Keras: hard_sigmoid is another one since 3.</param>
    public static KerasActivation Of(JsonElement setting, int version) => Of(setting.ValueKind switch
    {
        JsonValueKind.Null => "linear",
        JsonValueKind.String => setting.GetString()!,
        JsonValueKind.Object => OfObject(setting),
        _ => setting.ToString(),
    }, setting, version);

    /// <summary>As a name alone calls it.</summary>
    public static KerasActivation Named(string name) => Of(name, default, 3);

    static KerasActivation Of(string name, JsonElement setting, int version)
    {
        Activation? gate = name switch
        {
            "linear" => Linear,
            "sigmoid" => Activation.Sigmoid, "tanh" => Activation.Tanh, "softplus" => Activation.Softplus, "softsign" => Activation.Softsign,
            "hard_sigmoid" => Activation.Of("HardSigmoid", version >= 3 ? 1.0 / 6 : 0.2, 0.5),
            "relu" or "ReLU" when Slope(setting, "negative_slope", 0) is var slope && Slope(setting, "threshold", 0) == 0 && Slope(setting, "max_value", 0) == 0 =>
                slope == 0 ? Activation.Relu : Activation.Of("LeakyRelu", slope),
            "leaky_relu" => Activation.Of("LeakyRelu", Slope(setting, "negative_slope", 0.2)),
            "LeakyReLU" => Activation.Of("LeakyRelu", Slope(setting, "negative_slope", Slope(setting, "alpha", 0.3))),
            "elu" or "ELU" => Activation.Of("Elu", Slope(setting, "alpha", 1)),
            _ => null,
        };
        return new(name, gate, gate is null ? Special(name) : x => Array.ConvertAll(x, v => Value(gate, v)));
    }

    static string OfObject(JsonElement setting)
    {
        string? Text(string key) => setting.TryGetProperty(key, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        string name = Text("class_name") ?? setting.ToString();
        // A function of Keras' own is called by its name; one of the user's has a name that it was registered under.
        return name == "function" ? Text("config") ?? name : name;
    }

    static double Slope(JsonElement setting, string name, double usual) => setting.ValueKind == JsonValueKind.Object && setting.TryGetProperty("config", out JsonElement config)
        && config.ValueKind == JsonValueKind.Object && config.TryGetProperty(name, out JsonElement number) && number.ValueKind == JsonValueKind.Number ? number.GetDouble() : usual;

    static double Value(Activation gate, double x) => gate.Name switch
    {
        "Sigmoid" => Sigmoid(x),
        "Tanh" => Math.Tanh(x),
        "Relu" => Math.Max(0, x),
        "Softplus" => Softplus(x),
        "Softsign" => x / (1 + Math.Abs(x)),
        "LeakyRelu" => x > 0 ? x : gate.Alpha * x,
        "Elu" => x > 0 ? x : gate.Alpha * (Math.Exp(x) - 1),
        "HardSigmoid" => Math.Clamp(gate.Alpha * x + gate.Beta, 0, 1),
        _ => x,
    };

    static Func<double[], double[]>? Special(string name) => name switch
    {
        "softmax" or "Softmax" => Softmax,
        "log_softmax" => x => Array.ConvertAll(Softmax(x), Math.Log),
        "silu" or "swish" => x => Array.ConvertAll(x, v => v * Sigmoid(v)),
        "exponential" => x => Array.ConvertAll(x, Math.Exp),
        "relu6" => x => Array.ConvertAll(x, v => Math.Clamp(v, 0, 6)),
        "mish" => x => Array.ConvertAll(x, v => v * Math.Tanh(Softplus(v))),
        "selu" => x => Array.ConvertAll(x, v => 1.0507009873554805 * (v > 0 ? v : 1.6732632423543772 * (Math.Exp(v) - 1))),
        _ => null,
    };

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public static double Softplus(double x) => Math.Log(1 + Math.Exp(x));

    static double[] Softmax(double[] x)
    {
        double sum = x.Sum(Math.Exp);
        return Array.ConvertAll(x, v => Math.Exp(v) / sum);
    }
}
