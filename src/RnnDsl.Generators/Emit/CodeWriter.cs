using System.Text;

namespace RnnDsl.Generators.Emit;

/// <summary>Indented text with braces. Lines end in '\n' on every system, so that the output is the same everywhere.</summary>
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

    public CodeWriter Lines(string block)
    {
        if (block.Length == 0)
            return this;
        foreach (string line in block.TrimEnd('\n').Split('\n'))
            Line(line);
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

    /// <summary>A method that calls one written over the lane type, {0}, for the lanes in use.</summary>
    public CodeWriter Dispatch(string header, string call, string lanes = "Layout.Lanes")
    {
        Open(header);
        Line($"if ({lanes} == 16)").Indented(call.Replace("{0}", "Simd512"));
        Line($"else if ({lanes} == 8)").Indented(call.Replace("{0}", "Simd256"));
        return Line("else").Indented(call.Replace("{0}", "Simd128")).Close();
    }

    /// <summary>Goes before a method that is all inlined arithmetic. Until the runtime had compiled it to the end, it would run ten times slower; and as a part of its
    /// caller, where a profile suggests that, it would find no room left to inline anything in.</summary>
    public const string Hot = "[" + Implementation + "(" + Options + "AggressiveOptimization | " + Options + "NoInlining)]";

    /// <summary>Goes before a method that is a part of a loop.</summary>
    public const string Inlined = "[" + Implementation + "(" + Options + "AggressiveInlining)]";

    const string Implementation = "global::System.Runtime.CompilerServices.MethodImpl", Options = Implementation + "Options.";

    /// <summary>True if the name occurs as a word.</summary>
    public bool Mentions(string name) => System.Text.RegularExpressions.Regex.IsMatch(text.ToString(), $@"(?<![\w.]){name}\b");

    public override string ToString() => text.ToString();
}
