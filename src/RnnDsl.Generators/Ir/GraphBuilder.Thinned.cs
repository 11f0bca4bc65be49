namespace RnnDsl.Generators.Ir;

/// <summary>Axes that have each k-th step of another.</summary>
internal sealed partial class GraphBuilder
{
    /// <summary>For each such axis which steps it has.</summary>
    readonly Dictionary<int, Thinning> thinned = [];

    /// <summary>While equations are read: each k-th step of a sequence, from the first on. All sequences of an axis share that of their steps.</summary>
    /// <exception cref="WholeSequenceException">The sequence depends on the one step beside which it stands.</exception>
    public Node Every(Node x, int steps)
    {
        // Of one-hot vectors the numbers are taken, and of a sequence beside a step its own steps.
        if (x.Op == Op.OneHot)
            return OneHot(Every(Input(x, 0), steps), x.Shape.Rows!);
        if (x.Op == Op.Whole)
            return Whole(Every(Input(x, 0), steps));
        if (x.Shape.IsSequence)
            throw new WholeSequenceException(Op.Every);
        return steps == 1 ? x : Every(x, steps, Domain.Steps(ThinnedAxis(Find(x.Axis), steps)));
    }

    /// <summary>Some steps of a sequence, along the axis that has them. What is the same at all steps is so there.</summary>
    public Node Every(Node x, int steps, Domain domain) => x.Domain.IsSteps ? Make(Op.Every, Ids([x]), x.Shape, domain, new Argument.Stride(steps)) : Broadcast(x, x.Shape, domain);

    /// <summary>The adjoint of <see cref="Op.Every"/>: a sequence along a domain with the operand's steps at each k-th, and zeros between them.</summary>
    public Node InsertZeros(Node x, Argument.Stride stride, Domain domain) =>
        Make(Op.InsertZeros, Ids([x.Domain.IsSteps ? x : Broadcast(x, x.Shape, Domain.Steps(stride.Axis))]), x.Shape, domain, stride);

    /// <summary>The axis with each k-th step of another: one for all that ask.</summary>
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

    /// <summary>The domain with what its axis has of another. Where nodes of another graph come, they say so.</summary>
    Domain Thin(Domain domain)
    {
        if (!domain.IsSteps)
            return domain;
        if (domain.Thinned is { } given && !KeepsForm)
            thinned[domain.Axis] = given;
        return thinned.TryGetValue(KeepsForm && domain.Axis < joined.Count ? Find(domain.Axis) : domain.Axis, out Thinning? some) ? domain.With(some) : domain;
    }

    /// <summary>Two axes become one: whatever either has of another it keeps. Where both have steps of others, those are one too.</summary>
    /// <exception cref="WholeSequenceException">One has some of the steps of the other, or they have different parts of what they are taken from.</exception>
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

    /// <summary>Whether an axis has steps of another, taken once or several times.</summary>
    bool Reaches(int axis, int other) => Find(axis) == Find(other) || (thinned.TryGetValue(Find(axis), out Thinning? some) && Reaches(some.SourceAxis, other));

    /// <summary>Of two axes that have the same steps of what has become one axis the one is the other.</summary>
    void Merge()
    {
        foreach (IGrouping<(int, int), int> alike in thinned.GroupBy(t => (Find(t.Value.SourceAxis), t.Value.Every), t => t.Key).Where(g => g.Count() > 1).ToArray())
            foreach (int axis in alike.Skip(1))
                Join(alike.First(), axis);
    }
}
