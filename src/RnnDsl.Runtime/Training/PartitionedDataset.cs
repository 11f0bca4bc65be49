using System.Globalization;
using RnnDsl.Sequences;
using RnnDsl.Storage;

namespace RnnDsl.Training;

/// <summary>
/// A data set that is cut into parts, each a <see cref="DatasetFile"/>, so that no machine needs all of it: of the ranks that train together, each opens the files of its own
/// parts, and reads no other values. The starts and lengths
/// of all sequences are known to every rank, 8 bytes for each sequence and column.
/// <para>The number of parts belongs to the data. Every batch takes the same share of each part, and the result has the same bits on any number of ranks up to that of the parts,
/// so also on one rank that opens all.</para>
/// </summary>
/// <remarks>The files of a folder are <c>part-00001-of-00008.safetensors</c> and so on (<see cref="PathOf"/>). <see cref="Write(string, int, IEnumerable{Dataset})"/> writes all
/// of them; or each machine writes its own with <see
/// cref="DatasetFile.Write(string, Dataset)"/>, if the columns are alike.</remarks>
public sealed class PartitionedDataset : IDisposable
{
    /// <summary>A batch takes from each part, so more are of no use.</summary>
    const int MostParts = 1024;

    readonly string folder;
    readonly DatasetFile?[] files;
    readonly Dataset whole;
    bool isDisposed;

