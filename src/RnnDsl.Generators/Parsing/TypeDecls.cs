using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>A class's declaration as its generated half repeats it.</summary>
internal static class TypeDecls
{
    public static TypeDecl Read(INamedTypeSymbol type)
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
        if (space.Length > 0)
            hint.Insert(0, space + ".");
        return new TypeDecl(space, containing.ToEquatable(), Declaration(type), type.Name, isPublic ? "public" : "internal", hint.ToString());
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

    static string Hint(INamedTypeSymbol type) =>
        type.Arity == 0 ? type.Name : type.Name + "`" + type.Arity.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A name as C# takes it: keywords with @.</summary>
    public static string Identifier(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None ? "@" + name : name;
}
