namespace RnnDsl.Continual;

/// <summary>The anchors of elastic weight consolidation in the file of a learner.</summary>
static class StoredAnchors
{
    const string Count = "anchors", Task = "task", Values = "values", Fisher = "fisher";

    public static void Write(StateWriter state, IReadOnlyList<EwcAnchor> anchors)
    {
        state.Write(Count, anchors.Count);
        for (int i = 0; i < anchors.Count; i++)
        {
            StateWriter part = state.Part(Name(i));
            part.Write(Task, anchors[i].Task);
            part.WriteParameters(Values, anchors[i].Values);
            part.WriteParameters(Fisher, anchors[i].Fisher);
        }
    }

    /// <param name="state">The strategy's part of the file.</param>
    /// <param name="most">The most anchors that there can be.</param>
    public static List<EwcAnchor> Read(StateReader state, int most = int.MaxValue)
    {
        int count = (int)state.ReadInteger(Count, most: most);
        var anchors = new List<EwcAnchor>();
        for (int i = 0; i < count; i++)
        {
            StateReader part = state.Part(Name(i));
            var anchor = new EwcAnchor(part.ReadText(Task), part.ReadParameters(Values), part.ReadParameters(Fisher));
            foreach (float information in anchor.Fisher.Span)
                if (information < 0)
                    throw new InvalidDataException(FormattableString.Invariant(
                        $"The Fisher information after '{anchor.Task}' has the value {information}, and squares are not below zero: the file is damaged."));
            anchors.Add(anchor);
        }
        return anchors;
    }

    static string Name(int index) => FormattableString.Invariant($"anchor {index + 1}");
}
