using System.Reflection;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Generators.Parsing;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Onnx.Equations;

// In here, so that Dim is the graph's and not the language's, which this file may see too.
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Passes;

/// <summary>The equations of a module, read from the attribute on its generated part, with the sizes of its dimensions.</summary>
sealed class ModuleEquations
{
    readonly Dictionary<string, int> sizes;

    ModuleEquations(Module module, EquatableArray<LayerDecl> layers, EquatableArray<MethodModel> methods)
    {
        Module = module;
        Layers = layers;
        Methods = methods;
        sizes = module.Info.Dimensions.ToDictionary(d => d.Name, d => d.Size);
    }

    public Module Module { get; }

    /// <summary>The layers. If the module is a cell, the only layer is the cell itself, with the name "".</summary>
    public EquatableArray<LayerDecl> Layers { get; }

    public EquatableArray<MethodModel> Methods { get; }

    /// <exception cref="ArgumentException">The module's generated part was not written by this version of the generator.</exception>
    public static ModuleEquations Of(Module module)
    {
        Type type = module.GetType();
        try
        {
            if (type.GetCustomAttribute<ModelGraphAttribute>() is { } written)
            {
                ModelText model = ModelText.Parse(written.Graph);
                return new ModuleEquations(module, model.Layers, model.Methods);
            }
            if (type.GetCustomAttribute<CellGraphAttribute>() is { } graph)
            {
                CellModel cell = CellModelText.Parse(graph.Graph);
                return new ModuleEquations(module, new([Simplify.Stable(new LayerDecl("", "", cell, default))]), new([ScanMethod(cell)]));
            }
        }
        catch (FormatException e)
        {
            throw new ArgumentException($"{type.Name} was compiled by another version of the generator: {e.Message}", nameof(module), e);
        }
        if (type.BaseType is { } compiled && (compiled.IsDefined(typeof(ModelGraphAttribute), inherit: false) || compiled.IsDefined(typeof(CellGraphAttribute), inherit: false)))
            throw new ArgumentException($"{type.Name} derives from {compiled.Name}, which is compiled: give an object of {compiled.Name} itself, with the parameters of this one.", nameof(module));
        throw new ArgumentException($"{type.Name} carries no equations: compile it with this version of the generator.", nameof(module));
    }

    public int Size(Dim dim) => dim.IsConcat ? Size(dim.Left!) + Size(dim.Right!) : sizes[dim.Text];

    /// <summary>Units of a vector; 1 for a scalar.</summary>
    public int Width(Shape shape) => shape.IsScalar ? 1 : Size(shape.Rows!);

    /// <summary>"encoder" and "Wi" make "encoder.Wi"; a cell by itself has the path "".</summary>
    public static string Join(string path, string name) => path.Length == 0 ? name : name.Length == 0 ? path : path + "." + name;

    /// <summary>All layers with their paths, including layers inside cells.</summary>
    public IEnumerable<(string Path, CellModel Cell)> AllLayers() => AllLayers("", Layers);

    static IEnumerable<(string Path, CellModel Cell)> AllLayers(string path, IEnumerable<LayerDecl> layers) =>
        layers.SelectMany(l => AllLayers(Join(path, l.Field), l.Cell.Layers).Prepend((Join(path, l.Field), l.Cell)));

    /// <summary>A cell by itself is compiled as the method "Scan" over its input.</summary>
    static MethodModel ScanMethod(CellModel cell)
    {
        var nodes = new List<Node> { new(0, Op.Input, default, cell.Input, Domain.Steps(), new Argument.Named("x")) };
        var inputs = new List<ValueDecl> { new("x", cell.Input, Domain.Steps()) };
        int[] operands = [0];
        if (cell.Memory is { } memory)
        {
            inputs.Add(new ValueDecl(CellModel.MemoryName, memory, Domain.Steps(1)));
            nodes.Add(new Node(1, Op.Input, default, memory, Domain.Steps(1), new Argument.Named(CellModel.MemoryName)));
            nodes.Add(new Node(2, Op.Whole, new([1]), memory.ForEachStep(1), Domain.Examples(1), Argument.None));
            operands = [0, 2];
        }
        nodes.Add(new Node(nodes.Count, Op.Scan, new(operands), cell.Output, Domain.Steps(), new Argument.Named("")));
        return new MethodModel("Scan", inputs.ToEquatable(), new ValueDecl("return", cell.Output, Domain.Steps()), IsLoss: false,
            new Graph(nodes, [new Result("return", nodes.Count - 1)], []));
    }
}
