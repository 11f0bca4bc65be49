using System.Globalization;

namespace RnnDsl.Onnx.Equations;

/// <summary>An activation under ONNX's name, with its numbers alpha and beta. A number that the activation does not use is zero.</summary>
sealed record Activation(string Name, float Alpha = 0, float Beta = 0)
{
    /// <summary>ONNX's activations, with the numbers that each uses and their defaults. A default of null means that ONNX defines none.</summary>
    static readonly (string Name, bool HasAlpha, bool HasBeta, float? Alpha, float? Beta)[] Known =
    [
        ("Sigmoid", false, false, null, null), ("Tanh", false, false, null, null), ("Relu", false, false, null, null),
        ("Softplus", false, false, null, null), ("Softsign", false, false, null, null), ("LeakyRelu", true, false, 0.01f, null),
        ("Elu", true, false, 1, null), ("ThresholdedRelu", true, false, 1, null), ("HardSigmoid", true, true, 0.2f, 0.5f),
        ("ScaledTanh", true, true, null, null), ("Affine", true, true, null, null),
    ];

    public static readonly Activation Sigmoid = new("Sigmoid"), Tanh = new("Tanh"), Relu = new("Relu"), Softplus = new("Softplus"), Softsign = new("Softsign");

    public static Activation Of(string name, double alpha, double beta = 0) => new(name, (float)alpha, (float)beta);

    public bool HasAlpha => Known.First(k => k.Name == Name).HasAlpha;

    public bool HasBeta => Known.First(k => k.Name == Name).HasBeta;

    public float? DefaultAlpha => Known.First(k => k.Name == Name).Alpha;

    public float? DefaultBeta => Known.First(k => k.Name == Name).Beta;

    /// <summary>The name as ONNX writes it, for a name in any case; null if there is no such activation.</summary>
    public static string? Canonical(string name) => Known.FirstOrDefault(k => k.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Name;

    /// <summary>True if 1 − f(x) = f(−x), so that a gate and its complement differ by the sign of their argument alone.</summary>
    public bool IsComplementary => this == Sigmoid || (Name is "HardSigmoid" or "Affine" && Beta == 0.5f);

    /// <summary>The expression of the activation in an equation; null if the language has none.</summary>
    public string? Code => Name switch
    {
        "Sigmoid" or "Tanh" or "Relu" or "Softplus" => $"{Name}(x)",
        "LeakyRelu" or "Elu" => $"{Name}(x, {Text(Alpha)})",
        "HardSigmoid" => $"Clip({Text(Alpha)} * x + {Text(Beta)}, 0, 1)",
        "ScaledTanh" => $"{Text(Alpha)} * Tanh({Text(Beta)} * x)",
        "Affine" => this == Of("Affine", 1) ? "x" : $"{Text(Alpha)} * x + {Text(Beta)}",
        "Softsign" => "x / (1 + Abs(x))",
        _ => null,
    };

    public override string ToString() => !HasAlpha ? Name : HasBeta ? $"{Name}({Text(Alpha)}, {Text(Beta)})" : $"{Name}({Text(Alpha)})";

    static string Text(float value) => value.ToString(CultureInfo.InvariantCulture);
}
