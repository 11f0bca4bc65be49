using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Generators.Emit;

/// <summary>What runs the equations as they stand: values for the fields, and the way from a method's name to the method.</summary>
internal sealed partial class HalfWriter
{
    void BindReference()
    {
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Open("public override void BindReference(global::RnnDsl.Execution.ReferenceParameters parameters)");
        foreach (ParameterDecl parameter in module.Parameters)
        {
            string values = $"parameters[{Literal(parameter.Name)}]";
            string value = parameter.Shape.Rank switch
            {
                0 => values + "[0]",
                1 => $"new({Extent(parameter.Shape.Rows!)}, {values})",
                _ => $"new({Extent(parameter.Shape.Rows!)}, {Extent(parameter.Shape.Columns!)}, {values})",
            };
            code.Line($"this.{TypeDecls.Identifier(parameter.Name)} = {value};");
        }
        foreach (LayerDecl layer in module.Layers)
        {
            // The field may be declared nullable; the constructor has set it.
            code.Line($"this.{TypeDecls.Identifier(layer.Field)}!.BindReference(parameters.Child({Literal(layer.Field)}));");
            if (layer.Cell.Output.Rows!.IsConcat)
                code.Line($"this.{TypeDecls.Identifier(layer.Field)}!.OutputExtent = {Extent(layer.Cell.Output.Rows)};");
        }
        if (module.Cell is { States.Count: > 0 })
            code.Line("SetState(null);");
        code.Close();
    }

    void States(CellModel cell)
    {
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Line($"protected override double[][] GetState() => [{string.Join(", ", cell.States.Select(s =>
            $"{(s.CountsSteps ? "[base.StepNumber.Value]" : s.Shape.IsScalar ? $"[this.{TypeDecls.Identifier(s.Name)}.Value]" : $"this.{TypeDecls.Identifier(s.Name)}.ToArray()")}"))}];");
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Open("protected override void SetState(double[][]? state)");
        for (int i = 0; i < cell.States.Count; i++)
        {
            StateDecl state = cell.States[i];
            string field = $"this.{TypeDecls.Identifier(state.Name)}";
            code.Line(state.CountsSteps
                ? $"base.CountFrom(state is null ? 0 : state[{Number(i)}][0]);"
                : state.Shape.IsScalar
                ? $"{field} = state is null ? {Number(state.Initial)} : state[{Number(i)}][0];"
                : $"{field} = new({Extent(state.Shape.Rows!)}, state is null ? {Initial(state)} : state[{Number(i)}]);");
        }
        code.Close();
    }

    string Initial(StateDecl state) => state.Initial == 0
        ? $"new double[{Size(state.Shape.Rows!)}]"
        : $"global::System.Linq.Enumerable.ToArray(global::System.Linq.Enumerable.Repeat({Number(state.Initial)}d, {Size(state.Shape.Rows!)}))";

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
        Finally(states.Count > 0 ? ["this"] : [], $"return {Result(method.Result, $"this.Scan({Input(method.Inputs[0], 0)})")};");
    }

    void RunMethod(MethodModel method, List<StateGroup> groups)
    {
        string call = $"this.{TypeDecls.Identifier(method.Name)}({string.Join(", ", method.Inputs.Select(Input))})";
        if (groups.Count == 0)
        {
            code.Line($"return {Result(method.Result, call)};");
            return;
        }
        int count = groups.Sum(g => g.Sources.Count(s => s != "null"));
        code.Line($"if (states is not null && states.Length != {Number(count)})");
        code.Line($"    throw new global::System.ArgumentException(\"{method.Name} carries {Number(count)} states.\", nameof(states));");
        // One array a scan; the scan overwrites its elements with the states after the last step.
        code.Line($"double[]?[][] queued = states is null ? [] : [{string.Join(", ", groups.Select(g => $"[{string.Join(", ", g.Sources)}]"))}];");
        code.Open("if (states is not null)");
        for (int i = 0; i < groups.Count; i++)
            code.Line($"this.{groups[i].Field}!.QueueStates(queued[{Number(i)}]);");
        code.Close();
        Finally(groups.Select(g => $"this.{g.Field}!").Distinct(), $"result = {Result(method.Result, call)};", "double[] result;");
        code.Open("if (states is not null)");
        for (int i = 0; i < groups.Count; i++)
            for (int j = 0; j < groups[i].Sources.Count; j++)
                if (groups[i].Sources[j] != "null")
                    code.Line($"{groups[i].Sources[j]} = queued[{Number(i)}][{Number(j)}]!;");
        code.Close();
        code.Line("return result;");
    }

    /// <summary>Runs a statement and drops what states it left queued.</summary>
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
        if (input.Units is not null)
            return $"global::RnnDsl.CompilerServices.OneHot.{(input.Space == Space.Sequence ? "Sequence" : "Vector")}<{CSharpType(input.Units)}>({Extent(input.Units)}, inputs[{Number(index)}])";
        if (input.Shape.IsScalar && input.Space == Space.Sequence)
            return $"new global::RnnDsl.Seq(inputs[{Number(index)}])";
        if (input.Shape.IsScalar)
            return $"inputs[{Number(index)}][0]";
        string type = input.Space == Space.Sequence ? "Seq" : "Vec";
        return $"new global::RnnDsl.{type}<{CSharpType(input.Shape.Rows!)}>({Extent(input.Shape.Rows!)}, inputs[{Number(index)}])";
    }

    static string Result(ValueDecl result, string call) => result.Shape.IsScalar && result.Space != Space.Sequence ? $"[{call}.Value]" : call + ".ToArray()";

    /// <summary>The states of one scan of a layer: for each state of its cell where to find it, or "null".</summary>
    sealed record StateGroup(string Field, List<string> Sources);

    List<StateGroup> StateGroups(EquatableArray<CarriedState> states)
    {
        var groups = new List<StateGroup>();
        (string, string) scan = ("", "");
        for (int i = 0; i < states.Count; i++)
        {
            // "encoder.h", and for a second scan of the same layer "encoder.h#2".
            string[] parts = states[i].Name.Split('.', '#');
            (string, string) path = (parts[0], parts.Length > 2 ? parts[2] : "");
            LayerDecl layer = module.Layers.First(l => l.Field == parts[0]);
            if (path != scan)
                groups.Add(new StateGroup(TypeDecls.Identifier(layer.Field), layer.Cell.States.Select(_ => "null").ToList()));
            int place = layer.Cell.States.ToList().FindIndex(s => s.Name == parts[1]);
            scan = path;
            groups[groups.Count - 1].Sources[place] = $"states[{Number(i)}]";
        }
        return groups;
    }
}
