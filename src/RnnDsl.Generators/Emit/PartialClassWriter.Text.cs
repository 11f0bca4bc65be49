using System.Globalization;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Generators.Emit;

/// <summary>Pieces of C#: numbers, sizes, types.</summary>
internal sealed partial class PartialClassWriter
{
    static string Literal(string text) => "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";

    static string Bool(bool value) => value ? "true" : "false";

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    static string Number(double number) => double.IsNaN(number) ? "double.NaN"
        : double.IsInfinity(number) ? number > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity"
        : number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The name of a dimension's size: that of the constructor's argument, or with "Size" appended that of the field. Names stay distinct even after a collision has been
    /// reported.</summary>
    string SizeName(DimDecl dim)
    {
        string name = DimScope.ArgumentName(dim.Name);
        int same = AskedDims.TakeWhile(d => !d.Equals(dim)).Count(d => DimScope.ArgumentName(d.Name) == name) + (name == "seed" ? 1 : 0);
        return same == 0 ? name : name + Number(same + 1);
    }

    string Argument(DimDecl dim) => TypeDecls.Identifier(SizeName(dim));

    DimDecl Decl(string name) => module.Dims.First(d => d.Name == name);

    /// <summary>The size of a dimension as an expression, taken from the fields or, in the constructor, from its arguments.</summary>
    string Size(Dim dim, bool inConstructor = false)
    {
        if (dim.IsConcat)
            return $"{Size(dim.Left!, inConstructor)} + {Size(dim.Right!, inConstructor)}";
        DimDecl decl = Decl(dim.Text);
        return decl.FixedSize is { } size ? Number(size) : inConstructor ? Argument(decl) : module.IsAbstract ? GivenSize(decl) + ".Size" : SizeField(decl);
    }

    string SizeField(DimDecl dim) => SizeName(dim) + "Size";

    /// <summary>A size as an expression that also keeps the parts of a concatenation.</summary>
    string Extent(Dim dim) => dim.IsConcat ? $"new global::RnnDsl.Extent({Extent(dim.Left!)}, {Extent(dim.Right!)})"
        : module.IsAbstract && Decl(dim.Text) is { FixedSize: null } decl ? GivenSize(decl)
        : IsArgument(Decl(dim.Text)) ? $"(this.Extents?[{Number(module.Dims.TakeWhile(d => d.Name != dim.Text).Count())}] ?? {Size(dim)})" : Size(dim);

    /// <summary>True for a type parameter of a model. If the model is a layer, the parameter may stand for a concatenation.</summary>
    bool IsArgument(DimDecl dim) => module.Cell is null && dim.TypeName == dim.Name;

    string CSharpType(Dim dim) => dim.IsConcat ? $"global::RnnDsl.Cat<{CSharpType(dim.Left!)}, {CSharpType(dim.Right!)}>"
        : TypeDecls.Identifier(Decl(dim.Text).TypeName);

    /// <summary>The count of numbers in a value of this shape.</summary>
    string Width(Shape shape) => shape.Rank switch { 0 => "1", 1 => Size(shape.Rows!), _ => $"{Factor(shape.Rows!)} * {Factor(shape.Columns!)}" };

    /// <summary>The size of a dimension as one side of a product.</summary>
    string Factor(Dim dim) => dim.IsConcat ? $"({Size(dim)})" : Size(dim);
}
