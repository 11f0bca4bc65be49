using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Generators.Ir;
using RnnDsl.Onnx.Equations;
using RnnDsl.Sequences;

namespace RnnDsl.Onnx.Weights;

/// <summary>A layer of the model that other frameworks also have.</summary>
/// <param name="Path">Its name in the model: "encoder".</param>
/// <param name="Name">Name of the cell's class.</param>
/// <param name="Cell">The recognized form and activations of the cell.</param>
/// <param name="Inputs">Width of its input.</param>
/// <param name="Units">Width of its output.</param>
/// <param name="GateUnits">Width of each gate, which differs from the output's width if the output is projected.</param>
sealed record TargetLayer(string Path, string Name, StandardCell Cell, int Inputs, int Units, int GateUnits)
{
    public StandardForm Form => Cell.Form;

    /// <summary>"encoder (Lstm of 3 inputs and 5 units)".</summary>
    public override string ToString() => $"{(Path.Length == 0 ? "the cell" : Path)} ({Name} of {Inputs} inputs and {Units} units)";
}

/// <summary>Collects values for a model's parameters, and copies them only when all are present. Until then the model stays as it was.</summary>
sealed class WeightTransfer
{
    readonly Module module;
    readonly Dictionary<string, float[]> values = [];
    readonly List<string> loaded = [];
    readonly Dictionary<string, float[]> initialStates = [];

    /// <param name="module">The model.</param>
    /// <param name="has">Tells whether the other framework has a cell.</param>
    public WeightTransfer(Module module, Func<StandardCell, bool> has)
    {
        this.module = module;
        Equations = ModuleEquations.Of(module);
        Layers =
        [
            .. Equations.AllLayers()
                .Select(l => (l.Path, l.Cell, Standard: StandardCells.Recognize(l.Cell)))
                .Where(l => l.Standard is not null && has(l.Standard))
                .Select(l => new TargetLayer(l.Path, l.Cell.Name, l.Standard!, Equations.Width(l.Cell.Input), Equations.Width(l.Cell.Output), Equations.Width(Gated(l.Cell)))),
        ];
    }

    /// <summary>The shape of a cell's gates: that of the memory cell if there is one, and otherwise that of the output.</summary>
    static Shape Gated(CellModel cell) => cell.States.FirstOrDefault(s => s.Name == "c")?.Shape ?? cell.Output;

    public ModuleEquations Equations { get; }

    /// <summary>All layers that other frameworks have too.</summary>
    public IReadOnlyList<TargetLayer> Layers { get; }

    public bool IsParameter(string name) => module.Info.Parameters.Any(p => p.Name == name);

    /// <exception cref="ArgumentException">There is no such layer, or other frameworks have no layer of its kind.</exception>
    public TargetLayer Layer(string path)
    {
        if (Layers.FirstOrDefault(l => l.Path == path) is { } layer)
            return layer;
        if (Equations.AllLayers().Any(l => l.Path == path))
        {
            string parameter = Equations.AllLayers().First(l => l.Path == path).Cell.Parameters.FirstOrDefault()?.Name ?? "";
            throw new ArgumentException($"'{path}' of {module.Info.Name} is a cell of its own kind, for which other frameworks have no weights: " +
                $"name its parameters one by one ('{ModuleEquations.Join(path, parameter)}').");
        }
        throw new ArgumentException($"{module.Info.Name} has no cell or parameter '{path}'. {NearestName.Hint(path, [.. Layers.Select(l => l.Path)])}");
    }

    /// <summary>Whether the model scans a layer from the last step to the first; null if it does not scan it, or scans it in both directions.</summary>
    public bool? ScansBackward(TargetLayer layer)
    {
        Op[] calls = [.. Equations.Methods.SelectMany(m => m.Graph.Nodes).Where(n => n.Op is Op.Scan or Op.ScanReversed && n.Name == layer.Path).Select(n => n.Op).Distinct()];
        return calls.Length == 1 ? calls[0] == Op.ScanReversed : null;
    }

