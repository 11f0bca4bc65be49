using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>The fields of a cell or model, by their role.</summary>
internal sealed class Members
{
    /// <summary>The slots of each field. A field that is no array has one.</summary>
    readonly Dictionary<ISymbol, Slot[]> slots = new(SymbolEqualityComparer.Default);

    /// <summary>The abstract model that the class derives from, or null.</summary>
    public BaseModel? Base { get; private set; }

    /// <summary>The parameter fields in the order of declaration.</summary>
    public List<IFieldSymbol> ParameterFields { get; } = [];

    public List<IFieldSymbol> StateFields { get; } = [];

    public List<IFieldSymbol> LayerFields { get; } = [];

    /// <summary>Reads the fields of a class.</summary>
    public static Members Read(INamedTypeSymbol type, bool isModel, DimScope dims, CellSource cells, Reporter reporter)
    {
        var members = new Members();
        if (isModel && cells.Base(type, dims, reporter) is { } above)
            members.Inherit(above, dims, cells);
        foreach (IFieldSymbol field in type.GetMembers().OfType<IFieldSymbol>())
            if (field.AssociatedSymbol is null)
                members.Add(field, isModel, dims, cells, reporter);
        FirstValues.CheckConstructors(type, members, cells, reporter);
        return members;
    }

    /// <summary>The slot of a field that is no array, or null.</summary>
    public Slot? Slot(ISymbol field) => slots.TryGetValue(field, out Slot[]? found) && !IsArray(field) ? found[0] : null;

    /// <summary>The slots of an array field, or null.</summary>
    public IReadOnlyList<Slot>? Elements(ISymbol field) => slots.TryGetValue(field, out Slot[]? found) && IsArray(field) ? found : null;

    /// <summary>True for a field with a role, alone or as an array.</summary>
    public bool IsDeclared(ISymbol field) => slots.ContainsKey(field);

    static bool IsArray(ISymbol field) => ((IFieldSymbol)field).Type is IArrayTypeSymbol;

    /// <summary>The parameters of the abstract base model, then the class's own, then those of models that are layers.</summary>
    public IEnumerable<ParameterDecl> Parameters => Inherited(m => m.Parameters).Concat(OwnParameters).Concat(LayerSlots.SelectMany(l => l.Parameters));

    public IEnumerable<ParameterDecl> OwnParameters => ParameterFields.SelectMany(f => slots[f]).Cast<ParameterSlot>().Select(s => s.Parameter);

    public IEnumerable<StateDecl> States => StatesOfFields.Select(s => s.State);

    /// <summary>Each state, with the field that declares it.</summary>
    public IEnumerable<(IFieldSymbol Field, StateDecl State)> StatesOfFields => StateFields.SelectMany(f => slots[f], (f, s) => (f, ((StateSlot)s).State));

    public IEnumerable<LayerSlot> LayerSlots => LayerFields.SelectMany(f => slots[f]).Cast<LayerSlot>();

    IEnumerable<T> Inherited<T>(Func<ModelText, EquatableArray<T>> of) where T : IEquatable<T> => Base is null ? [] : of(Base.Text);

    /// <summary>All cells that are layers, directly or within models that are layers. Those of the abstract base model come first.</summary>
    public IEnumerable<LayerDecl> Layers => Inherited(m => m.Layers).Concat(LayerSlots.SelectMany(l => l.Cells));

    /// <summary>The fields that the generated constructor sets.</summary>
    public EquatableArray<LayerField> Fields => LayerFields.Select(f => ((LayerSlot)slots[f][0]).Field).ToEquatable();

    /// <summary>The arrays of parameters and states.</summary>
    public EquatableArray<ArrayField> Arrays => ParameterFields.Concat(StateFields).Where(IsArray).Select(f => new ArrayField(f.Name, slots[f].Length)).ToEquatable();

    /// <summary>Inherits the declarations of an abstract model, and those of its fields that the class may name.</summary>
    void Inherit(BaseModel above, DimScope dims, CellSource cells)
    {
        Base = above;
        // Mistakes in the abstract model are reported there.
        var quiet = new Reporter();
        foreach (IFieldSymbol field in above.Types.SelectMany(t => t.GetMembers().OfType<IFieldSymbol>()))
        {
            ITypeSymbol type = KnownSymbols.Element(field.Type);
            if (field.IsStatic || field.AssociatedSymbol is not null || field.DeclaredAccessibility == Accessibility.Private || Names(field, quiet) is not { } names)
                continue;
            if (KnownSymbols.IsLayer(type) && cells.Layer(field, type, names, isModel: true, dims, quiet) is { } layers)
                slots.Add(field, layers);
            else if (IsValue(type) && ReadShape(type, dims, field.Locations[0]) is { } shape)
                slots.Add(field, [.. names.Select(n => new ParameterSlot(new ParameterDecl(n, shape, InitialKind.Auto, 0)))]);
        }
    }

