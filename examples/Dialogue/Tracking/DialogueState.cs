namespace RnnDsl.Examples.Dialogue;

/// <summary>What a user wants, as far as it was said: it is held over the turns of a dialogue.</summary>
/// <param name="Values">The value of each slot that has one, <see cref="Ontology.DontCare"/> where any will do.</param>
/// <param name="Requested">The slots that the user asked for in the last turn.</param>
sealed record DialogueState(IReadOnlyDictionary<string, string> Values, IReadOnlySet<string> Requested)
{
    public static DialogueState Empty { get; } = new(new Dictionary<string, string>(), new HashSet<string>());

    /// <summary>The state after a turn: what is said replaces what was said before, and what was asked for holds for one turn.</summary>
    public DialogueState After(IEnumerable<(string Slot, string Value)> said, IEnumerable<string> requested)
    {
        var values = new Dictionary<string, string>(Values);
        foreach ((string slot, string value) in said)
            values[slot] = value;
        return new DialogueState(values, requested.ToHashSet());
    }

    /// <summary>"area: north, food: dontcare; asks for phone".</summary>
    public override string ToString() =>
        (Values.Count == 0 ? "nothing is known" : string.Join(", ", Values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}: {v.Value}")))
        + (Requested.Count == 0 ? "" : $"; asks for {string.Join(", ", Requested.Order(StringComparer.Ordinal))}");
}
