using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>
/// Finds the cells and models that a class has as layers. Those of this compilation are found in their source, since a generator does not see its own output. Those of other
/// assemblies are found in the attribute of their generated part.
/// </summary>
/// <param name="semantics">The semantic model of the class's own file. It keeps what it has bound.</param>
internal sealed partial class CellSource(SemanticModel semantics, CancellationToken cancellation)
{
    readonly Dictionary<SyntaxTree, SemanticModel> files = new() { [semantics.SyntaxTree] = semantics };
    readonly Dictionary<ISymbol, ModelText?> known = new(SymbolEqualityComparer.Default);
    readonly Dictionary<ISymbol, string> unread = new(SymbolEqualityComparer.Default);
    readonly HashSet<ISymbol> broken = new(SymbolEqualityComparer.Default);
    readonly HashSet<ISymbol> open = new(SymbolEqualityComparer.Default);

    /// <summary>Classes that were needed while they were being read.</summary>
    readonly List<INamedTypeSymbol> circular = [];
    readonly HashSet<SyntaxTree> declared = [];

    /// <summary>The files from which more than the outline may have been read: the files of the classes that were read, even if a body says nothing yet, and those in which a name
    /// was looked up.</summary>
    public IEnumerable<SyntaxTree> Files => files.Keys.Concat(declared);

    /// <summary>Counts all files of a class among those that were read.</summary>
    public void Declare(INamedTypeSymbol type) => declared.UnionWith(type.DeclaringSyntaxReferences.Select(r => r.SyntaxTree));

    /// <summary>The semantic model of a node's file. There is one for each file, because a new one would bind the methods again.</summary>
    public SemanticModel Semantics(SyntaxNode node)
    {
        if (!files.TryGetValue(node.SyntaxTree, out SemanticModel? model))
            files.Add(node.SyntaxTree, model = semantics.Compilation.GetSemanticModel(node.SyntaxTree));
        return model;
    }

    public CancellationToken Cancellation => cancellation;

    /// <summary>The names that top-level statements declare. Their file counts among those that were read.</summary>
    public HashSet<string> TopLevel()
    {
        if (TopLevelNames.File(semantics.Compilation, cancellation) is not { } file)
            return [];
        Semantics(file.GetRoot(cancellation));
        return TopLevelNames.Of(file, cancellation);
    }

    /// <summary>True if the C# compiler finds an error in the code that was read and no diagnostic of ours is there.</summary>
    public bool HasErrorsOfCSharp(Reporter reporter) => reporter.ReadNodes.Any(node => Semantics(node).GetDiagnostics(node.Span, cancellation)
        .Any(d => d.DefaultSeverity == DiagnosticSeverity.Error && !reporter.Explains(Equation(node, d.Location))));

    /// <summary>The whole equation that contains an error, because C# may mark another part of it than we do.</summary>
    static Location Equation(SyntaxNode read, Location location) =>
        location.SourceTree == read.SyntaxTree && read.SyntaxTree.GetRoot().FindNode(location.SourceSpan).FirstAncestorOrSelf<SyntaxNode>(n =>
            n is (StatementSyntax and not BlockSyntax) or ArrowExpressionClauseSyntax) is { } equation ? equation.GetLocation() : location;

    /// <summary>Reads a class. A class that is needed again meanwhile is circular.</summary>
    public T Open<T>(INamedTypeSymbol type, Func<T> read)
    {
        open.Add(type.OriginalDefinition);
        T result = read();
        open.Remove(type.OriginalDefinition);
        return result;
    }

    /// <summary>The layers of a field, one for each name, in the dimensions of their owner; null after a diagnostic.</summary>
    /// <param name="field">The field.</param>
    /// <param name="type">The class of the layers, or a type parameter that stands for a cell.</param>
    /// <param name="names">The names of the layers.</param>
    /// <param name="isModel">Whether the owner is a model.</param>
    /// <param name="dims">The owner's dimensions.</param>
    /// <param name="reporter">Receives diagnostics.</param>
    public LayerSlot[]? Layer(IFieldSymbol field, ITypeSymbol type, string[] names, bool isModel, DimScope dims, Reporter reporter)
    {
        if (type is ITypeParameterSymbol parameter)
            return Layer(field, parameter, names, dims);
        Location location = field.Locations[0];
        var named = (INamedTypeSymbol)type;
        if (IsCircular(named))
        {
            reporter.Report(Descriptors.Recursion, location, Display(type), $"its layer {field.Name} contains {type.Name} again");
            return null;
        }
        return Read(named, WrittenType(field), field.Name, location, isModel, dims, reporter) is { } layer && InOwner(layer.Model, layer.Dims, location, dims, reporter) is { } renaming
            ? Slots(field, named, names, layer, renaming, reporter) : null;
    }

