using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RnnDsl.Generators.Ir;

/// <summary>The fingerprints of one part of a module, and those that earlier versions of the generator gave it, by which files of that time are known.</summary>
internal sealed record Fingerprints(string Values, string Training)
{
    public (string Values, string Training)? Earlier { get; init; }
}

/// <summary>
/// Fingerprints of what equations compute. Two cells with equal fingerprints compute the same numbers from the same parameters. The order of fields and statements does not matter,
/// nor do the names of locals, states and dimensions, helper methods, and the order and grouping of sums and products. The names of parameters and operations and the bits of
/// constants do. Dropouts and stopped gradients count only in the fingerprint for training.
/// </summary>
/// <remarks>
/// Each value gets a code of 128 bits. The code of a sum is the sum of its terms' codes. The code of a product is a hash of the sum of its factors' codes. Any other code is a hash
/// of the operation and its operands. A state's code begins as its first value. It is then replaced by a hash of the state's equation, which uses the states' previous codes, as
/// often as needed to tell all states apart.
/// </remarks>
internal sealed class EquationFingerprint
{
    /// <summary>So many rounds tell apart all states that differ; no cell has more states.</summary>
    const int MostStates = 16;

    readonly Graph graph;
    readonly bool training, earlier;
    readonly Dictionary<string, string> names = [];
    readonly Dictionary<string, Code> states = [];
    readonly Code[] values, factors;
    readonly bool[] negative;

    EquationFingerprint(Graph graph, bool training, bool earlier)
    {
        this.graph = graph;
        this.training = training;
        this.earlier = earlier;
        values = new Code[graph.Nodes.Count];
        factors = new Code[graph.Nodes.Count];
        negative = new bool[graph.Nodes.Count];
    }

    /// <summary>The fingerprints of a cell with its layers: of what it computes, of what it computes in training, and, if they are others, both as earlier versions of the generator wrote them.</summary>
    public static Fingerprints Of(CellModel cell) => All((training, earlier) => Of(cell, training, earlier), DependsOnTraining(cell), HadOther(cell));

    /// <summary>The fingerprints of a method, in which layers stand by their names.</summary>
    public static Fingerprints Of(MethodModel method) => All((training, earlier) => Of(method, training, earlier), DependsOnTraining(method.Graph), HadOther(method.Graph));

    static Fingerprints All(Func<bool, bool, string> of, bool depends, bool hadOther)
    {
        string values = of(false, false);
        var now = new Fingerprints(values, depends ? of(true, false) : values);
        return hadOther && of(false, true) is var before && before != values ? now with { Earlier = (before, depends ? of(true, true) : before) } : now;
    }

    static bool HadOther(CellModel cell) => HadOther(cell.Step) || cell.Layers.Any(l => HadOther(l.Cell));

    static bool HadOther(Graph graph) => graph.Nodes.Any(n => n.Op is Op.Slice or Op.Pad or Op.Across or Op.Delay or Op.Gather or Op.Scatter);

    static bool DependsOnTraining(CellModel cell) => DependsOnTraining(cell.Step) || cell.Layers.Any(l => DependsOnTraining(l.Cell));

    static bool DependsOnTraining(Graph graph) => graph.Nodes.Any(n => n.Op is Op.StopGradient or Op.Dropout);

