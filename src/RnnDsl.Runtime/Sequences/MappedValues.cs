using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace RnnDsl.Sequences;

/// <summary>
/// A file as read-only memory. The operating system reads its pages when they are used, and may drop them again. <see cref="Close"/> ends the use of it. The pages stay mapped as long as one of its
/// <see cref="MappedValues"/> can be reached, because a thread may be reading them at that moment; then the garbage collector releases them.
/// </summary>
sealed unsafe class MappedFile
{
    readonly string path;
    readonly byte* start;

    /// <summary>Its handle's finalizer ends the mapping.</summary>
    readonly MemoryMappedViewAccessor view;
    volatile bool isClosed;

    public MappedFile(FileStream stream)
    {
        path = stream.Name;
        using var file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        view = file.CreateViewAccessor(0, stream.Length, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        start = pointer + view.PointerOffset;
        // A count that is never released would keep the finalizer from ending the mapping.
        view.SafeMemoryMappedViewHandle.ReleasePointer();
    }

    /// <summary>From now on every use is an exception.</summary>
    public void Close() => isClosed = true;

    /// <summary>The address of a byte.</summary>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public byte* At(long offset) => isClosed ? throw new ObjectDisposedException(nameof(DatasetFile), $"The data set's file '{path}' was disposed. Keep it open as long as its data are in use.") : start + offset;
}

/// <summary>Floats of a mapped file.</summary>
/// <param name="file">The file.</param>
/// <param name="offset">The byte at which they begin, a multiple of 4.</param>
/// <param name="length">The number of floats.</param>
sealed unsafe class MappedValues(MappedFile file, long offset, int length) : MemoryManager<float>
{
    public override Memory<float> Memory => CreateMemory(length);

    public override Span<float> GetSpan() => new(file.At(offset), length);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)length, nameof(elementIndex));
        return new MemoryHandle((float*)file.At(offset) + elementIndex, pinnable: this);
    }

    public override void Unpin()
    {
        // Pages do not move, and the handle itself keeps them mapped.
    }

    protected override void Dispose(bool disposing)
    {
    }
}
