using RnnDsl.CompilerServices;

namespace RnnDsl.Execution;

/// <summary>Packs large blocks of weights on several threads, with some panels for each. Packing only copies, so it has no influence on bits.</summary>
sealed class ParallelPacker(Workers workers) : BlockPacker, IParallelWork
{
    /// <summary>Smaller blocks are packed before another thread would have woken up.</summary>
    const long FewestFloats = 64 * 1024;

    PackedBlock block;
    int lanes, outputs;

    /// <summary>Like <see cref="CompiledProgram.Prepare(Floats, Floats, ulong)"/>.</summary>
    public void Prepare(CompiledProgram program, Floats parameters, Floats prepared, ulong noise = 0)
    {
        BlockPacker? before = Current;
        Current = workers.Count > 1 ? this : null;
        try
        {
            program.Prepare(parameters, prepared, noise);
        }
        finally
        {
            Current = before;
        }
    }

    public override bool Run(in PackedBlock wanted, int lanesOfPanels)
    {
        if ((long)wanted.Rows * wanted.Columns < FewestFloats)
            return false;
        (block, lanes) = (wanted, lanesOfPanels);
        // Whole panels, so that no two threads write to the same one.
        int width = 2 * lanes, panels = (block.End + width - 1) / width - block.OutputOffset / width, each = (panels + 2 * workers.Count - 1) / (2 * workers.Count);
        outputs = each * width;
        workers.Run(this, (panels + each - 1) / each);
        return true;
    }

    void IParallelWork.Run(int item, int worker)
    {
        int start = block.OutputOffset / (2 * lanes) * (2 * lanes) + item * outputs;
        int begin = Math.Max(start, block.OutputOffset), end = Math.Min(start + outputs, block.End);
        if (lanes == 16)
            Panels.Pack<Simd512>(block, begin, end);
        else if (lanes == 8)
            Panels.Pack<Simd256>(block, begin, end);
        else
            Panels.Pack<Simd128>(block, begin, end);
    }
}
