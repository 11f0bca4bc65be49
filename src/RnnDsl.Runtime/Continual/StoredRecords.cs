using System.Globalization;
using System.Text.Json;
using RnnDsl.Storage;

namespace RnnDsl.Continual;

/// <summary>The records as JSON. Losses are written as text, since one is NaN where the training diverged.</summary>
static class StoredRecords
{
    const int Version = 1;

    public static string Write(IEnumerable<MaintenanceRecord> records) => JsonText.Write(Version, writer =>
    {
        writer.WriteStartArray("records");
        foreach (MaintenanceRecord record in records)
        {
            writer.WriteStartObject();
            writer.WriteNumber("seen", record.Seen);
            writer.WriteString("when", record.When);
            writer.WriteNumber("found", record.FoundAt);
            writer.WriteString("reason", record.Reason);
            writer.WriteString("decision", record.Decision.ToString());
            writer.WriteString("before", Text(record.Before));
            writer.WriteString("after", Text(record.After));
            writer.WriteNumber("p", record.PValue);
            writer.WriteNumber("trained", record.Trained);
            writer.WriteNumber("held out", record.HeldOut);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    });

    public static List<MaintenanceRecord> Read(string json) =>
        JsonText.Read(json, "a list of maintenance records", Version, root => root.GetProperty("records").EnumerateArray().Select(Read).ToList());

    static MaintenanceRecord Read(JsonElement record) => new(record.GetProperty("seen").GetInt64(), record.GetProperty("when").GetString(), record.GetProperty("found").GetInt64(),
        record.GetProperty("reason").GetString() ?? throw new FormatException("a record has no reason"),
        Decision(record.GetProperty("decision").GetString()), Number(record.GetProperty("before")),
        Number(record.GetProperty("after")), record.GetProperty("p").GetDouble(), record.GetProperty("trained").GetInt32(), record.GetProperty("held out").GetInt32());

    static MaintenanceDecision Decision(string? name) => Enum.GetValues<MaintenanceDecision>().Cast<MaintenanceDecision?>().FirstOrDefault(d => d.ToString() == name)
        ?? throw new FormatException($"'{name}' is no decision");

    static double Number(JsonElement element) => double.Parse(element.GetString() ?? "", NumberStyles.Float, CultureInfo.InvariantCulture);

    static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
