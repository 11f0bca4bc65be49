using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnDsl.Generators.Parsing;

/// <summary>The names of the language's run-time types, and tests for them. No other file spells these names.</summary>
internal static class KnownSymbols
{
    public const string CellAttribute = "RnnDsl.CellAttribute";
    public const string ModelAttribute = "RnnDsl.ModelAttribute";
    public const string EmitPassesProperty = "build_property.RnnDslEmitPasses";
    public const string VerifyProperty = "build_property.RnnDslVerify";

    /// <summary>The class through which generated code describes a module, and the version of everything that generated code binds to.</summary>
    public const string Description = "global::RnnDsl.CompilerServices.Description";
    public const int InterfaceVersion = 1;

    public const string Step = "Step";
    public const string Scan = "Scan";
    public const string ScanReversed = "ScanReversed";
    public const string End = "End";
    public const string EndReversed = "EndReversed";
    public const string Start = "Start";
    public const string Map = "Map";
    public const string Slice = "Slice";
    public const string Each = "Each";
    public const string Transpose = "Transpose";

    /// <summary>The names that generated programs use, and their namespaces.</summary>
    public static readonly (string Namespace, string[] Names)[] ProgramNames =
    [
        ("global::RnnDsl.CompilerServices", ["CompiledProgram", "StepProgram", "ConditionalStepProgram", "Shard", "Carry", "ISimd", "Simd512", "Simd256", "Simd128", "Gemm", "Panels", "TableRows", "IStepWeights", "FloatWeights", "Int8Weights", "DotProduct", "StreamGroup", "SumBegin", "IStepProducts", "ProductsHere", "ProductsMade", "Rows", "VectorMath", "ScalarMath", "DropoutMask", "Floats", "Layout"]),
        ("global::System", ["Math", "MathF"]),
    ];

    const string Language = "RnnDsl";

    public static bool IsVec(ITypeSymbol type) => Is(type, "Vec", 1);

    public static bool IsSeq(ITypeSymbol type) => Is(type, "Seq", 1) || IsScalarSeq(type) || IsSeqs(type);

