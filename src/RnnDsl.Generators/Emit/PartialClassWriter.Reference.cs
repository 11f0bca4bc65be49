using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Generators.Emit;

/// <summary>Runs equations uncompiled: gives the fields values, and dispatches a method's name to the method.</summary>
internal sealed partial class PartialClassWriter
{
    void BindReference()
    {
        code.Line();
        code.Line(module.IsAbstract ? "/// <summary>For generated code: gives the fields of this class the values of parameters.</summary>" : "/// <inheritdoc/>");
        code.Open(module.IsAbstract ? $"protected {New}void BindFields(global::RnnDsl.Execution.ReferenceParameters parameters, global::RnnDsl.Extent[] sizes)" : "public override void BindReference(global::RnnDsl.Execution.ReferenceParameters parameters)");
        if (module.Base is { } above)
            code.Line($"base.BindFields(parameters, {GivenSizes(above)});");
        foreach (ParameterDecl parameter in module.Parameters.Where(p => p.Name.IndexOf('.') < 0 && !module.IsInherited(p.Name)))
            code.Line($"this.{TypeDecls.Identifier(parameter.Name)} = {Bound(parameter)};");
        foreach (ArrayField array in module.Arrays)
            if (module.Parameters.Any(p => p.Name == ElementName.Of(array.Field, 0)))
                code.Line($"this.{TypeDecls.Identifier(array.Field)} = [{string.Join(", ", Elements(array).Select(name => Bound(module.Parameters.First(p => p.Name == name))))}];");
        foreach (LayerField field in module.Fields)
            foreach ((string layer, string path) in Layers(field))
            {
                // The parts of concatenations, which a layer's own sizes do not tell.
                if (field.IsModel && field.Extents.Count > 0)
                    code.Line($"{layer}.Extents = [{string.Join(", ", field.Extents.Select(Extent))}];");
                code.Line($"{layer}.BindReference(parameters.Child({Literal(path)}));");
                if (!field.IsModel && field.Extents[0].Names.Any(n => field.Extents[0].IsConcat || IsArgument(Decl(n))))
                    code.Line($"{layer}.OutputExtent = {Extent(field.Extents[0])};");
            }
        if (module.Cell is { States.Count: > 0 })
            code.Line("SetState(null);");
        code.Close();
    }

    string Bound(ParameterDecl parameter)
    {
        string values = $"parameters[{Literal(parameter.Name)}]";
        return parameter.Shape.Rank switch
        {
            0 => values + "[0]",
            1 => $"new({Extent(parameter.Shape.Rows!)}, {values})",
            _ => $"new({Extent(parameter.Shape.Rows!)}, {Extent(parameter.Shape.Columns!)}, {values})",
        };
    }

    static IEnumerable<string> Elements(ArrayField array) => Enumerable.Range(0, array.Count).Select(i => ElementName.Of(array.Field, i));

    /// <summary>The layers of a field: as C#, and as paths. A field may be declared nullable, but the constructor has set it.</summary>
    static IEnumerable<(string Layer, string Path)> Layers(LayerField field)
    {
        string name = $"this.{TypeDecls.Identifier(field.Field)}!";
        return field.Count is { } count ? Enumerable.Range(0, count).Select(i => ($"{name}[{Number(i)}]", ElementName.Of(field.Field, i))) : [(name, field.Field)];
    }

    Dictionary<string, LayerField>? fields;

