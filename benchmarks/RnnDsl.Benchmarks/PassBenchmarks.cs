using Basic.Reference.Assemblies;
using BenchmarkDotNet.Attributes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RnnDsl.Execution;
using RnnDsl.Generators;
using RnnDsl.Generators.Emit;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Passes;

namespace RnnDsl.Benchmarks;

/// <summary>
/// What becomes of the equations once they are parsed: each pass on the gradient's way, the passes over schedules together since each changes the
/// schedule of the one before, then all programs of a method, and the whole text.
/// </summary>
[MemoryDiagnoser]
public class PassBenchmarks
{
    [Params("OwnPeephole", "PeepholeModel")]
    public string Class { get; set; } = "";

    ModuleModel module = null!;
    MethodModel method = null!;
    EquatableArray<LayerDecl> layers;
    Graph inlined = null!, simple = null!, gradient = null!, simpleGradient = null!, ordered = null!;

    [GlobalSetup]
    public void Setup()
    {
        using var source = new StreamReader(typeof(PassBenchmarks).Assembly.GetManifestResourceStream("Models")!);
        var options = new CSharpParseOptions(LanguageVersion.CSharp14);
        var compilation = CSharpCompilation.Create("Models", [CSharpSyntaxTree.ParseText(source.ReadToEnd(), options)],
            [.. Net100.References.All, MetadataReference.CreateFromFile(typeof(Module).Assembly.Location)]);
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new RnnDslGenerator().AsSourceGenerator()], parseOptions: options,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true)).RunGenerators(compilation);
        module = driver.GetRunResult().Results[0].TrackedSteps[RnnDslGenerator.ModelStep]
            .SelectMany(s => s.Outputs).Select(o => (ModuleModel)o.Value).Single(m => m.Type.Name == Class);
        bool cell = module.Cell is not null;
        method = cell ? Compiler.ScanMethod(module) : module.Methods.Single(m => m.IsLoss);
        layers = cell ? new([new LayerDecl("", "", module.Cell!, default)]) : module.Layers;
        inlined = Generators.Passes.Inline.Run(method.Graph, layers).Graph;
        simple = Generators.Passes.Simplify.Run(inlined);
        gradient = Generators.Passes.Differentiate.Run(simple, inputs: cell, ModuleParameters.Fixed(module));
        simpleGradient = Generators.Passes.Simplify.Run(LinearSums.Run(gradient));
        ordered = Generators.Passes.Simplify.Run(Generators.Passes.OrderSums.Run(simpleGradient));
    }

    [Benchmark]
    public object Inline() => Generators.Passes.Inline.Run(method.Graph, layers);

    [Benchmark]
    public object Simplify() => Generators.Passes.Simplify.Run(inlined);

    [Benchmark]
    public object Differentiate() => Generators.Passes.Differentiate.Run(simple, inputs: module.Cell is not null, ModuleParameters.Fixed(module));

    [Benchmark]
    public object SimplifyGradient() => Generators.Passes.Simplify.Run(LinearSums.Run(gradient));

    [Benchmark]
    public object OrderSums() => Generators.Passes.OrderSums.Run(simpleGradient);

    /// <summary>DistributeLoops.Run alone, which the next includes.</summary>
    [Benchmark]
    public object Level() => DistributeLoops.Run(ordered);

    /// <summary>From DistributeLoops to Sweeps.</summary>
    [Benchmark]
    public object LevelsToSweeps()
    {
        Schedule schedule = DistributeLoops.Run(ordered);
        SaveOrRecompute.Run(schedule);
        GatherProducts.Run(schedule);
        FoldAddends.Run(schedule);
        Fuse.Run(schedule, _ => false);
        RecomputeInLoops.Run(schedule);
        SplitRegions.Run(schedule);
        HoldStates.Run(schedule);
        Sweeps.Run(schedule);
        return schedule;
    }

    /// <summary>Forward, training and step of the method, to the text.</summary>
    [Benchmark]
    public object Compile() => Compiler.Compile(module, method);

    /// <summary>The class's whole generated half.</summary>
    [Benchmark]
    public object Half() => PartialClassWriter.Write(module);
}
