using System.Globalization;
using System.Text;
using RnnDsl.Training;

namespace RnnDsl.Tuning;

/// <summary>One parameter in a <see cref="TuningReport"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Count">The number of its values.</param>
/// <param name="Multiplier">The factor of its learning rate; 0 if it is frozen.</param>
public sealed record TunedParameter(string Name, int Count, float Multiplier);

/// <summary>What is trained of a model. Its text is a table.</summary>
/// <param name="Parameters">The parameters that the optimizer may move. Those marked <see cref="FixedAttribute"/> are not included.</param>
/// <param name="Trained">The number of values that are trained.</param>
/// <param name="Total">The number of values of the model that can be trained, without adapters.</param>
public sealed record TuningReport(IReadOnlyList<TunedParameter> Parameters, int Trained, int Total)
{
    /// <summary>The report of anything that can be trained.</summary>
    public static TuningReport Of(ITrainable trainable)
    {
        IReadOnlyList<Parameter> slices = trainable.Parameters.Slices;
        ReadOnlySpan<float> multipliers = trainable.Multipliers;
        var parameters = new List<TunedParameter>(slices.Count);
        int trained = 0;
        for (int i = 0; i < slices.Count; i++)
        {
            if (slices[i].Info.IsFixed)
                continue;
            var parameter = new TunedParameter(slices[i].Name, slices[i].Length, multipliers.IsEmpty ? 1 : multipliers[i]);
            parameters.Add(parameter);
            if (parameter.Multiplier != 0)
                trained += parameter.Count;
        }
        return new TuningReport(parameters, trained, trainable.Module.Parameters.Count);
    }

    /// <summary>A line for each parameter, and a line with the sums.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        int width = Parameters.Select(p => p.Name.Length).DefaultIfEmpty().Max();
        foreach (TunedParameter parameter in Parameters)
            text.Append(CultureInfo.InvariantCulture, $"{parameter.Name.PadRight(width)}  {parameter.Count,10}  ")
                .AppendLine(parameter.Multiplier switch
                {
                    0 => "frozen",
                    1 => "trained",
                    float m => string.Create(CultureInfo.InvariantCulture, $"trained at {m} times the rate"),
                });
        return text.Append(CultureInfo.InvariantCulture,
            $"{Trained} values are trained; the model has {Total} ({100.0 * Trained / Math.Max(Total, 1):F2} %).").ToString();
    }
}
