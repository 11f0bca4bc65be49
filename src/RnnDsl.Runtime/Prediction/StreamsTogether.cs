using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.Prediction;

/// <summary>Makes steps of several streams of a predictor together, for one caller at a time.</summary>
sealed unsafe class StreamsTogether(Predictor predictor)
{
    /// <summary>From so many weights on, together is faster than one by one: floats that do not stay in the first cache from stream to stream, and bytes that do not stay in the second one. Of many
    /// weights even two streams gain. Measured by the benchmark <c>together</c>.</summary>
    const long LeastWeights = 16 << 10, LeastBytes = 256 << 10, ManyWeights = 256 << 10;

    /// <summary>The products of up to <see cref="StreamGroup.MostStreams"/> streams.</summary>
    readonly AlignedBuffer sums = new();

    /// <summary>The corrections of the streams, and the room to compute them.</summary>
    readonly StepCorrections?[] corrections = new StepCorrections?[StreamGroup.MostStreams];
    readonly AlignedBuffer room = new();

    /// <summary>Makes one step.</summary>
    /// <param name="streams">At most <see cref="StreamGroup.MostStreams"/> streams of the predictor.</param>
    /// <param name="inputs">The inputs of the step: [streams × InputWidth].</param>
    /// <param name="outputs">Gets the answers: [streams × OutputWidth].</param>
    /// <param name="first">The number of the first stream for messages; −1 if the caller has one stream.</param>
    /// <param name="broken">Gets the numbers of streams with a state that is no longer finite, if that must be reported now.</param>
    public void Step(ReadOnlySpan<PredictionStream> streams, ReadOnlySpan<float> inputs, Span<float> outputs, int first, ref List<int>? broken)
    {
        int many = streams.Length, width = predictor.InputWidth, answers = predictor.OutputWidth;
        Floats* sources = stackalloc Floats[StreamGroup.MostStreams];
        fixed (float* x = inputs, y = outputs)
        {
            int entered = 0;
            try
            {
                for (; entered < many; entered++)
                    sources[entered] = streams[entered].Enter(x + (nint)entered * width, (nint)sources);
            }
            catch (ArgumentException wrong) when (first >= 0)
            {
                throw new ArgumentException($"Stream {first + entered}: {wrong.Message}", wrong);
            }
            finally
            {
                for (int i = 0; i < entered && entered < many; i++)
                    streams[i].Release();
            }
            if (Corrections(streams) || Pays(many))
                Together(streams, sources, new Floats(y));
            else
                for (int i = 0; i < many; i++)
                    streams[i].Program.Step(predictor.Prepared, streams[i].Memory, sources[i], new Floats(y + (nint)i * answers));
            try
            {
                for (entered = 0; entered < many; entered++)
                    if (!streams[entered].Leave((nint)sources))
                        (broken ??= []).Add(first + entered);
            }
            finally
            {
                for (int i = entered; i < many; i++)
                    streams[i].Release();
            }
        }
        for (int i = 0; i < many; i++)
            streams[i].Unscale(outputs.Slice(i * answers, answers));
    }

    /// <summary>Collects the corrections of the streams. False if there are none.</summary>
    bool Corrections(ReadOnlySpan<PredictionStream> streams)
    {
        bool any = false;
        for (int i = 0; i < streams.Length; i++)
        {
            corrections[i] = streams[i].Adapter?.Corrections;
            if (corrections[i] is { } found)
            {
                any = true;
                room.Reserve(found.RoomFloats);
            }
        }
        return any;
    }

    bool Pays(int many)
    {
        StepProgram program = predictor.Program;
        return program.Pieces > 0 && many > 1 && program.PackedFloats >= (predictor.Weights == WeightFormat.Float32 ? LeastWeights : LeastBytes) && (many > 2 || program.PackedFloats >= ManyWeights);
    }

    void Together(ReadOnlySpan<PredictionStream> streams, Floats* sources, Floats outputs)
    {
        StepProgram program = predictor.Program;
        nint sumFloats = (nint)program.SumFloats;
        int slots = program.MostOperands;
        Floats made = sums.Reserve(StreamGroup.MostStreams * program.SumFloats, Predictor.SmallerSizes);
        Span<Floats> operands = stackalloc Floats[StreamGroup.MostStreams * slots];
        operands = operands[..(streams.Length * slots)];
        for (int piece = 0; piece < program.Pieces; piece++)
        {
            for (int i = 0; i < streams.Length; i++)
                streams[i].Program.OperandsOf(piece, predictor.Prepared, streams[i].Memory, sources[i], operands.Slice(i * slots, slots));
            program.MultiplyTogether(piece, predictor.Prepared, new StreamGroup(operands, slots, made, sumFloats, corrections.AsSpan(0, streams.Length), room.Floats));
            for (int i = 0; i < streams.Length; i++)
                streams[i].Program.StepPiece(piece, predictor.Prepared, made + i * sumFloats, streams[i].Memory, sources[i], outputs + (nint)i * program.Outputs);
        }
    }
}
