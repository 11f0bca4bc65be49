using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnDsl.CodeFixes;

/// <summary>On the name of a cell or model, in a project that has xunit: adds a file with a test that compares what is compiled of it with its equations.</summary>
[ExportCodeRefactoringProvider(LanguageNames.CSharp, Name = nameof(WriteGradientCheck)), Shared]
public sealed class WriteGradientCheck : TextRefactoring
{
    /// <summary>No two equal, so that dimensions are told apart.</summary>
    static readonly int[] Sizes = [3, 5, 4, 2, 6, 7, 8, 9];

    private protected override IEnumerable<Proposal> Propose(Place place)
    {
        if (place.Node is not ClassDeclarationSyntax type || !type.Identifier.Span.Contains(place.Span) || place.Semantics.GetDeclaredSymbol(type, place.Cancellation) is not { IsAbstract: false } module
            || Known.Attribute(module, "Cell") is null && Known.Attribute(module, "Model") is null)
            yield break;
        Compilation compilation = place.Semantics.Compilation;
        string test = module.Name + "GradientTests";
        if (compilation.GetTypeByMetadataName("Xunit.FactAttribute") is null || compilation.GetTypeByMetadataName("RnnDsl.Training.GradientCheck") is null || module.ContainingNamespace.GetTypeMembers(test).Length > 0 || !IsReachable(module)
            || Constructor(module) is not { } constructor)
            yield break;
        string line = Lines.NewLine(type);
        string text = Text(module, constructor, test);
        yield return new($"Write a gradient check for {module.Name}", nameof(WriteGradientCheck)) { Added = ($"{test}.cs", line == "\n" ? text : text.Replace("\n", line)) };
    }

    static bool IsReachable(INamedTypeSymbol module)
    {
        for (INamedTypeSymbol? type = module; type is not null; type = type.ContainingType)
            if (type.DeclaredAccessibility is Accessibility.Private or Accessibility.Protected or Accessibility.ProtectedAndInternal || type.IsFileLocal || type.ContainingType is { IsGenericType: true })
                return false;
        return true;
    }

    /// <summary>The generated one, which takes the sizes and the seed.</summary>
    static IMethodSymbol? Constructor(INamedTypeSymbol module) => module.InstanceConstructors.FirstOrDefault(c =>
        c.Parameters.Length is > 0 && c.Parameters.Length <= Sizes.Length + 1 && c.Parameters.All(p => p.Type.SpecialType == SpecialType.System_Int32) && c.Parameters[c.Parameters.Length - 1] is { Name: "seed", IsOptional: true });

    /// <summary>Whether the class or a layer of it drops units: the equations that the generator stores beside it, with those of all layers, have the operation.</summary>
    static bool Drops(INamedTypeSymbol module) =>
        (Known.Attribute(module, "CellGraph") ?? Known.Attribute(module, "ModelGraph")) is { ConstructorArguments: [{ Value: string graph }] } && graph.Contains(" = Dropout ");

    static string Text(INamedTypeSymbol module, IMethodSymbol constructor, string test)
    {
        string space = module.ContainingNamespace.IsGlobalNamespace ? "" : $"namespace {module.ContainingNamespace.ToDisplayString()};\n\n";
        string dimensions = string.Concat(module.TypeParameters.Select(p => $"    sealed class {p.Name} : Dim;\n")) + (module.TypeParameters.Length > 0 ? "\n" : "");
        string name = module.Name + (module.TypeParameters.Length > 0 ? $"<{string.Join(", ", module.TypeParameters.Select(p => p.Name))}>" : "");
        for (INamedTypeSymbol? outer = module.ContainingType; outer is not null; outer = outer.ContainingType)
            name = $"{outer.Name}.{name}";
        string sizes = string.Join(", ", constructor.Parameters.Take(constructor.Parameters.Length - 1).Select((p, i) =>
            $"{(SyntaxFacts.GetKeywordKind(p.Name) == SyntaxKind.None ? "" : "@")}{p.Name}: {Sizes[i].ToString(CultureInfo.InvariantCulture)}"));
        bool drops = Drops(module);
        string made = $"new {name}({sizes})", call = drops ? $"{made}, new GradientCheckOptions {{ Gradients = false }}" : made;
        string because = drops ? "    // It drops units in training, which its equations do not when they run: values alone can be compared.\n" : "";
        return $"using RnnDsl;\nusing RnnDsl.Training;\nusing Xunit;\n\n{space}public class {test}\n{{\n{dimensions}{because}    [Fact]\n"
            + $"    public void What_is_compiled_is_what_is_written() => GradientCheck.Verify({call});\n}}\n";
    }
}