    public static string Of(CellModel cell, bool training, bool earlier = false)
    {
        var meaning = new EquationFingerprint(cell.Step, training, earlier);
        meaning.Number([.. cell.Parameters.OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => p.Shape), cell.Input, cell.Output, .. cell.Memory is { } memory ? [memory] : Array.Empty<Shape>()]);
        meaning.Describe(cell.Layers);
        if (cell.Step.Results.Count == 0)
            return "";
        List<StateDecl> needed = Needed(cell);
        foreach (StateDecl state in needed)
            meaning.states[state.Name] = Code.Of("state", TextOfBits(state.Initial), Digits(state.Shape.Rank));
        for (int round = 0; round < 2 * Math.Min(needed.Count, MostStates); round++)
        {
            meaning.Evaluate();
            foreach (StateDecl state in needed)
                meaning.states[state.Name] = Code.Of("state", TextOfBits(state.Initial), Digits(state.Shape.Rank), meaning.values[cell.Step.Result(state.Name).Id].Text);
        }
        meaning.Evaluate();
        return meaning.Result();
    }

    public static string Of(MethodModel method, bool training, bool earlier = false)
    {
        var meaning = new EquationFingerprint(method.Graph, training, earlier);
        for (int i = 0; i < method.Inputs.Count; i++)
            meaning.names["input " + method.Inputs[i].Name] = Digits(i);
        meaning.Number([.. method.Inputs.Select(i => i.Written), method.Result.Shape]);
        meaning.Evaluate();
        return meaning.Result();
    }

    /// <summary>The states that the result depends on, directly or through other states.</summary>
    static List<StateDecl> Needed(CellModel cell)
    {
        var found = new HashSet<string>();
        var nodes = new bool[cell.Step.Nodes.Count];
        var open = new Stack<int>([cell.Step.Result("return").Id]);
        while (open.Count > 0)
        {
            int id = open.Pop();
            if (nodes[id])
                continue;
            nodes[id] = true;
            Node node = cell.Step[id];
            foreach (int input in node.Inputs)
                open.Push(input);
            if (node.Op == Op.State && found.Add(node.Name))
                open.Push(cell.Step.Result(node.Name).Id);
        }
        return [.. cell.States.Where(s => found.Contains(s.Name))];
    }

    /// <summary>Numbers the dimensions in the order in which these shapes mention them.</summary>
    void Number(IEnumerable<Shape> shapes)
    {
        foreach (string name in shapes.SelectMany(s => new[] { s.Rows, s.Columns }).Where(d => d is not null).SelectMany(d => d!.Names))
            if (!names.ContainsKey("dim " + name))
                names.Add("dim " + name, Digits(names.Count));
    }

    /// <summary>A layer is described by what it computes. A layer with parameters is also described by its name, as the parameters are.</summary>
    void Describe(EquatableArray<LayerDecl> layers)
    {
        foreach (LayerDecl layer in layers)
            names["layer " + layer.Field] = (HasParameters(layer.Cell) ? layer.Field : "") + " " + Of(layer.Cell, training, earlier);
    }

    static bool HasParameters(CellModel cell) => cell.Parameters.Count > 0 || cell.Layers.Any(l => HasParameters(l.Cell));

    string Result() => values[graph.Result("return").Id].Text;

    void Evaluate()
    {
        foreach (Node node in graph.Nodes)
            Evaluate(node);
    }

    void Evaluate(Node node)
    {
        int id = node.Id;
        switch (node.Op)
        {
            case Op.Add:
            case Op.Subtract:
                values[id] = node.Op == Op.Add ? Value(node, 0) + Value(node, 1) : Value(node, 0) - Value(node, 1);
                break;
            case Op.Negate:
                (values[id], factors[id], negative[id]) = (-Value(node, 0), factors[node.Inputs[0]], !negative[node.Inputs[0]]);
                return;
            case Op.Constant:
                values[id] = node.Number == 0 ? default : node.Number < 0 ? -Code.Of("Constant", TextOfBits(-node.Number)) : Code.Of("Constant", TextOfBits(node.Number));
                break;
            case Op.StopGradient when !training:
            case Op.Dropout when !training:
            // A broadcast value is the same number everywhere. The shape that it is broadcast to follows from the values that it is combined with.
            case Op.Broadcast:
                (values[id], factors[id], negative[id]) = (Value(node, 0), factors[node.Inputs[0]], negative[node.Inputs[0]]);
                return;
            case Op.Multiply:
            case Op.Divide:
                Product(node);
                return;
            default:
                IEnumerable<string> operands = node.Inputs.Select(i => values[i].Text);
                if (node.Op is Op.Min or Op.Max)
                    operands = operands.OrderBy(o => o, StringComparer.Ordinal);
                values[id] = node.Op == Op.State ? states.TryGetValue(node.Name, out Code state) ? state : default
                    : Code.Of([StoredText.NameOf(node), Text(node), TextOfBits(node.Op == Op.Dropout ? node.Mask.Rate : 0), .. operands]);
                break;
        }
        // As a factor, a value and its negation have one code and a sign; a factor of 1 has no code.
        bool isOne = node.Op == Op.Constant && Math.Abs(node.Number) == 1;
        negative[id] = isOne ? node.Number < 0 : values[id].IsUpper;
        factors[id] = isOne ? default : Code.Of("factor", (negative[id] ? -values[id] : values[id]).Text);
    }

    void Product(Node node)
    {
        int left = node.Inputs[0], right = node.Inputs[1], id = node.Id;
        factors[id] = node.Op == Op.Multiply ? factors[left] + factors[right] : factors[left] - factors[right];
        negative[id] = negative[left] != negative[right];
        // Multiplied or divided by one.
        Code value = factors[right].Equals(default) ? Magnitude(left) : node.Op == Op.Multiply && factors[left].Equals(default) ? Magnitude(right)
            : Code.Of("product", factors[id].Text);
        values[id] = negative[id] ? -value : value;

        Code Magnitude(int operand) => negative[operand] ? -values[operand] : values[operand];
    }

    Code Value(Node node, int operand) => values[node.Inputs[operand]];

    /// <summary>The part of a node's text that matters, with names that do not depend on the user's.</summary>
    string Text(Node node) => node.Op switch
    {
        Op.Input => Named("input ", node.Name),
        Op.Scan or Op.ScanReversed or Op.Map => Named("layer ", node.Name),
        Op.Size => Text(node.Dim),
        // The first unit, and how many units it takes. Earlier versions took "after the first dimension" for "from the first unit".
        Op.Slice => (earlier ? node.Offset.After is { } after ? Text(after) : node.Offset.ToString() : Text(node.Offset)) + " " + Text(node.Shape.Rows!),
        Op.Pad => earlier ? "" : Text(node.Offset),
        Op.OneHot => Text(node.Shape.Rows!),
        // The name of a parameter, and of a state that a scan leaves; the direction of Previous and Next; the side that a sum over a matrix reduces.
        Op.Parameter or Op.Shift or Op.Reduce or Op.End or Op.Every => StoredText.ArgumentOf(node),
        // The side along which a vector is repeated or taken; the direction of Previous and Next in a whole sequence.
        Op.Across or Op.Delay or Op.Gather or Op.Scatter when !earlier => StoredText.ArgumentOf(node),
        _ => "",
    };

    string Text(Argument.Offset offset) => offset.After is { } after ? $"after {Text(after)}" : offset.ToString();

    string Text(Dim dim) => dim.IsConcat ? $"({Text(dim.Left!)}+{Text(dim.Right!)})" : Named("dim ", dim.Text);

    string Named(string kind, string name) => names.TryGetValue(kind + name, out string? named) ? named : name;

    static string TextOfBits(double value) => BitConverter.DoubleToInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture);

    static string Digits(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A number of 128 bits, as two numbers of 64 bits that are added separately.</summary>
    readonly struct Code(ulong high, ulong low) : IEquatable<Code>
    {
        [ThreadStatic]
        static SHA256? sha;

        readonly ulong high = high, low = low;

        public static Code Of(params string[] parts)
        {
            // No part contains a line break.
            byte[] hash = (sha ??= SHA256.Create()).ComputeHash(Encoding.UTF8.GetBytes(string.Join("\n", parts)));
            return new(Word(hash, 0), Word(hash, 8));
        }

        /// <summary>True for exactly one of a value and its negation.</summary>
        public bool IsUpper => high > unchecked(0 - high) || (high == unchecked(0 - high) && low > unchecked(0 - low));

        public string Text => high.ToString("x16", CultureInfo.InvariantCulture) + low.ToString("x16", CultureInfo.InvariantCulture);

        public static Code operator +(Code a, Code b) => new(unchecked(a.high + b.high), unchecked(a.low + b.low));

        public static Code operator -(Code a, Code b) => new(unchecked(a.high - b.high), unchecked(a.low - b.low));

        public static Code operator -(Code a) => new Code(0, 0) - a;

        public bool Equals(Code other) => high == other.high && low == other.low;

        public override bool Equals(object? obj) => obj is Code other && Equals(other);

        public override int GetHashCode() => low.GetHashCode();

        // Byte by byte, so that it is the same on every machine.
        static ulong Word(byte[] bytes, int start)
        {
            ulong word = 0;
            for (int i = 0; i < 8; i++)
                word = word << 8 | bytes[start + i];
            return word;
        }
    }
}
