using System.Text;

namespace RnnDsl.Generators.Emit;

/// <summary>Indented text with braces. Lines end in '\n' on every system, so the output is the same everywhere.</summary>
internal sealed class CodeWriter
{
    readonly StringBuilder text = new();
    int depth;

    public CodeWriter Line(string line = "")
    {
        if (line.Length > 0)
            text.Append(' ', depth * 4).Append(line);
        text.Append('\n');
        return this;
    }

    public CodeWriter Lines(CodeWriter block) => Lines(block.ToString());

    /// <summary>Lines of a text, each behind a prefix. They are copied one by one, with no string for each: the same text is written again at each level of a program.</summary>
    public CodeWriter Lines(string block, string prefix = "")
    {
        if (block.Length == 0)
            return this;
        int end = block.Length;
        while (end > 0 && block[end - 1] == '\n')
            end--;
        for (int start = 0, next; start <= end; start = next + 1)
        {
            next = block.IndexOf('\n', start, end - start);
            if (next < 0)
                next = end;
            if (next > start || prefix.Length > 0)
                text.Append(' ', depth * 4).Append(prefix).Append(block, start, next - start);
            text.Append('\n');
        }
        return this;
    }

    public CodeWriter Open(string header)
    {
        Line(header);
        return Open();
    }

    public CodeWriter Open()
    {
        Line("{");
        depth++;
        return this;
    }

    public CodeWriter Close(string after = "")
    {
        depth--;
        return Line("}" + after);
    }

    /// <summary>One level deeper, without braces: the single statement of a loop or condition.</summary>
    public CodeWriter Indented(string line)
    {
        depth++;
        Line(line);
        depth--;
        return this;
    }

    /// <summary>A method that calls a method written over the lane type, {0}, with the lanes in use.</summary>
    public CodeWriter Dispatch(string header, string call, string lanes = "Layout.Lanes")
    {
        Open(header);
        Line($"if ({lanes} == 16)").Indented(call.Replace("{0}", "Simd512"));
        Line($"else if ({lanes} == 8)").Indented(call.Replace("{0}", "Simd256"));
        return Line("else").Indented(call.Replace("{0}", "Simd128")).Close();
    }

    /// <summary>The attributes of a method that is all inlined arithmetic. Until the JIT compiler has fully optimized such a method, it would run ten times slower. If a profile
    /// made the compiler inline it into its caller, nothing more could be inlined there.</summary>
    public const string Hot = "[" + Implementation + "(" + Options + "AggressiveOptimization | " + Options + "NoInlining)]";

    /// <summary>The attribute of a method that is a part of a loop.</summary>
    public const string Inlined = "[" + Implementation + "(" + Options + "AggressiveInlining)]";

    const string Implementation = "global::System.Runtime.CompilerServices.MethodImpl", Options = Implementation + "Options.";

    /// <summary>True if the name occurs as a whole word.</summary>
    public bool Mentions(string name) => System.Text.RegularExpressions.Regex.IsMatch(text.ToString(), $@"(?<![\w.]){name}\b");

    public override string ToString() => text.ToString();
}