    PartitionedDataset(string folder, Communicator? ranks, int parts)
    {
        this.folder = folder;
        files = new DatasetFile?[parts];
        try
        {
            Told(ranks, () =>
            {
                for (int part = 0; part < parts; part++)
                    if (ranks is null || ranks.HolderOf(part, parts) == ranks.Rank)
                    {
                        files[part] = OpenPart(part, ranks);
                        if (ranks is not null)
                            PartIndex.RequireShort(PathOf(folder, part, parts), files[part]!.Data);
                    }
                return true;
            });
            whole = PartIndex.Join(folder, [.. files.Select((file, part) => ranks is null ? file!.Data : PartIndex.Share(ranks, folder, part, parts, file?.Data))]);
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>The number of parts.</summary>
    public int Count => files.Length;

    /// <summary>The number of examples in all parts.</summary>
    public int Examples => whole.Count;

    /// <summary>The numbers, from 0, of the parts whose values this rank reads.</summary>
    public IReadOnlyList<int> Own => [.. Enumerable.Range(0, Count).Where(part => files[part] is not null)];

    /// <summary>The data of one of <see cref="Own"/>, for whatever a rank does with its examples alone.</summary>
    /// <param name="part">The number of the part, from 0.</param>
    /// <exception cref="ArgumentException">There is no such part, or another rank holds it.</exception>
    public Dataset this[int part] => (uint)part >= (uint)Count ? throw new ArgumentOutOfRangeException(nameof(part), part, $"'{folder}' has the parts 0 to {Count - 1}.")
        : files[part]?.Data ?? throw new ArgumentException($"Part {part + 1} of {Count} of '{folder}' is held by another rank.", nameof(part));

    /// <summary>Opens the files of a rank's parts, and exchanges the starts and lengths of all sequences with the other ranks. No values are read.</summary>
    /// <param name="folder">The folder of the files. It may be another one for each rank, and may lack the files of other ranks' parts.</param>
    /// <param name="ranks">The ranks that train together, the <see cref="Trainer.Communicator"/> of the trainer; all of them make this call. Rank r of R, of which R is rounded
    /// down to a power of two, opens P / R parts from
    /// part r·P / R on. Further ranks open none. Null to open all parts.</param>
    /// <exception cref="FileNotFoundException">The folder has no parts, or lacks one that this rank is to open.</exception>
    /// <exception cref="InvalidDataException">The files are damaged, are of two numbers of parts, or their columns are not alike; the message names them.</exception>
    /// <exception cref="ArgumentException">There are more ranks than parts.</exception>
    /// <exception cref="CommunicatorException">Another rank could not open its parts; the message quotes it.</exception>
    public static PartitionedDataset Open(string folder, Communicator? ranks = null)
    {
        Communicator? several = ranks is { Ranks: > 1 } ? ranks : null;
        int parts = Agreed(folder, several, Told(several, () => PartsIn(folder)));
        RequireRanks(folder, parts, several);
        return new PartitionedDataset(folder, several, parts);
    }

    /// <inheritdoc cref="Write(string, int, IEnumerable{Dataset})"/>
    public static void Write(string folder, int parts, Dataset data) => Write(folder, parts, [data]);

    /// <summary>Writes the examples of some data sets to the files of a new data set in parts. Each of the data sets is cut into as many stretches of neighboring examples, of
    /// equal numbers to within one. They are enumerated once, and
    /// only one needs to be in memory at a time.</summary>
    /// <param name="folder">The folder, which is created if it does not exist. It must not have parts already. It needs as much free space again while the files are
    /// written.</param>
    /// <param name="parts">The number of parts, a power of two up to 1,024: at least that of the ranks that shall share them. 8 to 32 are usual.</param>
    /// <param name="data">Each has the columns of the first, of the same kinds and sizes. More columns are left out.</param>
    /// <exception cref="ArgumentException">The number is no power of two, there are fewer examples than parts, or the columns differ; see <see
    /// cref="DatasetFile.Write(string, IEnumerable{Dataset})"/>.</exception>
    /// <exception cref="IOException">The folder has parts already.</exception>
    public static void Write(string folder, int parts, IEnumerable<Dataset> data)
    {
        RequirePower(parts, nameof(parts));
        Directory.CreateDirectory(folder);
        if (PartsIn(folder) != 0)
            throw new IOException($"'{folder}' has parts of a data set already: delete them, or write to another folder.");
        DatasetFileWriter[] writers = [.. Enumerable.Range(0, parts).Select(_ => new DatasetFileWriter(folder))];
        try
        {
            var counts = new int[parts];
            foreach (Dataset next in data)
                Deal(folder, next, writers, counts);
            if (Array.IndexOf(counts, 0) >= 0)
                throw new ArgumentException($"There are {Text(counts.Sum(), "example")} for {Text(parts, "part")}, and " +
                    "each part needs at least one: choose fewer parts.", nameof(parts));
            WriteAll(folder, writers);
        }
        finally
        {
            foreach (DatasetFileWriter writer in writers)
                writer.Dispose();
        }
    }

    /// <summary>The path of a part's file.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="part">The number of the part, from 0. In the file's name it begins at 1.</param>
    /// <param name="parts">The number of parts, a power of two up to 1,024.</param>
    public static string PathOf(string folder, int part, int parts)
    {
        RequirePower(parts, nameof(parts));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)part, (uint)parts, nameof(part));
        return Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"part-{part + 1:D5}-of-{parts:D5}.safetensors"));
    }

    /// <summary>How many parts and examples, those that this rank reads, and a line for each column.</summary>
    public override string ToString() =>
        $"{Text(Examples, "example")} in {Text(Count, "part")}, of which this rank reads {Own.Count}\n{string.Join('\n', whole.Columns.Select(PartIndex.Text))}";

    /// <summary>Closes the files; see <see cref="DatasetFile.Dispose"/>.</summary>
    public void Dispose()
    {
        isDisposed = true;
        Close();
    }

    /// <summary>All parts as one data set, for a trainer with these ranks.</summary>
    internal Dataset For(Communicator? trainers)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        RequireRanks(folder, Count, trainers);
        for (int part = 0; part < Count; part++)
            if (files[part] is null && (trainers?.HolderOf(part, Count) ?? 0) == (trainers?.Rank ?? 0))
                throw new ArgumentException($"The trainer computes with part {part + 1} of {Count} of '{folder}', which was not opened here: " +
                    $"give {nameof(PartitionedDataset)}.{nameof(Open)} the trainer's {nameof(Trainer.Communicator)}.");
        return whole;
    }

    void Close()
    {
        foreach (DatasetFile? file in files)
            file?.Dispose();
    }

    /// <summary>Does what only this rank does, and tells the others if it fails.</summary>
    static T Told<T>(Communicator? ranks, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (ranks?.Tells(e) ?? false)
        {
            throw;
        }
    }

    static void RequireRanks(string folder, int parts, Communicator? ranks)
    {
        if (ranks?.Computing > parts)
            throw new ArgumentException($"'{folder}' has {Text(parts, "part")}, so that no more than {Text(parts, "rank")} can share them, " +
                $"and there are {ranks.Ranks} ranks: write it in more parts, or start fewer ranks.");
    }

    DatasetFile OpenPart(int part, Communicator? ranks)
    {
        string path = PathOf(folder, part, Count);
        if (!File.Exists(path))
            throw new FileNotFoundException($"Part {part + 1} of {Count} is missing: there is no '{path}'" +
                $"{(ranks is null ? "" : $", which rank {ranks.Rank} of {ranks.Ranks} is to read")}.", path);
        return DatasetFile.Open(path);
    }

    /// <summary>The number of parts by the names of the files in a folder; 0 if it has none.</summary>
    static int PartsIn(string folder)
    {
        if (!Directory.Exists(folder))
            return 0;
        int[] numbers = [.. Directory.EnumerateFiles(folder, "part-*-of-*.safetensors").Select(PartsOf).Where(parts => parts > 0).Distinct().Order()];
        return numbers.Length <= 1 ? numbers.FirstOrDefault()
            : throw new InvalidDataException($"'{folder}' has files of data sets of {numbers[0]} and of {numbers[1]} parts: leave those of one.");
    }

    /// <summary>The number of parts by the name of a part's file; 0 if it is none.</summary>
    static int PartsOf(string path)
    {
        string[] words = Path.GetFileNameWithoutExtension(path).Split('-');
        return words.Length == 4 && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int part)
            && int.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out int parts)
            && IsPower(parts) && part >= 1 && part <= parts && Path.GetFileName(path) == Path.GetFileName(PathOf("", part - 1, parts)) ? parts : 0;
    }

    /// <summary>The number of parts that those ranks see whose folders have some.</summary>
    static int Agreed(string folder, Communicator? ranks, int own)
    {
        int[] all = ranks is null ? [own] : [.. ranks.Share(BitConverter.GetBytes(own)).Select(share => BitConverter.ToInt32(share))];
        int first = Array.FindIndex(all, parts => parts > 0);
        if (first < 0)
            throw new FileNotFoundException($"'{folder}' has no parts of a data set, such as '{Path.GetFileName(PathOf("", 0, 8))}', " +
                $"which {nameof(PartitionedDataset)}.{nameof(Write)} writes.");
        int other = Array.FindIndex(all, parts => parts > 0 && parts != all[first]);
        return other < 0 ? all[first] : throw new InvalidDataException($"The files of '{folder}' are of {all[first]} parts on rank {first}, " +
            $"and of {all[other]} on rank {other}: give all ranks the files of one data set.");
    }

    /// <summary>Writes all files, or none.</summary>
    static void WriteAll(string folder, DatasetFileWriter[] writers)
    {
        int written = 0;
        try
        {
            for (; written < writers.Length; written++)
                AtomicFile.Write(PathOf(folder, written, writers.Length), writers[written].Finish);
        }
        catch
        {
            // None of them was there before.
            for (int part = 0; part < written; part++)
                File.Delete(PathOf(folder, part, writers.Length));
            throw;
        }
    }

    /// <summary>Cuts a data set into one stretch for each part. Those that have the fewest examples so far get one more if the numbers are not equal.</summary>
    static void Deal(string folder, Dataset data, DatasetFileWriter[] writers, int[] counts)
    {
        int parts = writers.Length;
        var shares = new int[parts];
        Array.Fill(shares, data.Count / parts);
        foreach (int part in Enumerable.Range(0, parts).OrderBy(part => counts[part]).Take(data.Count % parts))
            shares[part]++;
        for (int part = 0, start = 0; part < parts; start += shares[part++])
        {
            if (shares[part] > 0)
                Add(data.Range(start, shares[part]), writers[part]);
            counts[part] += shares[part];
        }

        void Add(Dataset share, DatasetFileWriter writer)
        {
            try
            {
                writer.Add(share);
            }
            // It names a temporary file.
            catch (IOException e) when (e.GetType() == typeof(IOException))
            {
                throw new IOException($"Cannot write the parts to '{folder}': {AtomicFile.WithoutFile(e.Message)}", e);
            }
        }
    }

    static bool IsPower(int parts) => parts is >= 1 and <= MostParts && int.IsPow2(parts);

    static void RequirePower(int parts, string name)
    {
        if (!IsPower(parts))
            throw new ArgumentOutOfRangeException(name, parts, $"The number of parts is a power of two from 1 to {MostParts}, such as 8 or 16, " +
                "so that ranks can share them evenly.");
    }

    static string Text(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
