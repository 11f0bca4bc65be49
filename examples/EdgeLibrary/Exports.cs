using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using RnnDsl.Examples.EdgePredictor;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Storage;

namespace RnnDsl.Examples.EdgeLibrary;

/// <summary>The functions of edge_predictor.h. No exception may leave them: it would end the host. So a stream is a number in a table, which tells streams from what is
/// none, and each function fails with a word about what it cannot use.</summary>
static unsafe class Exports
{
    static readonly Lazy<Predictor> builtIn = new(() => Make(model => ModelFile.Load(
        typeof(Exports).Assembly.GetManifestResourceStream("weights.safetensors") ?? throw new InvalidOperationException("No weights are built in."), model)));

    static readonly ConcurrentDictionary<nint, PredictionStream> streams = new();
    static readonly byte[] noMemory = Pinned("There is no memory left.");
    static long last;

    [ThreadStatic] static byte[]? error;

    static Predictor Make(Func<Forecaster, ModelFileInfo> load)
    {
        var model = new Forecaster();
        Scaler? scaler = load(model).Scaler;
        return new Predictor(model, inputs: scaler, outputs: scaler);
    }

    static PredictionStream Of(nint stream) => stream == 0 ? throw new ArgumentException("The stream is NULL.")
        : streams.TryGetValue(stream, out PredictionStream? found) ? found : throw new ArgumentException("There is no such stream: it was freed, or never created.");

    static Span<float> Floats(nint pointer, int length, string what) =>
        pointer == 0 ? throw new ArgumentException($"The {what} is NULL.") : new Span<float>((void*)pointer, length);

    /// <summary>A text for C, which stays where it is.</summary>
    static byte[] Pinned(string text)
    {
        byte[] pinned = GC.AllocateUninitializedArray<byte>(Encoding.UTF8.GetByteCount(text) + 1, pinned: true);
        Encoding.UTF8.GetBytes(text, pinned);
        pinned[^1] = 0;
        return pinned;
    }

    static byte* Text(ReadOnlySpan<byte> fixedText) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(fixedText));

    static int Fail(Exception exception)
    {
        try
        {
            error = Pinned(exception.Message);
        }
        catch (OutOfMemoryException)
        {
            error = noMemory;
        }
        return -1;
    }

    /// <summary>Calls with a stream and up to two places in memory; -1 where that fails.</summary>
    static int Try(nint stream, Func<PredictionStream, nint, nint, int> call, void* first = null, void* second = null)
    {
        try
        {
            return call(Of(stream), (nint)first, (nint)second);
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edge_version")]
    static byte* Version() => Text("1\0"u8);

    [UnmanagedCallersOnly(EntryPoint = "edge_error")]
    static byte* Error() => Text(error ?? "\0"u8);

    [UnmanagedCallersOnly(EntryPoint = "edge_create")]
    static nint Create(byte* path)
    {
        try
        {
            string file = Marshal.PtrToStringUTF8((nint)path) ?? "";
            Predictor predictor = path == null ? builtIn.Value : Make(model => ModelFile.Load(file, model));
            nint stream = (nint)Interlocked.Increment(ref last);
            streams[stream] = predictor.Start();
            return stream;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return 0;
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edge_input_width")]
    static int InputWidth(nint stream) => Try(stream, static (of, _, _) => of.Predictor.InputWidth);

    [UnmanagedCallersOnly(EntryPoint = "edge_output_width")]
    static int OutputWidth(nint stream) => Try(stream, static (of, _, _) => of.Predictor.OutputWidth);

    [UnmanagedCallersOnly(EntryPoint = "edge_step")]
    static int Step(nint stream, float* input, float* output) => Try(stream, static (to, input, output) =>
    {
        to.Step(Floats(input, to.Predictor.InputWidth, "input"), Floats(output, to.Predictor.OutputWidth, "output"));
        return 0;
    }, input, output);

    [UnmanagedCallersOnly(EntryPoint = "edge_reset")]
    static int Reset(nint stream) => Try(stream, static (to, _, _) =>
    {
        to.Reset();
        return 0;
    });

    [UnmanagedCallersOnly(EntryPoint = "edge_state_size")]
    static int StateSize(nint stream) => Try(stream, static (of, _, _) => of.Predictor.StateLength);

    [UnmanagedCallersOnly(EntryPoint = "edge_get_state")]
    static int GetState(nint stream, float* state) => Try(stream, static (from, state, _) =>
    {
        from.Snapshot(Floats(state, from.Predictor.StateLength, "state"));
        return 0;
    }, state);

    [UnmanagedCallersOnly(EntryPoint = "edge_set_state")]
    static int SetState(nint stream, float* state) => Try(stream, static (to, state, _) =>
    {
        to.Restore(Floats(state, to.Predictor.StateLength, "state"));
        return 0;
    }, state);

    [UnmanagedCallersOnly(EntryPoint = "edge_free")]
    static void Free(nint stream) => streams.TryRemove(stream, out _);
}
