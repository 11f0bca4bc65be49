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

/// <summary>The sessions of a server. There are at most so many: the one that was silent longest is forgotten. Callers hold the assistant's lock.</summary>
sealed class Sessions(int capacity)
{
    readonly Dictionary<string, LinkedListNode<(string Id, Session Session)>> known = [];
    readonly LinkedList<(string Id, Session Session)> byUse = new();

    public int Count => known.Count;

    /// <summary>The session of this number, or a new one with a number that nobody can guess.</summary>
    public (string Id, Session Session) Find(string? id)
    {
        if (id is not null && known.TryGetValue(id, out LinkedListNode<(string Id, Session Session)>? node))
            byUse.Remove(node);
        else
        {
            if (known.Count >= capacity)
            {
                known.Remove(byUse.First!.Value.Id);
                byUse.RemoveFirst();
            }
            string fresh = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
            known[fresh] = node = new LinkedListNode<(string, Session)>((fresh, new Session()));
        }
        byUse.AddLast(node);
        return node.Value;
    }
}
