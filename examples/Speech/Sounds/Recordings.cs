using System.Formats.Tar;
using System.Globalization;
using RnnDsl.Audio;
using RnnDsl.Data;

namespace RnnDsl.Examples.Speech;

/// <summary>Reads recordings named <c>{digit}_{speaker}_{take}.wav</c> from folders and from archives <c>.tar.gz</c>.</summary>
static class Recordings
{
    public static List<Clip> Read(IEnumerable<string> paths)
    {
        var clips = new List<Clip>();
        int passed = 0;
        foreach (string path in paths)
            if (Directory.Exists(path))
                foreach (string file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(IsSound).Order(StringComparer.Ordinal))
                {
                    using FileStream stream = File.OpenRead(file);
                    Add(stream, file);
                }
            else
            {
                using var unpacked = new UnpackedStream(File.OpenRead(path), path);
                using var archive = new TarReader(unpacked);
                while (Next(archive, path) is { } entry)
                    if (entry.DataStream is { } stream && IsSound(entry.Name))
                        Add(stream, entry.Name);
            }
        if (clips.Count == 0)
            throw new InvalidDataException($"There is no recording named {{digit}}_{{speaker}}_{{take}}.wav in {string.Join(", ", paths)}.");
        if (passed > 0)
            Console.WriteLine($"Note: {passed} recordings have other names and were passed over.");
        return [.. clips.OrderBy(c => c.Speaker, StringComparer.Ordinal).ThenBy(c => c.Digit).ThenBy(c => c.Take)];

        void Add(Stream stream, string name)
        {
            string[] parts = Path.GetFileNameWithoutExtension(name).Split('_');
            if (parts.Length != 3 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int digit) || digit > 9 || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int take))
            {
                passed++;
                return;
            }
            Sound sound = WavFile.Read(stream, name, mostSeconds: 30);
            // Clipping and offsets are common in such recordings, and do no harm.
            foreach (string finding in sound.Findings.Where(f => !f.Contains("is clipped", StringComparison.Ordinal) && !f.Contains("has an offset", StringComparison.Ordinal)))
                Console.WriteLine($"Note: {finding}");
            if (sound.Samples.Length > 0)
                clips.Add(new Clip(sound, digit, parts[1], take));
        }
    }

    /// <summary>Recorders also write names in upper case.</summary>
    static bool IsSound(string name) => name.EndsWith(".wav", StringComparison.OrdinalIgnoreCase);

    static TarEntry? Next(TarReader archive, string path)
    {
        try
        {
            return archive.GetNextEntry();
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new InvalidDataException($"{path} is no folder of WAV files, and no whole archive of the kind .tar.gz: {error.Message}", error);
        }
    }
}
