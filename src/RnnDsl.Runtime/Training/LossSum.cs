using System.Runtime.InteropServices;

namespace RnnDsl.Training;

/// <summary>The sum of the losses of batches, each times its weight, in the order of the batches. Ranks share the batches, and the sum has the same bits as that of one rank.</summary>
struct LossSum(Communicator? ranks)
{
    /// <summary>The products and weights of this rank's batches, and the ranks of all batches.</summary>
    readonly List<double>? own = ranks is null ? null : [];
    readonly List<int>? owners = ranks is null ? null : [];
    double losses, weights;

    /// <summary>Whether this rank runs the next batch; <see cref="Add"/> must follow if it does.</summary>
    /// <param name="rank">The rank that runs it.</param>
    public readonly bool Takes(int rank)
    {
        if (ranks is null)
            return true;
        owners!.Add(rank);
        return rank == ranks.Rank;
    }

    public void Add(double loss, double weight)
    {
        if (own is null)
            (losses, weights) = (losses + loss * weight, weights + weight);
        else
            own.AddRange([loss * weight, weight]);
    }

    /// <summary>The sums over the batches of all ranks.</summary>
    public readonly (double Losses, double Weights) Complete()
    {
        if (ranks is null)
            return (losses, weights);
        byte[][] shares = ranks.Share(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(own)).ToArray());
        var next = new int[shares.Length];
        double sum = 0, weight = 0;
        foreach (int owner in owners!)
        {
            ReadOnlySpan<double> pair = MemoryMarshal.Cast<byte, double>(shares[owner]).Slice(next[owner], 2);
            (sum, weight) = (sum + pair[0], weight + pair[1]);
            next[owner] += 2;
        }
        return (sum, weight);
    }
}
