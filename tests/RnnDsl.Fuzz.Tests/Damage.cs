using System.Buffers.Binary;
using System.Text;

namespace RnnDsl.Fuzz.Tests;

/// <summary>Random damage to the content of a file.</summary>
sealed class Damage(Random random)
{
    static readonly long[] Extremes =
    [
        0, 1, -1, 2, 127, 128, 255, 256, 65_535, 1 << 24, int.MaxValue, int.MinValue, 1L << 31, 1L << 32, (1L << 32) + 1, 1L << 40, 1L << 61, 1L << 62,
        long.MaxValue, long.MinValue, 0x7fc00000, 0x7f800000, -0x800000,
    ];

    static readonly string[] Numbers =
    [
        "-1", "0", "1", "3", "1.5", "1e3", "1e400", "-0", "2147483648", "4294967296", "4611686018427387904", "9223372036854775807", "9223372036854775808",
        "99999999999999999999999", "NaN", "Infinity", "null", "true", "\"x\"", "[]", "{}", "[[1]]", "[1,2]",
    ];

    const string Signs = "{}[]\",:0-e.\\u\n\0\x7f";

    static readonly string[] Names = ["", "\\n", "\\u0000", "\\ud800", "\\r\\nx", "__metadata__", "F64", "F16", "BF16", "I8", "U8", "BOOL", "F32", "rnndsl.version", new('n', 5000)];

    /// <summary>Of any file: bits, bytes, numbers of two to eight bytes, pieces cut, doubled, moved, taken from another file.</summary>
    public byte[] Bytes(byte[] whole, byte[] other)
    {
        var bytes = new List<byte>(whole);
        Span<byte> number = stackalloc byte[8];
        for (int n = 1 + random.Next(random.Next(2) == 0 ? 1 : 8); n > 0 && bytes.Count > 0; n--)
        {
            int at = random.Next(bytes.Count), length = Math.Min(bytes.Count - at, 1 + random.Next(random.Next(2) == 0 ? 8 : 200));
            switch (random.Next(9))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2 or 3:
                    BinaryPrimitives.WriteInt64LittleEndian(number, Extremes[random.Next(Extremes.Length)] + random.Next(3) - 1);
                    int size = Math.Min(1 << random.Next(4), bytes.Count - at);
                    for (int i = 0; i < size; i++)
                        bytes[at + i] = number[i];
                    break;
                case 4:
                    bytes.RemoveRange(at, random.Next(3) == 0 ? bytes.Count - at : length);
                    break;
                case 5:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
                case 6:
                    int to = random.Next(bytes.Count - length + 1);
                    for (int i = 0; i < length; i++)
                        bytes[to + i] = bytes[at + i];
                    break;
                case 7:
                    int from = random.Next(other.Length);
                    bytes.InsertRange(at, other.AsSpan(from, Math.Min(length, other.Length - from)).ToArray());
                    break;
                default:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), length));
                    break;
            }
        }
        return [.. bytes];
    }

    /// <summary>Of a safetensors file: its header as text, with a length that fits again, or its numbers.</summary>
    public byte[] Safetensors(byte[] whole, byte[] other)
    {
        if (random.Next(4) == 0)
            return Bytes(whole, other);
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(whole);
        string header = Encoding.UTF8.GetString(whole, 8, length);
        byte[] data = whole[(8 + length)..];
        for (int n = 1 + random.Next(3); n > 0; n--)
            switch (random.Next(8))
            {
                case 0 when data.Length >= 4:
                    int at = random.Next(data.Length / 4) * 4;
                    BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(at), new[] { float.NaN, float.PositiveInfinity, float.MinValue, float.Epsilon, -0f }[random.Next(5)]);
                    break;
                case 1:
                    data = data[..random.Next(data.Length + 1)];
                    break;
                case 2:
                    data = [.. data, .. new byte[random.Next(100)]];
                    break;
                default:
                    header = Json(header);
                    break;
            }
        byte[] text = Encoding.UTF8.GetBytes(header);
        if (random.Next(8) == 0 && text.Length > 0)
            text[random.Next(text.Length)] = (byte)(0x80 + random.Next(0x80));
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, random.Next(20) == 0 ? Extremes[random.Next(Extremes.Length)] : text.Length);
        return [.. prefix, .. text, .. data];
    }

    /// <summary>A number, a name or a part of a JSON text becomes another one, is doubled, nested or lost.</summary>
    public string Json(string text)
    {
        if (text.Length == 0)
            return "{";
        int at = random.Next(text.Length);
        switch (random.Next(7))
        {
            case 0 or 1:
                (int from, int to) = Run(text, at, c => char.IsAsciiDigit(c) || c is '-' or '.');
                return to > from ? text[..from] + Numbers[random.Next(Numbers.Length)] + text[to..] : text;
            case 2:
                (from, to) = Run(text, at, c => c is not '"');
                return text[..from] + (random.Next(2) == 0 ? Names[random.Next(Names.Length)] : Some(text)) + text[to..];
            case 3:
                // An entry twice, or one in another's place.
                string[] entries = text.Split("},");
                int i = random.Next(entries.Length), j = random.Next(entries.Length);
                if (random.Next(2) == 0)
                    entries[i] = entries[j];
                else
                    entries = [.. entries, entries[i]];
                return string.Join("},", entries);
            case 4:
                int depth = random.Next(3) == 0 ? 100_000 : random.Next(200);
                string open = random.Next(2) == 0 ? "[" : "{\"a\":";
                return text[..at] + string.Concat(Enumerable.Repeat(open, depth)) + text[at..];
            case 5:
                return text[..at] + Signs[random.Next(Signs.Length)] + text[(random.Next(2) == 0 ? at : at + 1)..];
            default:
                return text.Remove(at, Math.Min(text.Length - at, random.Next(20)));
        }
    }

    /// <summary>Of a table as text.</summary>
    public byte[] Csv(byte[] whole, byte[] other)
    {
        if (random.Next(3) == 0)
            return Bytes(whole, other);
        string text = Encoding.UTF8.GetString(whole);
        string[] pieces =
        [
            "NaN", "1e999", "-1e39", "\"", "\"\"", ",", ";", "\t", "\r", "\n", "\r\n\r\n", "\0", "\ufeff", "1,5", "19580329", "NA", "−5", "\u2028", new('9', 400), new(',', 3000),
            new('x', 100_000), "\"a\nb\"", "'", "#", "0x10", "1_000", "1 000", "∞",
        ];
        for (int n = 1 + random.Next(4); n > 0; n--)
        {
            (int from, int to) = Run(text, random.Next(text.Length + 1), c => c is not (',' or '\n'));
            text = text[..from] + pieces[random.Next(pieces.Length)] + text[(random.Next(2) == 0 ? from : to)..];
        }
        return Encoding.UTF8.GetBytes(text);
    }

    string Some(string text)
    {
        string[] names = text.Split('"');
        return names[random.Next(names.Length)];
    }

    /// <summary>The longest stretch around a place.</summary>
    static (int From, int To) Run(string text, int at, Predicate<char> belongs)
    {
        int from = at, to = at;
        while (from > 0 && belongs(text[from - 1]))
            from--;
        while (to < text.Length && belongs(text[to]))
            to++;
        return (from, to);
    }
}
