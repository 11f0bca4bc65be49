using RnnDsl.Storage;

namespace RnnDsl.Runtime.Tests.Storage;

public sealed class AtomicFileTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TheFileIsReplacedAndNothingElseLeft()
    {
        string path = folder.File("a.bin");
        AtomicFile.Write(path, stream => stream.Write([1, 2, 3]));
        AtomicFile.Write(path, stream => stream.Write([4, 5]));
        Assert.Equal([4, 5], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void AFailureLeavesTheOldFile()
    {
        string path = folder.File("a.bin");
        AtomicFile.Write(path, stream => stream.Write([1, 2, 3]));
        Assert.Throws<NotSupportedException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write([9, 9]);
            throw new NotSupportedException();
        }));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    /// <summary>The operating system names the new file beside the one that is meant, as of a full disk.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ARefusalNamesTheFileThatIsMeant(bool denied)
    {
        string path = folder.File("a.bin");
        Exception error = Assert.ThrowsAny<Exception>(() => AtomicFile.Write(path, stream =>
        {
            string message = $"No space left on device : '{((FileStream)stream).Name}'";
            throw denied ? new UnauthorizedAccessException(message) : new IOException(message);
        }));
        Assert.Equal($"Cannot write '{path}': No space left on device.", error.Message);
        Assert.True(denied ? error is UnauthorizedAccessException : error is IOException);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    /// <summary>What a full disk did not take is in the buffer, and closing the file tries to write it again: the first error counts. A limit of the process takes the disk's place.</summary>
    [Fact]
    public void AnErrorWhileClosingDoesNotHideTheFirst()
    {
        string path = folder.File("a.bin");
        var error = Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            // The buffer cannot be written any more.
            ((FileStream)stream).SafeFileHandle.Dispose();
            throw new InvalidOperationException("first");
        }));
        Assert.Equal("first", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void AFolderThatCannotBeCreatedIsNamed()
    {
        string file = folder.File("taken");
        File.WriteAllText(file, "x");
        Assert.Equal($"Cannot create the folder '{file}': there is a file of that name.", Assert.Throws<IOException>(() => OutputFolder.Create(file)).Message);
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains("Cannot create the folder '/proc/x':", Assert.Throws<IOException>(() => OutputFolder.Create("/proc/x")).Message);
            Assert.Equal("Cannot write '/proc/x': no file can be created there", Assert.Throws<IOException>(() => AtomicFile.Write("/proc/x", _ => { })).Message);
            Assert.Contains("Cannot create the file '/proc/x':", Assert.Throws<IOException>(() => OutputFolder.NewFile("/proc/x")).Message);
        }
        Assert.Contains($"Cannot create the file '{file}': ", Assert.Throws<IOException>(() => OutputFolder.NewFile(file)).Message);
        Assert.True(OutputFolder.Create(Path.Combine(folder.Path, "new", "deep")).Exists);
    }

    [Fact]
    public void AFolderIsNoFileToRead()
    {
        Assert.Equal($"'{folder.Path}' is a folder, not a file.", Assert.Throws<FileNotFoundException>(() => InputFile.Open(folder.Path)).Message);
        Assert.Contains("There is no file 'none.bin' (", Assert.Throws<FileNotFoundException>(() => InputFile.Open("none.bin")).Message);
        Assert.Throws<ArgumentNullException>(() => InputFile.Open(null!));
        foreach (Action read in new Action[] { () => ModelFile.ReadInfo(folder.Path), () => RnnDsl.Sequences.DatasetFile.Open(folder.Path), () => RnnDsl.Data.CsvSeries.Read(folder.Path) })
            Assert.Contains("is a folder", Assert.Throws<FileNotFoundException>(read).Message);
    }

    [Fact]
    public void AMissingFolderIsNamed()
    {
        string path = Path.Combine(folder.Path, "none", "a.bin");
        Assert.Contains("does not exist", Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Write(path, _ => { })).Message);
    }

    [Fact]
    public void ALinkIsFollowedAndStays()
    {
        string target = folder.File("target.bin"), link = folder.File("link.bin"), chain = folder.File("chain.bin"), dangling = folder.File("dangling.bin");
        File.WriteAllBytes(target, [1]);
        File.CreateSymbolicLink(link, "target.bin");
        File.CreateSymbolicLink(chain, link);
        File.CreateSymbolicLink(dangling, "later.bin");
        AtomicFile.Write(chain, stream => stream.Write([4, 5]));
        AtomicFile.Write(dangling, stream => stream.Write([6]));
        Assert.Equal([4, 5], File.ReadAllBytes(target));
        Assert.Equal([6], File.ReadAllBytes(folder.File("later.bin")));
        Assert.Equal(("target.bin", link, "later.bin"), (new FileInfo(link).LinkTarget, new FileInfo(chain).LinkTarget, new FileInfo(dangling).LinkTarget));
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.UserRead)]
    public void TheModeStays(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
            return;
        string path = folder.File("a.bin");
        File.WriteAllBytes(path, [1]);
        File.SetUnixFileMode(path, mode);
        AtomicFile.Write(path, stream =>
        {
            stream.Write([2]);
            // Nobody may read it earlier who may not read it later.
            string beside = Directory.GetFiles(folder.Path, ".*.tmp").Single();
            if (!OperatingSystem.IsWindows())
                Assert.Equal(mode, File.GetUnixFileMode(beside));
        });
        Assert.Equal(mode, File.GetUnixFileMode(path));
        Assert.Equal([2], File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData(210), InlineData(240), InlineData(255)]
    public void ANameMayBeAsLongAsTheSystemAllows(int length)
    {
        string path = folder.File(new string('n', length));
        AtomicFile.Write(path, stream => stream.Write([1]));
        AtomicFile.Write(path, stream => stream.Write([2]));
        Assert.Equal([2], File.ReadAllBytes(path));
    }

    [Fact]
    public void OnlyRegularFilesAreReplaced()
    {
        Assert.Throws<IOException>(() => AtomicFile.Write(folder.Path, stream => stream.Write([1])));
        if (OperatingSystem.IsWindows())
            return;
        string link = folder.File("link.bin"), pipe = folder.File("pipe");
        File.CreateSymbolicLink(link, "/dev/null");
        using (var process = System.Diagnostics.Process.Start("mkfifo", [pipe]))
            process.WaitForExit();
        foreach (string path in new[] { "/dev/full", "/dev/null", link, pipe })
            Assert.Contains("no regular file", Assert.Throws<IOException>(() => AtomicFile.Write(path, stream => stream.Write([1]))).Message);
        Assert.Equal(0, new FileInfo("/dev/full").Length);
        string empty = folder.File("empty");
        File.WriteAllBytes(empty, []);
        AtomicFile.Write(empty, stream => stream.Write([1]));
        Assert.Equal([1], File.ReadAllBytes(empty));
    }

    [Fact]
    public void WhatKilledWritersLeftIsDeletedAndWhatOthersAreWritingIsNot()
    {
        string path = folder.File("a.bin"), other = folder.File("b.bin"), foreign = folder.File($".other.{Guid.NewGuid():N}.tmp");
        string[] left = [folder.File($".rnndsl-{Guid.NewGuid():N}.tmp"), folder.File($".a.bin.{Guid.NewGuid():N}.tmp")];
        foreach (string file in left.Append(foreign))
        {
            File.WriteAllBytes(file, new byte[1000]);
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(-1));
        }
        AtomicFile.Write(other, stream =>
        {
            stream.Write([1]);
            Assert.Equal(3, Directory.GetFiles(folder.Path, ".*.tmp").Length);
            AtomicFile.Write(path, inner => inner.Write([2]));
            stream.Write([3]);
        });
        Assert.Equal([1, 3], File.ReadAllBytes(other));
        Assert.Equal([2], File.ReadAllBytes(path));
        Assert.Equal(new[] { path, other, foreign }.Order(), Directory.GetFileSystemEntries(folder.Path).Order());
    }

    [Fact]
    public void WhatOnlyLooksLikeALeftoverStays()
    {
        string path = folder.File("a.bin"), id = Guid.NewGuid().ToString("N"), young = folder.File($".a.bin.{id}.tmp");
        string[] others = [folder.File($".rnndsl-{id[1..]}.tmp"), folder.File($".rnndsl-{id}0.tmp"), folder.File($".rnndsl-{id[1..]}g.tmp"),
            folder.File($".rnndsl-{id}.temp"), folder.File($"rnndsl-{id}.tmp"), folder.File($".A.bin.{id}.tmp"), folder.File($".b.bin.{id}.tmp")];
        foreach (string file in others)
        {
            File.WriteAllBytes(file, [1]);
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(-1));
        }
        string nested = folder.File($".rnndsl-{Guid.NewGuid():N}.tmp");
        Directory.CreateDirectory(nested);
        // Its writer may be about to rename it.
        File.WriteAllBytes(young, [1]);
        File.SetLastWriteTimeUtc(young, DateTime.UtcNow.AddMinutes(1));
        AtomicFile.Write(path, stream => stream.Write([2]));
        Assert.Equal(others.Append(path).Append(nested).Append(young).Order(), Directory.GetFileSystemEntries(folder.Path).Order());
    }

    [Fact]
    public void ManyWritersOfOneFolderDoNotMeet()
    {
        string[] paths = [folder.File("a.bin"), folder.File("b.bin")];
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            AtomicFile.Write(paths[i % 2], stream => stream.Write(new byte[1 + i])));
        Assert.Equal(paths.Order(), Directory.GetFileSystemEntries(folder.Path).Order());
    }
}

/// <summary>A folder that is deleted at the end of a test.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("rnndsl-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
