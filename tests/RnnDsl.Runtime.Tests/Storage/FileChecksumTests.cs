using System.Text;
using RnnDsl.Execution;
using RnnDsl.Storage;

namespace RnnDsl.Runtime.Tests.Storage;

/// <summary>Each bit of a saved file that has changed is found.</summary>
public sealed class FileChecksumTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("rnndsl-checksum").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string Named(string name) => Path.Combine(folder, name);

    static byte[] Saved()
    {
        using var stream = new MemoryStream();
        SafetensorsFile.Write(stream, [new StoredTensor("w", "F32", [3], () => new float[] { 1, 2, 3 }), new StoredTensor("b", "I8", [3], () => new float[] { 1, -2, 3 })],
            [new("rnndsl.model", "M"), new("title", "a test")]);
        return stream.ToArray();
    }

    static (string Metadata, string Values) Read(byte[] bytes)
    {
        using var file = new SafetensorsFile(new MemoryStream(bytes));
        return (string.Join(";", file.Metadata.Where(m => m.Key.StartsWith("rnndsl.c", StringComparison.Ordinal) is false)), string.Join(";", file.Tensors.Select(tensor =>
        {
            var values = new float[tensor.Length];
            file.ReadNumbers(tensor, values);
            return $"{tensor}: {string.Join(",", values)}";
        })));
    }

    [Fact]
    public void A_flipped_bit_is_found_wherever_it_is()
    {
        byte[] saved = Saved();
        int refused = 0;
        for (int i = 0; i < 8 * saved.Length; i++)
        {
            byte[] damaged = [.. saved];
            damaged[i / 8] ^= (byte)(1 << (i % 8));
            try
            {
                // Where the name of the checksum is damaged, nothing else is.
                Assert.Equal(Read(saved).Values, Read(damaged).Values);
                Assert.InRange(i / 8, SafetensorsHeader.PrefixBytes, FileChecksum.Position);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }
        Assert.True(refused > 8 * (saved.Length - FileChecksum.Key.Length), $"{refused} of {8 * saved.Length}");
    }

    [Fact]
    public void It_is_the_standard_CRC_32C_with_zeros_in_its_own_place()
    {
        var sum = new FileChecksum();
        Span<byte> digits = stackalloc byte[8];
        sum.Add("1234567"u8);
        sum.Add("89"u8);
        sum.Write(digits);
        Assert.Equal("e3069283", Encoding.ASCII.GetString(digits));

        byte[] saved = Saved();
        string written = Encoding.ASCII.GetString(saved, FileChecksum.Position, 8);
        saved.AsSpan(FileChecksum.Position, 8).Fill((byte)'0');
        sum = new FileChecksum();
        sum.Add(saved);
        sum.Write(digits);
        Assert.Equal(written, Encoding.ASCII.GetString(digits));
    }

    [Fact]
    public void A_file_without_one_and_a_header_that_another_program_wrote_are_read()
    {
        byte[] saved = Saved();
        int header = (int)BitConverter.ToUInt64(saved);
        string json = Encoding.UTF8.GetString(saved, 8, header);
        foreach (string other in new[] { json.Replace("{\"__metadata__\":{", "{ \"__metadata__\": {", StringComparison.Ordinal), System.Text.RegularExpressions.Regex.Replace(json, "\"rnndsl.checksum\":\"[0-9a-f]{8}\",", "") })
        {
            byte[] rewritten = [.. BitConverter.GetBytes((ulong)Encoding.UTF8.GetByteCount(other)), .. Encoding.UTF8.GetBytes(other), .. saved.AsSpan(8 + header)];
            Assert.Equal(Read(saved), Read(rewritten));
        }
        using var stream = new MemoryStream();
        SafetensorsFile.Write(stream, [("w", [1])], _ => new float[1], []);
        Assert.DoesNotContain(FileChecksum.Key, Encoding.UTF8.GetString(stream.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_message_says_what_to_do()
    {
        string path = Named("m.safetensors");
        byte[] saved = Saved();
        saved[^1] ^= 1;
        File.WriteAllBytes(path, saved);
        string message = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path)).Message;
        Assert.StartsWith(path + ": The file is damaged", message);
        Assert.Contains("take 'rnndsl.checksum' out", message);
    }
}
