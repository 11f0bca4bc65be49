using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;
using RnnDsl.Generators.Passes;

namespace RnnDsl.Generators.Emit;

/// <summary>
/// Writes the program of one streaming step as a class: the layout of two blocks of memory, one shared by all streams and one for each stream; the code that fills the first; and the step.
/// </summary>
internal sealed class StepWriter
{
    /// <summary>The variable that says whether loops run backward at this step, and the field that stores the direction for the next step.</summary>
    public const string Back = "back", Direction = "direction";

    readonly string className;
    readonly string summary;
    readonly Schedule schedule;
    readonly BufferPlan plan;
    readonly Names names;
    readonly ProgramSignature signature;
    readonly StepProducts products;
    readonly StepMemoryMap map;
    readonly StepTogetherWriter together;
    readonly Stage prepare, step;
    readonly Shape[] paddedShapes;
    readonly Node result;

    /// <summary>The names of parameters that other nodes than products read.</summary>
    readonly HashSet<string> readAsTheyAre;

    /// <summary>True for a step to which a condition gives values.</summary>
    readonly bool isConditional;

    public StepWriter(string className, string summary, Schedule schedule, BufferPlan plan, Names names, ProgramSignature signature, StepSizes sizes, bool isConditional)
    {
        this.isConditional = isConditional;
        this.className = className;
        this.summary = summary;
        this.schedule = schedule;
        this.plan = plan;
        this.names = names;
        this.signature = signature;
        paddedShapes = [.. names.PaddedShapes([])];
        readAsTheyAre = [.. schedule.Graph.Nodes.Where(n => OpTable.Kind(n) != OpKind.Product).SelectMany(n => n.Inputs).Where(i => i >= 0).Select(i => schedule[i])
            .Where(n => n.Op == Op.Parameter).Select(n => n.Name)];
        (prepare, step) = (schedule.Stages[0], schedule.Stages[1]);
        result = schedule.Graph.Result("return");
        products = new StepProducts(schedule, names, sizes);
        map = new StepMemoryMap(schedule, plan, names, Inputs(), Prepared().Select(p => p.Name), SumPlaces().Select(s => s.Name));
        together = new StepTogetherWriter(step, products, map);
    }

    /// <summary>Where the values of each input begin. An input that is read in whole vectors is copied to memory that has room for them.</summary>
    Dictionary<string, string?> Inputs()
    {
        var inputs = new Dictionary<string, string?>();
        var before = new List<string>();
        foreach (ValueDecl input in signature.Inputs)
        {
            bool vectors = input.Shape.IsVector && schedule.Graph.Nodes.Any(n => n.Op == Op.Input && n.Name == input.Name
                && (result.Id == n.Id || schedule.Graph.Users(n.Id).Any(r => OpTable.Kind(schedule[r]) != OpKind.Product)));
            inputs.Add(names.Input(input.Name), vectors ? null : before.Count == 0 ? "inputs" : $"inputs + ({Names.Sum(before)})");
            before.Add(Names.Width(input.Shape));
        }
        foreach (ValueDecl given in signature.Given)
            inputs.Add(names.Input(given.Name), Given);
        return inputs;
    }

    /// <summary>The field of the base class that points to the given values.</summary>
    public const string Given = "Given";

    /// <summary>True for all parameters except matrices that only products read.</summary>
    bool IsReadAsItIs(ParameterDecl parameter) => !parameter.Shape.IsMatrix || readAsTheyAre.Contains(parameter.Name);

    /// <summary>The memory that all streams share: parameters that are read directly, packed weights, and values that depend on parameters alone.</summary>
    IEnumerable<(string Name, string Floats)> Prepared() => signature.Parameters.Where(IsReadAsItIs).Select(p => (names.Leaf("", p.Name), $"Layout.Align({ProgramWriter.Length(p.Shape)})"))
        .Concat(products.All.Select(p => (p.View.Buffer, p.Floats(names))))
        .Concat(products.Operands.Take(1).Select(o => (o.Scale.Buffer, $"Layout.Align({products.Operands.Count})")))
        .Concat(plan.Buffers.Where(b => b.First == 0).Select(b => (b.Name, Floats(b))));

