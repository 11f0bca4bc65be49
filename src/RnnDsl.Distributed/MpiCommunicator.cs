using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using RnnDsl.Training;

namespace RnnDsl.Distributed;

/// <summary>
/// The ranks that <c>mpirun</c> has started, connected by the system's MPI (Open MPI or MPICH). One line makes a trainer use them:
/// <code>
/// using var mpi = MpiCommunicator.Start(checkpoint: "run.safetensors");
/// using var trainer = new Trainer(model, optimizer) { Communicator = mpi };
/// </code>
/// A program that is started without <c>mpirun</c> is one rank, and needs no MPI.
/// </summary>
public sealed unsafe partial class MpiCommunicator : Communicator
{
    /// <summary>Tags of messages: the data of an exchange, and words about the end of a rank.</summary>
    const int Data = 1, Word = 2;

    const int WordBytes = 1024, LongestMessage = 1 << 30;

    /// <summary>After so many looks at a message that is not there, the processor goes to others, and other ranks' words are read.</summary>
    const int Looks = 64;

    /// <summary>After so many milliseconds of waiting, a rank looks once a millisecond, so that others have its processor.</summary>
    const int Patient = 100;

    /// <summary>After so many milliseconds, nothing comes any more from a partner that has left. Its last word can overtake a long message, which MPI carries in pieces.</summary>
    const int LastWait = 1000;

    /// <summary>The exit code of a process that SIGTERM ends, as shells give it.</summary>
    const int Terminated = 128 + 15;

    static int started;

    readonly MpiLibrary? mpi;
    readonly PosixSignalRegistration termination;
    readonly PosixSignalRegistration? waking;
    readonly byte[] word = GC.AllocateArray<byte>(WordBytes, pinned: true), heard = GC.AllocateArray<byte>(WordBytes, pinned: true);
    readonly string?[] left;
    readonly int threads;
    nint listening;
    string? failure;
    bool disposed;

    MpiCommunicator(MpiLibrary? mpi)
    {
        this.mpi = mpi;
        left = new string?[Ranks];
        termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        if (mpi is null)
            return;
        // Open MPI wakes all ranks a second before it sends SIGTERM, and ends them a second after. So there is more time to save.
        if (!OperatingSystem.IsWindows())
            waking = PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => SaveTraining());
        threads = ThreadsOfRank();
        Listen();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    /// <inheritdoc/>
    public override int Rank => mpi?.Rank ?? 0;

    /// <inheritdoc/>
    public override int Ranks => mpi?.Ranks ?? 1;

    /// <summary>The processors of this rank, divided by the number of ranks that have the same ones. <c>mpirun</c> may bind each rank to processors of its own.</summary>
    public override int Threads => threads;

    /// <summary>Joins the ranks. It is called once in a program, before it writes anything. All trainers share what it gives, one after another.</summary>
    /// <param name="checkpoint">The path of the checkpoint that is written when a rank is lost or the program gets SIGTERM, usually "….safetensors"; null for none. On machines without a shared folder each writes its own.</param>
    /// <param name="onlyFirstWrites">Whether <see cref="Console.Out"/> of all ranks but the first leads nowhere, so that a report appears once. <see cref="Console.Error"/> stays.</param>
    /// <exception cref="CommunicatorException">The program was started by mpirun, but the library of MPI is missing or fails.</exception>
    /// <exception cref="InvalidOperationException">It was called before: MPI starts once in a process.</exception>
    public static MpiCommunicator Start(string? checkpoint = null, bool onlyFirstWrites = true)
    {
        if (IsStarted && Interlocked.Exchange(ref started, 1) != 0)
            throw new InvalidOperationException("MPI was started before in this process: give the first communicator to all trainers.");
        var communicator = new MpiCommunicator(IsStarted ? new MpiLibrary() : null) { CheckpointPath = checkpoint };
        if (onlyFirstWrites && !communicator.IsFirst)
            Console.SetOut(TextWriter.Null);
        return communicator;
    }

    /// <summary>Whether mpirun, or a job system that speaks PMI, has started this program: Open MPI, PMIx, MPICH.</summary>
    static bool IsStarted => new[] { "OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK" }.Any(name => Environment.GetEnvironmentVariable(name) is not null);

