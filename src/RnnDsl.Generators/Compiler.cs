using RnnDsl.Generators.Emit;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Passes;
using RnnDsl.Generators.Verification;

namespace RnnDsl.Generators;

/// <summary>A state that a compiled method carries: "encoder.h".</summary>
/// <param name="Axis">The axis of the sequences along which it is carried.</param>
internal sealed record CarriedState(string Name, Shape Shape, double Initial, bool Reverse, int Axis = 0);

/// <summary>The programs for streams of one method along one axis. The inputs of all other axes are given before.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Condition">A class <c>{Method}Condition{Axis} : CompiledProgram</c>, which computes the values that the steps are given; null if there are none.</param>
/// <param name="Step">The class <c>{Method}Step{Axis} : ConditionalStepProgram</c>, or null.</param>
/// <param name="Sequences">The number of lengths that the step's constructor takes after the sizes.</param>
/// <param name="Refusal">The reason why there is no step, phrased as what the method does; null if there is one.</param>
internal sealed record ConditionalText(int Axis, string? Condition, string? Step, int Sequences, string? Refusal);

/// <summary>The result of the passes and the printer for one method: the text of its program classes, and the graph after each pass.</summary>
/// <param name="Forward">A nested class <c>{Method}Forward : CompiledProgram</c> whose constructor takes the sizes of all dimensions of the module in order.</param>
/// <param name="Training">The class <c>{Method}Training</c>, or null.</param>
/// <param name="Step">The class <c>{Method}Step : StepProgram</c>, the streaming counterpart, or null.</param>
/// <param name="WithoutStream">The reason why there is no streaming counterpart, phrased as what the method does; null for a loss, and if there is one.</param>
/// <param name="States">The states, in the order of the shard's state pointers.</param>
/// <param name="Passes">Text of the graph after each pass, if it was asked for.</param>
/// <param name="Products">Floating-point operations of the products in one step, as a formula.</param>
/// <param name="Saved">The memory that training keeps for one step, as a formula; null without training.</param>
internal sealed record CompiledMethodText(
    string Forward, string? Training, string? Step, string? WithoutStream, EquatableArray<CarriedState> States, EquatableArray<PassText> Passes, string Products, string? Saved)
{
    /// <summary>For a method that reads several lengths: the programs for streams along each axis, under the condition of the others.</summary>
    public EquatableArray<ConditionalText> Conditional { get; init; }

    /// <summary>For a loss with states: why it cannot be computed chunk by chunk; null if it can.</summary>
    public string? WithoutChunks { get; init; }
}

/// <summary>The graph after one pass.</summary>
internal sealed record PassText(string Pass, string Text);

/// <summary>What a build can request from the compiler besides the code.</summary>
/// <param name="EmitPasses">Write down the result of each pass.</param>
/// <param name="Verify">Check the result of each pass.</param>
internal readonly record struct CompilerSettings(bool EmitPasses, bool Verify);

/// <summary>The chain of passes, in the order in which they run.</summary>
internal sealed class Compiler
{
    readonly ModuleModel module;
    readonly MethodModel method;
    readonly CompilerSettings settings;
    readonly List<PassText>? passes;
    string? saved;

    Compiler(ModuleModel module, MethodModel method, CompilerSettings settings)
    {
        this.module = module;
        this.method = method;
        this.settings = settings;
        passes = settings.EmitPasses ? [] : null;
    }

    /// <param name="module">The cell or model.</param>
    /// <param name="method">Its method.</param>
    /// <param name="settings">What else to do.</param>
    public static CompiledMethodText Compile(ModuleModel module, MethodModel method, CompilerSettings settings = default) => new Compiler(module, method, settings).Run();

    /// <summary>A cell by itself is compiled as the method "Scan" over its input.</summary>
    public static MethodModel ScanMethod(ModuleModel module)
    {
        CellModel cell = module.Cell!;
        var builder = new GraphBuilder { KeepsForm = true };
        List<ValueDecl> inputs = [new("x", cell.Input, Domain.Steps()), .. cell.Memory is { } memory ? [new(CellModel.MemoryName, memory, Domain.Steps(1))] : Array.Empty<ValueDecl>()];
        Node[] leaves = [.. inputs.Select(i => builder.Leaf(Op.Input, i.Shape, i.Domain, i.Name))];
        builder.AddResult("return", builder.Shaped(Op.Scan, cell.Output, new Argument.Named(""), [leaves[0], .. leaves.Skip(1).Select(builder.Whole)]));
        return new MethodModel("Scan", inputs.ToEquatable(), new ValueDecl("return", cell.Output, Domain.Steps()),
            IsLoss: false, builder.ToGraph());
    }

