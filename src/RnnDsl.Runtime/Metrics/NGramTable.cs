using System.Runtime.InteropServices;

namespace RnnDsl.Metrics;

/// <summary>
/// Numbers for the n-grams of a segment and its references. An n-gram is the n-gram without its last token, and that token, so that each costs one look-up whatever its length, and equal numbers are equal n-grams.
/// </summary>
sealed class NGramTable
{
    /// <summary>The longest n-grams that can be asked for.</summary>
    public const int MaximumOrder = 100;

    readonly Dictionary<string, int> tokens = [];
    readonly Dictionary<(int Prefix, int Token), int> numbers = [];

    /// <summary>How many different n-grams there are: each number is below.</summary>
    public int Count => numbers.Count;

    /// <summary>Forgets all n-grams, for the next segment.</summary>
    public void Clear()
    {
        tokens.Clear();
        numbers.Clear();
    }

    /// <summary>The numbers of words. They are negative, so that they differ from code points.</summary>
    public int[] Words(List<string> words)
    {
        var result = new int[words.Count];
        for (int i = 0; i < result.Length; i++)
        {
            ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(tokens, words[i], out bool isKnown);
            if (!isKnown)
                number = -tokens.Count;
            result[i] = number;
        }
        return result;
    }

    /// <summary>For each order from 1 the numbers of the n-grams, from left to right.</summary>
    public int[][] Of(ReadOnlySpan<int> tokens, int orders)
    {
        var result = new int[orders][];
        for (int order = 1; order <= orders; order++)
        {
            int[] shorter = order == 1 ? [] : result[order - 2], grams = result[order - 1] = new int[Math.Max(0, tokens.Length - order + 1)];
            for (int i = 0; i < grams.Length; i++)
            {
                ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, (order == 1 ? -1 : shorter[i], tokens[i + order - 1]), out bool isKnown);
                if (!isKnown)
                    number = numbers.Count - 1;
                grams[i] = number;
            }
        }
        return result;
    }

    /// <summary>How many n-grams are also among the allowed, each as often as it is allowed at most.</summary>
    /// <param name="grams">The numbers of the n-grams.</param>
    /// <param name="allowed">How often each number may come; it holds the same again afterwards.</param>
    public static int Matches(int[] grams, int[] allowed)
    {
        int matches = 0;
        foreach (int gram in grams)
            if (--allowed[gram] >= 0)
                matches++;
        foreach (int gram in grams)
            allowed[gram]++;
        return matches;
    }
}
