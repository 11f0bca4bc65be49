using System.Collections;

namespace RnnDsl.Generators.Ir;

/// <summary>Ordered nodes, with fast lookup of each.</summary>
internal sealed class NodeList : IReadOnlyList<int>
{
    readonly List<int> items = [];
    readonly HashSet<int> members = [];
    Action<int, bool>? changed;

    public int Count => items.Count;

    public int this[int index] => items[index];

    public bool Contains(int id) => members.Contains(id);

    /// <summary>Reports each node in the list now (true), and from then on each node that is added (true) or removed (false).</summary>
    public void Watch(Action<int, bool> watcher)
    {
        changed = watcher;
        foreach (int id in members)
            watcher(id, true);
    }

    public void Add(int id) => Insert(items.Count, id);

    public void AddRange(IEnumerable<int> ids)
    {
        foreach (int id in ids)
            Add(id);
    }

    public void Insert(int index, int id)
    {
        items.Insert(index, id);
        if (members.Add(id))
            changed?.Invoke(id, true);
    }

    public void Remove(int id)
    {
        if (members.Contains(id))
            RemoveAt(items.IndexOf(id));
    }

    public void RemoveAt(int index)
    {
        int id = items[index];
        items.RemoveAt(index);
        if (items.Contains(id))
            return;
        members.Remove(id);
        changed?.Invoke(id, false);
    }

    public void Sort() => items.Sort();

    public int IndexOf(int id) => items.IndexOf(id);

    public int BinarySearch(int id) => items.BinarySearch(id);

    public List<int>.Enumerator GetEnumerator() => items.GetEnumerator();

    IEnumerator<int> IEnumerable<int>.GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => items.GetEnumerator();
}