    CompiledMethodText Run()
    {
        bool cell = module.Cell is not null;
        EquatableArray<LayerDecl> layers = cell ? new([new LayerDecl("", "", module.Cell!, default)]) : module.Layers;
        (Graph inlined, List<CarriedState> states) = Inline.Run(method.Graph, layers);
        RecordPass("Inline", inlined);
        Graph simple = Simplify.Run(inlined);
        RecordPass("Simplify", simple);
        simple = Reciprocals.Run(simple);
        RecordPass("Reciprocals", simple);
        Graph plain = RemoveDropouts.Run(simple);
        Verify("RemoveDropouts", plain, GraphRules.Of(method.Result));
        string forward = Program("Forward", $"{method.Name}, without what a gradient would need.", plain, states);
        string? training = null;
        if (method.IsLoss || cell)
        {
            Graph gradient = Differentiate.Run(simple, inputs: cell, ModuleParameters.Fixed(module), eachWeight: method.Counts?.Input is not null);
            RecordPass("Differentiate", gradient);
            gradient = Simplify.Run(LinearSums.Run(gradient));
            RecordPass("LinearSums", gradient);
            training = Program("Training", $"{method.Name}, and its gradient by backpropagation through time.", gradient, states, training: true);
        }
        string? refusal = method.IsLoss ? null : method.Inputs.Any(i => i.Axis > 0) ? Streaming.SeveralLengths : Streaming.Refuse(plain);
        string? step = method.IsLoss || refusal is not null ? null : StepProgram("Step", $"One step of {method.Name}, for streams.", Streaming.Run(plain), states, method.Inputs);
        EquatableArray<ConditionalText> conditional = method.StreamedAxes.Select(axis => Conditional(plain, states, axis)).ToEquatable();
        return new CompiledMethodText(forward, training, step, refusal, states.ToEquatable(), (passes ?? []).ToEquatable(), Costs.Products(simple), saved)
        {
            Conditional = conditional,
            WithoutChunks = method.IsLoss && states.Count > 0 && method.Inputs.All(i => i.Axis == 0) ? Chunks.Refuse(plain) : null,
        };
    }

    /// <summary>The passes from the graph to the two programs of streams along one axis.</summary>
    ConditionalText Conditional(Graph plain, List<CarriedState> states, int axis)
    {
        (ConditionalGraphs? graphs, string? refusal) = Conditioning.Run(plain, method.Inputs, [.. method.Graph.Thinned], axis);
        if (graphs is null)
            return new(axis, null, null, 0, refusal);
        (string condition, string step) = MethodModel.ConditionalNamesOf("", axis);
        ValueDecl[] streamed = [.. method.Inputs.Where(i => i.Domain.IsSteps && i.Axis == axis)];
        string names = string.Join(", ", streamed.Select(i => i.Name));
        string? first = graphs.Given.Count == 0 ? null : Program(condition, $"What streams of {method.Name} along {names} compute at their start.", graphs.Condition,
            [.. states.Where(s => s.Axis != axis)], inputs: method.Inputs.Except(streamed), rules: GraphRules.OfParts);
        Graph one = Streaming.Run(graphs.Step);
        string text = StepProgram(step, $"One step of {names} of {method.Name}, for streams under a condition.", one, states, streamed, graphs.Given);
        return new(axis, first, text, Conditioning.SequencesOf(one, graphs.Given).Count(), null);
    }

