using System.Globalization;

namespace RnnDsl.Generators.Ir;

/// <summary>
/// Over what a value varies: over nothing (parameters, and what is computed of them alone), over the examples of a batch, or over the steps of an axis in each example.
/// Domains are partly ordered: what varies over less is broadcast to what varies over more, and the domain of a result is the join of its operands'. Steps of two axes have
/// none.
/// </summary>
/// <remarks>
/// An axis is whose steps they are. Inputs that equations combine step by step share one, others have axes of their own; each has a row space in a shard, where its sequences stand
/// by falling length. What varies over examples stands in the order of an axis' sequences; that of the first axis is the examples' own. When a value is known is no part of
/// its domain: <c>Levels</c> finds it.
/// </remarks>
internal readonly record struct Domain : IComparable<Domain>
{
    // Stored text holds these names.
    enum Breadth
    {
        Parameter,
        Batch,
        Sequence,
    }

    readonly Breadth breadth;

    /// <summary>Of an axis within another the other's number and 1; else 0.</summary>
    readonly int within;

    Domain(Breadth breadth, int axis, bool isSingle = false, int within = 0, Thinning? thinned = null)
    {
        this.breadth = breadth;
        Axis = axis;
        IsSingle = isSingle;
        this.within = within;
        Thinned = thinned;
    }

    public static Domain Parameters => default;

    /// <summary>The axis: by its number, from 0; of parameters 0.</summary>
    public int Axis { get; }

    /// <summary>
    /// While equations are read: true for what they see one at a time, though there are many. That is a step in <c>Each</c>, and what a cell that looks into a memory has at its step. All
    /// else there that varies over steps is a sequence, which stands as a whole beside the one.
    /// </summary>
    public bool IsSingle { get; }

    /// <summary>The domain as that of what is seen one at a time, or no longer is.</summary>
    public Domain AsSingle(bool single) => new(breadth, Axis, single, within, Thinned);

    /// <summary>True for an axis whose sequences are not those of examples, but one for each step of another axis: letters in words.</summary>
    public bool IsNested => within > 0;

    /// <summary>The axis that has such a sequence at each of its steps.</summary>
    public int OuterAxis => within - 1;

    /// <summary>The domain with its axis within another.</summary>
    public Domain Within(int axis) => new(breadth, Axis, IsSingle, axis + 1, Thinned);

    /// <summary>Of the steps of an axis that has each k-th step of another: which ones.</summary>
    public Thinning? Thinned { get; }

    /// <summary>The domain with the steps of its axis as some of another's.</summary>
    public Domain With(Thinning thinned) => new(breadth, Axis, IsSingle, within, thinned);

    /// <summary>How many axes it spans: what spans less is broadcast to what spans more.</summary>
    int Depth => (int)breadth + (IsNested && !IsParameters ? 2 : 0);

    public bool IsParameters => breadth == Breadth.Parameter;

    public bool IsExamples => breadth == Breadth.Batch;

    public bool IsSteps => breadth == Breadth.Sequence;

    /// <summary>"Parameter", "Batch" or "Sequence": the domain without its axis, as stored text has it.</summary>
    public string Kind => breadth.ToString();

    public static Domain Examples(int axis = 0) => new(Breadth.Batch, axis);

    public static Domain Steps(int axis = 0) => new(Breadth.Sequence, axis);

    /// <summary>What it joins with another whose axis is the same, or which has none.</summary>
    public static Domain Join(Domain first, Domain second) => (second.IsWiderThan(first) ? second : first).AsSingle(first.IsSingle || second.IsSingle);

    public static Domain Join(Node[] values)
    {
        Domain domain = Parameters;
        foreach (Node value in values)
            domain = Join(domain, value.Domain);
        return domain;
    }

    /// <summary>The domain along another axis.</summary>
    public Domain OnAxis(int axis) => new(breadth, IsParameters ? 0 : axis, IsSingle);

    /// <summary>Whether it has a set of axes that the other's is a true part of, whichever axis of steps it is.</summary>
    public bool IsWiderThan(Domain other) => Depth > other.Depth;

    /// <summary>Whether it is the same but for the axis.</summary>
    public bool IsLike(Domain other) => breadth == other.breadth;

    /// <summary>An order in which the wider come later.</summary>
    public int CompareTo(Domain other) => (breadth, Axis).CompareTo((other.breadth, other.Axis));

    /// <summary>"Parameter", "Batch", "Sequence"; "Sequence:1" along another axis than the first, "Sequence:1/0" along one within that, "Sequence:1=0*3" along each third step of that.</summary>
    public override string ToString() => (Axis == 0 && Thinned is null ? Kind : $"{Kind}:{Axis.ToString(CultureInfo.InvariantCulture)}") + (IsNested ? "/" + OuterAxis.ToString(CultureInfo.InvariantCulture) : "")
        + (Thinned is { } thinned ? FormattableString.Invariant($"={thinned.SourceAxis}*{thinned.Every}") : "");

    public static Domain Parse(string text)
    {
        string[] sides = text.Split('=', '*'), parts = sides[0].Split(':', '/');
        return new((Breadth)Enum.Parse(typeof(Breadth), parts[0]), Number(parts, 1), within: parts.Length > 2 ? Number(parts, 2) + 1 : 0,
            thinned: sides.Length > 2 ? new Thinning(Number(sides, 1), Number(sides, 2)) : null);

        static int Number(string[] parts, int part) => parts.Length > part ? int.Parse(parts[part], CultureInfo.InvariantCulture) : 0;
    }
}

/// <summary>Which steps of another axis an axis has: the first, and from there each k-th.</summary>
/// <param name="SourceAxis">The other axis.</param>
/// <param name="Every">Of how many steps it has one.</param>
internal sealed record Thinning(int SourceAxis, int Every);