    /// <summary>Gives a recurrent layer its weights.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="weights">The weights, with the gates of the layer's form.</param>
    /// <param name="use">The source of the weights, for messages.</param>
    /// <param name="clip">The bound for the arguments of the layer's activations, used if the cell's bound is a parameter.</param>
    public void Recurrent(TargetLayer layer, RecurrentWeights weights, string use, float clip = float.MaxValue)
    {
        string Name(string name) => ModuleEquations.Join(layer.Path, name);
        for (int g = 0; g < weights.Gates.Length; g++)
        {
            string gate = weights.Gates[g];
            Set(Name("W" + gate), weights.Inputs[g]);
            Set(Name("U" + gate), weights.States[g]);
            double[] first = weights.InputBiases?[g] ?? new double[layer.GateUnits], second = weights.StateBiases?[g] ?? new double[layer.GateUnits];
            bool apart = layer.Form == StandardForm.Gru && gate == "n";
            Set(Name("b" + gate), apart ? first : [.. first.Zip(second, (a, b) => a + b)]);
            if (apart)
                Set(Name("cn"), second);
        }
        foreach ((string gate, double[] peephole) in weights.Peepholes ?? [])
            if (peephole.Any(p => p != 0) && !layer.Form.Peepholes().Contains(gate))
                throw new InvalidDataException($"{use} has peepholes, but {layer} has none: use {layer.Form.WithPeepholes().LibraryName(layer.Cell.Clipping is not null)}.");
        foreach (string gate in layer.Form.Peepholes())
            Set(Name("p" + gate), weights.Peepholes?.GetValueOrDefault(gate) ?? new double[layer.Units]);
        if (weights.Projection is { } projection)
            Set(Name("P"), projection);
        if (layer.Cell.Clipping?.Parameter is { } bound)
            Set(Name(bound), [clip]);
        loaded.Add(layer.Path);
    }

    /// <summary>Gives an affine layer its weights, W [outputs × inputs].</summary>
    public void Affine(TargetLayer layer, double[] weights, double[]? bias)
    {
        Set(ModuleEquations.Join(layer.Path, "W"), weights);
        Set(ModuleEquations.Join(layer.Path, "b"), bias ?? new double[layer.Units]);
        loaded.Add(layer.Path);
    }

    /// <summary>Gives one parameter a tensor of exactly its shape.</summary>
    public void Single(string name, string tensor, WeightReader reader)
    {
        ParameterInfo parameter = module.Info.Parameters.First(p => p.Name == name);
        ReadOnlySpan<long> shape = [parameter.Rows, parameter.Columns];
        Set(name, reader.Read(tensor, name, shape[..parameter.Rank]));
        loaded.Add(name);
    }

    public void InitialState(string name, float[] state) => initialStates[name] = state;

    /// <summary>Copies all collected values into the model.</summary>
    public LoadReport Commit(IEnumerable<string> unused)
    {
        var report = new LoadReport([.. loaded], [.. module.Info.Parameters.Select(p => p.Name).Where(n => !values.ContainsKey(n))], [.. unused], initialStates);
        foreach ((string name, float[] value) in values)
            value.CopyTo(module.Parameters[name]);
        module.Parameters.MarkChanged();
        return report;
    }

    void Set(string parameter, double[] value)
    {
        int length = module.Info.Parameters.First(p => p.Name == parameter).Length;
        if (value.Length != length)
            throw new InvalidDataException($"Parameter '{parameter}' has {length} values, but {value.Length} were found.");
        // The sum of two finite biases may overflow.
        WeightReader.CheckFinite(parameter, value);
        if (!values.TryAdd(parameter, Array.ConvertAll(value, v => (float)v)))
            throw new ArgumentException($"Parameter '{parameter}' would be loaded twice.");
    }
}
