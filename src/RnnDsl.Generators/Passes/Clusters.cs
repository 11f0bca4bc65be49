using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Chooses which vectors share the rows of one buffer, and in what order, so that a product can take several operands as one, or write
/// several outputs as one.
/// </summary>
internal sealed class Clusters
{
    readonly List<List<int>> clusters = [];

    /// <summary>Puts the members side by side, if none has a place yet.</summary>
    public void AddOutputs(IReadOnlyList<int> members)
    {
        if (members.Count > 1 && members.All(m => Of(m) is null))
            clusters.Add([.. members]);
    }

    /// <summary>
    /// Puts the members side by side as far as earlier wishes allow. Where two sets overlap, what they share comes in the middle, so that
    /// both are contiguous.
    /// </summary>
    public void AddOperands(IReadOnlyList<int> members, Func<int, bool> mayMove)
    {
        List<int> movable = [.. members.Where(mayMove)];
        List<List<int>> existing = [.. movable.Select(Of).OfType<List<int>>().Distinct()];
        if (movable.Count < 2 || existing.Count > 1)
            return;
        if (existing.Count == 0)
        {
            clusters.Add(movable);
            return;
        }
        List<int> cluster = existing[0];
        if (!cluster.All(mayMove))
            return;
        List<int> ordered =
        [
            .. cluster.Where(c => !movable.Contains(c)), .. cluster.Where(movable.Contains), .. movable.Where(m => !cluster.Contains(m)),
        ];
        if (movable.All(cluster.Contains) && IsContiguous(cluster, movable))
            return;
        cluster.Clear();
        cluster.AddRange(ordered);
    }

    public List<int>? Of(int member) => clusters.FirstOrDefault(c => c.Contains(member));

    static bool IsContiguous(List<int> cluster, List<int> members) =>
        members.Max(cluster.IndexOf) - members.Min(cluster.IndexOf) == members.Count - 1;
}
