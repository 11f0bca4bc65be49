namespace RnnDsl.Storage;

/// <summary>A tensor in a safetensors file: name, type of its numbers ("F32"), shape (empty for a scalar), and where its bytes lie,
/// counted from the end of the header.</summary>
public sealed record Tensor(string Name, string DType, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>Number of values.</summary>
    public long Length => SizeOf(DType) is int size ? (End - Begin) / size : 0;

    /// <summary>"encoder.Wi F32 [64, 7]".</summary>
    public override string ToString() => FormattableString.Invariant($"{Name} {DType} [{string.Join(", ", Shape)}]");

    /// <summary>Bytes a value, or null for an unknown type.</summary>
    internal static int? SizeOf(string dtype) => dtype switch
    {
        "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or "F32" => 4,
        "U64" or "I64" or "F64" => 8,
        _ => null,
    };
}
