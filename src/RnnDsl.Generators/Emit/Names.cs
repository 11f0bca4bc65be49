using System.Globalization;
using System.Text;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

/// <summary>C# names for dimensions, buffers and values, derived from the user's names and unique within one program.</summary>
internal sealed class Names
{
    /// <summary>The names that generated programs use themselves.</summary>
    public static readonly HashSet<string> Reserved =
    [
        .. Parsing.KnownSymbols.ProgramNames.SelectMany(n => n.Names),
        "m", "s", "j", "r", "k", "V", "rows", "first", "step", "batch", "memory", "inputs", "outputs", "at", "parameters", "prepared", "arena", "gradients", "block", "begin", "end", "inBlock", "BlockRows", "back", "turn", "from", "to", "last", "offsets", "lengths",
        "Memory", "Prepare", "Run", "Lay", "Inputs", "Outputs", "States", "Operands", "Lanes", "Weights", "Int8", "TurnBack",
        "Products", "Unread", "Pieces", "StepPiece", "MultiplyTogether", "OperandsOf", "SumFloats", "PackedFloats", "MostOperands", "piece", "sums", "group", "operands",
    ];

    readonly HashSet<string> taken = [.. Reserved, "output", "outputGradient"];
    readonly Dictionary<(string, string), string> leaves = [];
    readonly Dictionary<string, string> strides = [];
    readonly Dictionary<string, int> next = [];
    readonly List<string> baseNames = [];
    readonly Graph graph;

    /// <param name="program">The class, whose name no member may have.</param>
    /// <param name="graph">The graph of the program.</param>
    /// <param name="dims">The dimensions.</param>
    /// <param name="inputs">The names of the inputs.</param>
    /// <param name="parameters">The names of the parameters.</param>
    public Names(string program, Graph graph, IEnumerable<DimDecl> dims, IEnumerable<string> inputs, IEnumerable<string> parameters)
    {
        this.graph = graph;
        taken.Add(program);
        foreach (DimDecl dim in dims)
        {
            taken.Add(Size(Dim.Named(dim.Name)));
            taken.Add(PaddedSize(Dim.Named(dim.Name)));
        }
        // Inputs and parameters get their names first, so that they keep the user's.
        foreach (string input in inputs)
            Input(input);
        foreach (string parameter in parameters)
            Leaf("", parameter);
    }

    /// <summary>True for a program that runs one example and knows the lengths of its sequences.</summary>
    public bool IsOneExample { get; init; }

    /// <summary>The field of an input. An input may have the same name as a parameter.</summary>
    public string Input(string name)
    {
        if (!leaves.TryGetValue(("input", name), out string? field))
            leaves.Add(("input", name), field = Unique(name));
        return field;
    }

    /// <summary>The field of a parameter ("encoder.Wi" → "encoder_Wi") or of its gradient ("g_encoder_Wi").</summary>
    public string Leaf(string kind, string path)
    {
        if (!leaves.TryGetValue((kind, path), out string? field))
            leaves.Add((kind, path), field = Unique(kind.Length == 0 ? path : $"{kind}_{path}"));
        return field;
    }

    /// <summary>"4 * pHidden + pInput": a sum with equal terms combined.</summary>
    public static string Sum(IEnumerable<string> terms) => string.Join(" + ", terms.GroupBy(t => t).Select(g => g.Count() == 1 ? g.Key : $"{g.Count()} * {g.Key}"));

    /// <summary>"Hidden" → "hidden"; "(Input+Hidden)" → "(input + hidden)". A name that programs use themselves gets a final "_", so that no name hides a size.</summary>
    public static string Size(Dim dim) => dim.IsSteps ? Steps(dim.Axis) : dim.IsConcat ? $"({Size(dim.Left!)} + {Size(dim.Right!)})" : Size(CamelCase(dim.Text));

    /// <summary>The number of entries of a vector or matrix, as wide as an address.</summary>
    public static string Size(Shape shape) => shape.IsMatrix ? $"(nint){Size(shape.Rows!)} * {Size(shape.Columns!)}" : Size(shape.Rows!);

    const string StepsOf = "steps_";

    /// <summary>In a loop over rows: the variable with the number of steps that the row's example has along an axis.</summary>
    public static string Steps(int axis) => StepsOf + axis.ToString(CultureInfo.InvariantCulture);

