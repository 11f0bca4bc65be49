using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>The fields of a cell or model, by their role.</summary>
internal sealed class Members
{
    readonly Dictionary<ISymbol, ParameterDecl> parameters = new(SymbolEqualityComparer.Default);
    readonly Dictionary<ISymbol, StateDecl> states = new(SymbolEqualityComparer.Default);
    readonly Dictionary<ISymbol, LayerDecl> layers = new(SymbolEqualityComparer.Default);

    /// <summary>In the order of declaration.</summary>
    public List<IFieldSymbol> ParameterFields { get; } = [];

    public List<IFieldSymbol> StateFields { get; } = [];

    public List<IFieldSymbol> LayerFields { get; } = [];

    /// <summary>Reads the fields of a class.</summary>
    public static Members Read(INamedTypeSymbol type, bool isModel, DimScope dims, CellSource cells, Reporter reporter)
    {
        var members = new Members();
        foreach (IFieldSymbol field in type.GetMembers().OfType<IFieldSymbol>())
            if (field.AssociatedSymbol is null)
                members.Add(field, isModel, dims, cells, reporter);
        FirstValues.CheckConstructors(type, members, cells, reporter);
        return members;
    }

    public ParameterDecl? Parameter(ISymbol field) => parameters.TryGetValue(field, out ParameterDecl? found) ? found : null;

    public StateDecl? State(ISymbol field) => states.TryGetValue(field, out StateDecl? found) ? found : null;

    public LayerDecl? Layer(ISymbol field) => layers.TryGetValue(field, out LayerDecl? found) ? found : null;

    public IEnumerable<ParameterDecl> Parameters => ParameterFields.Select(f => parameters[f]);

    public IEnumerable<StateDecl> States => StateFields.Select(f => states[f]);

    public IEnumerable<LayerDecl> Layers => LayerFields.Select(f => layers[f]);

    void Add(IFieldSymbol field, bool isModel, DimScope dims, CellSource cells, Reporter reporter)
    {
        Location location = field.Locations[0];
        reporter.Read(field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax().FirstAncestorOrSelf<FieldDeclarationSyntax>());
        bool isLayer = KnownSymbols.CellBase(field.Type) is not null, isValue = IsValue(field.Type);
        FirstValues.CheckAttributes(field, isLayer, isValue, reporter);
        if (!isLayer && !isValue)
            return;
        if (field.Name.Length == 0 || field.ContainingType.GetMembers(field.Name).Length > 1)
        {
            // C# reports the missing name, or the second declaration.
            reporter.Invalidate();
            return;
        }
        if (field.IsStatic || (field.IsReadOnly && !isLayer))
        {
            reporter.Report(Descriptors.Captured, location, field.Name, isLayer
                ? "a layer is an instance field"
                : "a parameter is an instance field without readonly, because generated code gives it its values");
            return;
        }
        FirstValues.CheckInitializer(field, isLayer, reporter);
        if (isLayer)
        {
            if (cells.Layer(field, isModel, dims, reporter) is { } layer)
            {
                layers.Add(field, layer);
                LayerFields.Add(field);
            }
        }
        else if (ReadShape(field.Type, dims, location) is { } shape)
        {
            (InitialKind kind, double value) = FirstValues.Read(field, reporter);
            if (KnownSymbols.IsState(field))
                AddState(field, shape, kind, value, isModel, reporter);
            else
            {
                parameters.Add(field, ParameterFunctions.Read(field, new ParameterDecl(field.Name, shape, kind, value), cells, reporter));
                ParameterFields.Add(field);
            }
        }
    }

    void AddState(IFieldSymbol field, Shape shape, InitialKind kind, double value, bool isModel, Reporter reporter)
    {
        string? obstacle = isModel ? "states belong to cells; a model has parameters and layers"
            : shape.IsMatrix ? "a state is a vector or a scalar"
            : kind is not (InitialKind.Auto or InitialKind.Constant) || ParameterFunctions.NamesMethod(KnownSymbols.Init(field)) ? "a state starts at a constant: [Init(number)]"
            : null;
        if (obstacle is not null)
        {
            reporter.Report(Descriptors.Captured, field.Locations[0], field.Name, obstacle);
            return;
        }
        states.Add(field, new StateDecl(field.Name, shape, value));
        StateFields.Add(field);
    }

    static bool IsValue(ITypeSymbol type) => KnownSymbols.IsMat(type) || KnownSymbols.IsVec(type) || KnownSymbols.IsScalar(type);

    /// <summary>The shape of a Mat, Vec, Seq or Scalar; null for other types, or after a diagnostic.</summary>
    public static Shape? ReadShape(
        ITypeSymbol type, DimScope dims, Location location, IReadOnlyDictionary<ITypeParameterSymbol, Dim>? bound = null)
    {
        if (KnownSymbols.IsScalar(type) || KnownSymbols.IsScalarSeq(type))
            return Shape.Scalar;
        if (type is not INamedTypeSymbol named)
            return null;
        if (KnownSymbols.IsVec(type) || KnownSymbols.IsSeq(type))
            return dims.Read(named.TypeArguments[0], location, bound) is { } dim ? Shape.Vector(dim) : null;
        if (!KnownSymbols.IsMat(type))
            return null;
        Dim? rows = dims.Read(named.TypeArguments[0], location, bound), columns = dims.Read(named.TypeArguments[1], location, bound);
        return rows is null || columns is null ? null : Shape.Matrix(rows, columns);
    }
}
