using System.Globalization;
using System.Text;

namespace RnnDsl.Generators.Ir;

/// <summary>Writes and reads the text form of a graph. Cells of other assemblies carry it in an attribute.</summary>
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

    /// <summary>A number as text that gives the same bits back. The format "R" alone does not do so on every framework.</summary>
    public static string Number(double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        return BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)) == BitConverter.DoubleToInt64Bits(number) ? text
            : number == 0 ? "-0" : number.ToString("G17", CultureInfo.InvariantCulture);
    }

    /// <summary><c>%7 = Multiply %3 %6 : vec[Hidden] @Sequence "i" #0</c></summary>
    public static string Line(Node node)
    {
        var builder = new StringBuilder();
        builder.Append('%').Append(node.Id).Append(" = ").Append(StoredText.NameOf(node));
        if (StoredText.NumberOf(node) is { } number)
            builder.Append(' ').Append(Number(number));
        foreach (int input in node.Inputs)
            builder.Append(" %").Append(input);
        if (StoredText.ArgumentOf(node) is { Length: > 0 } argument)
            builder.Append(" '").Append(argument).Append('\'');
        builder.Append(" : ").Append(node.Shape).Append(" @").Append(node.Domain);
        if (node.Label is not null)
            builder.Append(" \"").Append(node.Label).Append('"');
        if (node.Equation >= 0)
            builder.Append(" #").Append(node.Equation);
        return builder.ToString();
    }

    static Node ParseNode(string line)
    {
        string[] parts = line.Split(' ');
        string name = parts[2];
        int next = 3;
        double number = StoredText.HasNumber(name) ? double.Parse(parts[next++], CultureInfo.InvariantCulture) : 0;
        var inputs = new List<int>();
        while (parts[next][0] == '%')
            inputs.Add(Id(parts[next++]));
        string text = "";
        if (parts[next][0] == '\'')
            text = parts[next++].Trim('\'');
        var shape = Shape.Parse(parts[next + 1]);
        var domain = Domain.Parse(parts[next + 2].Substring(1));
        next += 3;
        string? label = null;
        if (next < parts.Length && parts[next][0] == '"')
            label = parts[next++].Trim('"');
        int equation = next < parts.Length ? int.Parse(parts[next].Substring(1), CultureInfo.InvariantCulture) : -1;
        (Op op, Argument argument) = StoredText.Parse(name, text, number);
        return new Node(Id(parts[0]), op, inputs.ToEquatable(), shape, domain, argument, label, equation);
    }

    static int Id(string token) => int.Parse(token.Substring(1), CultureInfo.InvariantCulture);
}