    /// <summary>The layer to which a name of the module belongs, and its field; null if that is a field of an abstract base model.</summary>
    (LayerField Field, string Layer, string Path)? LayerOf(string name)
    {
        fields ??= module.Fields.ToDictionary(f => f.Field);
        string[] parts = name.Split('.');
        if (!fields.TryGetValue(parts[0], out LayerField? field))
            return null;
        (string layer, string path) = Layers(field).ElementAt(field.Count is null ? 0 : int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
        return (field, layer, path);
    }

    /// <summary>Gives models that contain this one its layers by their paths.</summary>
    void LayerAt()
    {
        if (module.Cell is not null || module.Fields.Count == 0)
            return;
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Open("protected override global::RnnDsl.Execution.Module? LayerAt(string name) => name switch");
        foreach ((string layer, string path) in module.Fields.SelectMany(Layers))
            code.Line($"{Literal(path)} => {layer},");
        code.Line(module.Base is null ? "_ => null," : "_ => base.LayerAt(name),");
        code.Close(";");
    }

    /// <summary>A state, or an array element that is a state, as C#.</summary>
    static string Field(StateDecl state) => state.CountsSteps ? "base.StepNumber" : "this." + ElementName.Written(state.Name, TypeDecls.Identifier);

    void States(CellModel cell)
    {
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Line($"protected override double[][] GetState() => [{string.Join(", ", cell.CarriedStates.Select(s =>
            s.Shape.IsScalar ? $"[{Field(s)}.Value]" : $"{Field(s)}.ToArray()"))}];");
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Open("protected override void SetState(double[][]? state)");
        foreach (ArrayField array in module.Arrays)
            if (cell.CarriedStates.FirstOrDefault(s => s.Name == ElementName.Of(array.Field, 0)) is { } element)
                code.Line($"this.{TypeDecls.Identifier(array.Field)} ??= new global::RnnDsl.{CSharpType(element.Shape)}[{Number(array.Count)}];");
        StateDecl[] states = [.. cell.CarriedStates];
        for (int i = 0; i < states.Length; i++)
        {
            StateDecl state = states[i];
            string field = Field(state);
            code.Line(state.CountsSteps
                ? $"base.CountFrom(state is null ? 0 : state[{Number(i)}][0]);"
                : state.Shape.IsScalar
                ? $"{field} = state is null ? {Number(state.Initial)} : state[{Number(i)}][0];"
                : $"{field} = new({Extent(state.Shape.Rows!)}, {(state.Shape.IsMatrix ? Extent(state.Shape.Columns!) + ", " : "")}state is null ? {Initial(state)} : state[{Number(i)}]);");
        }
        code.Close();
        StateDecl[] sequences = [.. cell.States.Where(s => s.Shape.IsSequence)];
        if (sequences.Length == 0)
            return;
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Open("protected override void StartSequences(int steps)");
        foreach (ArrayField array in module.Arrays)
            if (sequences.FirstOrDefault(s => s.Name == ElementName.Of(array.Field, 0)) is { } element)
                code.Line($"this.{TypeDecls.Identifier(array.Field)} ??= new global::RnnDsl.{SequenceType(element.Shape)}[{Number(array.Count)}];");
        foreach (StateDecl state in sequences)
            code.Line($"{Field(state)} = new({(state.Shape.IsMatrix ? Extent(state.Shape.Columns!) + ", " : "")}global::System.Linq.Enumerable.ToArray(global::System.Linq.Enumerable.Repeat({Number(state.Initial)}d, " +
                $"steps{(state.Shape.IsMatrix ? " * " + Factor(state.Shape.Columns!) : "")})));");
        code.Close();
    }

    string SequenceType(Shape shape) => shape.IsMatrix ? $"Seq<{CSharpType(shape.Columns!)}>" : "Seq";

    string CSharpType(Shape shape) => shape.Rank switch { 0 => "Scalar", 1 => $"Vec<{CSharpType(shape.Rows!)}>", _ => $"Mat<{CSharpType(shape.Rows!)}, {CSharpType(shape.Columns!)}>" };

    string Initial(StateDecl state) => state.Initial == 0
        ? $"new double[{Width(state.Shape)}]"
        : $"global::System.Linq.Enumerable.ToArray(global::System.Linq.Enumerable.Repeat({Number(state.Initial)}d, {Width(state.Shape)}))";

    void RunReference()
    {
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Open("public override double[] RunReference(string method, double[][] inputs, double[][]? states = null)");
        code.Open("switch (method)");
        foreach ((MethodModel method, CompiledMethodText compiled) in methods)
        {
            code.Line($"case {Literal(method.Name)}:");
            code.Open();
            if (module.Cell is null)
                RunMethod(method, StateGroups(compiled.States));
            else
                RunScan(method, compiled.States);
            code.Close();
        }
        code.Line("default:");
        code.Line($"    throw new global::System.ArgumentException(\"{module.Type.Name} has no method of that name: \" + method, nameof(method));");
        code.Close();
        code.Close();
    }

    void RunScan(MethodModel method, EquatableArray<CarriedState> states)
    {
        if (states.Count > 0)
        {
            code.Line("if (states is not null)");
            code.Line("    QueueStates(states);");
        }
        Finally(states.Count > 0 ? ["this"] : [], $"return {Result(method.Result, $"this.Scan({string.Join(", ", method.Inputs.Select(Input))})")};");
    }

    void RunMethod(MethodModel method, List<StateGroup> groups)
    {
        (string name, string element) = method.Call;
        string call = $"this.{TypeDecls.Identifier(name)}({string.Join(", ", method.Inputs.Select(Input))}){element}";
        string result = module.Base is { } above && above.Methods.Contains(method.Name) ? $"base.RunEquations({Literal(method.Name)}, inputs, {GivenSizes(above)})" : Result(method.Result, call);
        if (groups.Count == 0)
        {
            code.Line($"return {result};");
            return;
        }
        int count = groups.Sum(g => g.Sources.Count(s => s != "null"));
        code.Line($"if (states is not null && states.Length != {Number(count)})");
        code.Line($"    throw new global::System.ArgumentException(\"{method.Name} carries {Number(count)} states.\", nameof(states));");
        // One array for each scan. The scan overwrites its elements with the states after the last step.
        code.Line($"double[]?[][] queued = states is null ? [] : [{string.Join(", ", groups.Select(g => $"[{string.Join(", ", g.Sources)}]"))}];");
        code.Open("if (states is not null)");
        for (int i = 0; i < groups.Count; i++)
            code.Line($"{groups[i].Cell}.QueueStates(queued[{Number(i)}]);");
        code.Close();
        Finally(groups.Select(g => g.Cell).Distinct(), $"result = {result};", "double[] result;");
        code.Open("if (states is not null)");
        for (int i = 0; i < groups.Count; i++)
            for (int j = 0; j < groups[i].Sources.Count; j++)
                if (groups[i].Sources[j] != "null")
                    code.Line($"{groups[i].Sources[j]} = queued[{Number(i)}][{Number(j)}]!;");
        code.Close();
        code.Line("return result;");
    }

    /// <summary>Runs a statement, and drops the queued states that it did not use.</summary>
    void Finally(IEnumerable<string> cells, string statement, string? declaration = null)
    {
        if (declaration is not null)
            code.Line(declaration);
        string[] all = cells.ToArray();
        if (all.Length == 0)
        {
            code.Line(statement);
            return;
        }
        code.Open("try");
        code.Line(statement);
        code.Close();
        code.Open("finally");
        foreach (string cell in all)
            code.Line(cell + ".ClearStates();");
        code.Close();
    }

    string Input(ValueDecl input, int index)
    {
        if (input.Domain.IsNested)
            return $"global::RnnDsl.CompilerServices.Nested.{(input.Units is null ? "Sequences" : "OneHots")}<{CSharpType(input.Units ?? input.Shape.Rows!)}>({Extent(input.Units ?? input.Shape.Rows!)}, inputs[{Number(index)}])";
        if (input.Units is not null)
            return $"global::RnnDsl.CompilerServices.OneHot.{(input.Domain.IsSteps ? "Sequence" : "Vector")}<{CSharpType(input.Units)}>({Extent(input.Units)}, inputs[{Number(index)}])";
        if (input.Shape.IsScalar && input.Domain.IsSteps)
            return $"new global::RnnDsl.Seq(inputs[{Number(index)}])";
        if (input.Shape.IsScalar)
            return $"inputs[{Number(index)}][0]";
        string type = input.Domain.IsSteps ? "Seq" : "Vec";
        return $"new global::RnnDsl.{type}<{CSharpType(input.Shape.Rows!)}>({Extent(input.Shape.Rows!)}, inputs[{Number(index)}])";
    }

    static string Result(ValueDecl result, string call) => result.Shape.IsScalar && !result.Domain.IsSteps ? $"[{call}.Value]" : call + ".ToArray()";

    /// <summary>The states of one scan of a layer: the cell, and for each of its states the source expression, or "null".</summary>
    sealed record StateGroup(string Cell, List<string> Sources);

    List<StateGroup> StateGroups(EquatableArray<CarriedState> states)
    {
        var groups = new List<StateGroup>();
        (LayerDecl?, string) scan = (null, "");
        for (int i = 0; i < states.Count; i++)
        {
            // "encoder.h", or "encoder.h#2" for a second scan of the same layer.
            string[] parts = states[i].Name.Split('#');
            LayerDecl layer = module.Layers.Where(l => parts[0].StartsWith(l.Field + ".", StringComparison.Ordinal)).OrderByDescending(l => l.Field.Length).First();
            (LayerDecl?, string) here = (layer, parts.Length > 1 ? parts[1] : "");
            if (!here.Equals(scan))
                groups.Add(new StateGroup(CellAt(layer), layer.Cell.CarriedStates.Select(_ => "null").ToList()));
            string state = parts[0].Substring(layer.Field.Length + 1);
            scan = here;
            groups[groups.Count - 1].Sources[layer.Cell.CarriedStates.ToList().FindIndex(s => s.Name == state)] = $"states[{Number(i)}]";
        }
        return groups;
    }

    /// <summary>A cell that is a layer, or that is inside a model that is a layer.</summary>
    string CellAt(LayerDecl layer)
    {
        if (LayerOf(layer.Field) is not (_, var own, var path))
            return $"this.CellAt({Literal(layer.Field)})";
        return layer.Field == path ? own : $"{own}.CellAt({Literal(layer.Field.Substring(path.Length + 1))})";
    }
}
