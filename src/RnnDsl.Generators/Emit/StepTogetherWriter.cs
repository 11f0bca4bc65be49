using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Emit;

/// <summary>
/// Writes how several streams make a step together, piece by piece: each stream gives the operands of the piece's products; the products are made for all streams at once, so that
/// weights are read once; then each stream runs the piece, whose loops load their products.
/// </summary>
internal sealed class StepTogetherWriter(Stage step, StepProducts products, StepMemoryMap map)
{
    /// <summary>The variable that points to the products of a stream.</summary>
    public const string Sums = "sums";

    /// <summary>The constraints of the methods of a step: the vectors, and whether products are made in the loops or before.</summary>
    public const string Constraints = "where V : struct, ISimd<V> where Products : struct, IStepProducts";

    StepProduct[] Of(Phase piece) => [.. piece.Region.Levels.SelectMany(l => l.Loops).SelectMany(products.Of)];

    /// <summary>The operands of a piece, each once for each format in which it is multiplied.</summary>
    static (int Operand, bool HasFormat)[] Operands(StepProduct[] made) => [.. made.Select(p => (p.Operand, p.HasFormat)).Distinct()];

    /// <summary>The most operands of a piece.</summary>
    public int MostOperands => step.Phases.Max(p => Operands(Of(p)).Length);

    /// <param name="prologue">Writes what comes before the first piece.</param>
    /// <param name="copyResult">The statement after the last piece.</param>
    public void Write(CodeWriter writer, Action<CodeWriter> prologue, string copyResult)
    {
        if (MostOperands == 0)
            return;
        writer.Line();
        WriteOperands(writer, prologue);
        WriteMultiply(writer);
        WritePiece(writer, copyResult);
    }

    void WriteOperands(CodeWriter writer, Action<CodeWriter> prologue)
    {
        writer.Dispatch("public override void OperandsOf(int piece, Floats prepared, Floats memory, Floats inputs, global::System.Span<Floats> operands)", "OperandsOf<{0}>(piece, prepared, memory, inputs, operands);", "Lanes").Line();
        writer.Open("void OperandsOf<V>(int piece, Floats prepared, Floats memory, Floats inputs, global::System.Span<Floats> operands) where V : struct, ISimd<V>");
        var first = new CodeWriter();
        prologue(first);
        if (first.ToString().Length > 0)
            writer.Open("if (piece == 0)").Lines(first).Close();
        writer.Open("switch (piece)");
        Cases(writer, made =>
        {
            (int, bool)[] operands = Operands(made);
            for (int slot = 0; slot < operands.Length; slot++)
            {
                (int id, bool hasFormat) = operands[slot];
                string at = map.Address(step, map.Read(step, id));
                if (hasFormat && products.OperandOf(id) is var operand)
                    at = $"Weights.Operand({at}, {Names.Size(operand.Node.Shape.Rows!)}, {map.Address(step, operand.Words)}, {map.Address(step, operand.Scale)})";
                writer.Line($"operands[{slot}] = {at};");
            }
        });
        writer.Close().Close().Line();
    }

    void WriteMultiply(CodeWriter writer)
    {
        writer.Dispatch("public override void MultiplyTogether(int piece, Floats prepared, in StreamGroup group)", "MultiplyTogether<{0}>(piece, prepared, group);", "Lanes").Line();
        writer.Open("void MultiplyTogether<V>(int piece, Floats prepared, in StreamGroup group) where V : struct, ISimd<V>");
        writer.Open("switch (piece)");
        Cases(writer, made =>
        {
            (int, bool)[] operands = Operands(made);
            foreach (StepProduct product in made)
                product.WriteTogether(writer, Array.IndexOf(operands, (product.Operand, product.HasFormat)), map.Address(step, product.View), map.At(product.Sums!.Buffer), addend => Begin(made, addend));
        });
        writer.Close().Close().Line();
    }

    /// <summary>Where a sum begins: at a parameter, which all streams share, or at an earlier sum of the same stream.</summary>
    string Begin(StepProduct[] made, Node addend)
    {
        foreach (StepProduct product in made)
            for (int i = 0; i < product.Nodes.Count; i++)
                if (product.Nodes[i] == addend.Id)
                    return $"group.Sum<V>({map.At(product.Sums!.Buffer)}, {i}, {product.Nodes.Count})";
        return $"new SumBegin({map.Address(step, map.Read(step, addend.Id))})";
    }

    void WritePiece(CodeWriter writer, string copyResult)
    {
        bool single = step.Phases.Count == 1;
        writer.Dispatch($"public override void StepPiece(int piece, Floats prepared, Floats {Sums}, Floats memory, Floats inputs, Floats outputs)",
            single ? $"Step<{{0}}, ProductsMade>(prepared, {Sums}, memory, inputs, outputs);" : $"StepPiece<{{0}}>(piece, prepared, {Sums}, memory, inputs, outputs);", "Lanes");
        if (single)
            return;
        writer.Line().Open($"void StepPiece<V>(int piece, Floats prepared, Floats {Sums}, Floats memory, Floats inputs, Floats outputs) where V : struct, ISimd<V>");
        writer.Open("switch (piece)");
        for (int number = 0; number < step.Phases.Count; number++)
        {
            writer.Line($"case {number}:").Indented($"Step{number + 1}<V, ProductsMade>(prepared, {Sums}, memory, inputs{(products.AnyAlternates ? ", false" : "")});");
            if (number == step.Phases.Count - 1)
                writer.Indented(copyResult);
            writer.Indented("break;");
        }
        writer.Close().Close();
    }

    void Cases(CodeWriter writer, Action<StepProduct[]> write)
    {
        for (int number = 0; number < step.Phases.Count; number++)
            if (Of(step.Phases[number]) is { Length: > 0 } made)
            {
                writer.Line($"case {number}:").Open();
                write(made);
                writer.Line("break;").Close();
            }
    }
}
