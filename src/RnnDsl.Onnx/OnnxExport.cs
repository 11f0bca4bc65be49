using RnnDsl.Execution;
using RnnDsl.Generators.Ir;
using RnnDsl.Onnx.Equations;
using RnnDsl.Onnx.Export;
using RnnDsl.Onnx.Protobuf;
using RnnDsl.Storage;

namespace RnnDsl.Onnx;

/// <summary>How a module is written as ONNX.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>The method; null: the only one that is no loss, or that called Predict, or the scan of a cell.</summary>
    public string? Method { get; init; }

    /// <summary>Whether the states before the first step are inputs (which a caller may leave out) and those after the last step outputs.</summary>
    public bool States { get; init; } = true;

    /// <summary>Whether an input "lengths" [batch] (int32, from 1 up) says how many steps each example has; what follows them is padding, whose values do
    /// not matter. Sequences with lengths of their own have an input more, "lengths.y" after the first of them. Without it all examples of a run have the same length.</summary>
    public bool Lengths { get; init; }

    /// <summary>Name of the output with the method's result.</summary>
    public string OutputName { get; init; } = "output";
}

/// <summary>
/// Writes models and cells as ONNX (operator set 17, IR version 8), in single precision.
/// <list type="bullet">
/// <item>Inputs have the names of the method's parameters: a sequence is [batch, length, units], a vector [batch, units], a scalar [batch]; so is the
/// output. Of a one-hot input the numbers come in: [batch, length] or [batch], whole numbers. Batch and length are free. Sequences that the equations combine step by step have one length in a
/// run, called "length"; others have lengths of their own, "length.y" after the first input that has it.</item>
/// <item>Examples of unequal length are run one length at a time, or padded, with <see cref="OnnxExportOptions.Lengths"/>; then an output that is a sequence is zero beyond each example's
/// end.</item>
/// <item>A state "encoder.h" is the optional input "encoder.h" [1 or batch, units], of a matrix [1 or batch, rows, columns], and the output "encoder.h.final".</item>
/// <item>Scans of cells that are layers of ONNX are LSTM, GRU and RNN nodes: <see cref="Lstm{Input, Hidden}"/>, <see cref="Gru{Input, Hidden}"/>,
/// <see cref="Elman{Input, Hidden}"/> and their kin, and cells of the same form with other activations or bounds; those of any other cell are Scan nodes.</item>
/// </list>
/// </summary>
public static class OnnxExport
{
    const int OperatorSet = 17, IrVersion = 8;

    internal const string BatchAxis = "batch", LengthAxis = "length", LengthsInput = "lengths";

    /// <summary>Writes a file, which is replaced as a whole or not at all.</summary>
    /// <exception cref="ArgumentException">There is no such method, the module was compiled by another version, or two names would be the same.</exception>
    /// <exception cref="NotSupportedException">ONNX, or the graph that is written, has no form for what the method does; the message says what.</exception>
    /// <exception cref="InvalidOperationException">A parameter is NaN or infinite.</exception>
    public static void Save(Module module, string path, OnnxExportOptions? options = null)
    {
        byte[] bytes = ToBytes(module, options);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>The content of the file that <see cref="Save"/> writes.</summary>
    /// <inheritdoc cref="Save"/>
    public static byte[] ToBytes(Module module, OnnxExportOptions? options = null) => Write(module, options ?? new(), standardNodes: true);

    /// <summary>Name of the output with a state after the last step.</summary>
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
