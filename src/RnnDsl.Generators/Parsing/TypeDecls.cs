using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>The declaration of a class, as its generated part repeats it.</summary>
internal static class TypeDecls
{
    /// <summary>The location that messages about a class or one of its type parameters point to: in the first of its files by name. The compiler's own order of the parts depends
    /// on earlier edits.</summary>
    public static Location LocationOf(ITypeSymbol type) =>
        type.Locations.OrderBy(l => l.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(l => l.SourceSpan.Start).First();

    public static TypeDecl Read(INamedTypeSymbol type, CellSource cells)
    {
        var containing = new List<string>();
        var hint = new StringBuilder(Hint(type));
        bool isPublic = type.DeclaredAccessibility == Accessibility.Public;
        for (INamedTypeSymbol? outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            containing.Insert(0, Declaration(outer));
            hint.Insert(0, Hint(outer) + ".");
            isPublic &= outer.DeclaredAccessibility == Accessibility.Public;
        }
        string space = type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString();
        for (INamespaceSymbol part = type.ContainingNamespace; !part.IsGlobalNamespace; part = part.ContainingNamespace)
            hint.Insert(0, Hint(part, part.Name) + ".");
        HashSet<string> topLevel = space.Length == 0 ? cells.TopLevel() : [];
        return new TypeDecl(space, containing.ToEquatable(), Declaration(type), type.Name, isPublic ? "public" : "internal", hint.ToString(),
            KnownSymbols.ProgramNames.SelectMany(n => n.Names).Where(n => topLevel.Contains(n) || IsHidden(n, type)).ToEquatable());
    }

    /// <summary>True if the name has another meaning inside the class than in generated programs.</summary>
    static bool IsHidden(string name, INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? outer = type; outer is not null; outer = outer.ContainingType)
            if (outer.GetMembers(name).Length > 0 || outer.TypeParameters.Any(p => p.Name == name))
                return true;
        return type.ContainingNamespace.GetMembers(name).Any();
    }

    static string Declaration(INamedTypeSymbol type)
    {
        string kind = type switch
        {
            { IsRecord: true, IsValueType: true } => "record struct",
            { IsRecord: true } => "record",
            { IsValueType: true } => "struct",
            { TypeKind: TypeKind.Interface } => "interface",
            _ => "class",
        };
        string arguments = type.Arity == 0 ? "" : $"<{string.Join(", ", type.TypeParameters.Select(p => Identifier(p.Name)))}>";
        return $"partial {kind} {Identifier(type.Name)}{arguments}";
    }

    static string Hint(INamedTypeSymbol type) => Hint(type, type.MetadataName);

    /// <summary>A part of a file name. File names may be case-insensitive, and must not contain every letter that C# allows. If C# reports a name as declared twice, the later
    /// declarations get numbers too, because two generated parts with one file name would stop the generator.</summary>
    static string Hint(INamespaceOrTypeSymbol symbol, string name)
    {
        INamespaceOrTypeSymbol container = symbol.ContainingType ?? (INamespaceOrTypeSymbol)symbol.ContainingNamespace;
        INamespaceOrTypeSymbol[] members = [.. container.GetMembers().OfType<INamespaceOrTypeSymbol>()];
        int before = members.Select(m => m.MetadataName).Distinct().Count(
            other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase) && string.CompareOrdinal(other, name) < 0);
        int twins = members.Where(m => m.MetadataName == name).TakeWhile(m => !SymbolEqualityComparer.Default.Equals(m, symbol)).Count();
        string plain = string.Concat(name.Select(c => c is '_' or '`' || (c < 128 && char.IsLetterOrDigit(c)) ? c.ToString() : $"-{(int)c:x4}"));
        if (string.Equals(plain, "Passes", StringComparison.OrdinalIgnoreCase))
            plain += "-1";      // Otherwise the file of a containing type's graphs after each pass would have this name.
        return plain + (before == 0 ? "" : $"-{before + 1}") + (twins == 0 ? "" : $"--{twins + 1}");
    }

    /// <summary>A name as a C# identifier: keywords get an @.</summary>
    public static string Identifier(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None ? "@" + name : name;
}
