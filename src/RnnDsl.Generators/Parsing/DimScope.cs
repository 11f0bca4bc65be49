using Microsoft.CodeAnalysis;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>The dimensions of one class: it maps C# types to names in the graph.</summary>
internal sealed class DimScope
{
    const string TooSmall = "[Size] takes a number from 1";

    readonly INamedTypeSymbol owner;
    readonly bool isModel;
    readonly Reporter reporter;
    readonly Dictionary<ISymbol, Dim> known = new(SymbolEqualityComparer.Default);
    readonly HashSet<ISymbol> read = new(SymbolEqualityComparer.Default);
    readonly HashSet<string> ofLayers = [];
    readonly List<DimDecl> decls = [];

    public DimScope(INamedTypeSymbol owner, bool isModel, Reporter reporter)
    {
        this.owner = owner;
        this.isModel = isModel;
        this.reporter = reporter;
        foreach (ITypeParameterSymbol parameter in Parameters)
            Declare(parameter, parameter.Name, null);
        foreach (INamedTypeSymbol other in owner.GetTypeMembers().Append(owner))
            if (KnownSymbols.Size(other) is not null && !KnownSymbols.IsDim(other))
                reporter.Report(Descriptors.UnknownDimension, other.Locations[0], other.Name, "[Size] is for classes derived from Dim");
        if (isModel)
            foreach (INamedTypeSymbol nested in owner.GetTypeMembers())
                if (KnownSymbols.IsDim(nested) && nested.Arity == 0 && !nested.IsAbstract && nested.Name.Length > 0)
                {
                    if (FixedSize(nested) < 1)
                        reporter.Report(Descriptors.UnknownDimension, nested.Locations[0], nested.Name, TooSmall);
                    Declare(nested, Display(nested), FixedSize(nested));
                }
    }

    /// <summary>The type parameters that are dimensions, which are all except those that stand for cells.</summary>
    IEnumerable<ITypeParameterSymbol> Parameters => owner.TypeParameters.Where(p => KnownSymbols.CellBase(p) is null);

    /// <summary>In the order in which the constructor takes them.</summary>
    public IReadOnlyList<DimDecl> Decls => decls;

    /// <summary>Type parameters and declared dimensions that were never used.</summary>
    public IEnumerable<ITypeSymbol> Unused => Parameters.Concat<ITypeSymbol>(owner.GetTypeMembers().Where(t => KnownSymbols.IsDim(t) && t.Arity == 0 && !t.IsAbstract && t.Name.Length > 0))
        .Where(d => !read.Contains(d) && !ofLayers.Contains(Display(d)));

