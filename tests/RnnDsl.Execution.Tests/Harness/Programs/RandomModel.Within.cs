using System.Text.RegularExpressions;

namespace RnnDsl.Execution.Tests;

/// <summary>Random models that are layers: another model calls their methods, by the graph that was made of them, with sequences of its own.</summary>
internal sealed partial class RandomModel
{
    /// <summary>Programs of earlier seeds stay what they are.</summary>
    const int FirstWithin = 986_000;

    readonly Random? outer;

    /// <summary>The losses that were written: their parameters, and the same as arguments.</summary>
    readonly List<(string Name, string Inputs, string Given)> lossesMade = [];

    /// <summary>The model as a layer of another one.</summary>
    /// <param name="name">The other's name.</param>
    /// <param name="inputs">Parameters of the methods.</param>
    /// <param name="given">The same as arguments.</param>
    /// <param name="predictions">The methods that predict.</param>
    string Within(string name, string inputs, string given, List<(string Name, string Dim, Reads Reads)> predictions)
    {
        string types = string.Join(", ", dims);
        string all = Regex.Replace(methods.ToString(), @"^    ((?:Seq|Vec)<\w+>|Scalar) (\w+)\(", "    public $1 $2(", RegexOptions.Multiline);
        var calls = new System.Text.StringBuilder();
        foreach ((string method, string dim, Reads reads) in predictions)
        {
            string type = $"{(reads == Reads.Sequence ? "Seq" : "Vec")}<{dim}>";
            // What is combined step by step has the same steps.
            int first = outer!.Next(2, 4), second = reads == Reads.Sequence || nested.Count > 0 ? first : outer.Next(1, 4);
            string Some(string sequence, int every) => Regex.Replace(given, @"^x\b", $"Every({sequence}, {every})");
            calls.AppendLine($"    {type} {method}({inputs}) => gain * inner.{method}({given}) + shift{dim};");
            calls.AppendLine($"    {type} {method}OfSome({inputs}) => inner.{method}({Some("x", first)}) - 0.5 * inner.{method}({Some("gain * x", second)}) + 0.1 * shift{dim};");
        }
        foreach ((string loss, string parameters, string arguments) in lossesMade)
            calls.AppendLine($"    Scalar {loss}({parameters}) => gain * inner.{loss}({arguments}) + 0.1 * Square(gain);");
        return $$"""
            {{cells}}
            [Model]
            public partial class {{name}}_Inner<{{types}}> : Model
            {
            {{fields}}
            {{all}}
            }

            [Model]
            public partial class {{name}} : Model
            {
            {{classes}}
                {{name}}_Inner<{{types}}> inner;
                [Init(0.7)] Scalar gain;
            {{string.Concat(dims.Select(dim => $"    Vec<{dim}> shift{dim};\n"))}}
            {{calls}}
            }
            """;
    }
}
