using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Emit;

/// <summary>A piece of C#, its binding (0 an atom, 1 a product, 2 a sum), and its depth in operations.</summary>
internal readonly record struct Expression(string Text, int Binding = 0, int Depth = 0)
{
    /// <summary>An expression deeper than this gets a name of its own. C# compilers recurse through expressions, and nested texts are copied at every level.</summary>
    public const int MaxDepth = 64;

    public string Within(int binding) => Binding <= binding ? Text : $"({Text})";

    /// <summary>Fills operands into an operation's template, with parentheses where they are needed.</summary>
    public static Expression Fill(string template, Op op, Expression[] operands)
    {
        (int left, int right, int result) = op switch
        {
            Op.Add or Op.Subtract => (2, 1, 2),
            Op.Multiply or Op.Divide => (1, 0, 1),
            Op.Negate => (0, 0, 1),
            Op.Dropout => (2, 0, 1),
            Op.Broadcast or Op.StopGradient => (2, 2, operands[0].Binding),
            _ => (2, 2, 0),
        };
        string text = template ?? throw new InvalidOperationException($"{op} is no expression.");
        for (int i = 0; i < operands.Length; i++)
            text = text.Replace("{" + i + "}", operands[i].Within(i == 0 ? left : right));
        return new Expression(text, result, 1 + operands.Max(o => o.Depth));
    }
}