    /// <summary>The dimension that a C# type stands for, or null after a diagnostic.</summary>
    /// <param name="bound">The dimensions of the type parameters of a helper method.</param>
    public Dim? Read(ITypeSymbol type, Location location, IReadOnlyDictionary<ITypeParameterSymbol, Dim>? bound = null)
    {
        if (type.TypeKind == TypeKind.Error)
        {
            reporter.Invalidate(location);
            return null;
        }
        if (type is ITypeParameterSymbol parameter && bound is not null && bound.TryGetValue(parameter, out Dim? dim))
            return dim;
        if (type is INamedTypeSymbol named && KnownSymbols.IsCat(named))
        {
            Dim? left = Read(named.TypeArguments[0], location, bound), right = Read(named.TypeArguments[1], location, bound);
            return left is null || right is null ? null : Dim.Concat(left, right);
        }
        ISymbol key = type.OriginalDefinition;
        read.Add(key);
        if (known.TryGetValue(key, out dim))
            return dim;
        if (Obstacle(type) is { } why)
        {
            reporter.Report(Descriptors.UnknownDimension, location, type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat), why);
            return null;
        }
        return Declare(key, Display(type), FixedSize(type));
    }

    /// <summary>Adds a dimension of a layer, and returns its name in this class.</summary>
    public Dim AddOfLayer(DimDecl dim)
    {
        ofLayers.Add(dim.TypeName);
        DimDecl? same = decls.FirstOrDefault(d => d.TypeName == dim.TypeName);
        if (same is not null)
            return Dim.Named(same.Name);
        string name = dim.Name;
        for (int i = 2; decls.Any(d => d.Name == name); i++)
            name = dim.Name + i;
        decls.Add(dim with { Name = name });
        return Dim.Named(name);
    }

    /// <summary>Adds a dimension of the abstract base model, and returns its name in this class.</summary>
    /// <param name="dim">The dimension in the base model.</param>
    /// <param name="above">The abstract model with its type arguments.</param>
    public Dim AddOfBase(DimDecl dim, INamedTypeSymbol above)
    {
        // The name of a dimension that is nested in the abstract model contains the model's type arguments.
        for (INamedTypeSymbol? outer = above; outer is not null; outer = outer.BaseType)
            if (outer.GetTypeMembers().FirstOrDefault(t => Display(t.OriginalDefinition) == dim.TypeName) is { } nested)
                return known[nested.OriginalDefinition] = AddOfLayer(dim with { TypeName = Display(nested) });
        return AddOfLayer(dim);
    }

    /// <summary>The lower-camel-case name of the size in generated code, without a leading @.</summary>
    public static string ArgumentName(string dim) => char.ToLowerInvariant(dim[0]) + dim.Substring(1);

    /// <summary>Reports dimensions that have the same name in generated code.</summary>
    public void CheckNames(Location location)
    {
        var taken = new Dictionary<string, string> { ["seed"] = "the seed of the initial parameters" };
        foreach (DimDecl dim in decls.Where(d => d.FixedSize is null))
        {
            string argument = ArgumentName(dim.Name);
            if (taken.TryGetValue(argument, out string? other))
                reporter.Report(Descriptors.NameCollision, location, other, $"the size of {dim.TypeName}", argument, owner.Name);
            else
                taken.Add(argument, $"the size of {dim.TypeName}");
        }
    }

    string? Obstacle(ITypeSymbol type) => type switch
    {
        ITypeParameterSymbol { TypeParameterKind: TypeParameterKind.Method } => "no argument of the call says which dimension it stands for",
        ITypeParameterSymbol => $"only a type parameter of {owner.Name} itself can be a dimension",
        INamedTypeSymbol { IsFileLocal: true } => "it is visible in its file only, and the generated part is another file",
        _ when !KnownSymbols.IsDim(type) || type.IsAbstract => "a dimension is a class derived from Dim, or a type parameter of a cell",
        _ when FixedSize(type) < 1 => TooSmall,
        INamedTypeSymbol { IsGenericType: true } when !SymbolEqualityComparer.Default.Equals(type.ContainingType?.OriginalDefinition, owner)
            => "a dimension has no type parameters of its own",
        _ when !isModel && FixedSize(type) is null => $"a cell's sizes come from its type parameters; make it one, or give it a size with [Size]",
        _ => null,
    };

    Dim Declare(ISymbol key, string typeName, int? size)
    {
        // A layer may already have added it.
        DimDecl? same = decls.FirstOrDefault(d => d.TypeName == typeName);
        Dim dim = Dim.Named(same?.Name ?? key.Name);
        known.Add(key, dim);
        if (same is not null)
            return dim;
        if (decls.FirstOrDefault(d => d.Name == key.Name) is { } other)
            reporter.Report(Descriptors.NameCollision, TypeDecls.LocationOf(owner), other.TypeName, typeName, key.Name, owner.Name);
        else
            decls.Add(new DimDecl(key.Name, typeName, size));
        return dim;
    }

    static string Display(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    /// <summary>The number in [Size], or null.</summary>
    public static int? FixedSize(ISymbol type) =>
        KnownSymbols.Size(type)?.ConstructorArguments is [{ Value: int size }] ? size : null;
}
