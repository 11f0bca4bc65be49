using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>Reads abstract models, and the cells that are given for their type parameters.</summary>
internal sealed partial class CellSource
{
    /// <summary>The abstract model that a model derives from; null if it derives from <c>Model</c> itself, or after a diagnostic.</summary>
    /// <param name="type">The model.</param>
    /// <param name="dims">The model's dimensions, to which those of the abstract model are added.</param>
    /// <param name="reporter">Receives diagnostics.</param>
    public BaseModel? Base(INamedTypeSymbol type, DimScope dims, Reporter reporter)
    {
        if (type.BaseType is not { } above || KnownSymbols.IsModelBase(above))
            return null;
        TypeSyntax? written = WrittenBase(type);
        Location location = written?.GetLocation() ?? TypeDecls.LocationOf(type);
        if (IsCircular(above))
        {
            reporter.Report(Descriptors.Recursion, location, type.Name, $"{above.Name}, from which it derives, contains {type.Name} as a layer");
            return null;
        }
        if (Read(above, written, type.Name, location, isModel: true, dims, reporter) is not { } read)
            return null;
        var names = new Dictionary<string, Dim>();
        foreach (DimDecl dim in read.Model.Dims)
            names[dim.Name] = read.Dims.TryGetValue(dim.Name, out Dim? given) ? given : dims.AddOfBase(dim, above);
        if (Close(read, above, names, reporter) is not { } closed)
            return null;
        return new BaseModel(above, closed, new BaseClass(Sizes(read.Model, names), Made(read.Cells), closed.Methods.Select(m => m.Name).ToEquatable(), closed.Parameters.Select(p => p.Name).ToEquatable()));
    }

    static EquatableArray<Dim> Sizes(ModelText model, Dictionary<string, Dim> names) => model.Dims.Where(d => d.FixedSize is null).Select(d => names[d.Name]).ToEquatable();

    static EquatableArray<MadeCell> Made(IReadOnlyDictionary<string, GivenCell> cells) => cells.Values.Select(c => c.Made).ToEquatable();

    /// <summary>The class in the dimensions of its owner, over the given cells; null after a diagnostic.</summary>
    static ModelText? Close(ReadClass read, INamedTypeSymbol type, Dictionary<string, Dim> names, Reporter reporter)
    {
        bool fits = true;
        ModelText closed = CellSubstitution.Run(CellRenaming.Rename(read.Model, names), read.Cells, (parameter, why) =>
        {
            fits = false;
            reporter.Report(Descriptors.AbstractModel, read.Cells[parameter].Location, read.Cells[parameter].Name, $"{parameter} of {type.Name}", why);
        });
        return fits ? closed : null;
    }

    /// <summary>The cell that is given for a type parameter; null after a diagnostic.</summary>
    GivenCell? Given(ITypeParameterSymbol parameter, ITypeSymbol argument, Location location, bool isModel, DimScope dims, Reporter reporter)
    {
        string name = Display(argument);
        if (argument.TypeKind == TypeKind.Error)
        {
            reporter.Invalidate(location);
            return null;
        }
        if (KnownSymbols.CellBase(argument) is null)
        {
            reporter.Report(Descriptors.AbstractModel, location, name, $"{parameter.Name} of {parameter.ContainingSymbol.Name}", "it is no cell");
            return null;
        }
        if (argument is ITypeParameterSymbol own)
            return Placeholder(own, location, dims) is { } standing ? new GivenCell(name, standing, new MadeCell(own.Name, default, IsParameter: true), location) : null;
        var type = (INamedTypeSymbol)argument;
        if (IsCircular(type))
        {
            reporter.Report(Descriptors.Recursion, location, name, $"{parameter.Name} of {parameter.ContainingSymbol.Name} contains {type.Name} again");
            return null;
        }
        if (Read(type, null, parameter.Name, location, isModel, dims, reporter) is not { } read || InOwner(read.Model, read.Dims, location, dims, reporter) is not { } names)
            return null;
        LayerDecl cell = InOwner(read, type, names);
        return new GivenCell(name, cell, new MadeCell(cell.TypeName, Sizes(read.Model, names), IsParameter: false), location);
    }

    /// <summary>A cell that stands for a type parameter. Only what the type parameter's constraint says is known of it. Null after a diagnostic.</summary>
    static LayerDecl? Placeholder(ITypeParameterSymbol parameter, Location location, DimScope dims)
    {
        Dim?[] sides = [.. KnownSymbols.CellBase(parameter)!.TypeArguments.Select(a => dims.Read(a, location))];
        if (sides.Any(s => s is null))
            return null;
        var cell = new CellModel(parameter.Name, default, Shape.Vector(sides[0]!), Shape.Vector(sides[1]!), default, default, default, new Graph([], [], []))
        {
            Parameter = parameter.Name, Memory = sides.Length > 2 ? Shape.Vector(sides[2]!) : null,
        };
        return new LayerDecl("", parameter.Name, cell, default);
    }

    /// <summary>The layers of a field whose type is a type parameter.</summary>
    static LayerSlot[]? Layer(IFieldSymbol field, ITypeParameterSymbol type, string[] names, DimScope dims)
    {
        if (Placeholder(type, field.Locations[0], dims) is not { } cell)
            return null;
        var made = new LayerField(field.Name, field.Type is IArrayTypeSymbol ? names.Length : null, default, new([cell.Cell.Output.Rows!]), IsModel: false) { Parameter = type.Name };
        return [.. names.Select(n => new LayerSlot(n, type.Name, made, cell with { Field = n }, null))];
    }

    /// <summary>The base class as the user wrote it, in any part of the class.</summary>
    TypeSyntax? WrittenBase(INamedTypeSymbol type) => type.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation)).OfType<TypeDeclarationSyntax>()
        .OrderBy(d => d.SyntaxTree.FilePath, StringComparer.Ordinal).ThenBy(d => d.SpanStart).Select(d => d.BaseList?.Types.FirstOrDefault()?.Type).FirstOrDefault(t => t is not null);

    /// <summary>Where a type argument is written.</summary>
    static Location Argument(TypeSyntax? written, int index, Location otherwise) =>
        written?.DescendantNodesAndSelf().OfType<GenericNameSyntax>().FirstOrDefault()?.TypeArgumentList.Arguments is { } arguments && index < arguments.Count
            ? arguments[index].GetLocation() : otherwise;
}