    /// <summary>The count of numbers in one value: 1, the units of a vector, or the entries of a matrix. A whole sequence counts as many steps as the longest sequence has.</summary>
    public static string Width(Shape shape) => shape.Rank switch { 0 => "1", 1 => Capacity(shape.Rows!), _ => $"{Capacity(shape.Rows!)} * {Capacity(shape.Columns!)}" };

    /// <summary>The same for one example, whose sequence lengths the program knows.</summary>
    public static string WidthInExample(Shape shape) => shape.Rank switch { 0 => "1", 1 => Size(shape.Rows!), _ => $"{Size(shape.Rows!)} * {Size(shape.Columns!)}" };

    /// <summary>The units of a vector. For a whole sequence, as many as the longest sequence has steps.</summary>
    public static string Capacity(Dim dim) => dim.IsSteps ? $"s.Of({dim.Axis.ToString(CultureInfo.InvariantCulture)}).Steps" : Size(dim);

    /// <summary>The number of units before an offset.</summary>
    public static string Size(Argument.Offset offset) => offset.After is { } after ? Size(after) : offset.ToString();

    static string Size(string name) =>
        Reserved.Contains(name.TrimEnd('_')) || name.StartsWith(StepsOf, StringComparison.Ordinal) || (name.Length > 1 && name[0] == 'p' && char.IsUpper(name[1])) ? name + "_" : Escape(name);

    /// <summary>The field with the padded size of a dimension's vectors.</summary>
    public string PaddedSize(Dim dim) => "p" + string.Join("_", dim.Names.Select(n => PascalCase(n).Replace("_", "__")));

    /// <summary>The padded size of a vector or matrix: a field; for a whole sequence, a value that depends on the shard's longest sequence.</summary>
    public string PaddedSize(Shape shape) => shape.IsSequence ? $"Layout.Pad({(IsOneExample ? WidthInExample(shape) : Width(shape))})" : shape.IsMatrix ? $"{PaddedSize(shape.Rows!)}_By_{PaddedSize(shape.Columns!).Substring(1)}" : PaddedSize(shape.Rows!);

    /// <summary>The shapes that have a padded size: the vectors of all dimensions of values and of the given ones, and the matrices that steps or examples have for themselves.</summary>
    public IEnumerable<Shape> PaddedShapes(IEnumerable<Dim> others) => graph.Nodes.Select(n => n.Shape).Distinct().SelectMany(s => new[] { s.Rows, s.Columns }.OfType<Dim>()).Where(d => !d.IsSteps)
        .Concat(others).GroupBy(PaddedSize).Select(g => g.First()).OrderBy(d => d.Text, StringComparer.Ordinal).Select(Shape.Vector)
        .Concat(graph.Nodes.Where(n => n.Shape.IsMatrix && !n.Shape.IsSequence && !n.Domain.IsParameters).Select(n => n.Shape).GroupBy(PaddedSize).Select(g => g.First()).OrderBy(s => s.ToString(), StringComparer.Ordinal));

