using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using RnnDsl.Examples.EdgePredictor;
using RnnDsl.Prediction;
using RnnDsl.Sequences;
using RnnDsl.Storage;

namespace RnnDsl.Examples.EdgeLibrary;

/// <summary>The functions of edge_predictor.h. No exception may leave them: it would end the host.</summary>
static unsafe class Exports
{
    static readonly Lazy<Predictor> builtIn = new(() => Make(model => ModelFile.Load(
        typeof(Exports).Assembly.GetManifestResourceStream("weights.safetensors") ?? throw new InvalidOperationException("No weights are built in."), model)));

    [ThreadStatic] static byte* error;

    static Predictor Make(Func<Forecaster, ModelFileInfo> load)
    {
        var model = new Forecaster();
        Scaler? scaler = load(model).Scaler;
        return new Predictor(model, inputs: scaler, outputs: scaler);
    }

    static PredictionStream Of(nint stream) => Unsafe.As<PredictionStream>(GCHandle.FromIntPtr(stream).Target!);

    static byte* Text(ReadOnlySpan<byte> literal) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(literal));

    static int Fail(Exception exception)
    {
        NativeMemory.Free(error);
        byte[] text = Encoding.UTF8.GetBytes(exception.Message);
        error = (byte*)NativeMemory.Alloc((nuint)text.Length + 1);
        text.CopyTo(new Span<byte>(error, text.Length));
        error[text.Length] = 0;
        return -1;
    }

    static int Try(Action<nint, nint, nint> action, nint stream, void* first, void* second = null)
    {
        try
        {
            action(stream, (nint)first, (nint)second);
            return 0;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edge_version")]
    static byte* Version() => Text("1\0"u8);

    [UnmanagedCallersOnly(EntryPoint = "edge_error")]
    static byte* Error() => error == null ? Text("\0"u8) : error;

    [UnmanagedCallersOnly(EntryPoint = "edge_create")]
    static nint Create(byte* path)
    {
        try
        {
            string file = Marshal.PtrToStringUTF8((nint)path) ?? "";
            Predictor predictor = path == null ? builtIn.Value : Make(model => ModelFile.Load(file, model));
            return GCHandle.ToIntPtr(GCHandle.Alloc(predictor.Start()));
        }
        catch (Exception exception)
        {
            Fail(exception);
            return 0;
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "edge_input_width")]
    static int InputWidth(nint stream) => Of(stream).Predictor.InputWidth;

    [UnmanagedCallersOnly(EntryPoint = "edge_output_width")]
    static int OutputWidth(nint stream) => Of(stream).Predictor.OutputWidth;

    [UnmanagedCallersOnly(EntryPoint = "edge_step")]
    static int Step(nint stream, float* input, float* output) => Try(static (stream, input, output) =>
    {
        PredictionStream to = Of(stream);
        to.Step(new ReadOnlySpan<float>((void*)input, to.Predictor.InputWidth), new Span<float>((void*)output, to.Predictor.OutputWidth));
    }, stream, input, output);

    [UnmanagedCallersOnly(EntryPoint = "edge_reset")]
    static void Reset(nint stream) => Of(stream).Reset();

    [UnmanagedCallersOnly(EntryPoint = "edge_state_size")]
    static int StateSize(nint stream) => Of(stream).Predictor.StateLength;

    [UnmanagedCallersOnly(EntryPoint = "edge_get_state")]
    static void GetState(nint stream, float* state)
    {
        PredictionStream from = Of(stream);
        from.Snapshot(new Span<float>(state, from.Predictor.StateLength));
    }

    [UnmanagedCallersOnly(EntryPoint = "edge_set_state")]
    static int SetState(nint stream, float* state) => Try(static (stream, state, _) =>
    {
        PredictionStream to = Of(stream);
        to.Restore(new ReadOnlySpan<float>((void*)state, to.Predictor.StateLength));
    }, stream, state);

    [UnmanagedCallersOnly(EntryPoint = "edge_free")]
    static void Free(nint stream)
    {
        if (stream != 0)
            GCHandle.FromIntPtr(stream).Free();
    }
}
