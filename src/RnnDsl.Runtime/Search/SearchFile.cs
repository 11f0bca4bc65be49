using System.Globalization;
using System.Text;
using System.Text.Json;
using RnnDsl.Storage;

namespace RnnDsl.Search;

/// <summary>
/// The file of a search: a line that says which search it is, and a line for each trial that has ended, in JSON. Lines are added at the end. A line that was not written whole, because the
/// process was killed, is the last and lacks its line break; it is removed. The file is
/// locked as long as it is open.
/// </summary>
sealed class SearchFile : IDisposable
{
    const int Version = 1;

    /// <summary>Bytes of a line; the longest that is written, with the most reports and a long message, is shorter.</summary>
    const int LongestLine = 4 << 20;

    const string Kind = "rnndsl-search";

    readonly FileStream stream;
    readonly Dictionary<int, TrialResult> trials = [];

    SearchFile(FileStream stream) => this.stream = stream;

    /// <summary>All trials in the file, in any order.</summary>
    public IReadOnlyCollection<TrialResult> Trials => trials.Values;

    /// <summary>Opens the file of a search, or creates it.</summary>
    /// <exception cref="InvalidDataException">It belongs to another search or another version, or is damaged.</exception>
    /// <exception cref="IOException">It cannot be written, or is in use.</exception>
    public static SearchFile Open(string path, HyperparameterSearch search)
    {
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full) || !Directory.Exists(Path.GetDirectoryName(full)))
            throw new IOException($"Cannot write '{path}': it is a folder, or its folder does not exist.");
        var file = new SearchFile(new FileStream(full, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        try
        {
            OneLine.Named(path, () => file.Read(search));
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Adds a trial. When it returns, the file holds it, also if the process is killed then.</summary>
    public void Add(TrialResult trial)
    {
        trials.Add(trial.Number, trial);
        Append(Text(trial));
    }

    public void Dispose() => stream.Dispose();

    void Append(string line)
    {
        stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
        stream.Flush(flushToDisk: true);
    }

    bool Read(HyperparameterSearch search)
    {
        string header = Header(search);
        var lines = new LineReader(stream);
        if (lines.Next() is { } found)
        {
            if (found != header)
                Refuse(found, header);
            for (int number = 2; lines.Next() is { } line; number++)
            {
                TrialResult trial;
                try
                {
                    trial = Parse(line, search);
                }
                catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
                {
                    throw new InvalidDataException($"line {number} is no trial of this search: {(e is KeyNotFoundException ? "It lacks one of trial, seed, state, values, reports and seconds." : e.Message)} Remove the line, and the trial runs again.", e);
                }
                if (!trials.TryAdd(trial.Number, trial))
                    throw new InvalidDataException($"line {number} is a second line of trial {trial.Number}. Remove one of the two.");
            }
            stream.SetLength(lines.Complete);
            stream.Position = lines.Complete;
            return true;
        }
        // A process that was killed with its first line has left a part of it. Whatever else the file holds is not ours to remove.
        if (!header.StartsWith(lines.Rest, StringComparison.Ordinal))
            throw new InvalidDataException("this is no file of a search. Name another file.");
        stream.SetLength(0);
        Append(header);
        return true;
    }

    /// <summary>What a search is, besides the number of its trials.</summary>
    static string Header(HyperparameterSearch search)
    {
        WellFormed.Check("the task of the search", search.Task);
        return JsonText.Write(Version, writer =>
        {
            writer.WriteString("kind", Kind);
            writer.WriteString("task", search.Task);
            writer.WriteString("goal", search.Goal == SearchGoal.Minimize ? "minimize" : "maximize");
            writer.WriteString("seed", FormattableString.Invariant($"{search.Seed}"));
            writer.WriteString("side by side", FormattableString.Invariant($"{search.SideBySide}"));
            writer.WriteString("sampler", search.Sampler.Describe());
            writer.WriteString("stopping", search.Stopping?.Describe() ?? "none");
            writer.WriteString("first", string.Join("; ", search.First.Select(values => string.Join(", ", Pairs(values).Select(p => $"{p.Range.Name}={Exact(p.Range, p.Value)}")))));
            writer.WriteString("ranges", search.Space.ToString());
        });
    }

    /// <exception cref="InvalidDataException">Always; it says what differs.</exception>
    static void Refuse(string found, string header)
    {
        using JsonDocument expected = JsonDocument.Parse(header);
        throw JsonText.Read(found, "a file of a search", Version, root =>
        {
            if (root.GetProperty("kind").GetString() != Kind)
                throw new FormatException("it says so of itself.");
            foreach (JsonProperty property in expected.RootElement.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String))
            {
                string theirs = root.GetProperty(property.Name).GetString()!, ours = property.Value.GetString()!;
                if (theirs != ours)
                    return new InvalidDataException($"this is the file of another search. Its {property.Name} is \"{theirs}\", and this search has \"{ours}\". Set it as it was, or name another file.");
            }
            return new InvalidDataException("this is the file of another search. Name another file.");
        });
    }

    static IEnumerable<(SearchRange Range, double Value)> Pairs(TrialValues values)
    {
        for (int i = 0; i < values.Space.Ranges.Count; i++)
            if (!double.IsNaN(values.Numbers[i]))
                yield return (values.Space.Ranges[i], values.Numbers[i]);
    }

    /// <summary>A value as text with every bit of it.</summary>
    static string Exact(SearchRange range, double value) => range is ChoiceRange ? range.Text(value) : value.ToString("R", CultureInfo.InvariantCulture);

    static string Text(TrialResult trial) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("trial", trial.Number);
        writer.WriteString("state", StateText(trial.State));
        if (trial.Reports.Count > 0)
            writer.WriteNumber("best", trial.Best);
        writer.WriteNumber("seed", trial.Seed);
        writer.WriteStartObject("values");
        foreach ((SearchRange range, double value) in Pairs(trial.Values))
        {
            if (range is ChoiceRange)
                writer.WriteString(range.Name, range.Text(value));
            else
                writer.WriteNumber(range.Name, value);
        }
        writer.WriteEndObject();
        writer.WriteStartArray("reports");
        foreach (double report in trial.Reports)
            writer.WriteNumberValue(report);
        writer.WriteEndArray();
        writer.WriteNumber("seconds", Math.Round(trial.Seconds, 3));
        if (trial.Message.Length > 0)
            writer.WriteString("message", trial.Message);
        writer.WriteEndObject();
    });

    static TrialResult Parse(string line, HyperparameterSearch search)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement root = document.RootElement;
        int number = root.GetProperty("trial").GetInt32(), seed = root.GetProperty("seed").GetInt32();
        if (number < 1 || seed != search.SeedOf(number))
            throw new FormatException($"Its number is {number} and its seed {seed}, which do not belong together.");
        TrialState state = Enum.GetValues<TrialState>().Cast<TrialState?>().FirstOrDefault(s => StateText(s!.Value) == root.GetProperty("state").GetString())
            ?? throw new FormatException($"Its state is '{root.GetProperty("state").GetString()}'.");
        TrialValues values = search.Space.Values([.. root.GetProperty("values").EnumerateObject()
            .Select(p => (p.Name, p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString()! : (object)p.Value.GetDouble()))]);
        double[] reports = [.. root.GetProperty("reports").EnumerateArray().Select(r => r.GetDouble())];
        if (reports.Any(r => !double.IsFinite(r)) || (reports.Length == 0 && state != TrialState.Failed))
            throw new FormatException("Its reports are not finite, or there are none.");
        var trial = new TrialResult(number, seed, values, state, reports, search.Goal)
        {
            Seconds = root.GetProperty("seconds").GetDouble(),
            Message = root.TryGetProperty("message", out JsonElement message) ? message.GetString() ?? "" : "",
        };
        return !root.TryGetProperty("best", out JsonElement best) || best.GetDouble() == trial.Best ? trial : throw new FormatException("Its best value is none of its reports, or not the best of them.");
    }

    static string StateText(TrialState state) => state switch { TrialState.Finished => "finished", TrialState.Stopped => "stopped", _ => "failed" };

    /// <summary>Reads lines of limited length, and knows where the last complete one ends.</summary>
    sealed class LineReader(Stream stream)
    {
        readonly byte[] block = new byte[1 << 16];
        readonly MemoryStream line = new();
        int at, filled;

        /// <summary>The bytes of all complete lines so far.</summary>
        public long Complete { get; private set; }

        /// <summary>What stands behind the last complete line.</summary>
        public string Rest => Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length);

        /// <summary>The next complete line, or null.</summary>
        /// <exception cref="InvalidDataException">A line is too long, or no UTF-8.</exception>
        public string? Next()
        {
            line.SetLength(0);
            while (true)
            {
                if (at == filled)
                    (at, filled) = (0, stream.Read(block));
                if (filled == 0)
                    return null;
                int end = Array.IndexOf(block, (byte)'\n', at, filled - at), length = (end < 0 ? filled : end) - at;
                if (line.Length + length > LongestLine)
                    throw new InvalidDataException($"a line is longer than {LongestLine} bytes, which no file of a search has. Name another file.");
                line.Write(block, at, length);
                at += length;
                if (end < 0)
                    continue;
                at++;
                Complete += line.Length + 1;
                return Rest;
            }
        }
    }
}
