using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Distributed.Tests;

/// <summary>Tests of data in parts: files, and folders for each rank that have those of its own parts alone.</summary>
public abstract class PartFolders : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected string At(string name) => folder.File(name);

    /// <summary>Writes parts of the given sizes, and returns their folder.</summary>
    protected string Written(string name, Func<int, int, Dataset> make, params int[] sizes)
    {
        string path = Directory.CreateDirectory(At(name)).FullName;
        for (int part = 0; part < sizes.Length; part++)
            DatasetFile.Write(PartitionedDataset.PathOf(path, part, sizes.Length), make(sizes[part], part + 1));
        return path;
    }

    /// <summary>Opens the parts of a folder from one that has a rank's files only.</summary>
    protected PartitionedDataset Open(string path, Communicator? ranks)
    {
        if (ranks is null or { Ranks: 1 })
            return PartitionedDataset.Open(path, ranks);
        string own = Directory.CreateDirectory(At($"{Path.GetFileName(path)} {Guid.NewGuid()}")).FullName;
        string[] files = [.. Directory.EnumerateFiles(path).Order()];
        for (int part = 0; part < files.Length; part++)
            if (ranks.HolderOf(part, files.Length) == ranks.Rank)
                File.Copy(files[part], Path.Combine(own, Path.GetFileName(files[part])));
        return PartitionedDataset.Open(own, ranks);
    }
}
