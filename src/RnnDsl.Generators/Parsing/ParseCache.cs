using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace RnnDsl.Generators.Parsing;

/// <summary>
/// Keeps what was read of each class while nothing changes that it could depend on. Every edit makes a new compilation, and with it the
/// compiler asks for all marked classes again. What was read of a class depends on two things: on every token of the files that hold its text
/// (those of <see cref="CellSource.Files"/>, and those in which something was reported), and on the outline of all other files. So it holds as
/// long as the former are the very same and the latter differ in nothing but bodies and comments. Holds syntax, no symbols; nothing here is
/// locked, and forks of a driver may ask at once.
/// </summary>
internal sealed class ParseCache
{
    readonly ConditionalWeakTable<SyntaxNode, StrongBox<Entry?>> entries = new();
    readonly ConditionalWeakTable<Compilation, Sources> compilations = new();

    /// <summary>What was parsed of a class, if it holds in the compilation; else parses it.</summary>
    /// <param name="declaration">The class.</param>
    /// <param name="compilation">What it stands in now.</param>
    /// <param name="parse">Gives the result and the files that hold the text it was read from.</param>
    public ParsedModule Get(SyntaxNode declaration, Compilation compilation, Func<(ParsedModule Module, IEnumerable<SyntaxTree> Files)> parse)
    {
        Sources sources = compilations.GetValue(compilation, c => new Sources(c));
        StrongBox<Entry?> place = entries.GetValue(declaration, _ => new StrongBox<Entry?>());
        if (Volatile.Read(ref place.Value) is { } entry && sources.EditedSince(entry.Sources) is { } edited && !entry.Files.Any(edited.Contains))
        {
            Volatile.Write(ref place.Value, entry with { Sources = sources });
            return entry.Module;
        }
        (ParsedModule module, IEnumerable<SyntaxTree> files) = parse();
        IEnumerable<SyntaxTree> reported = module.Diagnostics.SelectMany(d => d.AdditionalLocations.Append(d.Location)).Select(l => l.SourceTree).OfType<SyntaxTree>();
        Volatile.Write(ref place.Value, new Entry(module, [.. files.Concat(reported).Distinct()], sources));
        return module;
    }

    sealed record Entry(ParsedModule Module, ImmutableArray<SyntaxTree> Files, Sources Sources);

    /// <summary>What a compilation is made of.</summary>
    sealed class Sources(Compilation compilation)
    {
        readonly ConditionalWeakTable<Sources, StrongBox<ImmutableHashSet<SyntaxTree>?>> since = new();
        readonly ImmutableArray<SyntaxTree> trees = [.. compilation.SyntaxTrees];
        readonly ImmutableArray<MetadataReference> references = [.. compilation.References];
        readonly CompilationOptions options = compilation.Options;
        readonly string? name = compilation.AssemblyName;

        /// <summary>The files of an earlier compilation that have changed, if in all of them the outline is the same; null if anything else has changed.</summary>
        public ImmutableHashSet<SyntaxTree>? EditedSince(Sources before) => since.GetValue(before, b => new StrongBox<ImmutableHashSet<SyntaxTree>?>(Compare(b))).Value;

        ImmutableHashSet<SyntaxTree>? Compare(Sources before)
        {
            if (before.trees.Length != trees.Length || before.name != name || !before.options.Equals(options) || !before.references.SequenceEqual(references))
                return null;
            var edited = ImmutableHashSet.CreateBuilder<SyntaxTree>();
            for (int i = 0; i < trees.Length; i++)
                if (before.trees[i] != trees[i])
                {
                    if (!Outline.IsSame(before.trees[i], trees[i]))
                        return null;
                    edited.Add(before.trees[i]);
                }
            return edited.ToImmutable();
        }
    }
}
