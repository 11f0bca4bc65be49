using System.Text.Json;
using RnnDsl.Onnx.Equations;

namespace RnnDsl.Keras;

/// <summary>An activation of a Keras layer.</summary>
/// <param name="Name">Its name in Keras.</param>
/// <param name="Gate">The same activation under ONNX's name, if cells can have it; otherwise null.</param>
/// <param name="Apply">Computes it for a vector; null: it is not known here.</param>
sealed record KerasActivation(string Name, Activation? Gate, Func<double[], double[]>? Apply)
{
    static readonly Activation Linear = Activation.Of("Affine", 1);

    public bool IsLinear => Gate == Linear;

    /// <param name="setting">A name, null for the linear activation, or an object with a class and its config.</param>
    /// <param name="version">Major version of Keras. The slope of hard_sigmoid is 1/6 since version 3, and 0.2 before.</param>
    public static KerasActivation Of(JsonElement setting, int version) => Of(setting.ValueKind switch
    {
        JsonValueKind.Null => "linear",
        JsonValueKind.String => setting.GetString()!,
        JsonValueKind.Object => OfObject(setting),
        _ => setting.ToString(),
    }, setting, version);

    /// <summary>The activation that a name without settings means in Keras 3.</summary>
    public static KerasActivation Named(string name) => Of(name, default, 3);

    static KerasActivation Of(string name, JsonElement setting, int version)
    {
        Activation? gate = name switch
        {
            "linear" => Linear,
            "sigmoid" => Activation.Sigmoid, "tanh" => Activation.Tanh, "softplus" => Activation.Softplus, "softsign" => Activation.Softsign,
            "hard_sigmoid" => Activation.Of("HardSigmoid", version >= 3 ? 1.0 / 6 : 0.2, 0.5),
            "relu" or "ReLU" when Number(setting, "negative_slope", 0) is var slope && Number(setting, "threshold", 0) == 0 && Number(setting, "max_value", 0) == 0 =>
                slope == 0 ? Activation.Relu : Activation.Of("LeakyRelu", slope),
            "leaky_relu" => Activation.Of("LeakyRelu", Number(setting, "negative_slope", 0.2)),
            "LeakyReLU" => Activation.Of("LeakyRelu", Number(setting, "negative_slope", Number(setting, "alpha", 0.3))),
            "elu" or "ELU" => Activation.Of("Elu", Number(setting, "alpha", 1)),
            _ => null,
        };
        return new(name, gate, gate is null ? WithoutGate(name) : x => Array.ConvertAll(x, v => Value(gate, v)));
    }

    static string OfObject(JsonElement setting)
    {
        string? Text(string key) => setting.TryGetProperty(key, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        string name = Text("class_name") ?? setting.ToString();
        // For a function the config is a name: Keras' own name, or the name under which a user's function was registered.
        return name == "function" ? Text("config") ?? name : name;
    }

    static double Number(JsonElement setting, string name, double otherwise) => setting.ValueKind == JsonValueKind.Object && setting.TryGetProperty("config", out JsonElement config)
        && config.ValueKind == JsonValueKind.Object && config.TryGetProperty(name, out JsonElement number) && number.ValueKind == JsonValueKind.Number ? number.GetDouble() : otherwise;

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

    static Func<double[], double[]>? WithoutGate(string name) => name switch
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
