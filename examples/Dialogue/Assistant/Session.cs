namespace RnnDsl.Examples.Dialogue;

/// <summary>What one customer has said so far, as far as it is still needed.</summary>
sealed class Session
{
    /// <summary>What was named, by its kind.</summary>
    public Dictionary<string, string> Slots { get; } = [];

    /// <summary>An answer that waits for a name which the customer was asked for.</summary>
    public string? Waiting { get; set; }

    /// <summary>What the user wants by now, for an assistant that tracks it.</summary>
    public DialogueState State { get; set; } = DialogueState.Empty;

    /// <summary>What the assistant said last, for one that tracks.</summary>
    public string Said { get; set; } = "";

    /// <summary>What it asked for last.</summary>
    public IReadOnlyList<SystemAct> Acts { get; set; } = [];

    /// <summary>The slots that it has asked for in this session.</summary>
    public HashSet<string> Asked { get; } = [];
}

/// <summary>
/// The sessions of a server. There are at most so many, and each is forgotten after so long a silence, so that memory is bounded and nothing that a customer
/// said is kept for long. Callers hold the assistant's lock.
/// </summary>
/// <param name="capacity">The most sessions. If there are more, the one that was silent longest is forgotten.</param>
/// <param name="patience">The silence after which a session is forgotten.</param>
/// <param name="clock">The time; null for that of the system.</param>
sealed class Sessions(int capacity, TimeSpan patience, TimeProvider? clock = null)
{
    readonly TimeProvider clock = clock ?? TimeProvider.System;
    readonly Dictionary<string, LinkedListNode<Entry>> known = [];

    /// <summary>The one that was silent longest comes first.</summary>
    readonly LinkedList<Entry> byUse = new();

    sealed record Entry(string Id, Session Session)
    {
        public long LastUse { get; set; }
    }

    public int Count => known.Count;

    /// <summary>The session of this number, or a new one with a number that nobody can guess.</summary>
    public (string Id, Session Session) Find(string? id)
    {
        long now = clock.GetTimestamp();
        while (byUse.First is { } oldest && clock.GetElapsedTime(oldest.Value.LastUse, now) >= patience)
            Forget(oldest);
        if (id is not null && known.TryGetValue(id, out LinkedListNode<Entry>? node))
            byUse.Remove(node);
        else
        {
            if (known.Count >= capacity)
                Forget(byUse.First!);
            string fresh = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
            known[fresh] = node = new LinkedListNode<Entry>(new Entry(fresh, new Session()));
        }
        node.Value.LastUse = now;
        byUse.AddLast(node);
        return (node.Value.Id, node.Value.Session);
    }

    void Forget(LinkedListNode<Entry> node)
    {
        known.Remove(node.Value.Id);
        byUse.Remove(node);
    }
}
