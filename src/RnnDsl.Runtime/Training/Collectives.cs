using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace RnnDsl.Training;

/// <summary>What all ranks do together, made of exchanges between two of them.</summary>
static class Collectives
{
    /// <summary>Up to this many floats each rank sends all of them: the number of messages counts more than their length.</summary>
    public const int Short = 4096;

    /// <summary>Parts of a sum begin at a multiple of this many floats, a cache line.</summary>
    const int Alignment = 16;

    /// <summary>The ranks that compute a part of each batch: the largest power of two. Further ranks get the sum.</summary>
    public static int Computing(int ranks) => (int)BitOperations.RoundUpToPowerOf2((uint)ranks + 1) / 2;

    /// <summary>
    /// Adds up the values of the computing ranks as one binary tree: neighbors first, then pairs of neighbors, and so on. All ranks get the sum, with the same bits, because the sum of two numbers does not depend
    /// on their order. Long sums are formed in parts: each rank adds up one part, with half as much to send at each level of the tree, and then all parts are collected in the opposite order (Rabenseifner 2004).
    /// </summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="values">The rank's values, and then the sum.</param>
    /// <param name="received">Working memory of the same length.</param>
    public static void Sum(this Communicator ranks, Span<float> values, Span<float> received)
    {
        int computing = Computing(ranks.Ranks), rank = ranks.Rank;
        if (rank >= computing)
        {
            ranks.Exchange(rank - computing, [], Bytes(values));
            return;
        }
        if (values.Length <= Short)
            for (int distance = 1; distance < computing; distance *= 2)
            {
                ranks.Exchange(rank ^ distance, Bytes(values), Bytes(received));
                TensorPrimitives.Add(values, received, values);
            }
        else
            SumInParts(ranks, rank, 1, computing, values, received);
        if (rank + computing < ranks.Ranks)
            ranks.Exchange(rank + computing, Bytes(values), []);
    }

    static void SumInParts(Communicator ranks, int rank, int distance, int computing, Span<float> values, Span<float> received)
    {
        if (distance == computing)
            return;
        int half = Math.Min(values.Length, (values.Length / 2 + Alignment - 1) / Alignment * Alignment), partner = rank ^ distance;
        bool keepsFirst = (rank & distance) == 0;
        Span<float> kept = keepsFirst ? values[..half] : values[half..], sent = keepsFirst ? values[half..] : values[..half];
        ranks.Exchange(partner, Bytes(sent), Bytes(received[..kept.Length]));
        TensorPrimitives.Add(kept, received[..kept.Length], kept);
        SumInParts(ranks, rank, 2 * distance, computing, kept, received);
        ranks.Exchange(partner, Bytes(kept), Bytes(sent));
    }

    /// <summary>Gives all ranks the bytes of each.</summary>
    public static byte[][] Share(Communicator ranks, byte[] own)
    {
        using var gathered = new MemoryStream();
        Append(gathered, own);
        int rank = ranks.Rank, step = 1;
        for (; step < ranks.Ranks && (rank & step) == 0; step *= 2)
            if (rank + step < ranks.Ranks)
                gathered.Write(Receive(ranks, rank + step));
        byte[] all = gathered.ToArray();
        if (rank != 0)
        {
            Send(ranks, rank - step, all);
            all = Receive(ranks, rank - step);
        }
        for (step = rank == 0 ? (int)BitOperations.RoundUpToPowerOf2((uint)ranks.Ranks) / 2 : step / 2; step > 0; step /= 2)
            if (rank + step < ranks.Ranks)
                Send(ranks, rank + step, all);
        var shares = new byte[ranks.Ranks][];
        for (int i = 0, at = 0; i < shares.Length; i++)
        {
            int length = MemoryMarshal.Read<int>(all.AsSpan(at));
            shares[i] = all[(at + sizeof(int))..(at += sizeof(int) + length)];
        }
        return shares;
    }

    static void Append(MemoryStream stream, byte[] bytes)
    {
        stream.Write(Bytes([bytes.Length]));
        stream.Write(bytes);
    }

    static void Send(Communicator ranks, int partner, byte[] bytes)
    {
        ranks.Exchange(partner, Bytes([bytes.Length]), []);
        ranks.Exchange(partner, bytes, []);
    }

    static byte[] Receive(Communicator ranks, int partner)
    {
        Span<int> length = stackalloc int[1];
        ranks.Exchange(partner, [], MemoryMarshal.AsBytes(length));
        var bytes = new byte[length[0]];
        ranks.Exchange(partner, [], bytes);
        return bytes;
    }

    static Span<byte> Bytes(Span<float> values) => MemoryMarshal.AsBytes(values);

    static ReadOnlySpan<byte> Bytes(ReadOnlySpan<int> values) => MemoryMarshal.AsBytes(values);
}
