using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Chooses which vectors share the rows of one buffer, and in what order. A product can then take several operands as one, or write several outputs as one.
/// </summary>
internal sealed class Clusters
{
    readonly Dictionary<int, List<int>> clusters = [];

    /// <summary>Puts the members side by side if none of them belongs to a cluster yet.</summary>
    public void AddOutputs(IReadOnlyList<int> members)
    {
        if (members.Count > 1 && members.All(m => Of(m) is null))
            AddCluster(members, []);
    }

    /// <summary>
    /// Puts the members side by side as far as earlier clusters allow. Where two sets overlap, their common members come in the middle, so that both sets are contiguous.
    /// </summary>
    public void AddOperands(IReadOnlyList<int> members, Func<int, bool> mayMove)
    {
        List<int> movable = [.. members.Where(mayMove)];
        List<List<int>> existing = [.. movable.Select(Of).OfType<List<int>>().Distinct()];
        if (movable.Count < 2 || existing.Count > 1)
            return;
        if (existing.Count == 0)
        {
            AddCluster(movable, []);
            return;
        }
        List<int> cluster = existing[0];
        if (!cluster.All(mayMove))
            return;
        HashSet<int> wanted = [.. movable];
        List<int> newcomers = [.. movable.Where(m => Of(m) is null)];
        if (newcomers.Count == 0 && cluster.FindLastIndex(wanted.Contains) - cluster.FindIndex(wanted.Contains) == movable.Count - 1)
            return;
        List<int> ordered = [.. cluster.Where(c => !wanted.Contains(c)), .. cluster.Where(wanted.Contains), .. newcomers];
        cluster.Clear();
        AddCluster(ordered, cluster);
    }

    public List<int>? Of(int member) => clusters.TryGetValue(member, out List<int>? cluster) ? cluster : null;

    void AddCluster(IEnumerable<int> members, List<int> cluster)
    {
        cluster.AddRange(members);
        foreach (int member in cluster)
            clusters[member] = cluster;
    }
}
