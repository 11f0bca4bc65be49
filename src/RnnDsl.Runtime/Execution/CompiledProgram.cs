using System.ComponentModel;
using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// What the generator makes of one method: straight-line kernels and time loops over a <see cref="Shard"/>.
/// An instance belongs to one module and knows its sizes; it holds no data, so any number of threads may run it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class CompiledProgram
{
    /// <summary>Floats that <see cref="Prepare(Floats, Floats)"/> writes: packed weights, and what depends on parameters alone.</summary>
    public abstract long PreparedFloats { get; }

    /// <summary>Floats of scratch memory for a shard of <paramref name="batch"/> sequences with <paramref name="rows"/>
    /// steps in all (the sum of the lengths).</summary>
    public abstract long ArenaFloats(int rows, int batch);

    /// <summary>Floats of scratch memory for a shard, whatever axes it has.</summary>
    public virtual long ArenaFloats(Shard s) => ArenaFloats(s.Rows, s.Batch);

    /// <summary>
    /// Of a training program: the places, among the module's parameters, of matrices that it reads by single rows alone. It leaves their part of <see cref="Shard.Gradients"/> as it
    /// is and writes one of <see cref="Shard.RowGradients"/> each, in this order.
    /// </summary>
    public virtual int[] RowTables => [];

    /// <summary>False if no step waits for the one before and what takes the time goes example by example: one example has rows enough for its products, then, and others beside it only
    /// fill the caches. True in programs of earlier versions.</summary>
    public virtual bool HasRecurrence => true;

    /// <summary>Computes everything that depends on parameters alone. To be called again after each change of them.</summary>
    public abstract void Prepare(Floats parameters, Floats prepared);

    /// <summary>True if what <see cref="Prepare(Floats, Floats, ulong)"/> computes depends on its key: the program drops entries of matrices. To be called again with each new key, then.</summary>
    public virtual bool PreparesNoise => false;

    /// <summary>As <see cref="Prepare(Floats, Floats)"/>, with the key of the step's dropouts. All shards of a step read the same matrices, so the key is the step's and no shard's.</summary>
    public virtual void Prepare(Floats parameters, Floats prepared, ulong noise) => Prepare(parameters, prepared);

    /// <summary>Runs the program over one shard: reads <see cref="Shard.Inputs"/>, writes <see cref="Shard.Output"/>, and, if it is
    /// a training program, overwrites <see cref="Shard.Gradients"/> with the gradient of this shard, save for parameters that are fixed, whose part it leaves as it is.</summary>
    public abstract void Run(Shard shard);

    /// <summary>Floats of a packed matrix for the lanes in use.</summary>
    protected static long PackedFloats(int outputs, int depth) => Layout.Lanes switch
    {
        16 => Panels.Floats<Simd512>(outputs, depth),
        8 => Panels.Floats<Simd256>(outputs, depth),
        _ => Panels.Floats<Simd128>(outputs, depth),
    };
}