    /// <summary>The memory of each stream: states, copies of inputs, and values that no register can hold.</summary>
    IEnumerable<(string Name, string Floats)> OfStream() => plan.Buffers.Where(b => b.First > 0).Select(b => (b.Name, Floats(b)))
        .Concat(signature.Inputs.Where(i => IsCopied(i)).Select(i => (names.Input(i.Name), $"Layout.Align({Names.Width(i.Shape)})")))
        .Concat(products.Operands.Select(o => (o.Words.Buffer, $"Weights.OperandFloats({Names.Width(o.Node.Shape)})")))
        .Concat(products.AnyAlternates ? [(Direction, "Layout.Alignment")] : [])
        .Concat(plan.Output.Count > 0 ? [("output", $"Layout.Align({Names.Width(result.Shape)})")] : []);

    /// <summary>The memory of the products of one stream, if they are made before the step for several streams together.</summary>
    IEnumerable<(string Name, string Floats)> SumPlaces() => products.All.Where(p => p.Sums is not null).Select(p => (p.Sums!.Buffer, p.SumFloats));

    bool IsCopied(ValueDecl input) => map.IsCopied(names.Input(input.Name));

    static string Floats(BufferDecl buffer) => buffer.Stride.Contains(" ") ? $"Layout.Align(({buffer.Stride}))" : $"Layout.Align({buffer.Stride})";

    public string Write()
    {
        var writer = new CodeWriter();
        writer.Line($"/// <summary>{summary}</summary>");
        writer.Open($"sealed class {className}<Weights> : {(isConditional ? "ConditionalStepProgram" : "StepProgram")} where Weights : struct, IStepWeights");
        WriteSizes(writer);
        WriteConstructor(writer);
        WriteProducts(writer);
        WriteUnread(writer);
        WritePrepare(writer);
        WriteStep(writer);
        together.Write(writer, WritePrologue, CopyResult);
        writer.Close();
        return writer.ToString();
    }

    IEnumerable<DimDecl> ConstructorDims => signature.Dims.Where(d => d.FixedSize is null);

    static string Size(DimDecl dim) => Names.Size(Dim.Named(dim.Name));

    /// <summary>The fields with the lengths of the condition's sequences.</summary>
    IEnumerable<string> Lengths => signature.Sequences.Select(Names.Steps);

    /// <summary>The arguments of the constructor.</summary>
    IEnumerable<string> Arguments => ConstructorDims.Select(Size).Concat(Lengths);

    void WriteSizes(CodeWriter writer)
    {
        foreach (DimDecl dim in signature.Dims.Where(d => d.FixedSize is not null))
            writer.Line($"const int {Size(dim)} = {dim.FixedSize};");
        if (Arguments.Any())
            writer.Line($"readonly int {string.Join(", ", Arguments)};");
        string[] all = [.. Prepared().Concat(OfStream()).Concat(SumPlaces()).Select(b => map.At(b.Name)), .. GivenNames().Select(map.At)];
        if (all.Length > 0)
            writer.Line($"readonly nint {string.Join(", ", all)};");
        writer.Line();
        foreach (Shape shape in paddedShapes)
            writer.Line($"int {names.PaddedSize(shape)} => Layout.Pad({Names.Width(shape)});").Line();
        string[] units = [.. schedule.Stages.SelectMany(s => s.Phases).SelectMany(p => p.Region.Levels).SelectMany(l => l.Loops).Select(l => l.Over.Columns ?? l.Dim).OfType<Dim>().Where(d => !d.IsSteps).Select(Names.Size).Distinct()];
        writer.Line($"int Lanes => LanesFor<Weights>({(units.Length == 0 ? "1" : units.Aggregate((a, b) => $"Math.Max({a}, {b})"))});").Line();
    }

