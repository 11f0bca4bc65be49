using System.Buffers;

namespace RnnDsl.Metrics;

/// <summary>How one sequence becomes another with the fewest edits.</summary>
/// <param name="Substitutions">Items that are replaced.</param>
/// <param name="Deletions">Items of the first that the second lacks.</param>
/// <param name="Insertions">Items that the second has besides.</param>
readonly record struct EditCounts(long Substitutions, long Deletions, long Insertions)
{
    /// <summary>Cells of the table of distances beyond which a pair is refused: about half a minute.</summary>
    public const long MostCells = 1L << 34;

    /// <summary>A path costs its edits first and its substitutions second, as one number, so that of all shortest paths the one with the fewest substitutions is taken, whose counts are unique.</summary>
    const long Edit = 1L << 32, Far = long.MaxValue / 2;

    /// <summary>
    /// The counts of the alignment with the fewest edits (Levenshtein 1966), and among those with the fewest substitutions. Only cells near the diagonal are computed (Ukkonen 1985), in a band that doubles until the
    /// distance fits into it, so that time is the length times the distance, and memory one row.
    /// </summary>
    /// <returns>Null if the texts are so long and so different that more than <see cref="MostCells"/> cells would be computed.</returns>
    public static EditCounts? Of(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        int prefix = first.CommonPrefixLength(second);
        first = first[prefix..];
        second = second[prefix..];
        while (first.Length > 0 && second.Length > 0 && first[^1] == second[^1])
        {
            first = first[..^1];
            second = second[..^1];
        }
        int longest = Math.Max(first.Length, second.Length), difference = first.Length - second.Length;
        long cells = 0;
        for (long band = Math.Max(16, Math.Abs(difference)); ; band *= 2)
        {
            int limit = (int)Math.Min(band, longest);
            cells += (long)first.Length * Math.Min(second.Length, 2L * limit + 1);
            if (cells > MostCells)
                return null;
            long cost = Cost(first, second, limit);
            if (cost / Edit > limit)
                continue;
            long edits = cost / Edit, substitutions = cost % Edit;
            // Deletions and insertions differ by the lengths, and together they are the other edits.
            long deletions = (edits - substitutions + difference) / 2;
            return new EditCounts(substitutions, deletions, edits - substitutions - deletions);
        }
    }

    /// <summary>The cost of the cheapest path no cell of which is further from the diagonal than the limit. It is that of all paths if it is within the limit.</summary>
    static long Cost(ReadOnlySpan<int> first, ReadOnlySpan<int> second, int limit)
    {
        long[] row = ArrayPool<long>.Shared.Rent(second.Length + 1);
        for (int j = 0; j <= second.Length; j++)
            row[j] = j <= limit ? j * Edit : Far;
        for (int i = 1; i <= first.Length; i++)
        {
            int low = Math.Max(1, i - limit), high = (int)Math.Min(second.Length, (long)i + limit);
            long diagonal = row[low - 1], left = low == 1 && i <= limit ? i * Edit : Far;
            row[low - 1] = left;
            for (int j = low; j <= high; j++)
            {
                long above = row[j], cost = first[i - 1] == second[j - 1] ? diagonal : diagonal + Edit + 1;
                diagonal = above;
                row[j] = left = Math.Min(cost, Math.Min(above, left) + Edit);
            }
        }
        long result = row[second.Length];
        ArrayPool<long>.Shared.Return(row);
        return result;
    }
}
