using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Generators.Emit;

/// <summary>Writes the constructor and the description of the module.</summary>
internal sealed partial class PartialClassWriter
{
    IEnumerable<DimDecl> AskedDims => module.Dims.Where(d => d.FixedSize is null);

    void Sizes()
    {
        if (!AskedDims.Any() || module.IsAbstract)
            return;
        code.Line($"readonly int {string.Join(", ", AskedDims.Select(SizeField))};");
        code.Line();
    }

    void Constructor()
    {
        code.Line("/// <summary>Made for these sizes; the parameters get their first values at the first use.</summary>");
        foreach (DimDecl dim in AskedDims)
            code.Line($"/// <param name=\"{SizeName(dim)}\">Size of {dim.Name}.</param>");
        if (module.IsAbstract)
            ConstructorOfAbstract();
        else
            ConstructorOfConcrete();
    }

    void ConstructorOfConcrete()
    {
        code.Line("/// <param name=\"seed\">Of the random numbers that parameters start from.</param>");
        code.Line("/// <exception cref=\"global::System.ArgumentOutOfRangeException\">A size is below 1.</exception>");
        if (Slices().Any())
            code.Line("/// <exception cref=\"global::System.ArgumentException\">A vector is too short for a slice of it.</exception>");
        string arguments = string.Concat(AskedDims.Select(d => $"int {Argument(d)}, "));
        code.Open($"{module.Type.Accessibility} {TypeDecls.Identifier(module.Type.Name)}({arguments}int seed = 0){CallOfBase()}");
        foreach (DimDecl dim in AskedDims)
        {
            code.Line($"if ({Argument(dim)} < 1)");
            code.Line($"    {TooSmall(dim)};");
            code.Line($"{SizeField(dim)} = {Argument(dim)};");
        }
        MakeLayers();
        foreach ((string condition, string message) in Slices().Distinct())
        {
            code.Line($"if ({condition})");
            code.Line($"    throw new global::System.ArgumentException({Literal(message)});");
        }
        code.Line("base.Seed = seed;");
        code.Close();
    }

    string TooSmall(DimDecl dim) => $"throw new global::System.ArgumentOutOfRangeException(nameof({Argument(dim)}), {Argument(dim)}, " +
        $"\"{module.Type.Name} needs a size of at least 1 for its dimension {dim.Name}.\")";

    void MakeLayers()
    {
        foreach (LayerField field in module.Fields)
        {
            IEnumerable<string> given = [.. field.Sizes.Select(s => Size(s, inConstructor: true)), .. field.Abstract is { } above ? above.Cells.Select(c => Maker(c)) : []];
            string made = field.Parameter is { } parameter ? $"{MakerName(parameter)}()" : $"new{(field.Abstract is null ? "" : " " + field.ClassName)}({string.Join(", ", given)})";
            code.Line($"this.{TypeDecls.Identifier(field.Field)} = {(field.Count is { } count ? $"[{string.Join(", ", Enumerable.Repeat(made, count))}]" : made)};");
            foreach ((string layer, string path) in Layers(field))
                code.Line($"base.AddLayer({layer}, {Literal(path)});");
        }
    }

    /// <summary>The condition under which a slice reaches beyond its vector, and the message for that case. Compiled programs do not check it.</summary>
    IEnumerable<(string Condition, string Message)> Slices()
    {
        foreach (Graph graph in module.Cell is { } cell ? [cell.Step] : module.Methods.Select(m => m.Graph))
            foreach (Node node in graph.Nodes.Where(n => n.Op == Op.Slice && n.Offset.After is null))
            {
                Dim whole = graph.Input(node, 0).Shape.Rows!, part = node.Shape.Rows!;
                bool fits = node.Offset.Units == 0 && (part.Equals(whole) || (whole.IsConcat && part.Equals(whole.Left)));
                if (!fits)
                    yield return ($"(long){Size(part, inConstructor: true)} + {node.Offset} > {Size(whole, inConstructor: true)}",
                        $"{module.Type.Name} takes a slice of {part} from unit {node.Offset} of a vector of {whole}, which has too few units.");
            }
    }