    bool IsCircular(INamedTypeSymbol type)
    {
        if (!open.Contains(type.OriginalDefinition))
            return false;
        circular.Add(type.OriginalDefinition);
        return true;
    }

    static string Display(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    static TypeSyntax? WrittenType(IFieldSymbol field) => (field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax().Parent as VariableDeclarationSyntax)?.Type;

    /// <summary>A class that another class has as a layer or derives from.</summary>
    /// <param name="Model">What the class declares. A cell counts as a model with the cell as its only layer.</param>
    /// <param name="Dims">The dimensions that its type parameters stand for, in order.</param>
    /// <param name="Cells">The cells that its type parameters stand for.</param>
    sealed record ReadClass(ModelText Model, IReadOnlyDictionary<string, Dim> Dims, IReadOnlyDictionary<string, GivenCell> Cells);

    /// <summary>Reads a class and its type arguments; null after a diagnostic.</summary>
    /// <param name="type">The class with its type arguments.</param>
    /// <param name="written">The type as the user wrote it, if known.</param>
    /// <param name="subject">What the class is given for, for messages.</param>
    /// <param name="location">Where that is.</param>
    /// <param name="isModel">Whether the owner is a model.</param>
    /// <param name="dims">The owner's dimensions.</param>
    /// <param name="reporter">Receives diagnostics.</param>
    ReadClass? Read(INamedTypeSymbol type, TypeSyntax? written, string subject, Location location, bool isModel, DimScope dims, Reporter reporter)
    {
        INamedTypeSymbol definition = type.OriginalDefinition;
        string name = Display(type);
        bool isCell = KnownSymbols.CellBase(type) is not null;
        if (isCell ? !KnownSymbols.IsMarkedCell(definition) && KnownSymbols.CellGraph(definition) is null
            : !KnownSymbols.IsMarkedModel(definition) && KnownSymbols.ModelGraph(definition) is null && !KnownSymbols.IsAbstractModel(definition))
        {
            reporter.Report(Descriptors.NotACompiledCell, location, subject, name, isCell ? "cell" : "model", $"mark {type.Name} with [{(isCell ? "Cell" : "Model")}]");
            return null;
        }
        int before = circular.Count;
        ModelText? layer = Definition(definition, isCell);
        // Each class of a circle finds the circle when it is read for itself. The mistakes of another class are not reported here.
        if (circular.Skip(before).FirstOrDefault(open.Contains) is { } again)
        {
            reporter.Report(Descriptors.Recursion, location, name, $"it contains {again.Name}, of which it is a part");
            return null;
        }
        if (layer is null)
        {
            if (unread.TryGetValue(definition, out string? why))
                reporter.Report(Descriptors.UnknownVersion, location, subject, name, type.ContainingAssembly.Name, why);
            reporter.InvalidateElsewhere();
            return null;
        }
        if (broken.Contains(definition))
            reporter.InvalidateElsewhere();
        var sizes = new Dictionary<string, Dim>();
        var given = new Dictionary<string, GivenCell>();
        bool known = true;
        for (int i = 0; i < definition.TypeParameters.Length; i++)
        {
            ITypeParameterSymbol parameter = definition.TypeParameters[i];
            if (layer.IsAbstract && KnownSymbols.CellBase(parameter) is not null)
            {
                if (Given(parameter, type.TypeArguments[i], Argument(written, i, location), isModel, dims, reporter) is { } cell)
                    given[parameter.Name] = cell;
                else
                    known = false;
            }
            else if (dims.Read(type.TypeArguments[i], location) is { } dim)
                sizes[parameter.Name] = dim;
            else
                known = false;
        }
        if (!known)
            return null;
        string[] states = [.. layer.Layers.Concat(given.Values.Select(c => c.Layer)).SelectMany(l => l.Cell.States).Select(s => s.Name)];
        if (!isModel && states.Length > 0)
        {
            reporter.Report(Descriptors.StatefulLayer, location, subject, name, string.Join(", ", states.Distinct()),
                "a cell may contain only layers without states; stack cells with states in a model");
            return null;
        }
        return new ReadClass(layer, sizes, given);
    }

    /// <summary>For each dimension of a layer, the owner's dimension; null after a diagnostic.</summary>
    static Dictionary<string, Dim>? InOwner(ModelText layer, IReadOnlyDictionary<string, Dim> arguments, Location location, DimScope dims, Reporter reporter)
    {
        var names = new Dictionary<string, Dim>();
        foreach (DimDecl dim in layer.Dims)
        {
            bool isArgument = arguments.TryGetValue(dim.Name, out Dim? argument);
            if (!isArgument && dim.FixedSize is null && arguments.Count > 0)
            {
                reporter.Report(Descriptors.UnknownDimension, location, dim.Name,
                    $"it is a dimension inside of {layer.Name}, which has type parameters; make it a type parameter too, or give it a size with [Size]");
                return null;
            }
            names[dim.Name] = isArgument ? argument! : dims.AddOfLayer(dim);
        }
        return names;
    }

    /// <summary>A cell in the dimensions of its owner.</summary>
    static LayerDecl InOwner(ReadClass layer, INamedTypeSymbol type, Dictionary<string, Dim> names)
    {
        LayerDecl cell = layer.Model.Layers[0];
        return cell with { TypeName = type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat), Cell = CellRenaming.Rename(cell.Cell, names), Arguments = layer.Dims.Values.ToEquatable() };
    }

