namespace RnnDsl.Keras;

/// <summary>A type of values (HDF5 File Format Specification 3.0, IV.A.2.d): floats of 8 to 64 bits in either order of bytes are read, of others the name is known.</summary>
sealed class HdfType
{
    const int Integer = 0, Float = 1, Text = 3, Variable = 9, MostFraction = 52, MostExponent = 11;

    readonly int kind, fractionAt, fractionBits, exponentAt, exponentBits, signAt, bias;
    readonly bool bigEndian;

    /// <param name="message">The message of a header; null: it stands elsewhere.</param>
    public HdfType(HdfReader? message)
    {
        if (message is null)
        {
            (kind, Name) = (-1, "a type that stands elsewhere in the file");
            return;
        }
        kind = message.Byte() & 15;
        byte first = message.Byte(), second = message.Byte();
        Size = message.Skip(1).Int();
        bigEndian = (first & 1) != 0;
        string order = bigEndian && Size > 1 ? "big-endian " : "";
        Name = kind switch
        {
            Integer => $"{order}{((first & 8) != 0 ? "int" : "uint")}{8 * (ulong)Size}",
            Float => $"{order}float{8 * (ulong)Size}",
            Text => "text",
            Variable => (first & 15) == 1 ? "text" : "lists",
            4 => "bits", 5 => "opaque values", 6 => "compound values", 7 => "references", 8 => "an enumeration", 10 => "arrays",
            _ => $"values of class {kind}",
        };
        IsText = kind == Text;
        IsVariableText = kind == Variable && (first & 15) == 1;
        if (kind != Float)
            return;
        message.Skip(4);
        (exponentAt, exponentBits, fractionAt, fractionBits) = (message.Byte(), message.Byte(), message.Byte(), message.Byte());
        (signAt, bias) = (second, (int)Math.Min(message.Int(), int.MaxValue));
        const int Vax = 64, Implied = 2;
        bool usual = (first & Vax) == 0 && (first >> 4 & 3) == Implied && Size is > 0 and <= 8 && exponentBits is > 0 and <= MostExponent && fractionBits is > 0 and <= MostFraction
            && exponentAt + exponentBits <= 64 && fractionAt + fractionBits <= 64 && signAt < 64 && bias < 1 << MostExponent;
        (IsFloat, Name) = (usual, usual ? Name : Name + " of an unusual form");
    }

    /// <summary>"big-endian float32", "int8".</summary>
    public string Name { get; }

    /// <summary>The number of bytes of a value.</summary>
    public uint Size { get; }

    public bool IsFloat { get; }

    /// <summary>A text of <see cref="Size"/> bytes, with padding.</summary>
    public bool IsText { get; }

    /// <summary>A text of any length, which is stored at another place of the file.</summary>
    public bool IsVariableText { get; }

    /// <summary>The value of a float.</summary>
    public double Value(ReadOnlySpan<byte> bytes)
    {
        ulong bits = 0;
        for (int i = 0; i < bytes.Length; i++)
            bits |= (ulong)bytes[bigEndian ? bytes.Length - 1 - i : i] << (8 * i);
        ulong fraction = bits >> fractionAt & (1UL << fractionBits) - 1, most = (1UL << exponentBits) - 1, exponent = bits >> exponentAt & most;
        double size = exponent == most ? fraction == 0 ? double.PositiveInfinity : double.NaN
            : exponent == 0 ? Math.ScaleB(fraction, 1 - bias - fractionBits)
            : Math.ScaleB(fraction | 1UL << fractionBits, (int)exponent - bias - fractionBits);
        return (bits >> signAt & 1) != 0 ? -size : size;
    }
}
