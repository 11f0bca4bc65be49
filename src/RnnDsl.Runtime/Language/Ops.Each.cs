namespace RnnDsl;

// A function of every step.
public static partial class Ops
{
    /// <summary>
    /// Applies a function to every step of a sequence. The function may read other sequences, any step of them: attention is <c>Each(h, q =>
    /// SumOverSteps(SoftmaxOverSteps(Dot(keys, q)) * values))</c>.
    /// </summary>
    /// <param name="x">The sequence.</param>
    /// <param name="function">A lambda, a method of the class, or a static method.</param>
    /// <returns>A vector for each step of <paramref name="x"/>.</returns>
    public static Seq<E> Each<D, E>(Seq<D> x, Func<Vec<D>, Vec<E>> function) => x.Select(function);

    /// <inheritdoc cref="Each{D, E}(Seq{D}, Func{Vec{D}, Vec{E}})"/>
    /// <returns>A scalar for each step of <paramref name="x"/>.</returns>
    public static Seq Each<D>(Seq<D> x, Func<Vec<D>, Scalar> function) => x.Scalars(function);

    /// <inheritdoc cref="Each{D, E}(Seq{D}, Func{Vec{D}, Vec{E}})"/>
    public static Seq<E> Each<E>(Seq x, Func<Scalar, Vec<E>> function) => Seq<E>.Own(Array.ConvertAll(x.All, step => function(step)));

    /// <inheritdoc cref="Each{D, E}(Seq{D}, Func{Vec{D}, Vec{E}})"/>
    /// <returns>A scalar for each step of <paramref name="x"/>.</returns>
    public static Seq Each(Seq x, Func<Scalar, Scalar> function) => x.Select(step => function(step).Value);

    /// <summary>Applies a function to every step of two sequences. The function may read other sequences, as with one.</summary>
    /// <param name="x">A sequence.</param>
    /// <param name="y">Another, of as many steps.</param>
    /// <param name="function">A lambda, a method of the class, or a static method.</param>
    /// <returns>A vector for each step.</returns>
    /// <exception cref="ArgumentException">Their numbers of steps differ.</exception>
    public static Seq<E> Each<D, C, E>(Seq<D> x, Seq<C> y, Func<Vec<D>, Vec<C>, Vec<E>> function) => x.Zip(y, function);

    /// <inheritdoc cref="Each{D, C, E}(Seq{D}, Seq{C}, Func{Vec{D}, Vec{C}, Vec{E}})"/>
    /// <returns>A scalar for each step.</returns>
    public static Seq Each<D, C>(Seq<D> x, Seq<C> y, Func<Vec<D>, Vec<C>, Scalar> function) => Fit(x.Steps, y.Steps, i => function(x[i], y[i]));

    /// <inheritdoc cref="Each{D, C, E}(Seq{D}, Seq{C}, Func{Vec{D}, Vec{C}, Vec{E}})"/>
    public static Seq<E> Each<D, E>(Seq<D> x, Seq y, Func<Vec<D>, Scalar, Vec<E>> function)
    {
        int next = 0;
        return x.Steps == y.Steps ? x.Select(step => function(step, y[next++])) : throw Misfit(x.Steps, y.Steps);
    }

    /// <inheritdoc cref="Each{D, C, E}(Seq{D}, Seq{C}, Func{Vec{D}, Vec{C}, Vec{E}})"/>
    /// <returns>A scalar for each step.</returns>
    public static Seq Each<D>(Seq<D> x, Seq y, Func<Vec<D>, Scalar, Scalar> function) => Fit(x.Steps, y.Steps, i => function(x[i], y[i]));

    static Seq Fit(int steps, int others, Func<int, Scalar> function) => steps == others ? Seq.Own([.. Enumerable.Range(0, steps).Select(i => function(i).Value)]) : throw Misfit(steps, others);

    static ArgumentException Misfit(int steps, int others) => new($"A sequence of {Numbers.Text(steps)} steps does not fit one of {Numbers.Text(others)}: Each goes step by step through both.");

    /// <summary>Applies a function to the sequence at every step: for example, it makes a vector from the letters of each word.</summary>
    /// <param name="x">The sequences.</param>
    /// <param name="function">A lambda, a method of the class, or a static method.</param>
    /// <returns>A vector for each step.</returns>
    public static Seq<E> Each<D, E>(Seqs<D> x, Func<Seq<D>, Vec<E>> function) => Seq<E>.Own(x.Select((step, _) => function(step)));

