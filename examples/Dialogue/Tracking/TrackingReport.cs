namespace RnnDsl.Examples.Dialogue;

/// <summary>How many turns of dialogues are followed rightly.</summary>
/// <param name="Turns">The turns.</param>
/// <param name="JointGoals">Those after which every slot has the value of the label, or none (Henderson et al. 2014).</param>
/// <param name="Requests">Those of which all slots that the user asks for are found, and no other.</param>
sealed record TrackingReport(int Turns, int JointGoals, int Requests)
{
    /// <summary>Follows dialogues from their first turns on. The states are those that the tracker itself has made.</summary>
    /// <param name="dialogues">The dialogues with their labels.</param>
    /// <param name="update">Makes the states after one turn of each of several dialogues.</param>
    public static TrackingReport Create(IReadOnlyList<DialogueTurn[]> dialogues, Func<IReadOnlyList<DialogueState>, IReadOnlyList<DialogueTurn>, DialogueState[]> update)
    {
        int goals = 0, requests = 0;
        DialogueState[] states = [.. dialogues.Select(_ => DialogueState.Empty)];
        DialogueTurn[][] going = [.. dialogues];
        for (int number = 0; ; number++)
        {
            states = [.. states.Where((_, i) => going[i].Length > number)];
            going = [.. going.Where(d => d.Length > number)];
            if (going.Length == 0)
                break;
            states = update(states, [.. going.Select(d => d[number])]);
            goals += states.Where((s, i) => Same(s.Values, going[i][number].Goal)).Count();
            requests += states.Where((s, i) => s.Requested.SetEquals(going[i][number].Requested)).Count();
        }
        return new TrackingReport(dialogues.Sum(d => d.Length), goals, requests);
    }

    static bool Same(IReadOnlyDictionary<string, string> a, IReadOnlyDictionary<string, string> b) =>
        a.Count == b.Count && a.All(pair => b.GetValueOrDefault(pair.Key) == pair.Value);

    /// <summary>Of a tracker.</summary>
    public static TrackingReport Of(StateTracker tracker, IReadOnlyList<DialogueTurn[]> dialogues) =>
        Create(dialogues, (states, turns) => tracker.Update(states, [.. turns.Select((t, i) => new TurnText(t.System, t.Acts, t.User, [.. states[i].Values.Keys]))]));

    /// <summary>
    /// Without a model: a value of the ontology that stands in the user's words holds, and a slot whose name stands there is asked for. The states are kept by the same rule.
    /// </summary>
    public static TrackingReport OfExactMatches(Ontology ontology, IReadOnlyList<DialogueTurn[]> dialogues)
    {
        var finder = new MentionFinder(ontology);
        (string Slot, string[] Words)[] names = [.. ontology.Requestable.Select(slot => (slot, MentionFinder.Words(slot)))];
        return Create(dialogues, (states, turns) => [.. turns.Select((turn, i) =>
        {
            string[] words = MentionFinder.Words(turn.User);
            return states[i].After(finder.Find(words).Select(m => (ontology.Informable[m.Slot].Slot, m.Value)),
                names.Where(n => Enumerable.Range(0, words.Length).Any(at => MentionFinder.IsAt(words, at, n.Words))).Select(n => n.Slot));
        })]);
    }

    public override string ToString() => FormattableString.Invariant($"joint goal {100.0 * JointGoals / Turns:F2} %, requests {100.0 * Requests / Turns:F2} % of {Turns} turns");
}
