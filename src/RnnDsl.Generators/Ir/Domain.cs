using System.Globalization;

namespace RnnDsl.Generators.Ir;

/// <summary>
/// The domain over which a value varies: nothing (parameters, and values computed from parameters alone), the examples of a batch, or the steps of an axis in each example. Domains
/// are partially ordered. A value with a smaller domain is broadcast to a larger one, and the domain of a result is the join of its operands' domains. The steps of two different
/// axes have no join.
/// </summary>
/// <remarks>
/// An axis is the set of steps of one or more sequences. Inputs that equations combine step by step share an axis; all others have axes of their own. Each axis has a row space in
/// a shard, where its sequences are ordered by falling length. Values of examples stand in the order of an axis's sequences; on the first axis, that is the order of the examples
/// themselves. The domain does not say when a value is known: <c>DistributeLoops</c> finds that.
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

    /// <summary>For an axis within another: that axis's number plus 1; otherwise 0.</summary>
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

    /// <summary>The number of the axis, from 0. Parameters have 0.</summary>
    public int Axis { get; }

    /// <summary>
    /// Only while equations are read: true for a single step that stands for all steps, such as a step inside <c>Each</c> or the current step of a cell that looks into a memory.
    /// There, every other value that varies over steps is a sequence, which stands as a whole beside that step.
    /// </summary>
    public bool IsSingle { get; }

    /// <summary>The same domain, marked or unmarked as that of a single step.</summary>
    public Domain AsSingle(bool single) => new(breadth, Axis, single, within, Thinned);

    /// <summary>True for an axis that has a sequence for each step of another axis (letters in words), rather than one for each example.</summary>
    public bool IsNested => within > 0;

    /// <summary>The axis that has such a sequence at each of its steps.</summary>
    public int OuterAxis => within - 1;

    /// <summary>The same domain, with its axis within another.</summary>
    public Domain Within(int axis) => new(breadth, Axis, IsSingle, axis + 1, Thinned);

    /// <summary>For an axis that has every k-th step of another axis: which steps.</summary>
    public Thinning? Thinned { get; }

    /// <summary>The same domain, with its steps taken from another axis.</summary>
    public Domain With(Thinning thinned) => new(breadth, Axis, IsSingle, within, thinned);

    /// <summary>The number of axes that it spans. A value that spans fewer is broadcast to one that spans more.</summary>
    int Depth => (int)breadth + (IsNested && !IsParameters ? 2 : 0);

    public bool IsParameters => breadth == Breadth.Parameter;

    public bool IsExamples => breadth == Breadth.Batch;

    public bool IsSteps => breadth == Breadth.Sequence;

    /// <summary>"Parameter", "Batch" or "Sequence": the domain without its axis, as in stored text.</summary>
    public string Kind => breadth.ToString();

    public static Domain Examples(int axis = 0) => new(Breadth.Batch, axis);

    public static Domain Steps(int axis = 0) => new(Breadth.Sequence, axis);

    /// <summary>The join with a domain on the same axis, or on none.</summary>
    public static Domain Join(Domain first, Domain second) => (second.IsWiderThan(first) ? second : first).AsSingle(first.IsSingle || second.IsSingle);

    public static Domain Join(Node[] values)
    {
        Domain domain = Parameters;
        foreach (Node value in values)
            domain = Join(domain, value.Domain);
        return domain;
    }

    /// <summary>The same domain along another axis.</summary>
    public Domain OnAxis(int axis) => new(breadth, IsParameters ? 0 : axis, IsSingle);

    /// <summary>Whether it spans more axes than the other domain. Which axis of steps it has does not matter.</summary>
    public bool IsWiderThan(Domain other) => Depth > other.Depth;

    /// <summary>Whether it differs from the other domain in nothing but the axis.</summary>
    public bool IsLike(Domain other) => breadth == other.breadth;

    /// <summary>An order in which wider domains come later.</summary>
    public int CompareTo(Domain other) => (breadth, Axis).CompareTo((other.breadth, other.Axis));

    /// <summary>"Parameter", "Batch" or "Sequence" on the first axis; "Sequence:1" along another axis; "Sequence:1/0" along an axis within axis 0; "Sequence:1=0*3" along every
    /// third step of axis 0.</summary>
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

/// <summary>Which steps of another axis an axis has: the first, and then every k-th.</summary>
/// <param name="SourceAxis">The other axis.</param>
/// <param name="Every">The distance from one of these steps to the next.</param>
internal sealed record Thinning(int SourceAxis, int Every);
