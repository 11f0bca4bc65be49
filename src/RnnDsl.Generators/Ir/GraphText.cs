using System.Globalization;

namespace RnnDsl.Generators.Ir;

/// <summary>Reads the text form of a graph, which cells of other assemblies carry in an attribute.</summary>
internal static class GraphText
{
    public static Graph Parse(IEnumerable<string> lines)
    {
        var nodes = new List<Node>();
        var results = new List<Result>();
        var equations = new List<string>();
        foreach (string line in lines)
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
                equations.Add(line.Substring(2));
            else if (line.StartsWith("result ", StringComparison.Ordinal))
            {
                string[] parts = line.Split(' ');
                results.Add(new Result(parts[1], Id(parts[2])));
            }
            else if (line.Length > 0)
                nodes.Add(ParseNode(line));
        }
        return new Graph(nodes, results, equations);
    }

    /// <summary>A number as text that gives the same bits back. "R" alone does not on every framework.</summary>
    public static string Number(double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        return BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)) == BitConverter.DoubleToInt64Bits(number) ? text
            : number == 0 ? "-0" : number.ToString("G17", CultureInfo.InvariantCulture);
    }

    /// <summary>Over what a value varies: "Parameter", "Batch", "Sequence"; "Sequence:1" along another axis than the first.</summary>
    public static string Domain(Space space, int axis) => axis == 0 ? space.ToString() : $"{space}:{axis.ToString(CultureInfo.InvariantCulture)}";

    public static (Space Space, int Axis) ParseDomain(string text)
    {
        string[] parts = text.Split(':');
        return ((Space)Enum.Parse(typeof(Space), parts[0]), parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
    }

    static Node ParseNode(string line)
    {
        string[] parts = line.Split(' ');
        var op = (Op)Enum.Parse(typeof(Op), parts[2]);
        int next = 3;
        double value = 0;
        if (op is Op.Constant or Op.Dropout)
            value = double.Parse(parts[next++], CultureInfo.InvariantCulture);
        var inputs = new List<int>();
        while (parts[next][0] == '%')
            inputs.Add(Id(parts[next++]));
        string text = "";
        if (parts[next][0] == '\'')
            text = parts[next++].Trim('\'');
        var shape = Shape.Parse(parts[next + 1]);
        (Space space, int axis) = ParseDomain(parts[next + 2].Substring(1));
        next += 3;
        string? label = null;
        if (next < parts.Length && parts[next][0] == '"')
            label = parts[next++].Trim('"');
        int equation = next < parts.Length ? int.Parse(parts[next].Substring(1), CultureInfo.InvariantCulture) : -1;
        return new Node(Id(parts[0]), op, inputs.ToEquatable(), shape, space, text, value, label, equation, axis);
    }

    static int Id(string token) => int.Parse(token.Substring(1), CultureInfo.InvariantCulture);
}
