using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace RnnDsl.Generators.Parsing;

/// <summary>
/// Caches the parsing result of each class as long as nothing changes that it could depend on. Every edit makes a new compilation, for which the driver asks for all marked classes
/// again. The result of a class depends on every token of the files that hold its text (<see cref="CellSource.Files"/>, and files in which something was reported), and on the
/// outline of all other files. So it stays valid as long as the former files are the same objects and the latter differ only in bodies and comments. The cache holds syntax but no
/// symbols. Nothing here is locked, because forks of a driver may ask at the same time.
/// </summary>
internal sealed class ParseCache
{
    readonly ConditionalWeakTable<SyntaxNode, StrongBox<Entry?>> entries = new();
    readonly ConditionalWeakTable<Compilation, Sources> compilations = new();

    /// <summary>The cached result for a class if it is valid in the compilation; otherwise parses the class.</summary>
    /// <param name="declaration">The class.</param>
    /// <param name="compilation">The current compilation.</param>
    /// <param name="parse">Returns the result and the files whose text was read.</param>
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

    /// <summary>The files of a compilation.</summary>
    sealed class Sources(Compilation compilation)
    {
        readonly ConditionalWeakTable<Sources, StrongBox<ImmutableHashSet<SyntaxTree>?>> since = new();
        readonly ImmutableArray<SyntaxTree> trees = [.. compilation.SyntaxTrees];
        readonly ImmutableArray<MetadataReference> references = [.. compilation.References];
        readonly CompilationOptions options = compilation.Options;
        readonly string? name = compilation.AssemblyName;

        /// <summary>The files that have changed since an earlier compilation, if the outlines of all of them are the same; null if anything else has changed.</summary>
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