    void WriteConstructor(CodeWriter writer)
    {
        writer.Open($"public {className}({string.Join(", ", Arguments.Select(a => "int " + a))})");
        foreach (string argument in Arguments)
            writer.Line($"this.{argument} = {argument};");
        writer.Line("long at = 0;");
        foreach ((string name, string floats) in Prepared())
            writer.Line($"{map.At(name)} = (nint)at;").Line($"at += {floats};");
        writer.Line("PreparedFloats = at;").Line("at = 0;");
        foreach ((string name, string floats) in OfStream())
            writer.Line($"{map.At(name)} = (nint)at;").Line($"at += {floats};");
        writer.Line("StreamFloats = at;");
        if (SumPlaces().Any())
        {
            writer.Line("at = 0;");
            foreach ((string name, string floats) in SumPlaces())
                writer.Line($"{map.At(name)} = (nint)at;").Line($"at += {floats};");
            writer.Line($"PackedFloats = {string.Join(" + ", products.All.Where(p => p.Sums is not null).Select(p => p.Floats(names)))};");
            writer.Line("SumFloats = at;").Line($"Pieces = {step.Phases.Count};")
                .Line($"MostOperands = {together.MostOperands};");
        }
        WriteGiven(writer);
        writer.Line($"Inputs = {(signature.Inputs.Count == 0 ? "0" : string.Join(" + ", signature.Inputs.Select(i => Names.Width(i.Shape))))};");
        writer.Line($"Outputs = {Names.Width(result.Shape)};");
        writer.Line("States =").Line("[");
        foreach (int shift in step.Nodes.Where(id => schedule[id].Op == Op.Shift))
        {
            Node initial = schedule.Graph.Input(schedule[shift], 1);
            CarriedState? state = initial.Op == Op.InitialState && signature.StateIndex(initial.Name) is int index ? signature.States[index] : null;
            bool isRounding = state is null && schedule[shift].Label is { } label && label.EndsWith(Streaming.Rounding, StringComparison.Ordinal);
            string[] marks = [.. isRounding ? ["IsRounding = true"] : Array.Empty<string>(), .. schedule[shift].Shape.IsSequence ? ["IsOfCondition = true"] : Array.Empty<string>()];
            writer.Indented($"new(\"{state?.Name ?? schedule[shift].Label}\", {Names.WidthInExample(schedule[shift].Shape)}, {RegionWriter.Literal(state?.Initial ?? initial.Number)}, " +
                $"{map.At(plan.Carries[shift].Buffer)}){(marks.Length == 0 ? "" : $" {{ {string.Join(", ", marks)} }}")},");
        }
        writer.Line("];");
        if (products.Operands.Count > 0)
        {
            writer.Line("Operands =").Line("[");
            foreach (StepOperand operand in products.Operands)
                writer.Indented($"new(\"{operand.Name}\", {Names.Width(operand.Node.Shape)}, {map.At(operand.Scale.Buffer)} + {operand.Scale.Offset}, " +
                    $"{map.At(operand.Words.Buffer)}),");
            writer.Line("];");
        }
        writer.Close().Line();
        writer.Line($"public override StepProgram Int8() => new {className}<Int8Weights>({string.Join(", ", Arguments)});").Line();
        if (isConditional)
            writer.Line($"public override ConditionalStepProgram Under(int[] lengths) => new {className}<Weights>({string.Join(", ", ConstructorDims.Select(Size).Concat(signature.Sequences.Select(a => $"lengths[{a}]")))});").Line();
    }

