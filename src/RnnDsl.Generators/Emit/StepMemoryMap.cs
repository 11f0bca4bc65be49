using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Emit;

/// <summary>The views of a streaming step: in memory that all streams share, in the stream's own memory, or in memory that the caller gives.</summary>
/// <param name="inputs">Where the values of an input begin, or null if they are copied to the stream's memory.</param>
/// <param name="prepared">The names of the memory that all streams share.</param>
/// <param name="sums">The names of the memory of products that are made before the step.</param>
internal sealed class StepMemoryMap(Schedule schedule, BufferPlan plan, Names names, IReadOnlyDictionary<string, string?> inputs, IEnumerable<string> prepared, IEnumerable<string> sums)
    : MemoryMap(schedule, plan, names)
{
    readonly HashSet<string> shared = [.. prepared], made = [.. sums];
    readonly Dictionary<string, string> fields = [];

    /// <summary>For each stage: the values that may be written over a shift's carried value, by their own views.</summary>
    readonly Dictionary<Stage, Dictionary<BufferView, int>> inPlace = [];

    public bool IsCopied(string input) => inputs[input] is null;

    /// <summary>The field with the offset of a buffer.</summary>
    public string At(string buffer)
    {
        if (!fields.TryGetValue(buffer, out string? field))
            fields.Add(buffer, field = Names.Unique("at_" + buffer));
        return field;
    }

    public override string Address(Stage stage, BufferView view)
    {
        if (!inPlace.TryGetValue(stage, out Dictionary<BufferView, int>? values))
        {
            inPlace.Add(stage, values = []);
            foreach (int id in Plan.InPlace.Keys)
                if (Written(stage, id) is BufferView written && !values.ContainsKey(written))
                    values.Add(written, id);
        }
        return values.TryGetValue(view, out int value)
            ? $"{Names.Size(Schedule[value].Shape.Rows!)} <= V.Count ? {Start(Plan.Carries[Plan.InPlace[value]])} : {Start(view)}" : Start(view);
    }

    string Start(BufferView view)
    {
        string start = inputs.TryGetValue(view.Buffer, out string? given) && given is not null && given != StepWriter.Given ? given
            : $"{(given ?? (shared.Contains(view.Buffer) ? "prepared" : made.Contains(view.Buffer) ? StepTogetherWriter.Sums : "memory"))} + {At(view.Buffer)}";
        return view.Offset == "0" ? start : $"{start} + {view.Offset}";
    }
}