    /// <inheritdoc/>
    public override void Exchange(int partner, ReadOnlySpan<byte> send, Span<byte> receive)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(partner);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partner, Ranks);
        fixed (byte* from = send, to = receive)
            for (int at = 0; at < Math.Max(send.Length, receive.Length);)
            {
                int sent = Math.Clamp(send.Length - at, 0, LongestMessage), received = Math.Clamp(receive.Length - at, 0, LongestMessage);
                Exchange(partner, from + at, sent, to + at, received);
                at += Math.Max(sent, received);
            }
    }

    void Exchange(int partner, byte* from, int sent, byte* to, int received)
    {
        if (mpi is null)
            throw new CommunicatorException("There is one rank alone, which has no partner.");
        bool arrived = received == 0, gone = sent == 0;
        nint receiving = arrived ? 0 : mpi.Receive(to, received, partner, Data), sending = gone ? 0 : mpi.Send(from, sent, partner, Data);
        long since = Environment.TickCount64, leaves = 0;
        for (int looks = 1; ; looks++)
        {
            arrived = arrived || mpi.IsDone(&receiving);
            gone = gone || mpi.IsDone(&sending);
            if (arrived && gone)
                return;
            if (looks % Looks != 0)
                continue;
            Hear();
            long now = Environment.TickCount64;
            if (leaves == 0 && left[partner] is not null)
                leaves = now;
            if ((failure ?? (leaves > 0 && now - leaves > LastWait ? left[partner] : null)) is { } why)
            {
                // What the other had sent before its word may have come meanwhile.
                arrived = arrived || mpi.IsDone(&receiving);
                gone = gone || mpi.IsDone(&sending);
                if (arrived && gone)
                    return;
                if (!arrived)
                    mpi.Cancel(&receiving);
                throw new CommunicatorException(why);
            }
            if (now - since > Patient)
                Thread.Sleep(1);
            else
                Thread.Yield();
        }
    }

    /// <inheritdoc/>
    public override void Fail(string reason) => Say(true, $"Rank {Rank} of {Ranks} cannot go on: {reason}");

    /// <summary>Tells all other ranks, and waits at most a second until the words are on their way.</summary>
    void Say(bool isFailure, string text)
    {
        if (mpi is null || disposed)
            return;
        try
        {
            Span<byte> rest = word.AsSpan(sizeof(int) + 2);
            MemoryMarshal.Write(word, Rank);
            word[sizeof(int)] = (byte)(isFailure ? 1 : 0);
            Encoding.UTF8.GetEncoder().Convert(text, rest[..^1], true, out _, out int used, out _);
            rest[used] = 0;
            var requests = new List<nint>();
            fixed (byte* from = word)
                for (int rank = 0; rank < Ranks; rank++)
                    if (rank != Rank)
                        requests.Add(mpi.Send(from, WordBytes, rank, Word));
            for (long until = Environment.TickCount64 + 1000; requests.Count > 0 && Environment.TickCount64 < until; Thread.Yield())
                for (int i = requests.Count - 1; i >= 0; i--)
                {
                    nint request = requests[i];
                    if (mpi.IsDone(&request))
                        requests.RemoveAt(i);
                }
        }
        catch (CommunicatorException)
        {
            // Who cannot be told is lost too, and mpirun ends the rest.
        }
    }

    void Listen()
    {
        fixed (byte* to = heard)
            listening = mpi!.Receive(to, WordBytes, -1, Word);
    }

    void Hear()
    {
        nint request = listening;
        while (mpi!.IsDone(&request))
        {
            ReadOnlySpan<byte> text = heard.AsSpan(sizeof(int) + 2);
            string said = Encoding.UTF8.GetString(text[..text.IndexOf((byte)0)]);
            if (heard[sizeof(int)] == 1)
                failure ??= said;
            else
                left[MemoryMarshal.Read<int>(heard)] = said;
            Listen();
            request = listening;
        }
        listening = request;
    }

    /// <summary>SIGTERM: mpirun sends it to all ranks when one is lost. The training is saved at once, beside what the other threads do.</summary>
    void End(PosixSignalContext context)
    {
        context.Cancel = true;
        Console.Error.WriteLine($"Rank {Rank} of {Ranks} was told to end, as all ranks are when one is lost. {SaveTraining()}");
        Console.Error.Flush();
        // The library's own work at the end of a process would wait for the lost rank.
        Leave(Terminated);
    }

    static void Leave(int code)
    {
        if (OperatingSystem.IsWindows())
            Environment.Exit(code);
        else
            ExitAtOnce(code);
    }

    int ThreadsOfRank()
    {
        Span<byte> processors = stackalloc byte[128];
        processors.Clear();
        if (OperatingSystem.IsLinux())
            fixed (byte* mask = processors)
                _ = Affinity(0, processors.Length, mask);
        byte[] place = SHA256.HashData([.. Encoding.UTF8.GetBytes(Environment.MachineName), .. processors]), all = mpi!.Gather(place);
        int same = 0;
        for (int rank = 0; rank < Ranks; rank++)
            same += all.AsSpan(rank * place.Length, place.Length).SequenceEqual(place) ? 1 : 0;
        return Math.Max(1, Environment.ProcessorCount / same);
    }

    /// <summary>Leaves the ranks, and waits until all others do. A rank that still waits for this one gets an exception.</summary>
    public override void Dispose()
    {
        if (disposed)
            return;
        Say(false, $"Rank {Rank} of {Ranks} has ended, while others wait for it: every rank must make the same calls of its trainers.");
        disposed = true;
        if (mpi is not null)
        {
            nint request = listening;
            mpi.Cancel(&request);
            mpi.Finish();
        }
        waking?.Dispose();
        termination.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int Affinity(int process, nint bytes, byte* mask);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitAtOnce(int code);
}
