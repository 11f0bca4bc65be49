using System.Globalization;
using System.Text.Json;
using RnnDsl.Training;

namespace RnnDsl.Storage;

/// <summary>What a checkpoint says of the average of the trained parameters, besides its tensors.</summary>
/// <param name="Rule">What is averaged.</param>
/// <param name="Steps">The number of steps that have a part in it.</param>
/// <param name="Counted">The steps that the average of each parameter has, in the order of the checkpoint's parameters.</param>
/// <param name="HasBest">Whether the file's own parameters are the best ones.</param>
sealed record AverageText(WeightAverage Rule, long Steps, long[] Counted, bool HasBest)
{
    const string Key = "average";

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject(Key);
        writer.WriteString("decay", Rule.Decay.ToString("R", CultureInfo.InvariantCulture));
        writer.WriteNumber("from", Rule.FromEpoch);
        writer.WriteNumber("steps", Steps);
        writer.WriteBoolean("best", HasBest);
        writer.WriteStartArray("counted");
        foreach (long steps in Counted)
            writer.WriteNumberValue(steps);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Reads it from the description of a training.</summary>
    /// <exception cref="FormatException">A number is not possible.</exception>
    public static AverageText? Read(JsonElement training)
    {
        if (!training.TryGetProperty(Key, out JsonElement json))
            return null;
        double decay = double.Parse(json.GetProperty("decay").GetString() ?? "", NumberStyles.Float, CultureInfo.InvariantCulture);
        long steps = json.GetProperty("steps").GetInt64();
        long[] counted = [.. json.GetProperty("counted").EnumerateArray().Select(count => count.GetInt64())];
        return steps >= 0 && counted.All(count => count >= 0 && count <= steps)
            ? new(WeightAverage.Of(decay, json.GetProperty("from").GetInt32()), steps, counted, json.GetProperty("best").GetBoolean())
            : throw new FormatException($"A parameter's average cannot have more than all {steps} steps, or less than none.");
    }
}