    /// <summary>The passes from a graph to the text of a program.</summary>
    string Program(
        string kind, string summary, Graph graph, List<CarriedState> states, bool training = false, IEnumerable<ValueDecl>? inputs = null, IReadOnlyList<Rule<Graph>>? rules = null)
    {
        Graph ordered = Simplify.Run(OrderSums.Run(graph));
        rules ??= GraphRules.Of(method.Result);
        RecordPass(kind + ".OrderSums", ordered, rules);
        if (ExampleProducts.Run(ordered) is var multiplied && multiplied != ordered)
            RecordPass(kind + ".ExampleProducts", ordered = multiplied, rules);
        Schedule schedule = DistributeLoops.Run(ordered);
        RecordPass(kind + ".DistributeLoops", schedule, ScheduleRules.Assigned);
        SaveOrRecompute.Run(schedule);
        RecordPass(kind + ".SaveOrRecompute", schedule, ScheduleRules.Assigned);
        GatherProducts.Run(schedule);
        FoldAddends.Run(schedule);
        RecordPass(kind + ".GatherProducts", schedule, ScheduleRules.Phased);
        Fuse.Run(schedule, _ => false);
        RecomputeInLoops.Run(schedule);
        SplitRegions.Run(schedule);
        HoldStates.Run(schedule);
        Sweeps.Run(schedule);
        FirstWriters.Run(schedule);
        RecomputeStretches.Run(schedule, training);
        RecordPass(kind + ".Fuse", schedule, ScheduleRules.Swept);
        (Names names, ProgramSignature signature) = Interface(method.ProgramName + kind, ordered, states, training, inputs ?? method.Inputs);
        BufferPlan plan = Buffers.Run(schedule, names);
        if (training)
            saved = Costs.Saved(ordered, plan);
        RecordPass(kind + ".Buffers", plan);
        Verify(kind + ".Buffers", new Planned(schedule, plan), BufferRules.All);
        return new ProgramWriter(method.ProgramName + kind, summary, schedule, plan, names, signature).Write();
    }

    /// <summary>The passes from the graph of one step to the text of its program.</summary>
    /// <param name="kind">The end of the class's name.</param>
    /// <param name="summary">The summary of the class.</param>
    /// <param name="graph">The graph of one step.</param>
    /// <param name="states">The states of the method.</param>
    /// <param name="inputs">The inputs that come at each step.</param>
    /// <param name="given">The values that a condition gives, or null.</param>
    string StepProgram(string kind, string summary, Graph graph, List<CarriedState> states, IEnumerable<ValueDecl> inputs, EquatableArray<ValueDecl>? given = null)
    {
        // With a single step, values of an example and of a step have equally many rows.
        RecordPass(kind == "Step" ? "Streaming" : kind + ".Streaming", graph, GraphRules.All);
        Schedule schedule = Streaming.ScheduleStep(graph);
        (Names names, ProgramSignature signature) = Interface(method.ProgramName + kind, graph, states, training: false, inputs, given ?? []);
        var sizes = new StepSizes(graph, signature);
        Fuse.Run(schedule, sizes.Separates);
        SplitRegions.Run(schedule);
        Sweeps.Run(schedule);
        RecordPass(kind + ".Fuse", schedule, ScheduleRules.Swept);
        BufferPlan plan = Buffers.Run(schedule, names);
        Verify(kind + ".Buffers", new Planned(schedule, plan), BufferRules.All);
        InPlace.Run(schedule, plan, sizes.MayFitOneVector);
        return new StepWriter(method.ProgramName + kind, summary, schedule, plan, names, signature, sizes, isConditional: given is not null).Write();
    }

    (Names, ProgramSignature) Interface(string program, Graph graph, List<CarriedState> states, bool training, IEnumerable<ValueDecl> inputs, IEnumerable<ValueDecl>? given = null)
    {
        ValueDecl[] own = [.. inputs], values = [.. given ?? []];
        IReadOnlyList<DimDecl> dims = [.. module.Dims];
        IReadOnlyList<ParameterDecl> parameters = ModuleParameters.Of(module);
        return (new Names(program, graph, dims, own.Concat(values).Select(i => i.Name), parameters.Select(p => p.Name)) { IsOneExample = given is not null },
            new ProgramSignature(dims, own, parameters, states, training) { Given = values, Sequences = [.. Conditioning.SequencesOf(graph, values)] });
    }

    /// <summary>Records the result of a pass if passes are to be written down, and checks it.</summary>
    void RecordPass(string pass, object result) => passes?.Add(new PassText(pass, result.ToString()!));

    void RecordPass(string pass, Graph graph) => RecordPass(pass, graph, GraphRules.Of(method.Result));

    void RecordPass(string pass, Graph graph, IReadOnlyList<Rule<Graph>> rules)
    {
        RecordPass(pass, (object)graph);
        Verify(pass, graph, rules);
    }

    void RecordPass(string pass, Schedule schedule, IReadOnlyList<Rule<Schedule>> rules)
    {
        RecordPass(pass, (object)schedule);
        Verify(pass, schedule, rules);
    }

    void Verify<T>(string pass, T subject, IReadOnlyList<Rule<T>> rules)
    {
        if (settings.Verify)
            Verifier.Check(pass, subject, rules);
    }
}
