using System.ComponentModel;
using RnnDsl.CompilerServices;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>
/// The generated program of one method: straight-line kernels and time loops over a <see cref="Shard"/>. An instance belongs to one module and knows its sizes. It holds no data,
/// so any number of threads may run it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class CompiledProgram
{
    /// <summary>The floats that <see cref="Prepare(Floats, Floats)"/> writes: packed weights, and values that depend on parameters alone.</summary>
    public abstract long PreparedFloats { get; }

    /// <summary>The floats of scratch memory for a shard of <paramref name="batch"/> sequences with <paramref name="rows"/> steps in all (the sum of their lengths).</summary>
    public abstract long ArenaFloats(int rows, int batch);

    /// <summary>The floats of scratch memory for a shard with any number of axes.</summary>
    public virtual long ArenaFloats(Shard s) => ArenaFloats(s.Rows, s.Batch);

    /// <summary>
    /// For a training program: the indices, among the module's parameters, of matrices of which it reads only single rows. It leaves their part of <see cref="Shard.Gradients"/>
    /// unchanged and writes one of <see cref="Shard.RowGradients"/> for each, in this order.
    /// </summary>
    public virtual int[] RowTables => [];

    /// <summary>False if no step waits for the previous one and most of the time is spent example by example. One example then has enough rows for its products, and further
    /// examples would only fill the caches. It is true in programs of earlier versions.</summary>
    public virtual bool HasRecurrence => true;

    /// <summary>True if vectors of a step, and not matrices, are kept for stretches of steps and recomputed.</summary>
    public virtual bool RecomputesVectors => false;

    /// <summary>
    /// For a training program: what its parts serve. A group has ranges of the module's parameters, by index: the first of a range, the one after its last, and so on. A part asks <see
    /// cref="Shard.Computes"/> whether one of its group's parameters is trained, and is passed over otherwise. The gradients of parameters that are not trained then mean nothing.
    /// </summary>
    public virtual int[][] GradientGroups => [];

    /// <summary>Computes everything that depends on parameters alone. It must be called again after each change of the parameters.</summary>
    public abstract void Prepare(Floats parameters, Floats prepared);

    /// <summary>True if the result of <see cref="Prepare(Floats, Floats, ulong)"/> depends on its key, because the program drops entries of matrices. It must then be called again
    /// with each new key.</summary>
    public virtual bool PreparesNoise => false;

    /// <summary>Like <see cref="Prepare(Floats, Floats)"/>, with the key of the step's dropouts. All shards of a step read the same matrices, so the key belongs to the step and
    /// not to a shard.</summary>
    public virtual void Prepare(Floats parameters, Floats prepared, ulong noise) => Prepare(parameters, prepared);

    /// <summary>Runs the program over one shard: reads <see cref="Shard.Inputs"/> and writes <see cref="Shard.Output"/>. A training program also overwrites <see
    /// cref="Shard.Gradients"/> with the gradient of this shard, except for the part of fixed parameters, which it leaves unchanged.</summary>
    public abstract void Run(Shard shard);

    /// <summary>The floats of a packed matrix for the lanes in use.</summary>
    protected static long PackedFloats(int outputs, int depth) => Layout.Lanes switch
    {
        16 => Panels.Floats<Simd512>(outputs, depth),
        8 => Panels.Floats<Simd256>(outputs, depth),
        _ => Panels.Floats<Simd128>(outputs, depth),
    };
}
