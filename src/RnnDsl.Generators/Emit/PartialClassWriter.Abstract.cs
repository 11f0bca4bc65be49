using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Generators.Emit;

/// <summary>
/// Abstract models. Their generated part makes their layers, gives their fields values and runs their methods, some of which may be private. A class that derives from an abstract
/// model gives it sizes and cells, and compiles the model's equations with its own. If an abstract model is a layer, such a class is in the generated part of its owner.
/// </summary>
internal sealed partial class PartialClassWriter
{
    /// <summary>The modifier of a member that a derived abstract model hides. Each class calls the member of its base class.</summary>
    string New => module.Base is null ? "" : "new ";

    /// <summary>The size of a dimension with its parts, as a derived class gives it.</summary>
    string GivenSize(DimDecl dim) => $"sizes[{Number(AskedDims.TakeWhile(d => d.Name != dim.Name).Count())}]";

    /// <summary>The sizes that an abstract model receives when it is run uncompiled.</summary>
    string GivenSizes(BaseClass above) => $"[{string.Join(", ", above.Sizes.Select(Extent))}]";

    void ConstructorOfAbstract()
    {
        string[] cells = [.. module.CellParameters!.Value];
        foreach (string cell in cells)
            code.Line($"/// <param name=\"{MakerName(cell)}\">Makes a {cell}.</param>");
        IEnumerable<string> arguments = [.. AskedDims.Select(d => "int " + Argument(d)), .. cells.Select(c => $"global::System.Func<{TypeDecls.Identifier(c)}> {MakerName(c)}")];
        code.Open($"protected {TypeDecls.Identifier(module.Type.Name)}({string.Join(", ", arguments)}){CallOfBase()}");
        MakeLayers();
        code.Close();
    }

    /// <summary>The call of an abstract model's constructor. A size that is too small is reported before anything is made of it.</summary>
    string CallOfBase()
    {
        if (module.Base is not { } above)
            return "";
        var asked = new HashSet<string>();
        return $" : base({string.Join(", ", above.Sizes.Select(s => Checked(s, asked)).Concat(above.Cells.Select(c => Maker(c, asked))))})";
    }

    /// <summary>The size of a dimension in a constructor. The expression throws if a size that has not been checked before is too small.</summary>
    string Checked(Dim dim, HashSet<string> asked)
    {
        if (dim.IsConcat)
            return $"{Checked(dim.Left!, asked)} + {Checked(dim.Right!, asked)}";
        DimDecl decl = Decl(dim.Text);
        return module.IsAbstract || decl.FixedSize is not null || !asked.Add(dim.Text) ? Size(dim, inConstructor: true) : $"({Argument(decl)} < 1 ? {TooSmall(decl)} : {Argument(decl)})";
    }

    /// <summary>An expression that makes a cell for an abstract model.</summary>
    string Maker(MadeCell cell, HashSet<string>? asked = null) => cell.IsParameter ? MakerName(cell.TypeName)
        : $"() => new {cell.TypeName}({string.Join(", ", cell.Sizes.Select(s => asked is null ? Size(s, inConstructor: true) : Checked(s, asked)))})";

    static string MakerName(string parameter) => "new" + parameter;

    /// <summary>Writes a class for each layer that is an abstract model.</summary>
    void LayerClasses()
    {
        foreach (LayerField field in module.Fields)
            if (field.Abstract is { } layer)
                LayerClassOf(field, layer);
    }

    void LayerClassOf(LayerField field, AbstractLayer layer)
    {
        string[] sizes = [.. layer.Dims.Where(d => d.FixedSize is null).Select((_, i) => "size" + Number(i))];
        string[] makers = [.. layer.Cells.Select((_, i) => "make" + Number(i))];
        IEnumerable<string> arguments = [.. sizes.Select(s => "int " + s), .. layer.Cells.Select((c, i) => $"global::System.Func<{c.TypeName}> {makers[i]}")];
        code.Line();
        code.Line($"/// <summary>What makes a layer of {field.Field}.</summary>");
        code.Open($"sealed class {field.ClassName}({string.Join(", ", arguments)}) : {layer.TypeName}({string.Join(", ", sizes.Concat(makers))})");
        code.Line("/// <inheritdoc/>");
        code.Line("public override void BindReference(global::RnnDsl.Execution.ReferenceParameters parameters) =>");
        DimDecl[] dims = [.. layer.Dims];
        IEnumerable<string> extents = dims.Where(d => d.FixedSize is null).Select((d, i) => d.TypeName == d.Name ? $"this.Extents?[{Number(Array.IndexOf(dims, d))}] ?? {sizes[i]}" : sizes[i]);
        code.Line($"    base.BindFields(parameters, [{string.Join(", ", extents)}]);");
        code.Close();
    }

    /// <summary>Runs the methods of an abstract model uncompiled.</summary>
    void RunEquations()
    {
        code.Line();
        code.Line("/// <summary>For generated code: runs a method of this class as it stands.</summary>");
        code.Open($"protected {New}double[] RunEquations(string method, double[][] inputs, global::RnnDsl.Extent[] sizes)");
        code.Open("switch (method)");
        foreach (MethodModel method in module.Methods.Where(m => module.Base is null || !module.Base.Methods.Contains(m.Name)))
        {
            (string name, string element) = method.Call;
            code.Line($"case {Literal(method.Name)}:");
            code.Line($"    return {Result(method.Result, $"this.{TypeDecls.Identifier(name)}({string.Join(", ", method.Inputs.Select(Input))}){element}")};");
        }
        code.Line("default:");
        code.Line(module.Base is { } above ? $"    return base.RunEquations(method, inputs, {GivenSizes(above)});"
            : $"    throw new global::System.ArgumentException(\"{module.Type.Name} has no method of that name: \" + method, nameof(method));");
        code.Close();
        code.Close();
    }
}
