namespace RnnDsl.Generators.Ir;

/// <summary>
/// A dimension as a program knows it: a name whose size is given at run time, a concatenation of two dimensions, or the steps of a sequence. Dimensions compare by text.
/// </summary>
internal sealed class Dim : IEquatable<Dim>
{
    readonly int hash;

    Dim(string text, Dim? left, Dim? right)
    {
        Text = text;
        Left = left;
        Right = right;
        hash = StringComparer.Ordinal.GetHashCode(text);
    }

    /// <summary>"Hidden", "(Input+Hidden)", or "#1", the steps of axis 1.</summary>
    public string Text { get; }

    public Dim? Left { get; }

    public Dim? Right { get; }

    public bool IsConcat => Left is not null;

    /// <summary>The steps of an axis, as a side of a matrix or as the units of a vector. Each example has as many as its sequence is long.</summary>
    public static Dim Steps(int axis) => Named("#" + axis.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public bool IsSteps => Text[0] == '#';

    /// <summary>For a dimension of steps: the axis.</summary>
    public int Axis => int.Parse(Text.Substring(1), System.Globalization.CultureInfo.InvariantCulture);

    public static Dim Named(string name) => new(name, null, null);

    public static Dim Concat(Dim left, Dim right) => new($"({left.Text}+{right.Text})", left, right);

    /// <summary>Replaces names, as when a cell's Input becomes a model's Feature.</summary>
    public Dim Rename(IReadOnlyDictionary<string, Dim> names) =>
        IsConcat ? Concat(Left!.Rename(names), Right!.Rename(names)) : names.TryGetValue(Text, out Dim? dim) ? dim : this;

    /// <summary>The names that occur in it.</summary>
    public IEnumerable<string> Names => IsConcat ? Left!.Names.Concat(Right!.Names) : [Text];

    public static Dim Parse(string text)
    {
        int position = 0;
        Dim dim = Parse(text, ref position);
        return position == text.Length ? dim : throw new FormatException($"'{text}' is not a dimension.");
    }

    static Dim Parse(string text, ref int position)
    {
        if (text[position] != '(')
        {
            int start = position;
            while (position < text.Length && text[position] is not ('+' or ')'))
                position++;
            return Named(text.Substring(start, position - start));
        }
        position++;
        Dim left = Parse(text, ref position);
        position++;
        Dim right = Parse(text, ref position);
        position++;
        return Concat(left, right);
    }

    public bool Equals(Dim? other) => ReferenceEquals(other, this) || (other is not null && other.hash == hash && other.Text == Text);

    public override bool Equals(object? obj) => Equals(obj as Dim);

    public override int GetHashCode() => hash;

    public override string ToString() => Text;
}
