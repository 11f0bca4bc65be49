using System.ComponentModel;
using RnnDsl.CompilerServices;

namespace RnnDsl
{
    /// <summary>
    /// A sequence at every step of another one: the letters of each word of a sentence, the sentences of a document. Each has its own length of at least one step. <see
    /// cref="Ops.Each{D, E}(Seqs{D}, Func{Seq{D}, Vec{E}})"/> turns it into a sequence.
    /// </summary>
    public readonly struct Seqs<D>
    {
        readonly Seq<D>[]? steps;

        /// <summary>The sequences, from the first step to the last.</summary>
        /// <exception cref="ArgumentException">There are none, or their vectors are not of one size.</exception>
        public Seqs(params ReadOnlySpan<Seq<D>> steps)
        {
            if (steps.IsEmpty)
                throw new ArgumentException($"{Numbers.Text(typeof(Seqs<D>))} needs at least one sequence.", nameof(steps));
            foreach (Seq<D> step in steps)
                Extent.Unify(steps[0][0].Extent, step[0].Extent, Numbers.Text(typeof(Seqs<D>)));
            this.steps = steps.ToArray();
        }

        /// <summary>Number of sequences.</summary>
        public int Steps => All.Length;

        /// <summary>The sequence at a step of the other, counted from 0.</summary>
        /// <exception cref="IndexOutOfRangeException">There is none there.</exception>
        public Seq<D> this[int step] => All[step];

        internal Seq<D>[] All => steps ?? throw Numbers.Unbound(typeof(Seqs<D>));

        /// <summary>Applies a function to each sequence. Scans in it belong to that sequence and do not carry states on.</summary>
        internal T[] Select<T>(Func<Seq<D>, int, T> function)
        {
            var results = new T[Steps];
            Nested.Depth++;
            try
            {
                for (int i = 0; i < results.Length; i++)
                    results[i] = function(All[i], i);
            }
            finally
            {
                Nested.Depth--;
            }
            return results;
        }
    }
}

namespace RnnDsl.CompilerServices
{
    /// <summary>Sequences at every step as a row of numbers, for running equations uncompiled: their number, the length of each, then their steps.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static class Nested
    {
        /// <summary>How deeply functions of a sequence at a step are nested in this thread at the moment.</summary>
        [ThreadStatic] internal static int Depth;

        /// <summary>Sequences of vectors.</summary>
        public static Seqs<D> Sequences<D>(Extent width, double[] numbers) => Cut(numbers, width.Size, values => new Seq<D>(width, values));

        /// <summary>Sequences of one-hot vectors, given by the numbers of the units.</summary>
        public static Seqs<D> OneHots<D>(Extent units, double[] numbers) => Cut(numbers, 1, values => OneHot.Sequence<D>(units, values));

        static Seqs<D> Cut<D>(double[] numbers, int width, Func<double[], Seq<D>> make)
        {
            var sequences = new Seq<D>[(int)Math.Round(numbers[0])];
            int at = 1 + sequences.Length;
            for (int i = 0; i < sequences.Length; i++)
            {
                int values = (int)Math.Round(numbers[1 + i]) * width;
                sequences[i] = make(numbers[at..(at + values)]);
                at += values;
            }
            return new(sequences);
        }
    }
}
