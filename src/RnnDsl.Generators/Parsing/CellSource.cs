using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>
/// Finds the cells that a class has as layers: those of this compilation in their source (a generator does not see what it generates),
/// those of other assemblies in the attribute on their generated half.
/// </summary>
/// <param name="semantics">Of the class's own file. What it has bound once, it keeps.</param>
internal sealed class CellSource(SemanticModel semantics, CancellationToken cancellation)
{
    readonly Dictionary<SyntaxTree, SemanticModel> files = new() { [semantics.SyntaxTree] = semantics };
    readonly Dictionary<ISymbol, CellModel?> known = new(SymbolEqualityComparer.Default);
    readonly Dictionary<ISymbol, string> unread = new(SymbolEqualityComparer.Default);
    readonly HashSet<ISymbol> broken = new(SymbolEqualityComparer.Default);
    readonly HashSet<ISymbol> open = new(SymbolEqualityComparer.Default);
    readonly HashSet<SyntaxTree> declared = [];

    /// <summary>The files that hold text of which more than the outline may have been read: those of the classes that were read, whether or not a
    /// body says anything yet, and those in which a name was looked up.</summary>
    public IEnumerable<SyntaxTree> Files => files.Keys.Concat(declared);

    /// <summary>Counts the files of a class, all its parts, among those that were read.</summary>
    public void Declare(INamedTypeSymbol type) => declared.UnionWith(type.DeclaringSyntaxReferences.Select(r => r.SyntaxTree));

    /// <summary>What is known of the names in a node's file. Made once a file: each new one would bind its methods anew.</summary>
    public SemanticModel Semantics(SyntaxNode node)
    {
        if (!files.TryGetValue(node.SyntaxTree, out SemanticModel? model))
            files.Add(node.SyntaxTree, model = semantics.Compilation.GetSemanticModel(node.SyntaxTree));
        return model;
    }

    public CancellationToken Cancellation => cancellation;

    /// <summary>What the program's statements at the top level declare. The file that they stand in counts among those that were read.</summary>
    public HashSet<string> TopLevel()
    {
        if (TopLevelNames.File(semantics.Compilation, cancellation) is not { } file)
            return [];
        Semantics(file.GetRoot(cancellation));
        return TopLevelNames.Of(file, cancellation);
    }

    /// <summary>True if the C# compiler finds something wrong in what was read, and no diagnostic of ours stands there.</summary>
    public bool HasErrorsOfCSharp(Reporter reporter) => reporter.ReadNodes.Any(node => Semantics(node).GetDiagnostics(node.Span, cancellation)
        .Any(d => d.DefaultSeverity == DiagnosticSeverity.Error && !reporter.Explains(Equation(node, d.Location))));

    /// <summary>The whole equation in which something is wrong: C# marks another part of it than we do.</summary>
    static Location Equation(SyntaxNode read, Location location) =>
        location.SourceTree == read.SyntaxTree && read.SyntaxTree.GetRoot().FindNode(location.SourceSpan).FirstAncestorOrSelf<SyntaxNode>(n =>
            n is (StatementSyntax and not BlockSyntax) or ArrowExpressionClauseSyntax) is { } equation ? equation.GetLocation() : location;

    /// <summary>Reads a cell, during which it may not be needed again.</summary>
    public T Open<T>(INamedTypeSymbol cell, Func<T> read)
    {
        open.Add(cell.OriginalDefinition);
        T result = read();
        open.Remove(cell.OriginalDefinition);
        return result;
    }

    /// <summary>The layer that a field declares, in the dimensions of its owner; null after a diagnostic.</summary>
    public LayerDecl? Layer(IFieldSymbol field, bool isModel, DimScope dims, Reporter reporter)
    {
        var type = (INamedTypeSymbol)field.Type;
        Location location = field.Locations[0];
        string name = type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
        if (open.Contains(type.OriginalDefinition))
        {
            reporter.Report(Descriptors.Recursion, location, name, $"its layer {field.Name} contains {type.Name} again");
            return null;
        }
        if (!KnownSymbols.IsMarkedCell(type.OriginalDefinition) && KnownSymbols.CellGraph(type.OriginalDefinition) is null)
        {
            reporter.Report(Descriptors.NotACompiledCell, location, field.Name, name, $"mark {type.Name} with [Cell]");
            return null;
        }
        if (Definition(type.OriginalDefinition) is not { } cell)
        {
            if (unread.TryGetValue(type.OriginalDefinition, out string? why))
                reporter.Report(Descriptors.UnknownVersion, location, field.Name, name, type.ContainingAssembly.Name, why);
            reporter.InvalidateElsewhere();
            return null;
        }
        if (broken.Contains(type.OriginalDefinition))
            reporter.InvalidateElsewhere();
        Dim?[] arguments = type.TypeArguments.Select(a => dims.Read(a, location)).ToArray();
        if (arguments.Any(a => a is null))
            return null;
        if (!isModel && cell.States.Count > 0)
        {
            reporter.Report(Descriptors.StatefulLayer, location, field.Name, name, string.Join(", ", cell.States.Select(s => s.Name)),
                "a cell may contain only layers without states; stack cells with states in a model");
            return null;
        }
        var names = new Dictionary<string, Dim>();
        int next = 0;
        foreach (DimDecl dim in cell.Dims)
            names[dim.Name] = dim.FixedSize is null ? arguments[next++]! : dims.AddFixed(dim);
        return new LayerDecl(field.Name, type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat), CellRenaming.Rename(cell, names),
            arguments.Select(a => a!).ToEquatable());
    }

    CellModel? Definition(INamedTypeSymbol cell)
    {
        if (known.TryGetValue(cell, out CellModel? model))
            return model;
        if (SymbolEqualityComparer.Default.Equals(cell.ContainingAssembly, semantics.Compilation.Assembly))
            model = Parsed(cell);
        else if (KnownSymbols.CellGraph(cell)?.ConstructorArguments is [{ Value: string text }])
            model = Read(cell, text);
        known.Add(cell, model);
        return model;
    }

    /// <summary>A cell of another assembly; null if a later version wrote its text, and <see cref="unread"/> then says so.</summary>
    CellModel? Read(INamedTypeSymbol cell, string text)
    {
        try
        {
            return CellModelText.Parse(text);
        }
        catch (LaterVersionException later)
        {
            unread[cell] = $"{later.Message}: update the package RnnDsl of this project to the version that {cell.ContainingAssembly.Name} was compiled with, or a later one";
            return null;
        }
    }

    /// <summary>A cell of this compilation. Its mistakes are reported where it is parsed for itself.</summary>
    CellModel? Parsed(INamedTypeSymbol cell)
    {
        Declare(cell);
        var reporter = new Reporter();
        if (!ModuleParser.IsWellDeclared(cell, isModel: false, TypeDecls.Place(cell), reporter, cancellation))
            return null;
        CellModel? model = CellParser.Parse(cell, this, reporter)?.Cell;
        if (reporter.HasErrors)
            broken.Add(cell);
        return model;
    }
}
