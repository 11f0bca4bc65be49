using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using RnnDsl.Sequences;

namespace RnnDsl.Runs;

/// <summary>
/// Fingerprints of data. They depend on what a training sees, that is, on names, kinds, widths, lengths and values, and not on how the values lie in memory: windows that overlap in one buffer have
/// the fingerprint of their copies.
/// </summary>
public static class DataFingerprint
{
    /// <summary>SHA-256 of a data set, in hexadecimal digits. Its columns count in their order.</summary>
    /// <param name="data">The data set. Every value is read once for each example that has it.</param>
    public static string Of(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Number(hash, data.Columns.Count);
        foreach (Column column in data.Columns)
            Add(hash, column);
        return Text(hash);
    }

    /// <summary>SHA-256 of numbers, in hexadecimal digits.</summary>
    internal static string Of(ReadOnlySpan<float> values)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(values));
        return Text(hash);
    }

    static void Add(IncrementalHash hash, Column column)
    {
        byte[] name = Encoding.UTF8.GetBytes(column.Name);
        Number(hash, name.Length);
        hash.AppendData(name);
        foreach (int number in new[] { (int)column.Kind, column.Width, column.Units, column.Count })
            Number(hash, number);
        hash.AppendData(MemoryMarshal.AsBytes(column.Lengths.AsSpan()));
        if (column.Parts is { } parts)
        {
            Add(hash, parts.Select([.. Enumerable.Range(0, column.Count).SelectMany(i => Enumerable.Range(column.Starts[i], column.Lengths[i]))]));
            return;
        }
        ReadOnlySpan<float> values = column.Values.Span;
        for (int example = 0; example < column.Count; example++)
            if (column.Stride == column.Width)
                hash.AppendData(MemoryMarshal.AsBytes(values.Slice(column.Starts[example], column.Lengths[example] * column.Width)));
            else
                for (int step = 0; step < column.Lengths[example]; step++)
                    hash.AppendData(MemoryMarshal.AsBytes(column.Step(example, step)));
    }

    static void Number(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }

    static string Text(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());
}
