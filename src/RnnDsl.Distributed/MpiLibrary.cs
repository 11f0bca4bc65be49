using System.Runtime.InteropServices;
using System.Text;
using RnnDsl.Training;

namespace RnnDsl.Distributed;

/// <summary>The functions and constants of the system's MPI. Open MPI's handles are addresses of data in its library, MPICH's are numbers of its header.</summary>
sealed unsafe class MpiLibrary
{
    /// <summary>One thread at a time calls MPI.</summary>
    const int Serialized = 2;

    const int LongestError = 1024;

    /// <summary>The names of Open MPI's library and of MPICH's, and then those that a development package installs.</summary>
    static readonly string[] OpenMpi = ["libmpi.so.40", "libmpi.40.dylib"], Mpich = ["libmpich.so.12", "libmpi.so.12", "libmpi.12.dylib"], Any = ["libmpi.so", "libmpi.dylib"];

    readonly nint library, world, bytes, ignoredStatus;
    readonly delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int> send, receive;
    readonly delegate* unmanaged<nint*, int*, nint, int> test;
    readonly int anySource;

    public MpiLibrary()
    {
        (library, string name) = Load();
        nint errorsReturn;
        if (NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out world))
        {
            bytes = NativeLibrary.GetExport(library, "ompi_mpi_byte");
            errorsReturn = NativeLibrary.GetExport(library, "ompi_mpi_errors_return");
            (ignoredStatus, anySource) = (0, -1);
        }
        else if (NativeLibrary.TryGetExport(library, "MPIR_Err_create_code", out _) || NativeLibrary.TryGetExport(library, "MPIX_Comm_revoke", out _))
        {
            (world, bytes, errorsReturn) = (0x44000000, 0x4c00010d, 0x54000001);
            (ignoredStatus, anySource) = (1, -2);
        }
        else
            throw new CommunicatorException($"'{name}' is neither Open MPI nor MPICH: start with the mpirun of one of these, and install its library.");
        send = (delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)Export("MPI_Isend");
        receive = (delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)Export("MPI_Irecv");
        test = (delegate* unmanaged<nint*, int*, nint, int>)Export("MPI_Test");
        int provided, rank, ranks;
        Check(((delegate* unmanaged<void*, void*, int, int*, int>)Export("MPI_Init_thread"))(null, null, Serialized, &provided), "start");
        if (provided < Serialized)
            throw new CommunicatorException("This MPI allows calls of its first thread alone: use one that was built with threads.");
        // By default an error ends the process, before the training is saved.
        Check(((delegate* unmanaged<nint, nint, int>)Export("MPI_Comm_set_errhandler"))(world, errorsReturn), "set the handling of errors");
        Check(((delegate* unmanaged<nint, int*, int>)Export("MPI_Comm_rank"))(world, &rank), "find the rank");
        Check(((delegate* unmanaged<nint, int*, int>)Export("MPI_Comm_size"))(world, &ranks), "count the ranks");
        (Rank, Ranks) = (rank, ranks);
    }

    public int Rank { get; }

    public int Ranks { get; }

    /// <summary>Starts to send. The memory must stay until the request is done.</summary>
    public nint Send(void* from, int count, int rank, int tag)
    {
        nint request = 0;
        Check(send(from, count, bytes, rank, tag, world, &request), "send");
        return request;
    }

    /// <summary>Starts to receive; a rank below 0 stands for any.</summary>
    public nint Receive(void* to, int count, int rank, int tag)
    {
        nint request = 0;
        Check(receive(to, count, bytes, rank < 0 ? anySource : rank, tag, world, &request), "receive");
        return request;
    }

    /// <summary>Whether a request is done. It must not be asked again then.</summary>
    public bool IsDone(nint* request)
    {
        int done;
        Check(test(request, &done, ignoredStatus), "exchange data with another rank");
        return done != 0;
    }

    /// <summary>Gives up a receipt that has not begun.</summary>
    public void Cancel(nint* request)
    {
        _ = ((delegate* unmanaged<nint*, int>)Export("MPI_Cancel"))(request);
        _ = ((delegate* unmanaged<nint*, int>)Export("MPI_Request_free"))(request);
    }

    /// <summary>Gives each rank the bytes of all, which are equally many.</summary>
    public byte[] Gather(ReadOnlySpan<byte> own)
    {
        var all = new byte[own.Length * Ranks];
        fixed (byte* from = own, to = all)
            Check(((delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int>)Export("MPI_Allgather"))(from, own.Length, bytes, to, own.Length, bytes, world), "share data");
        return all;
    }

    /// <summary>Ends MPI. It waits for the other ranks.</summary>
    public void Finish() => _ = ((delegate* unmanaged<int>)Export("MPI_Finalize"))();

    nint Export(string name) => NativeLibrary.GetExport(library, name);

    void Check(int code, string what)
    {
        if (code == 0)
            return;
        byte* text = stackalloc byte[LongestError];
        int length = 0;
        _ = ((delegate* unmanaged<int, byte*, int*, int>)Export("MPI_Error_string"))(code, text, &length);
        throw new CommunicatorException($"MPI could not {what}: {Encoding.UTF8.GetString(text, length)}.");
    }

    static (nint Library, string Name) Load()
    {
        // Both may be installed. A program that one has started cannot join by the other.
        bool isOpenMpi = Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_SIZE") is not null;
        foreach (string name in (string[])[.. isOpenMpi ? OpenMpi : Mpich, .. Any, .. isOpenMpi ? Mpich : OpenMpi])
            if (NativeLibrary.TryLoad(name, out nint library))
                return (library, name);
        throw new CommunicatorException("This program was started by mpirun, but the library of MPI was not found: install it (on Debian and Ubuntu: apt-get install openmpi-bin libopenmpi3), or add its folder to LD_LIBRARY_PATH.");
    }
}
