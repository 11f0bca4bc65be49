using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Protobuf;
using RnnDsl.Onnx.Weights;

namespace RnnDsl.Onnx.Import;

/// <summary>A layer of an ONNX graph: one direction of a recurrent node, or an affine head.</summary>
abstract class SourceLayer(OnnxGraph file, Constants constants, NodeProto node)
{
    public NodeProto Node => node;

    /// <summary>The forms of the cells that can take its weights.</summary>
    public abstract StandardForm[] Forms { get; }

    public virtual bool IsReverse => false;

    protected OnnxGraph File => file;

    protected Constants Constants => constants;

    /// <summary>Reads the weights, checks them and passes them on.</summary>
    /// <exception cref="InvalidDataException">Something has no equivalent in the library, or does not fit. The message names the node.</exception>
    public abstract void Transfer(WeightTransfer transfer, TargetLayer target);

    /// <summary>False for a layer inside another node's graph.</summary>
    public bool IsOfModel => file.Path.Length == 0;

    /// <summary>The node's name, with the path to the graph that it is in.</summary>
    public string Name => file.Path + OnnxGraph.NameOf(node);

    /// <summary>"node 'lstm' (LSTM, reverse) in then_branch of node 'if_1' (If)".</summary>
    public override string ToString() => OnnxGraph.Describe(node) + file.Where;

    protected string? Input(int index) => index < node.Input.Count && node.Input[index].Length > 0 ? node.Input[index] : null;

    /// <summary>A constant operand of exactly this shape; null if it is left out.</summary>
    protected double[]? Operand(int index, string what, params ReadOnlySpan<long> shape)
    {
        if (Input(index) is not { } name)
            return null;
        Constant constant = constants.Find(name) ?? throw Refusal(
            $"{what} '{name}' {file.Origin(name)}{(file.IsOpenInput(name) ? ": give it a value ('inputs')" : ", so that it is no constant weight")}");
        if (!constant.Shape.AsSpan().SequenceEqual(shape))
            throw Refusal($"{what} '{name}' is {constant}, but [{string.Join(", ", shape.ToArray())}] is needed");
        WeightReader.CheckFinite(name, constant.Values);
        return constant.Values;
    }

    protected InvalidDataException Refusal(string reason) => new($"{Sentence(ToString())}: {reason}.");

    static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
