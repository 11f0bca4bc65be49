using RnnDsl.Execution;
using RnnDsl.Generators.Ir;
using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Export;
using RnnDsl.Onnx.Protobuf;
using RnnDsl.Storage;

namespace RnnDsl.Onnx;

/// <summary>Options for writing a module as ONNX.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>The method to write. Null: the only method that is not a loss, or the one called Predict; for a cell, its scan.</summary>
    public string? Method { get; init; }

    /// <summary>Whether the states before the first step are inputs (which a caller may leave out) and those after the last step outputs.</summary>
    public bool States { get; init; } = true;

    /// <summary>Whether an input "lengths" [batch] (int32, at least 1) gives the number of steps of each example. The steps after them are padding, whose values do
    /// not matter. Sequences with lengths of their own have a further input, "lengths.y", where y is the first of them. Without this option all examples of a run have the same length.</summary>
    public bool Lengths { get; init; }

    /// <summary>Name of the output that holds the method's result.</summary>
    public string OutputName { get; init; } = "output";
}

/// <summary>
/// Writes models and cells as ONNX (operator set 17, IR version 8), in single precision.
/// <list type="bullet">
/// <item>Inputs have the names of the method's parameters. A sequence is [batch, length, units], a vector [batch, units], a scalar [batch]. The output has
/// such a shape too. A one-hot input takes the index of the one as a whole number (int64): [batch, length] or [batch]. Batch and length are free. Sequences that the equations combine step by step have the same length in a
/// run, called "length". Other sequences have lengths of their own, called "length.y", where y is the first input with that length.</item>
/// <item>Examples of unequal length are run one length at a time, or padded together with <see cref="OnnxExportOptions.Lengths"/>. With padding, an output that is a sequence is zero after each
/// example's end.</item>
/// <item>A state "encoder.h" is the optional input "encoder.h" and the output "encoder.h.final". The input is [1 or batch, units], or [1 or batch, rows, columns] for a matrix.</item>
/// <item>Scans of cells that ONNX has as layers are written as LSTM, GRU and RNN nodes. These cells are <see cref="Lstm{Input, Hidden}"/>, <see cref="Gru{Input, Hidden}"/>,
/// <see cref="Elman{Input, Hidden}"/> and their variants, and cells of the same form with other activations or bounds. Scans of any other cell are written as Scan nodes.</item>
/// </list>
/// </summary>
public static class OnnxExport
{
    const int OperatorSet = 17, IrVersion = 8;

    internal const string BatchAxis = "batch", LengthAxis = "length", LengthsInput = "lengths";

    /// <summary>Writes a file. An existing file is replaced completely, or not at all if anything fails.</summary>
    /// <exception cref="ArgumentException">There is no such method, the method cannot be chosen or has no input, the module was compiled by another version, or two names would be the same.</exception>
    /// <exception cref="NotSupportedException">The method does something that ONNX, or the graph that is written, cannot express. The message says what.</exception>
    /// <exception cref="InvalidOperationException">A parameter is NaN or infinite.</exception>
    public static void Save(Module module, string path, OnnxExportOptions? options = null)
    {
        byte[] bytes = ToBytes(module, options);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>Returns the content of the file that <see cref="Save"/> writes.</summary>
    /// <inheritdoc cref="Save"/>
    public static byte[] ToBytes(Module module, OnnxExportOptions? options = null) => Write(module, options ?? new(), standardNodes: true);

    /// <summary>Name of the output that holds a state after the last step.</summary>
    public static string FinalName(string state) => state + ".final";

    internal static byte[] Write(Module module, OnnxExportOptions options, bool standardNodes)
    {
        ModuleEquations equations = ModuleEquations.Of(module);
        MethodModel method = Choose(equations, options.Method);
        foreach (ParameterInfo parameter in module.Info.Parameters)
            foreach (float value in module.Parameters[parameter.Name])
                if (!float.IsFinite(value))
                    throw new InvalidOperationException(FormattableString.Invariant($"Not exported: parameter '{parameter.Name}' holds {value}."));
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "RnnDsl",
            DocString = $"{module.Info.Name}.{method.Name}",
            Graph = ModelWriter.Write(equations, method, options, standardNodes),
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = OperatorSet });
        return model.ToByteString().ToByteArray();
    }

    internal static MethodModel Choose(ModuleEquations equations, string? name)
    {
        if (name is not null)
        {
            equations.Module.Method(name);
            return equations.Methods.First(m => m.Name == name);
        }
        MethodModel[] values = [.. equations.Methods.Where(m => !m.IsLoss)];
        return values.Length == 1 ? values[0] : values.FirstOrDefault(m => m.Name == "Predict") ?? throw new ArgumentException(
            $"{equations.Module.Info.Name} has {values.Length} methods that are no loss: say which one to export " +
            $"({string.Join(", ", equations.Methods.Select(m => m.Name))}).");
    }
}
