using RnnDsl.Generators.Emit;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Passes;
using RnnDsl.Generators.Verification;

namespace RnnDsl.Generators;

/// <summary>A state that a compiled method carries: "encoder.h".</summary>
/// <param name="Axis">The axis of the sequences that it is carried along.</param>
internal sealed record CarriedState(string Name, Shape Shape, double Initial, bool Reverse, int Axis = 0);

/// <summary>What the passes and the printer make of one method: the text of its program classes, and the graph after each pass.</summary>
/// <param name="Forward">A nested class <c>{Method}Forward : CompiledProgram</c> whose constructor takes the sizes of all dimensions of the module in order.</param>
/// <param name="Training">The class <c>{Method}Training</c>, or null.</param>
/// <param name="Step">The class <c>{Method}Step : StepProgram</c>, the streaming twin, or null.</param>
/// <param name="WithoutStream">Why there is no streaming twin, as what the method does; null for a loss, and where there is one.</param>
/// <param name="States">The states, in the order of the shard's state pointers.</param>
/// <param name="Passes">Text of the graph after each pass, if it was asked for.</param>
/// <param name="Products">Floating-point operations of the products a step, as a formula.</param>
/// <param name="Saved">Bytes that training keeps a step, as a formula; null without training.</param>
internal sealed record CompiledMethodText(
    string Forward, string? Training, string? Step, string? WithoutStream, EquatableArray<CarriedState> States, EquatableArray<PassText> Passes, string Products, string? Saved);

/// <summary>The graph after one pass.</summary>
internal sealed record PassText(string Pass, string Text);

/// <summary>What a build may ask of the compiler beside the code.</summary>
/// <param name="EmitPasses">Write down what each pass makes of a program.</param>
/// <param name="Verify">Check what each pass makes of it.</param>
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
        Note("Inline", inlined);
        Graph simple = Simplify.Run(inlined);
        Note("Simplify", simple);
        simple = Reciprocals.Run(simple);
        Note("Reciprocals", simple);
        Graph plain = Undropped.Run(simple);
        Verify("Undropped", plain, GraphRules.Of(method.Result));
        string forward = Program("Forward", plain, states, training: false);
        string? training = null;
        if (method.IsLoss || cell)
        {
            Graph gradient = Differentiate.Run(simple, inputs: cell, ModuleParameters.Fixed(module), eachWeight: method.Counts?.Input is not null);
            Note("Differentiate", gradient);
            gradient = Simplify.Run(LinearSums.Run(gradient));
            Note("LinearSums", gradient);
            training = Program("Training", gradient, states, training: true);
        }
        string? refusal = method.IsLoss ? null : method.Inputs.Any(i => i.Axis > 0) ? Streaming.SeveralLengths : Streaming.Refuse(plain);
        string? step = method.IsLoss || refusal is not null ? null : StepProgram(Streaming.Run(plain), states);
        return new CompiledMethodText(forward, training, step, refusal, states.ToEquatable(), (passes ?? []).ToEquatable(), Costs.Products(simple), saved);
    }

    /// <summary>The passes from a graph to the text of a program.</summary>
    string Program(string kind, Graph graph, List<CarriedState> states, bool training)
    {
        Graph ordered = Simplify.Run(OrderSums.Run(graph));
        Note(kind + ".OrderSums", ordered);
        if (ExampleProducts.Run(ordered) is var multiplied && multiplied != ordered)
            Note(kind + ".ExampleProducts", ordered = multiplied);
        Schedule schedule = Levels.Run(ordered);
        Note(kind + ".Levels", schedule, ScheduleRules.Placed);
        SaveOrRecompute.Run(schedule);
        Note(kind + ".SaveOrRecompute", schedule, ScheduleRules.Placed);
        GatherProducts.Run(schedule);
        FoldAddends.Run(schedule);
        Note(kind + ".GatherProducts", schedule, ScheduleRules.Phased);
        Fuse.Run(schedule, _ => false);
        RecomputeInLoops.Run(schedule);
        SplitRegions.Run(schedule);
        HoldStates.Run(schedule);
        Sweeps.Run(schedule);
        FirstWriters.Run(schedule);
        Note(kind + ".Fuse", schedule, ScheduleRules.Swept);
        (Names names, ProgramInterface face) = Interface(ordered, states, training);
        BufferPlan plan = Buffers.Run(schedule, names);
        if (training)
            saved = Costs.Saved(ordered, plan);
        Note(kind + ".Buffers", plan);
        Verify(kind + ".Buffers", new Planned(schedule, plan), BufferRules.All);
        string summary = training ? $"{method.Name}, and its gradient by backpropagation through time." : $"{method.Name}, without what a gradient would need.";
        return new ProgramWriter(method.ProgramName + kind, summary, schedule, plan, names, face).Write();
    }

    /// <summary>The passes from the graph of one step to the text of its program.</summary>
    string StepProgram(Graph graph, List<CarriedState> states)
    {
        // Of one step, what an example has is as wide as what a step has.
        Note("Streaming", graph, GraphRules.All);
        Schedule schedule = Streaming.Levels(graph);
        (Names names, ProgramInterface face) = Interface(graph, states, training: false);
        var sizes = new StepSizes(graph, face);
        Fuse.Run(schedule, sizes.Separates);
        SplitRegions.Run(schedule);
        Sweeps.Run(schedule);
        Note("Step.Fuse", schedule, ScheduleRules.Swept);
        BufferPlan plan = Buffers.Run(schedule, names);
        Verify("Step.Buffers", new Planned(schedule, plan), BufferRules.All);
        InPlace.Run(schedule, plan, sizes.MayFitOneVector);
        return new StepWriter(method.ProgramName + "Step", $"One step of {method.Name}, for streams.", schedule, plan, names, face, sizes).Write();
    }

    (Names, ProgramInterface) Interface(Graph graph, List<CarriedState> states, bool training)
    {
        IReadOnlyList<DimDecl> dims = [.. module.Dims];
        IReadOnlyList<ParameterDecl> parameters = ModuleParameters.Of(module);
        return (new Names(graph, dims, [.. method.Inputs.Select(i => i.Name)], [.. parameters.Select(p => p.Name)]),
            new ProgramInterface(dims, [.. method.Inputs], parameters, states, training));
    }

    /// <summary>Writes down what a pass made, for those who asked for it, and checks it.</summary>
    void Note(string pass, object result) => passes?.Add(new PassText(pass, result.ToString()!));

    void Note(string pass, Graph graph) => Note(pass, graph, GraphRules.Of(method.Result));

    void Note(string pass, Graph graph, IReadOnlyList<Rule<Graph>> rules)
    {
        Note(pass, (object)graph);
        Verify(pass, graph, rules);
    }

    void Note(string pass, Schedule schedule, IReadOnlyList<Rule<Schedule>> rules)
    {
        Note(pass, (object)schedule);
        Verify(pass, schedule, rules);
    }

    void Verify<T>(string pass, T subject, IReadOnlyList<Rule<T>> rules)
    {
        if (settings.Verify)
            Verifier.Check(pass, subject, rules);
    }
}