    void Describe()
    {
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Line($"protected override int CompiledFor => {Number(KnownSymbols.InterfaceVersion)};");
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Line($"protected override global::RnnDsl.Execution.ModuleInfo Describe() => {Described("Module")}(");
        code.Line($"    {Literal(module.Type.Name)},");
        List("    ", module.Dims.Select(d => $"{Described("Dimension")}({Literal(d.Name)}, {Size(Dim.Named(d.Name))}),"), ",");
        List("    ", ModuleParameters.Of(module).Select(p => Parameter(p) + ","), ",");
        List("    ", methods.SelectMany(m => Method(m.Method, m.Compiled)), ",");
        code.Line($"    {Literal(LegacyFingerprint.Of(module))},");
        List("    ", Equations(), ");");
    }

    /// <summary>The runtime method that makes a part of the description.</summary>
    static string Described(string part) => $"{KnownSymbols.Description}.{part}";

    void List(string indent, IEnumerable<string> items, string end)
    {
        code.Line(indent + "[");
        foreach (string item in items)
            code.Line(indent + "    " + item);
        code.Line(indent + "]" + end);
    }

    string Parameter(ParameterDecl parameter)
    {
        string rows = parameter.Shape.IsScalar ? "1" : Size(parameter.Shape.Rows!), columns = parameter.Shape.IsMatrix ? Size(parameter.Shape.Columns!) : "1";
        string described = $"{Described("Parameter")}({Literal(parameter.Name)}, {Number(parameter.Shape.Rank)}, {rows}, {columns}, " +
            $"global::RnnDsl.Initial.{parameter.Initial}, {Number(parameter.InitialValue)})";
        if (parameter.Function is { } function)
            described = Computed(described, parameter.Name, parameter.Shape, function);
        return parameter.IsFixed ? $"{Described("Fixed")}({described})" : described;
    }

    /// <summary>A parameter and the method that computes it: a method of this class, of the layer's class, or of a layer within an abstract model, which the class finds when it is
    /// constructed.</summary>
    string Computed(string described, string name, Shape shape, ParameterFunction function)
    {
        if (function.Method.Length == 0)
            return LayerOf(name) is ({ Abstract: null }, var layer, var path) ? $"{Described("Computed")}({described}, {layer}, {Literal(name.Substring(path.Length + 1))})"
                : $"{Described("ComputedBelow")}({described}, this)";
        string[] all = shape.Rank switch { 0 => [], 1 => ["row", Width(shape)], _ => ["row", "column", Size(shape.Rows!), Size(shape.Columns!)] };
        return $"{Described("Computed")}({described}, (row, column) => {function.Method}({string.Join(", ", all.Take(function.Arguments))}))";
    }