    public static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);

    static string PascalCase(string name) => char.ToUpperInvariant(name[0]) + name.Substring(1);

    static string Escape(string name) =>
        Microsoft.CodeAnalysis.CSharp.SyntaxFacts.GetKeywordKind(name) != Microsoft.CodeAnalysis.CSharp.SyntaxKind.None ? "@" + name : name;

    /// <summary>The field with the floats from row to row, for rows that hold vectors of these dimensions.</summary>
    public string Stride(IEnumerable<Dim> dims)
    {
        string floats = Sum(dims.Select(d => $"Layout.Pad({Size(d)})"));
        if (!strides.TryGetValue(floats, out string? name))
            strides.Add(floats, name = Unique("stride"));
        return name;
    }

    /// <summary>The fields that <see cref="Stride"/> has named, and the floats of their rows.</summary>
    public IReadOnlyDictionary<string, string> Strides => strides;

    /// <summary>A name that is not taken.</summary>
    public string Unique(string wish)
    {
        return Unique(Identifier(wish), taken, next);
    }

    /// <summary>The first name that is not taken: the name itself, or the name with a number.</summary>
    /// <param name="identifier">The name.</param>
    /// <param name="taken">The names that are taken. The result is added.</param>
    /// <param name="next">For each name, a number below which all numbers are taken, so that finding the thousandth name is as fast as finding the first.</param>
    public static string Unique(string identifier, HashSet<string> taken, Dictionary<string, int> next)
    {
        if (taken.Add(identifier))
            return identifier;
        int i = next.TryGetValue(identifier, out int known) ? known : 2;
        string name;
        do
            name = identifier + i++.ToString(CultureInfo.InvariantCulture);
        while (!taken.Add(name));
        next[identifier] = i;
        return name;
    }

    /// <summary>The name of a buffer, from the values that it holds: "di, df, dg, do" → "d".</summary>
    public string Buffer(IReadOnlyList<int> members, string? suffix)
    {
        string[] names = [.. members.Select(m => BaseName(graph[m]))];
        string name = names[0];
        if (names.Length > 1)
        {
            string prefix = Common(names), ending = Reverse(Common([.. names.Select(Reverse)]));
            name = prefix.Length + ending.Length >= names.Min(n => n.Length) ? prefix : prefix + ending;
            if (name.Trim('_').Length == 0)
                name = string.Join("_", names);
        }
        return Unique(suffix is null ? name : $"{name}_{suffix}");
    }

    const int MaxLength = 100;

    /// <summary>The user's name for a value, or a name made from its operands' names.</summary>
    public string BaseName(Node node)
    {
        // Operands come first, so a long chain of them needs no deep recursion. Of a shift, only the label counts.
        for (int id = baseNames.Count; id <= node.Id; id++)
        {
            // The name of a product of a product of a product would be as long as the chain is deep.
            string wish = MakeBaseName(graph[id]);
            baseNames.Add(wish.Length > MaxLength ? wish.Substring(0, MaxLength) : wish);
        }
        return baseNames[node.Id];
    }

    string MakeBaseName(Node node)
    {
        if (node.Label is not null && node.Op != Op.Shift)
            return node.Label;
        return node.Op switch
        {
            Op.Parameter or Op.Input or Op.State => WithoutPath(node.Name),
            _ when node.IsMatrixProduct => $"{BaseName(graph.Input(node, 0))}_{BaseName(graph.Input(node, 1))}",
            Op.Shift => StateOf(node) + (node.IsForward ? "_before" : "_after"),
            Op.Last or Op.First or Op.Final => $"{BaseName(graph.Input(node, 0))}_{node.Op.ToString().ToLowerInvariant()}",
            Op.Reduce when node.Reduces(Over.Steps) && node.IsMax => $"max_{BaseName(graph.Input(node, 0))}",
            Op.Reduce when node.Reduces(Over.Steps) || node.Reduces(Over.Domain) => $"sum_{BaseName(graph.Input(node, 0))}",
            Op.Add when node.Inputs.Select(i => graph[i]).FirstOrDefault(n => OpTable.Kind(n) == OpKind.Product) is { } product => BaseName(product),
            _ when node.Inputs.Count > 0 && OpTable.Kind(node) != OpKind.Leaf && node.Op is Op.Add or Op.Broadcast or Op.Negate => BaseName(graph.Input(node, 0)),
            _ => StoredText.NameOf(node).ToLowerInvariant(),
        };
    }

    /// <summary>What a shift carries: "h", or "dh" for its adjoint.</summary>
    public static string StateOf(Node shift) => shift.Label ?? "carry";

    public string Describe(Node node) => BaseName(node);

    public static string WithoutPath(string path) => path.Substring(path.LastIndexOf('.') + 1);

    /// <summary>A parameter's path as an identifier: "encoder.Wi" → "encoder_Wi".</summary>
    public static string Identifier(string wish)
    {
        var builder = new StringBuilder();
        foreach (char c in wish)
            builder.Append(char.IsLetterOrDigit(c) || c == '_' ? c : '_');
        return builder.Length == 0 || char.IsDigit(builder[0]) ? "_" + builder : Escape(builder.ToString());
    }

    static string Common(string[] names)
    {
        string shortest = names.OrderBy(n => n.Length).First();
        int length = 0;
        while (length < shortest.Length && names.All(n => n[length] == shortest[length]))
            length++;
        return shortest.Substring(0, length);
    }

    static string Reverse(string text) => new([.. text.Reverse()]);
}
