using System.Globalization;

namespace RnnDsl.Generators.Emit;

/// <summary>A sum that grows term by term, with equal terms combined as in <see cref="Names.Sum"/>.</summary>
internal sealed class RunningSum
{
    readonly List<string> terms = [];
    readonly Dictionary<string, int> counts = [];

    public void Add(string term)
    {
        counts.TryGetValue(term, out int count);
        if (count == 0)
            terms.Add(term);
        counts[term] = count + 1;
    }

    public override string ToString() => terms.Count == 0 ? "0"
        : string.Join(" + ", terms.Select(t => counts[t] == 1 ? t : counts[t].ToString(CultureInfo.InvariantCulture) + " * " + t));
}