    /// <inheritdoc cref="Each{D, E}(Seqs{D}, Func{Seq{D}, Vec{E}})"/>
    /// <returns>A scalar for each step.</returns>
    public static Seq Each<D>(Seqs<D> x, Func<Seq<D>, Scalar> function) => Seq.Own(x.Select((step, _) => function(step).Value));

    /// <inheritdoc cref="Each{D, E}(Seqs{D}, Func{Seq{D}, Vec{E}})"/>
    /// <returns>A sequence for each step. It may be as long as that of <paramref name="x"/>.</returns>
    public static Seqs<E> Each<D, E>(Seqs<D> x, Func<Seq<D>, Seq<E>> function) => new(x.Select((step, _) => function(step)));

    /// <summary>Applies a function to the sequence at every step and to another sequence's value there: the letters of each word, and the context of the word.</summary>
    /// <param name="x">The sequences.</param>
    /// <param name="beside">A sequence with a step for each of them.</param>
    /// <param name="function">A lambda, a method of the class, or a static method.</param>
    /// <returns>A vector for each step.</returns>
    /// <exception cref="ArgumentException">Their numbers of steps differ.</exception>
    public static Seq<E> Each<D, C, E>(Seqs<D> x, Seq<C> beside, Func<Seq<D>, Vec<C>, Vec<E>> function) => Seq<E>.Own(Fit(x, beside.Steps, (step, i) => function(step, beside[i])));

    /// <inheritdoc cref="Each{D, C, E}(Seqs{D}, Seq{C}, Func{Seq{D}, Vec{C}, Vec{E}})"/>
    /// <returns>A scalar for each step.</returns>
    public static Seq Each<D, C>(Seqs<D> x, Seq<C> beside, Func<Seq<D>, Vec<C>, Scalar> function) => Seq.Own(Fit(x, beside.Steps, (step, i) => function(step, beside[i]).Value));

    /// <inheritdoc cref="Each{D, C, E}(Seqs{D}, Seq{C}, Func{Seq{D}, Vec{C}, Vec{E}})"/>
    /// <returns>A sequence for each step. It may be as long as that of <paramref name="x"/>.</returns>
    public static Seqs<E> Each<D, C, E>(Seqs<D> x, Seq<C> beside, Func<Seq<D>, Vec<C>, Seq<E>> function) => new(Fit(x, beside.Steps, (step, i) => function(step, beside[i])));

    /// <inheritdoc cref="Each{D, C, E}(Seqs{D}, Seq{C}, Func{Seq{D}, Vec{C}, Vec{E}})"/>
    public static Seq<E> Each<D, E>(Seqs<D> x, Seq beside, Func<Seq<D>, Scalar, Vec<E>> function) => Seq<E>.Own(Fit(x, beside.Steps, (step, i) => function(step, beside[i])));

    /// <inheritdoc cref="Each{D, C, E}(Seqs{D}, Seq{C}, Func{Seq{D}, Vec{C}, Vec{E}})"/>
    /// <returns>A scalar for each step.</returns>
    public static Seq Each<D>(Seqs<D> x, Seq beside, Func<Seq<D>, Scalar, Scalar> function) => Seq.Own(Fit(x, beside.Steps, (step, i) => function(step, beside[i]).Value));

    /// <inheritdoc cref="Each{D, C, E}(Seqs{D}, Seq{C}, Func{Seq{D}, Vec{C}, Vec{E}})"/>
    /// <returns>A sequence for each step. It may be as long as that of <paramref name="x"/>.</returns>
    public static Seqs<E> Each<D, E>(Seqs<D> x, Seq beside, Func<Seq<D>, Scalar, Seq<E>> function) => new(Fit(x, beside.Steps, (step, i) => function(step, beside[i])));

    static T[] Fit<D, T>(Seqs<D> x, int beside, Func<Seq<D>, int, T> function) => x.Steps == beside ? x.Select(function)
        : throw new ArgumentException($"{Numbers.Text(x.Steps)} sequences do not fit {Numbers.Text(beside)} steps beside them.");

    /// <summary>
    /// Reads a sequence by dot-product attention (Luong et al. 2015): the mean of the values, weighted by the softmax over the steps of each key's product with the query. Scale
    /// the query by 1/√K for the attention of Vaswani et al. 2017.
    /// </summary>
    /// <param name="query">What to look for.</param>
    /// <param name="keys">Compared with the query at each step.</param>
    /// <param name="values">Averaged over the steps.</param>
    public static Vec<V> Attend<K, V>(Vec<K> query, Seq<K> keys, Seq<V> values) => SumOverSteps(SoftmaxOverSteps(Dot(keys, query)) * values);
}