    /// <summary>Writes which parameters the products read, so that a stream can correct them. It is a member of its own, so that native programs without adapters do not contain it. A parameter that
    /// something else reads as well is left out, and so is every one under a condition, because what is computed from the condition may read it.</summary>
    void WriteProducts(CodeWriter writer)
    {
        if (isConditional || !SumPlaces().Any())
            return;
        StepProduct[] made = [.. products.All.Where(p => p.Sums is not null)];
        HashSet<string> elsewhere = [.. readAsTheyAre, .. products.All.Where(p => p.Sums is null).SelectMany(p => p.Matrices).Where(m => m.Op == Op.Parameter).Select(m => m.Name)];
        HashSet<int> sums = [.. made.SelectMany(p => p.Additions).OfType<(Node Sum, Node Addend)>().Select(a => a.Sum.Id)];
        HashSet<string> otherVectors = [.. schedule.Graph.Nodes.Where(n => n.Op == Op.Parameter && (n.Id == result.Id || schedule.Graph.Users(n.Id).Any(user => !sums.Contains(user)))).Select(n => n.Name)];
        writer.Line("public override global::System.Collections.Generic.IReadOnlyList<StepProduct> Products =>").Line("[");
        foreach (StepProduct product in made)
            for (int i = 0; i < product.Matrices.Count; i++)
            {
                Node matrix = product.Matrices[i];
                Node? addend = product.Additions[i]?.Addend;
                string matrixName = matrix.Op == Op.Parameter && !elsewhere.Contains(matrix.Name) ? $"\"{matrix.Name}\"" : "null";
                string vectorName = addend is { Op: Op.Parameter } && !otherVectors.Contains(addend.Name) ? $"\"{addend.Name}\"" : "null";
                if (matrixName != "null" || vectorName != "null")
                    writer.Indented($"new({matrixName}, {vectorName}, {map.At(product.Sums!.Buffer)}, {i}, {product.Matrices.Count}, {Names.Size(product.Units)}, {Names.Size(product.Depth)}, {(product.IsTransposed(i) ? "true" : "false")}),");
            }
        writer.Line("];").Line();
    }

