using System.Text.RegularExpressions;

namespace RnnDsl.Execution.Tests;

/// <summary>Random models over any cell: some of the layers of a model become type parameters, and a class that derives from it gives the cells.</summary>
internal sealed partial class RandomModel
{
    /// <summary>Programs of earlier seeds stay what they are.</summary>
    const int FirstAbstract = 950_000;

    readonly Random? closings;

    /// <summary>The model in two or three classes. Its dimensions are type parameters, because those of a class that has type parameters are others for each cell.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="inputs">Parameters of its methods.</param>
    /// <param name="given">The same as arguments.</param>
    string Closed(string name, string inputs, string given)
    {
        List<string> parameters = [], constraints = [], cells = [];
        string written = Regex.Replace(fields.ToString(), @"^    (\[Count\(2\)\] )?([\w<>, ]+>)(\[\])? (\w+);", field =>
        {
            (string type, string array, string own) = (field.Groups[2].Value, field.Groups[3].Value, field.Groups[4].Value);
            string? cell = own == "looker" && looker is { } l ? $"Cell<{l.From}, {l.To}, {l.Of}>"
                : layers.FirstOrDefault(x => x.Field == (array.Length > 0 ? own + "[0]" : own)) is { } layer && !Regex.IsMatch(type, @"^\w+_layer\w*_\d<") ? $"Cell<{layer.In}, {layer.Out}>" : null;
            if (cell is null || closings!.Next(3) == 0)
                return field.Value;
            int known = cells.IndexOf(type);
            if (known < 0 || closings.Next(2) == 0)
            {
                known = cells.Count;
                parameters.Add($"TCell{known}");
                constraints.Add($" where TCell{known} : {cell}");
                cells.Add(type);
            }
            return $"    {field.Groups[1].Value}TCell{known}{array} {own};";
        }, RegexOptions.Multiline);
        string Own(string types) => Regex.Replace(types, $@"\b({string.Join('|', dims)})\b", $"{name}.$1");
        string ownDims = Own(string.Join(", ", dims));
        string arguments = string.Join(", ", cells.Select(Own).Prepend(ownDims));
        // Half of them give the cells in two steps.
        bool twice = cells.Count > 0 && closings!.Next(2) == 0;
        string between = !twice ? "" : $$"""

            public abstract partial class {{name}}_Between<{{string.Join(", ", dims.Concat(parameters[..1]))}}> : {{name}}_Of<{{string.Join(", ", dims.Concat(parameters[..1]).Concat(cells[1..]))}}>{{constraints[0]}}
            {
                Vec<Hidden> between;
                Scalar Between({{inputs}}) => Dot(between, between);
            }

            """;
        string baseClass = twice ? $"{name}_Between<{ownDims}, {Own(cells[0])}>" : $"{name}_Of<{arguments}>";
        string predicted = Regex.Match(methods.ToString(), @"(Seq|Vec)<(\w+)> Predict\(").Groups is { } g ? $"{g[1].Value}<{g[2].Value}>" : "";
        return $$"""
            {{this.cells}}
            public abstract partial class {{name}}_Of<{{string.Join(", ", dims.Concat(parameters))}}> : Model{{string.Concat(constraints)}}
            {
            {{written}}
            {{methods.ToString().Replace($"    {predicted} Predict(", $"    protected {predicted} Predict(")}}
            }
            {{between}}
            [Model]
            public partial class {{name}} : {{baseClass}}
            {
            {{classes.ToString().Replace(" class ", " public class ")}}
                Scalar own;
                {{predicted}} Own({{inputs}}) => own * Predict({{given}});
            }
            """;
    }
}
