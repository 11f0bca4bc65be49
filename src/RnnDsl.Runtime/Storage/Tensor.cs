namespace RnnDsl.Storage;

/// <summary>A tensor in a safetensors file: its name, the type of its numbers ("F32"), its shape (empty for a scalar), and the position of its bytes, counted from the end of the
/// header.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="DType">The type of its numbers: "F32", "BF16", "I8" and so on.</param>
/// <param name="Shape">The length along each axis, with the last one contiguous; empty for a scalar.</param>
/// <param name="Begin">Where its bytes begin.</param>
/// <param name="End">Where they end.</param>
public sealed record Tensor(string Name, string DType, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>Number of values.</summary>
    public long Length => Shape.Aggregate(1L, (count, extent) => count * extent);

    /// <summary>"encoder.Wi F32 [64, 7]".</summary>
    public override string ToString() => FormattableString.Invariant($"{Name} {DType} [{string.Join(", ", Shape)}]");

    /// <summary>The bits of a value, or null for an unknown type, since a later version of the format may define further types.</summary>
    internal static int? BitsOf(string dtype) => dtype switch
    {
        "F4" => 4,
        "F6_E2M3" or "F6_E3M2" => 6,
        "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" or "F8_E4M3FNUZ" or "F8_E5M2FNUZ" => 8,
        "U16" or "I16" or "F16" or "BF16" => 16,
        "U32" or "I32" or "F32" => 32,
        "U64" or "I64" or "F64" or "C64" => 64,
        _ => null,
    };

    /// <summary>The bytes of a value, for types that are read and written as numbers.</summary>
    internal static int BytesOf(string dtype) => BitsOf(dtype)!.Value / 8;
}