    static LayerSlot[]? Slots(IFieldSymbol field, INamedTypeSymbol type, string[] names, ReadClass layer, Dictionary<string, Dim> renaming, Reporter reporter)
    {
        bool isCell = KnownSymbols.CellBase(type) is not null;
        LayerDecl? cell = isCell ? InOwner(layer, type, renaming) : null;
        ModelText? model = isCell ? null : Close(layer, type, renaming, reporter);
        if (!isCell && model is null)
            return null;
        EquatableArray<Dim> extents = cell is null ? layer.Dims.Values.ToEquatable() : new([cell.Cell.Output.Rows!]);
        var made = new LayerField(field.Name, field.Type is IArrayTypeSymbol ? names.Length : null, Sizes(layer.Model, renaming), extents, IsModel: !isCell)
        {
            Abstract = layer.Model.IsAbstract ? new AbstractLayer(type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat), layer.Model.Dims, Made(layer.Cells)) : null,
        };
        return [.. names.Select(n => new LayerSlot(n, Display(type), made, cell is null ? null : cell with { Field = n }, model))];
    }

    /// <summary>A class that is used as a layer. A cell counts as a model with the cell as its only layer. Null if it cannot be read.</summary>
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

    static ModelText AsModel(CellModel cell) => new(cell.Name, cell.Dims, default, new([new LayerDecl("", "", cell, default)]), default);

    /// <summary>A class of another assembly. Null if a later version wrote its text; <see cref="unread"/> says so then.</summary>
    ModelText? Read(INamedTypeSymbol type, string text, bool isCell)
    {
        try
        {
            return isCell ? AsModel(CellModelText.Parse(text)) : ModelText.Parse(text);
        }
        catch (LaterVersionException later)
        {
            unread[type] = $"{later.Message}: update the package RnnDsl of this project to the version that {type.ContainingAssembly.Name} was compiled with, or a later one";
            return null;
        }
    }

    /// <summary>A class of this compilation. Its mistakes are reported when the class itself is parsed.</summary>
    ModelText? Parsed(INamedTypeSymbol type, bool isCell)
    {
        Declare(type);
        var reporter = new Reporter();
        if (!ModuleParser.IsWellDeclared(type, !isCell, TypeDecls.LocationOf(type), reporter, cancellation))
            return null;
        ModuleModel? model = isCell ? CellParser.Parse(type, this, reporter) : ModelParser.Parse(type, this, reporter);
        if (reporter.HasErrors)
            broken.Add(type);
        return model is null ? null : isCell ? AsModel(model.Cell!) : new ModelText(model.Type.Name, model.Dims, model.Parameters, model.Layers, model.Methods) { IsAbstract = model.IsAbstract, IsBroken = reporter.HasErrors };
    }
}