    IEnumerable<string> Method(MethodModel method, CompiledMethodText compiled)
    {
        string sizes = string.Join(", ", module.Dims.Select(d => Size(Dim.Named(d.Name))));
        int counted = method.Counts?.Input is { } input ? method.Inputs.ToList().FindIndex(i => i.Name == input) : -1;
        string count = !method.IsLoss ? "" : Described(method.Counts is null ? "NotCounted" : counted < 0 ? "CountedOnce" : "Counted") + "(";
        string counts = !method.IsLoss ? "" : counted < 0 ? ")"
            : $", {Number(counted)}, {Bool(method.Counts!.Labels)}, {Number(method.Counts.First)}, {Number(method.Counts.Last)})";
        bool starts = method.Graph.Nodes.Any(n => n.Op is Op.Scan or Op.ScanReversed && n.Inputs.Count > 1);
        if (starts)
            (count, counts) = ($"{Described("Started")}({count}", counts + ")");
        foreach (Domain some in method.Graph.Thinned)
            (count, counts) = ($"{Described("Thinned")}({count}", $"{counts}, {Number(some.Axis)}, {Number(some.Thinned!.SourceAxis)}, {Number(some.Thinned.Every)})");
        foreach (ConditionalText text in compiled.Conditional)
        {
            (string condition, string step) = MethodModel.ConditionalNamesOf(method.ProgramName, text.Axis);
            string[] arguments = [.. AskedDims.Select(d => Size(Dim.Named(d.Name))), .. Enumerable.Repeat("0", text.Sequences)];
            count = $"{Described(text.Step is null ? "NotConditional" : "Conditional")}({count}";
            counts += text.Refusal is { } why ? $", {Number(text.Axis)}, {Literal(why)})"
                : $", {Number(text.Axis)}, {(text.Condition is null ? "null" : $"new {condition}({sizes})")}, new {step}<FloatWeights>({string.Join(", ", arguments)}))";
        }
        if (compiled.WithoutChunks is { } cut)
            (count, counts) = ($"{Described("NotInChunks")}({count}", $"{counts}, {Literal(cut)})");
        yield return $"{count}{Described("Method")}({Literal(method.Name)},";
        yield return $"    [{string.Join(", ", method.Inputs.Select(ValueInfo))}],";
        yield return $"    {ValueInfo(method.Result)},";
        yield return $"    [{string.Join(", ", compiled.States.Select(StateInfo))}],";
        yield return $"    new {method.ProgramName}Forward({sizes}),";
        yield return compiled.Training is null ? "    null," : $"    new {method.ProgramName}Training({sizes}),";
        string asked = string.Join(", ", AskedDims.Select(d => Size(Dim.Named(d.Name))));
        yield return compiled.Step is null ? "    null," : $"    new {method.ProgramName}Step<FloatWeights>({asked}),";
        yield return $"    {(compiled.WithoutStream is { } reason ? Literal(reason) : "null")}){counts},";
    }

    string StateInfo(CarriedState state) => OnAxis(state.Axis,
        $"{Described("State")}({Literal(state.Name)}, {Width(state.Shape)}, (float){Number(state.Initial)}, {Bool(state.Reverse)}, {Bool(state.Shape.IsScalar)})");

    static string OnAxis(int axis, string described) => axis == 0 ? described : $"{Described("OnAxis")}({described}, {Number(axis)})";

    string ValueInfo(ValueDecl value) => value.Domain.IsNested ? $"{Described("Nested")}({OnAxis(value.Axis, Described(value))}, {Number(value.Domain.OuterAxis)})" : OnAxis(value.Axis, Described(value));

    string Described(ValueDecl value)
    {
        string kind = value.Domain.IsSteps ? "Sequence" : value.Written.IsScalar ? "Scalar" : "Vector";
        string name = Literal(value.Name), valueKind = $"global::RnnDsl.Execution.ValueKind.{kind}", target = $"global::RnnDsl.Execution.TargetKind.{value.Target ?? "Any"}";
        return value.Units is not null ? $"{Described("OneHot")}({name}, {valueKind}, {Size(value.Units)}, {target})"
            : kind == "Sequence" && value.Shape.IsScalar ? $"{Described("Scalars")}({name}, {target})"
            : $"{Described("Value")}({name}, {valueKind}, {Width(value.Shape)}, {target})";
    }

    /// <summary>What each layer and each method computes, or the cell itself.</summary>
    IEnumerable<string> Equations()
    {
        if (module.Cell is { } cell)
            return [Equation("", EquationFingerprint.Of(cell))];
        // Equal layers have equal fingerprints.
        var known = new Dictionary<CellModel, Fingerprints>();
        return module.Layers.Select(l => Equation(l.Field, known.TryGetValue(l.Cell, out var meaning) ? meaning : known[l.Cell] = EquationFingerprint.Of(l.Cell)))
            .Concat(module.Methods.Select(m => Equation(m.Name + "()", EquationFingerprint.Of(m))));
    }

    static string Equation(string part, Fingerprints meaning) =>
        $"{Described("Equations")}({Literal(part)}, {Literal(meaning.Values)}, {Literal(meaning.Training)}{(meaning.Earlier is var (values, training) ? $", {Literal(values)}, {Literal(training)}" : "")}),";
}
