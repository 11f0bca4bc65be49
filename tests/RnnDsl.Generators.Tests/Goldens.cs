using System.Runtime.CompilerServices;

namespace RnnDsl.Generators.Tests;

/// <summary>Compares a text with the file <c>Name.verified.txt</c> beside the tests; where it differs, writes
/// <c>Name.received.txt</c> to compare and, if it is right, to rename.</summary>
static class Goldens
{
    public static string RepositoryRoot => Path.GetFullPath(Path.Combine(Folder(), "..", ".."));

    public static void Verify(string name, string text, string extension = "txt")
    {
        string verified = Path.Combine(Folder(), "Goldens", $"{name}.verified.{extension}");
        string received = Path.Combine(Folder(), "Goldens", $"{name}.received.{extension}");
        string expected = File.Exists(verified) ? File.ReadAllText(verified).ReplaceLineEndings("\n") : "";
        if (expected == text)
        {
            File.Delete(received);
            return;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(received)!);
        File.WriteAllText(received, text);
        Assert.Equal(expected, text);
    }

    static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
