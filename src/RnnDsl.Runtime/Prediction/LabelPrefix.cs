namespace RnnDsl.Prediction;

/// <summary>Labels as a linked list from the last to the first, of which others share parts. Equal labels are equal.</summary>
sealed class LabelPrefix : IEquatable<LabelPrefix>
{
    readonly LabelPrefix? before;
    readonly int hash, length;
    Dictionary<int, LabelPrefix>? longer;

    LabelPrefix(LabelPrefix? before, int last, double fused)
    {
        (this.before, Last, Fused) = (before, last, fused);
        (hash, length) = before is null ? (0, 0) : (HashCode.Combine(before.hash, last), before.length + 1);
    }

    public static LabelPrefix Empty => new(null, 0, 0);

    /// <summary>The last label; 0 if there is none.</summary>
    public int Last { get; }

    /// <summary>What language and bonus add to the score.</summary>
    public double Fused { get; }

    public LabelPrefix? Find(int label) => longer?.GetValueOrDefault(label);

    public LabelPrefix Add(int label, double fused)
    {
        var added = new LabelPrefix(this, label, fused);
        (longer ??= []).Add(label, added);
        return added;
    }

    public void Forget() => longer = null;

    public int[] ToArray()
    {
        var labels = new int[length];
        for (LabelPrefix at = this; at.before is not null; at = at.before)
            labels[at.length - 1] = at.Last;
        return labels;
    }

    public bool Equals(LabelPrefix? other)
    {
        LabelPrefix? mine = this;
        if (other is null || other.length != length)
            return false;
        for (; mine is not null && !ReferenceEquals(mine, other); (mine, other) = (mine.before, other!.before))
            if (mine.Last != other!.Last)
                return false;
        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as LabelPrefix);

    public override int GetHashCode() => hash;
}
