using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>
/// Finds the cells and models that a class has as layers: those of this compilation in their source (a generator does not see what it generates),
/// those of other assemblies in the attribute on their generated half.
/// </summary>
/// <param name="semantics">Of the class's own file. What it has bound once, it keeps.</param>
internal sealed class CellSource(SemanticModel semantics, CancellationToken cancellation)
{
    readonly Dictionary<SyntaxTree, SemanticModel> files = new() { [semantics.SyntaxTree] = semantics };
    readonly Dictionary<ISymbol, ModelText?> known = new(SymbolEqualityComparer.Default);
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

    /// <summary>Reads a class, during which it may not be needed again.</summary>
    public T Open<T>(INamedTypeSymbol type, Func<T> read)
    {
        open.Add(type.OriginalDefinition);
        T result = read();
        open.Remove(type.OriginalDefinition);
        return result;
    }

    /// <summary>The layers of a field, one a name, in the dimensions of their owner; null after a diagnostic.</summary>
    /// <param name="field">The field.</param>
    /// <param name="type">The class of its layers.</param>
    /// <param name="names">Their names.</param>
    /// <param name="isModel">Whether the owner is a model.</param>
    /// <param name="dims">The owner's dimensions.</param>
    /// <param name="reporter">Takes what is wrong.</param>
    public LayerSlot[]? Layer(IFieldSymbol field, INamedTypeSymbol type, string[] names, bool isModel, DimScope dims, Reporter reporter)
    {
        Location location = field.Locations[0];
        INamedTypeSymbol definition = type.OriginalDefinition;
        string name = type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
        if (open.Contains(definition))
        {
            reporter.Report(Descriptors.Recursion, location, name, $"its layer {field.Name} contains {type.Name} again");
            return null;
        }
        bool isCell = KnownSymbols.CellBase(type) is not null;
        if (isCell ? !KnownSymbols.IsMarkedCell(definition) && KnownSymbols.CellGraph(definition) is null
            : !KnownSymbols.IsMarkedModel(definition) && KnownSymbols.ModelGraph(definition) is null)
        {
            reporter.Report(Descriptors.NotACompiledCell, location, field.Name, name, isCell ? "cell" : "model", $"mark {type.Name} with [{(isCell ? "Cell" : "Model")}]");
            return null;
        }
        if (Definition(definition, isCell) is not { } layer)
        {
            if (unread.TryGetValue(definition, out string? why))
                reporter.Report(Descriptors.UnknownVersion, location, field.Name, name, type.ContainingAssembly.Name, why);
            reporter.InvalidateElsewhere();
            return null;
        }
        if (broken.Contains(definition))
            reporter.InvalidateElsewhere();
        Dim?[] arguments = type.TypeArguments.Select(a => dims.Read(a, location)).ToArray();
        if (arguments.Any(a => a is null))
            return null;
        string[] states = [.. layer.Layers.SelectMany(l => l.Cell.States).Select(s => s.Name)];
        if (!isModel && states.Length > 0)
        {
            reporter.Report(Descriptors.StatefulLayer, location, field.Name, name, string.Join(", ", states.Distinct()),
                "a cell may contain only layers without states; stack cells with states in a model");
            return null;
        }
        return InOwner(field, layer, [.. definition.TypeParameters.Select(p => p.Name)], arguments!, dims, reporter) is { } renaming
            ? Slots(field, type, name, names, isCell, layer, renaming, arguments!) : null;
    }

    /// <summary>What each dimension of a layer is in its owner; null after a diagnostic.</summary>
    static Dictionary<string, Dim>? InOwner(IFieldSymbol field, ModelText layer, string[] parameters, Dim[] arguments, DimScope dims, Reporter reporter)
    {
        var names = new Dictionary<string, Dim>();
        foreach (DimDecl dim in layer.Dims)
        {
            int place = Array.IndexOf(parameters, dim.Name);
            if (place < 0 && dim.FixedSize is null && parameters.Length > 0)
            {
                reporter.Report(Descriptors.UnknownDimension, field.Locations[0], dim.Name,
                    $"it is a dimension inside of {layer.Name}, which has type parameters; make it a type parameter too, or give it a size with [Size]");
                return null;
            }
            names[dim.Name] = place >= 0 ? arguments[place] : dims.AddOfLayer(dim);
        }
        return names;
    }

    static LayerSlot[] Slots(IFieldSymbol field, INamedTypeSymbol type, string display, string[] names, bool isCell, ModelText layer, Dictionary<string, Dim> renaming, Dim[] arguments)
    {
        string typeName = type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        EquatableArray<Dim> sizes = layer.Dims.Where(d => d.FixedSize is null).Select(d => renaming[d.Name]).ToEquatable();
        LayerDecl? cell = isCell ? layer.Layers[0] with { TypeName = typeName, Cell = CellRenaming.Rename(layer.Layers[0].Cell, renaming), Arguments = arguments.ToEquatable() } : null;
        ModelText? model = isCell ? null : CellRenaming.Rename(layer, renaming);
        EquatableArray<Dim> extents = cell is null ? arguments.ToEquatable() : new([cell.Cell.Output.Rows!]);
        var made = new LayerField(field.Name, field.Type is IArrayTypeSymbol ? names.Length : null, sizes, extents, IsModel: !isCell);
        return [.. names.Select(n => new LayerSlot(n, display, made, cell is null ? null : cell with { Field = n }, model))];
    }

    /// <summary>A class that is used as a layer; a cell counts as a model with it as its one layer. Null if it cannot be read.</summary>
    ModelText? Definition(INamedTypeSymbol type, bool isCell)
    {
        if (known.TryGetValue(type, out ModelText? model))
            return model;
        if (SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, semantics.Compilation.Assembly))
            model = Parsed(type, isCell);
        else if ((isCell ? KnownSymbols.CellGraph(type) : KnownSymbols.ModelGraph(type))?.ConstructorArguments is [{ Value: string text }])
            model = Read(type, text, isCell);
        known.Add(type, model);
        return model;
    }

    static ModelText Alone(CellModel cell) => new(cell.Name, cell.Dims, default, new([new LayerDecl("", "", cell, default)]), default);

    /// <summary>A class of another assembly; null if a later version wrote its text, and <see cref="unread"/> then says so.</summary>
    ModelText? Read(INamedTypeSymbol type, string text, bool isCell)
    {
        try
        {
            return isCell ? Alone(CellModelText.Parse(text)) : ModelText.Parse(text);
        }
        catch (LaterVersionException later)
        {
            unread[type] = $"{later.Message}: update the package RnnDsl of this project to the version that {type.ContainingAssembly.Name} was compiled with, or a later one";
            return null;
        }
    }

    /// <summary>A class of this compilation. Its mistakes are reported where it is parsed for itself.</summary>
    ModelText? Parsed(INamedTypeSymbol type, bool isCell)
    {
        Declare(type);
        var reporter = new Reporter();
        if (!ModuleParser.IsWellDeclared(type, !isCell, TypeDecls.Place(type), reporter, cancellation))
            return null;
        ModuleModel? model = isCell ? CellParser.Parse(type, this, reporter) : ModelParser.Parse(type, this, reporter);
        if (reporter.HasErrors)
            broken.Add(type);
        return model is null ? null : isCell ? Alone(model.Cell!) : new ModelText(model.Type.Name, model.Dims, model.Parameters, model.Layers, model.Methods);
    }
}
