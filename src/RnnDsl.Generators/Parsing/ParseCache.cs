using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace RnnDsl.Generators.Parsing;

/// <summary>
/// Keeps what was read of each class while nothing changes that it could depend on. Every edit makes a new compilation, and with it the
/// compiler asks for all marked classes again; but a letter typed in the body of a method changes no declaration, so what other classes were
/// read as still holds. Holds syntax, no symbols.
/// </summary>
internal sealed class ParseCache
{
    readonly ConditionalWeakTable<SyntaxNode, Entry> entries = new();
    readonly object latch = new();
    (Sources Before, Sources After, ImmutableHashSet<SyntaxTree>? Edited) last;
    Sources? current;

    /// <summary>What was parsed of a class, if it holds in the compilation; else parses it.</summary>
    /// <param name="declaration">The class.</param>
    /// <param name="compilation">What it stands in now.</param>
    /// <param name="parse">Gives the result and the files whose method bodies were read.</param>
    public ParsedModule Get(SyntaxNode declaration, Compilation compilation, Func<(ParsedModule Module, IEnumerable<SyntaxTree> Read)> parse)
    {
        Sources sources = Of(compilation);
        if (entries.TryGetValue(declaration, out Entry? entry) && Edited(entry.Sources, sources) is { } edited && !entry.Read.Any(edited.Contains))
        {
            entry.Sources = sources;
            return entry.Module;
        }
        (ParsedModule module, IEnumerable<SyntaxTree> read) = parse();
        entries.Remove(declaration);
        entries.Add(declaration, new Entry(module, [.. read], sources));
        return module;
    }

    Sources Of(Compilation compilation)
    {
        lock (latch)
            return current is not null && current.AreOf(compilation) ? current : current = new Sources(compilation);
    }

    /// <summary>Files in which nothing but bodies was edited since; null if anything else has changed.</summary>
    ImmutableHashSet<SyntaxTree>? Edited(Sources before, Sources after)
    {
        lock (latch)
        {
            if (last.Before != before || last.After != after)
                last = (before, after, Compare(before, after));
            return last.Edited;
        }
    }

    static ImmutableHashSet<SyntaxTree>? Compare(Sources before, Sources after)
    {
        if (before == after)
            return [];
        if (before.Trees.Length != after.Trees.Length || before.Options != after.Options || !before.References.SequenceEqual(after.References))
            return null;
        var edited = ImmutableHashSet.CreateBuilder<SyntaxTree>();
        for (int i = 0; i < before.Trees.Length; i++)
            if (before.Trees[i] != after.Trees[i])
            {
                if (!before.Trees[i].IsEquivalentTo(after.Trees[i], topLevel: true))
                    return null;
                edited.Add(before.Trees[i]);
            }
        return edited.ToImmutable();
    }

    /// <summary>What a compilation is made of.</summary>
    sealed class Sources(Compilation compilation)
    {
        public ImmutableArray<SyntaxTree> Trees { get; } = [.. compilation.SyntaxTrees];

        public ImmutableArray<MetadataReference> References { get; } = [.. compilation.References];

        public CompilationOptions Options { get; } = compilation.Options;

        public bool AreOf(Compilation other) =>
            Options == other.Options && Trees.SequenceEqual(other.SyntaxTrees) && References.SequenceEqual(other.References);
    }

    sealed class Entry(ParsedModule module, ImmutableArray<SyntaxTree> read, Sources sources)
    {
        public ParsedModule Module => module;

        public ImmutableArray<SyntaxTree> Read => read;

        public Sources Sources { get; set; } = sources;
    }
}
