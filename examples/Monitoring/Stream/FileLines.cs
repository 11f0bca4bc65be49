using RnnDsl.Data;
using RnnDsl.Storage;

namespace RnnDsl.Examples.Monitoring;

/// <summary>
/// The lines of a file, a pipe or standard input. A file that is followed may be cut to nothing, or may be renamed and another one be made under its name, as the
/// rotation of logs does it: then reading begins at
/// the start, and that is told.
/// </summary>
sealed class FileLines : IDisposable
{
    static readonly TimeSpan poll = TimeSpan.FromMilliseconds(200);

    readonly string path;
    readonly bool follow;
    readonly Action<string> warn;
    readonly Retried opening;
    Stream stream;
    LineReader lines;

    /// <param name="source">The name of a file, also .gz; - for standard input.</param>
    /// <param name="position">Bytes that were read of it before.</param>
    /// <param name="follow">Whether to wait for more at its end.</param>
    /// <param name="again">Whether a pipe, or standard input, begins where it began before, so that what was read of it is passed over. Otherwise it goes on.</param>
    /// <param name="warn">What to tell of a file that is another one now.</param>
    /// <exception cref="InvalidDataException">It is shorter than what was read before, and is not followed.</exception>
    public FileLines(string source, long position, bool follow, bool again, Action<string> warn)
    {
        (path, this.follow, this.warn, opening) = (source, follow, warn, new Retried(source, warn));
        stream = source == "-" ? Console.OpenStandardInput() : Open(source);
        if (stream is not FileStream { CanSeek: true } file)
        {
            position = stream is UnpackedStream || again ? position : 0;
            Skip(position).GetAwaiter().GetResult();
        }
        else if (position <= file.Length)
            file.Position = position;
        else if (follow)
        {
            warn($"{path} has less than the {position} bytes that were read of it before. It is read from its start.");
            position = 0;
        }
        else
            throw TooShort(position);
        lines = new LineReader(stream, position);
    }

    /// <summary>The next line; null at the end.</summary>
    public async ValueTask<SourceLine?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (await lines.ReadAsync(cancellation) is { } line)
                return line;
            if (!follow)
                return lines.Rest();
            LineReader before = lines;
            if (BeginsAnew())
            {
                // The end of the old file is a line, too. The place behind it is the start of the new one.
                if (before.Rest() is { } rest)
                    return rest with { Position = 0 };
            }
            else
                await Task.Delay(poll, cancellation);
        }
    }

    public void Dispose() => stream.Dispose();

    /// <summary>Goes to the start of the file if it was cut, or of its successor if there is one with something in it: until then, who writes may still write to the
    /// old one.</summary>
    bool BeginsAnew()
    {
        if (stream is not FileStream { CanSeek: true } file)
            return false;
        if (file.Length < file.Position)
        {
            warn($"{path} was cut to {file.Length} bytes, of which {file.Position} were read. It is read from its start.");
            file.Position = 0;
        }
        else if (Successor(file) is { } next)
        {
            warn($"{path} is another file now. It is read from its start.");
            stream.Dispose();
            stream = next;
        }
        else
            return false;
        lines = new LineReader(stream);
        return true;
    }

    /// <summary>
    /// The file that has the name now, if it is another one; else null. The framework tells no numbers of files. But what is seen of the file of that name lies
    /// between what is seen of the open file before and after,
    /// if both are one: its length, and its time of creation, or of its last change where the system knows no creation.
    /// </summary>
    FileStream? Successor(FileStream file)
    {
        FileStream? named = null;
        (DateTime timeBefore, long lengthBefore) = Look(file);
        if (!File.Exists(path) || !opening.Try(() => named = Open(path) as FileStream) || named is null)
            return null;
        (DateTime time, long length) = Look(named);
        (DateTime timeAfter, long lengthAfter) = Look(file);
        if (named.CanSeek && length > 0 && (IsOutside(time, timeBefore, timeAfter) || IsOutside(length, lengthBefore, lengthAfter)))
            return named;
        named.Dispose();
        return null;

        static (DateTime, long) Look(FileStream file) => (File.GetCreationTimeUtc(file.SafeFileHandle), file.CanSeek ? file.Length : 0);
    }

    static bool IsOutside<T>(T value, T one, T other) where T : IComparable<T> =>
        Math.Sign(value.CompareTo(one)) * Math.Sign(value.CompareTo(other)) > 0;

    Stream Open(string path)
    {
        InputFile.Check(path);
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            return file;
        return new UnpackedStream(file, path);
    }

    async Task Skip(long position)
    {
        var skipped = new byte[1 << 16];
        for (long left = position; left > 0;)
        {
            int count = await stream.ReadAsync(skipped.AsMemory(0, (int)Math.Min(left, skipped.Length)));
            left -= count > 0 ? count : throw TooShort(position);
        }
    }

    InvalidDataException TooShort(long position) =>
        new($"{(path == "-" ? "Standard input" : path)} has less than the {position} bytes that were read of it before: " +
            "it is another stream now. Give another --state to begin anew.");
}