    /// <summary>Writes which parameters have no influence on the method, so that it can use an adapter that changes them as well.</summary>
    void WriteUnread(CodeWriter writer)
    {
        string[] unread = [.. signature.Parameters.Select(p => p.Name).Except(schedule.Graph.Nodes.Where(n => n.Op == Op.Parameter).Select(n => n.Name))];
        if (!isConditional && unread.Length > 0)
            writer.Line($"public override global::System.Collections.Generic.IReadOnlyList<string> Unread => [{string.Join(", ", unread.Select(name => $"\"{name}\""))}];").Line();
    }

    IEnumerable<string> GivenNames() => signature.Given.Select(g => names.Input(g.Name));

    /// <summary>Writes the offsets of the values that a condition gives.</summary>
    void WriteGiven(CodeWriter writer)
    {
        if (!isConditional)
            return;
        writer.Line("at = 0;");
        foreach (ValueDecl given in signature.Given)
            writer.Line($"{map.At(names.Input(given.Name))} = (nint)at;").Line($"at += Layout.Align({ProgramWriter.Length(given.Shape)});");
        writer.Line("GivenFloats = at;").Line($"GivenPlaces = [{string.Join(", ", GivenNames().Select(map.At))}];");
    }

    void WritePrepare(CodeWriter writer)
    {
        writer.Dispatch("public override void Prepare(Floats parameters, Floats prepared)", "Prepare<{0}>(parameters, prepared);", "Lanes").Line();
        writer.Open("void Prepare<V>(Floats parameters, Floats prepared) where V : struct, ISimd<V>");
        foreach (ParameterDecl parameter in signature.Parameters)
        {
            string source = names.Leaf("raw", parameter.Name);
            writer.Line($"Floats {source} = parameters;").Line($"parameters += (nint)Layout.Align({ProgramWriter.Length(parameter.Shape)});");
            if (IsReadAsItIs(parameter))
                writer.Line($"Rows.Copy({source}, prepared + {map.At(names.Leaf("", parameter.Name))}, {ProgramWriter.Length(parameter.Shape)});");
        }
        // Computed matrices multiply only vectors of steps, so they may be packed last.
        foreach (StepProduct product in products.All.Where(p => !p.IsComputed))
            product.WritePack(writer, Source, $"prepared + {map.At(product.View.Buffer)}");
        CallPhases(writer, prepare, "Prepare", "V", "prepared");
        foreach (StepProduct product in products.All.Where(p => p.IsComputed))
            product.WritePack(writer, Source, $"prepared + {map.At(product.View.Buffer)}");
        writer.Close();
        WritePhases(writer, prepare, "Prepare", "V", "Floats prepared", "where V : struct, ISimd<V>");
        writer.Line();
    }

    /// <summary>Where a matrix lies when it is packed.</summary>
    string Source(Node matrix) => matrix.Op == Op.Parameter ? names.Leaf("raw", matrix.Name) : map.Address(prepare, map.Read(prepare, matrix.Id));

    /// <summary>Writes the regions of a stage: a single one into the stage's own method, several into methods of their own.</summary>
    void CallPhases(CodeWriter writer, Stage stage, string method, string types, string arguments)
    {
        if (stage.Phases.Count == 1)
            Region(stage, stage.Phases[0]).Write(writer);
        for (int i = 1; i <= stage.Phases.Count && stage.Phases.Count > 1; i++)
            writer.Line($"{method}{i}<{types}>({arguments});");
    }

    void WritePhases(CodeWriter writer, Stage stage, string method, string types, string parameters, string constraints)
    {
        for (int i = 1; i <= stage.Phases.Count && stage.Phases.Count > 1; i++)
        {
            writer.Line().Line(CodeWriter.Hot).Open($"void {method}{i}<{types}>({parameters}) {constraints}");
            Region(stage, stage.Phases[i - 1]).Write(writer);
            writer.Close();
        }
    }

    RegionWriter Region(Stage stage, Phase phase) =>
        new(map, stage, phase, [.. signature.Dims.Select(Size), .. paddedShapes.Select(names.PaddedSize), .. isConditional ? Lengths.Append(Given) : [], "parameters", "prepared", "memory", "inputs", "outputs", Back], products);

    void WriteStep(CodeWriter writer)
    {
        writer.Dispatch("public override void Step(Floats prepared, Floats memory, Floats inputs, Floats outputs)", $"Step<{{0}}, ProductsHere>(prepared, {StepTogetherWriter.Sums}: default, memory, inputs, outputs);", "Lanes").Line();
        writer.Line(CodeWriter.Hot).Open($"void Step<V, Products>(Floats prepared, Floats {StepTogetherWriter.Sums}, Floats memory, Floats inputs, Floats outputs) {StepTogetherWriter.Constraints}");
        WritePrologue(writer);
        if (products.AnyAlternates)
            writer.Line("// By turns forth and back: a step begins with the weights that the last one read last, which are still in the cache.")
                .Line($"bool {Back} = TurnBack(memory + {map.At(Direction)});");
        CallPhases(writer, step, "Step", "V, Products", $"prepared, {StepTogetherWriter.Sums}, memory, inputs{(products.AnyAlternates ? $", {Back}" : "")}");
        writer.Line(CopyResult).Close();
        WritePhases(writer, step, "Step", "V, Products", $"Floats prepared, Floats {StepTogetherWriter.Sums}, Floats memory, Floats inputs{(products.AnyAlternates ? $", bool {Back}" : "")}", StepTogetherWriter.Constraints);
    }

    /// <summary>Copies the inputs that are read in whole vectors.</summary>
    void WritePrologue(CodeWriter writer)
    {
        var before = new List<string>();
        foreach (ValueDecl input in signature.Inputs)
        {
            if (IsCopied(input))
                writer.Line($"Rows.Copy(inputs{(before.Count == 0 ? "" : $" + ({Names.Sum(before)})")}, memory + {map.At(names.Input(input.Name))}, {Names.Width(input.Shape)});");
            before.Add(Names.Width(input.Shape));
        }
    }

    /// <summary>The statement that copies the result to the caller.</summary>
    string CopyResult => result.Op == Op.Constant
        ? $"Rows.Fill(outputs, {Names.Width(result.Shape)}, {RegionWriter.Literal(result.Number)});"
        : $"Rows.Copy({map.Address(step, result.Op == Op.Shift ? map.Written(step, result.Id)! : map.Read(step, result.Id))}, outputs, {Names.Width(result.Shape)});";
}
