using System.Globalization;
using RnnDsl.Sequences;
using RnnDsl.Storage;

namespace RnnDsl.Text;

/// <summary>
/// Reads sentences and their translations: from two files, of which each has a sentence on each line and the n-th lines belong together (Moses, WMT, OPUS), or from one file with tabs between the columns (Tatoeba). Each may be
/// packed with gzip. White space at both ends of a sentence is left out.
/// </summary>
public static class ParallelTextFile
{
    /// <summary>Reads two files, line by line. A pair of which one side is empty is left out and counted in the findings.</summary>
    /// <param name="source">File of the source sentences.</param>
    /// <param name="target">File of the target sentences.</param>
    /// <param name="options">Of these <see cref="ParallelTextOptions.Text"/> counts.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A file is no text, one has more lines, or no pair is left; the message names file and line.</exception>
    public static ParallelCorpus Read(string source, string target, ParallelTextOptions? options = null)
    {
        TextOptions text = (options ?? new ParallelTextOptions()).Text;
        return Checked(() =>
        {
            var pairs = new Pairs($"{source} and {target}");
            using IEnumerator<TextLine> first = TextFile.ReadKept(source, text).GetEnumerator(), second = TextFile.ReadKept(target, text).GetEnumerator();
            for (long line = 1; ; line++)
            {
                (bool hasSource, bool hasTarget) = (first.MoveNext(), second.MoveNext());
                if (hasSource != hasTarget)
                    throw Unequal(line, hasSource ? first : second, hasSource);
                if (!hasSource)
                    return pairs.Corpus();
                pairs.Add(first.Current.Text, second.Current.Text, line);
            }
        });

        InvalidDataException Unequal(long line, IEnumerator<TextLine> rest, bool sourceIsLonger)
        {
            string lonely = rest.Current.Text;
            long count = line;
            while (rest.MoveNext())
                count++;
            (string longer, string shorter) = sourceIsLonger ? (source, target) : (target, source);
            return new InvalidDataException($"{longer} has {count} lines and {shorter} has {line - 1}: line {line} of {longer} has no partner ('{lonely}'). Lines of the two files belong together by their numbers, so a line is missing or was broken in two.");
        }
    }

    /// <summary>Reads one file with tabs between its columns. A pair of which one side is empty is left out and counted in the findings; empty lines are passed over.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Which columns are read; null for the first two, without a header.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no text, a line lacks a column, or no pair is left; the message names file and line.</exception>
    /// <exception cref="ArgumentException">The options name no column of the file, or one column twice.</exception>
    public static ParallelCorpus Read(string path, ParallelTextOptions? options = null)
    {
        options ??= new ParallelTextOptions();
        return Checked(() =>
        {
            var pairs = new Pairs(path);
            bool hasHeader = !IsNumber(options.SourceColumn) || !IsNumber(options.TargetColumn), isFirst = true;
            int source = 0, target = 0;
            foreach (TextLine line in TextFile.ReadKept(path, options.Text).Where(l => l.Text.Length > 0))
            {
                string[] fields = line.Text.Split('\t');
                if (isFirst)
                {
                    (source, target) = (Column(options.SourceColumn, fields, path), Column(options.TargetColumn, fields, path));
                    if (source == target)
                        throw new ArgumentException($"{path}: source and target sentences cannot both stand in column {source}.");
                }
                if (Math.Max(source, target) >= fields.Length)
                    throw new InvalidDataException($"{path}, line {line.Number}: {fields.Length} column{(fields.Length == 1 ? "" : "s")}, but sentences stand in the columns {source} and {target} (from 0), with tabs between them.");
                if (!isFirst || !hasHeader)
                    pairs.Add(fields[source], fields[target], line.Number);
                isFirst = false;
            }
            return pairs.Corpus();
        });
    }

    static bool IsNumber(string column) => int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    static int Column(string column, string[] fields, string path)
    {
        if (int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            return number < fields.Length ? number : throw new ArgumentException($"{path} has {fields.Length} column{(fields.Length == 1 ? "" : "s")}, from 0, and no column {number}. Columns are separated by tabs.");
        int index = Array.FindIndex(fields, f => f.Trim().Equals(column, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? index : throw new ArgumentException($"{path} has no column '{column}'. {NearestName.Hint(column, fields)}");
    }

    static ParallelCorpus Checked(Func<ParallelCorpus> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(OneLine.Of(e.Message), e);
        }
    }

    /// <summary>The pairs of a file as they come, and what is found about them.</summary>
    sealed class Pairs(string name)
    {
        readonly List<SentencePair> pairs = [];
        readonly Dictionary<string, string> kept = [];
        readonly HashSet<SentencePair> seen = [];
        long empty, firstEmpty, repeated, firstRepeated;

        public void Add(string source, string target, long line)
        {
            (source, target) = (source.Trim(), target.Trim());
            if (source.Length == 0 || target.Length == 0)
            {
                if (empty++ == 0)
                    firstEmpty = line;
                return;
            }
            var pair = new SentencePair(Kept(source), Kept(target));
            if (!seen.Add(pair) && repeated++ == 0)
                firstRepeated = line;
            pairs.Add(pair);
        }

        public ParallelCorpus Corpus()
        {
            if (pairs.Count == 0)
                throw new InvalidDataException($"{name}: there is no pair of sentences{(empty > 0 ? $", only {empty} of which one side is empty" : "")}.");
            var findings = new List<string>();
            if (empty > 0)
                findings.Add($"{empty} pair{(empty == 1 ? "" : "s")} with an empty side {(empty == 1 ? "was" : "were")} left out, first line {firstEmpty}.");
            if (repeated > 0)
                findings.Add($"{repeated} pair{(repeated == 1 ? " repeats" : "s repeat")} an earlier one word for word, first line {firstRepeated}. They are kept; Distinct() leaves them out.");
            return new ParallelCorpus(name, pairs, findings);
        }

        /// <summary>A sentence with several translations is kept once.</summary>
        string Kept(string text) => kept.TryGetValue(text, out string? same) ? same : kept[text] = text;
    }
}