    void Add(IFieldSymbol field, bool isModel, DimScope dims, CellSource cells, Reporter reporter)
    {
        Location location = field.Locations[0];
        reporter.Read(field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax().FirstAncestorOrSelf<FieldDeclarationSyntax>());
        ITypeSymbol type = KnownSymbols.Element(field.Type);
        bool isLayer = KnownSymbols.IsLayer(type), isValue = IsValue(type) || (KnownSymbols.IsSeq(type) && KnownSymbols.IsState(field));
        FirstValues.CheckAttributes(field, isLayer, isValue, reporter);
        if (!isLayer && !isValue)
        {
            if (KnownSymbols.Count(field) is { } count)
                reporter.Report(Descriptors.ArrayCount, FirstValues.LocationOf(count, field), field.Name, "[Count] is for an array of parameters, states or layers");
            return;
        }
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
        if (Names(field, reporter) is not { } names)
            return;
        if (isLayer)
        {
            if (cells.Layer(field, type, names, isModel, dims, reporter) is { } layers)
                Add(field, layers, LayerFields);
        }
        else if (ReadShape(type, dims, location) is { } shape)
        {
            (InitialKind kind, double value) = FirstValues.Read(field, reporter);
            if (!KnownSymbols.IsState(field))
                Add(field, names.Select(n => new ParameterSlot(ParameterFunctions.Read(field, new ParameterDecl(n, shape, kind, value), cells, reporter))), ParameterFields);
            else if (ObstacleToState(field, type, kind, isModel) is { } obstacle)
                reporter.Report(Descriptors.Captured, location, field.Name, obstacle);
            else
                Add(field, names.Select(n => new StateSlot(new StateDecl(n, KnownSymbols.IsSeq(type) ? shape.ForEachStep(0) : shape, value))), StateFields);
        }
    }

    void Add(IFieldSymbol field, IEnumerable<Slot> elements, List<IFieldSymbol> fields)
    {
        slots.Add(field, [.. elements]);
        fields.Add(field);
    }

    /// <summary>The maximum number of elements of an array.</summary>
    const int MostElements = 1000;

    /// <summary>The names of a field's slots: its own name, or those of an array's elements; null after a diagnostic.</summary>
    static string[]? Names(IFieldSymbol field, Reporter reporter)
    {
        AttributeData? count = KnownSymbols.Count(field);
        string? wrong = field.Type switch
        {
            IArrayTypeSymbol when count is null => "say how many elements it has: [Count(3)]",
            IArrayTypeSymbol when count.ConstructorArguments is not [{ Value: int and >= 1 and <= MostElements }] => $"[Count] takes a number from 1 to {MostElements}",
            not IArrayTypeSymbol when count is not null => "[Count] is for an array",
            _ => null,
        };
        if (wrong is null)
            return count?.ConstructorArguments[0].Value is int elements ? [.. Enumerable.Range(0, elements).Select(i => ElementName.Of(field.Name, i))] : [field.Name];
        reporter.Report(Descriptors.ArrayCount, count is null ? field.Locations[0] : FirstValues.LocationOf(count, field), field.Name, wrong);
        return null;
    }

    static string? ObstacleToState(IFieldSymbol field, ITypeSymbol type, InitialKind kind, bool isModel) =>
        isModel ? "states belong to cells; a model has parameters and layers"
        : KnownSymbols.IsSeqs(type) ? "a state is a vector, a matrix or a scalar, or, of a memory, a sequence"
        : KnownSymbols.IsSeq(type) && KnownSymbols.CellBase(field.ContainingType) is not { Arity: 3 } ? "a state that is a sequence has a value for each step of the memory of a cell that looks into one, Cell<TIn, TOut, TMemory>"
        : kind is not (InitialKind.Auto or InitialKind.Constant) || ParameterFunctions.NamesMethod(KnownSymbols.Init(field)) ? "a state starts at a constant: [Init(number)]"
        : null;

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
