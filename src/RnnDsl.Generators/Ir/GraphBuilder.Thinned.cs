namespace RnnDsl.Generators.Ir;

/// <summary>Axes that have every k-th step of another axis.</summary>
internal sealed partial class GraphBuilder
{
    /// <summary>For each such axis: which steps it has.</summary>
    readonly Dictionary<int, Thinning> thinned = [];

    /// <summary>Only while equations are read: every k-th step of a sequence, beginning with the first. All sequences of an axis share the axis of their thinned steps.</summary>
    /// <exception cref="WholeSequenceException">The sequence depends on the single step beside which it stands.</exception>
    public Node Every(Node x, int steps)
    {
        // A one-hot vector is thinned by its numbers, and a sequence beside a step by its own steps.
        if (x.Op == Op.OneHot)
            return OneHot(Every(Input(x, 0), steps), x.Shape.Rows!);
        if (x.Op == Op.Whole)
            return Whole(Every(Input(x, 0), steps));
        if (x.Shape.IsSequence)
            throw new WholeSequenceException(Op.Every);
        return steps == 1 ? x : Every(x, steps, Domain.Steps(ThinnedAxis(Find(x.Axis), steps)));
    }

    /// <summary>Some steps of a sequence, along the axis that has them. A value that is the same at all steps is broadcast there.</summary>
    public Node Every(Node x, int steps, Domain domain) => x.Domain.IsSteps ? Make(Op.Every, Ids([x]), x.Shape, domain, new Argument.Stride(steps)) : Broadcast(x, x.Shape, domain);

    /// <summary>The adjoint of <see cref="Op.Every"/>: a sequence with the operand's steps at every k-th step and zeros between them.</summary>
    public Node InsertZeros(Node x, Argument.Stride stride, Domain domain) =>
        Make(Op.InsertZeros, Ids([x.Domain.IsSteps ? x : Broadcast(x, x.Shape, Domain.Steps(stride.Axis))]), x.Shape, domain, stride);

    /// <summary>The axis with every k-th step of another. Equal requests share one axis.</summary>
    int ThinnedAxis(int of, int steps)
    {
        foreach (KeyValuePair<int, Thinning> known in thinned)
            if (Find(known.Value.SourceAxis) == of && known.Value.Every == steps)
                return known.Key;
        int axis = joined.Count;
        joined.Add(axis);
        thinned.Add(axis, new Thinning(of, steps));
        if (ParentOf(of) is >= 0 and var outer)
            parents.Add(axis, outer);
        return axis;
    }

    /// <summary>The domain together with the steps that its axis takes from another. Nodes copied from another graph bring this information with them.</summary>
    Domain Thin(Domain domain)
    {
        if (!domain.IsSteps)
            return domain;
        if (domain.Thinned is { } given && !KeepsForm)
            thinned[domain.Axis] = given;
        return thinned.TryGetValue(KeepsForm && domain.Axis < joined.Count ? Find(domain.Axis) : domain.Axis, out Thinning? some) ? domain.With(some) : domain;
    }

    /// <summary>Joins what two axes take from others when the two become one. If both are thinned, the axes that they are taken from are joined too.</summary>
    /// <exception cref="WholeSequenceException">One axis has steps of the other, or the two are thinned differently.</exception>
    void JoinThinned(int first, int second)
    {
        thinned.TryGetValue(first, out Thinning? left);
        thinned.TryGetValue(second, out Thinning? right);
        if (left is null && right is null)
            return;
        bool both = left is not null && right is not null;
        if (Reaches(first, second) || Reaches(second, first) || (both && left!.Every != right!.Every) || (!both && (ParentOf(first) >= 0 || ParentOf(second) >= 0)))
            throw new WholeSequenceException(Op.InsertZeros);
        thinned.Remove(first);
        thinned.Remove(second);
        if (both)
            Join(left!.SourceAxis, right!.SourceAxis);
        thinned.Add(Math.Min(first, second), (left ?? right)!);
    }

    /// <summary>Whether an axis is thinned from another, directly or in several steps.</summary>
    bool Reaches(int axis, int other) => Find(axis) == Find(other) || (thinned.TryGetValue(Find(axis), out Thinning? some) && Reaches(some.SourceAxis, other));

    /// <summary>Joins axes that have the same steps of an axis, after two axes have become one.</summary>
    void Merge()
    {
        foreach (IGrouping<(int, int), int> alike in thinned.GroupBy(t => (Find(t.Value.SourceAxis), t.Value.Every), t => t.Key).Where(g => g.Count() > 1).ToArray())
            foreach (int axis in alike.Skip(1))
                Join(alike.First(), axis);
    }
}