    /// <summary>A span that cannot change, as a static property gives a table of constants.</summary>
    public static bool IsReadOnlySpan(ITypeSymbol type) => type is INamedTypeSymbol { Name: "ReadOnlySpan", Arity: 1, ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary>A sequence at every step.</summary>
    public static bool IsSeqs(ITypeSymbol type) => Is(type, "Seqs", 1);

    /// <summary>A sequence of scalars.</summary>
    public static bool IsScalarSeq(ITypeSymbol type) => Is(type, "Seq", 0);

    public static bool IsMat(ITypeSymbol type) => Is(type, "Mat", 2);

    public static bool IsScalar(ITypeSymbol type) => Is(type, "Scalar", 0);

    public static bool IsCat(ITypeSymbol type) => Is(type, "Cat", 2);

    public static bool IsDimBase(ITypeSymbol type) => Is(type, "Dim", 0);

    /// <summary>A class from which models derive, and which is compiled as a part of each of them. It belongs to this project, or to another assembly whose text says so.</summary>
    public static bool IsAbstractModel(INamedTypeSymbol type) => type is { TypeKind: TypeKind.Class, IsAbstract: true } && IsModel(type)
        && (ModelGraph(type) is { } graph ? ModelText.IsOfAbstract(graph.ConstructorArguments is [{ Value: string text }] ? text : "") : IsPartial(type) && (!IsMarkedModel(type) || CellParameters(type).Any()));

    /// <summary>The type parameters that stand for cells.</summary>
    public static IEnumerable<ITypeParameterSymbol> CellParameters(INamedTypeSymbol type) => type.TypeParameters.Where(p => CellBase(p) is not null);

    public static bool IsPartial(INamedTypeSymbol type) => type.DeclaringSyntaxReferences.Any(r => r.GetSyntax() is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    public static bool IsModelBase(ITypeSymbol? type) => type is not null && Is(type, "Model", 0);

    public static bool IsCellBase(ITypeSymbol? type) => type is not null && (Is(type, "Cell", 2) || Is(type, "Cell", 3));

    /// <summary>The static class of functions that equations call.</summary>
    public static bool IsStates(ITypeSymbol type) => Is(type, "States", 0);

    public static bool IsOps(ITypeSymbol? type) => type is not null && Is(type, "Ops", 0);

    public static bool IsDim(ITypeSymbol type) => BaseTypes(type).Any(IsDimBase);

    /// <summary>The <c>Cell&lt;TIn, TOut&gt;</c> that a type derives from, or null.</summary>
    public static INamedTypeSymbol? CellBase(ITypeSymbol type) => BaseTypes(type).FirstOrDefault(IsCellBase);

    public static bool IsState(ISymbol field) => State(field) is not null;

    public static AttributeData? State(ISymbol field) => Attribute(field, "StateAttribute");

    public static AttributeData? Count(ISymbol field) => Attribute(field, "CountAttribute");

    public static AttributeData? Init(ISymbol field) => Attribute(field, "InitAttribute");

    public static AttributeData? Fixed(ISymbol field) => Attribute(field, "FixedAttribute");

    /// <summary>True for the number of a cell's step.</summary>
    public static bool IsStepNumber(ISymbol symbol) => symbol is IPropertySymbol { Name: "StepNumber" } && Is(symbol.ContainingType, "Recurrence", 2);

    /// <summary>True for a parameter of a method whose values are numbers of units.</summary>
    public static bool IsOneHot(IParameterSymbol parameter) => Attribute(parameter, "OneHotAttribute") is not null;

    public static AttributeData? Size(ISymbol type) => Attribute(type, "SizeAttribute");

    public static AttributeData? CellGraph(ISymbol type) => Attribute(type, "CellGraphAttribute");

    public static AttributeData? ModelGraph(ISymbol type) => Attribute(type, "ModelGraphAttribute");

    /// <summary>True for a cell or a model, which can be a layer if it is compiled.</summary>
    public static bool IsLayer(ITypeSymbol type) => CellBase(type) is not null || IsModel(type);

    /// <summary>A class that derives from <c>Model</c>.</summary>
    public static bool IsModel(ITypeSymbol type) => BaseTypes(type).Any(IsModelBase);

    /// <summary>The type of a field; for an array, the type of its elements.</summary>
    public static ITypeSymbol Element(ITypeSymbol type) => type is IArrayTypeSymbol { Rank: 1 } array ? array.ElementType : type;

    /// <summary>True for a field that a cell or model declares as a parameter, state or layer.</summary>
    public static bool IsRead(IFieldSymbol field) => !field.IsStatic && (IsMarkedCell(field.ContainingType) || IsMarkedModel(field.ContainingType) || IsAbstractModel(field.ContainingType))
        && Element(field.Type) is var type && (IsMat(type) || IsVec(type) || IsScalar(type) || IsLayer(type) || (IsSeq(type) && IsState(field)));

    public static bool IsMarkedCell(ISymbol type) => Attribute(type, "CellAttribute") is not null;

    public static bool IsMarkedModel(ISymbol type) => Attribute(type, "ModelAttribute") is not null;

    static AttributeData? Attribute(ISymbol symbol, string name) =>
        symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass is { } type && Is(type, name, 0));

    /// <summary>The classes that a type derives from. For a type parameter: the class to which it is constrained, and the classes that this one derives from.</summary>
    static IEnumerable<INamedTypeSymbol> BaseTypes(ITypeSymbol type) => type is not ITypeParameterSymbol parameter ? SelfAndBaseTypes(type.BaseType)
        : parameter.ConstraintTypes.SelectMany(t => t is INamedTypeSymbol named ? SelfAndBaseTypes(named) : BaseTypes(t));

    static IEnumerable<INamedTypeSymbol> SelfAndBaseTypes(INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
            yield return type;
    }

    static bool Is(ITypeSymbol type, string name, int arity) =>
        type is INamedTypeSymbol named && named.Name == name && named.Arity == arity && named.ContainingType is null
        && named.ContainingNamespace is { Name: Language, ContainingNamespace.IsGlobalNamespace: true };
}
