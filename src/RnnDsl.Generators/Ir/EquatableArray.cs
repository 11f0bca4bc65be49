using System.Collections;

namespace RnnDsl.Generators.Ir;

/// <summary>An immutable array that compares by its elements, so that the generator driver can cache records that hold one.</summary>
internal readonly struct EquatableArray<T>(T[]? items) : IEquatable<EquatableArray<T>>, IReadOnlyList<T>
    where T : IEquatable<T>
{
    readonly T[]? items = items;

    T[] Items => items ?? [];

    public int Count => Items.Length;

    public T this[int index] => Items[index];

    public bool Equals(EquatableArray<T> other) => Items.AsSpan().SequenceEqual(other.Items);

    public override bool Equals(object? obj) => obj is EquatableArray<T> other && Equals(other);

    public override int GetHashCode()
    {
        int hash = 17;
        foreach (T item in Items)
            hash = unchecked(hash * 31 + item.GetHashCode());
        return hash;
    }

    /// <summary>What a function makes of each element.</summary>
    public TResult[] ConvertAll<TResult>(Converter<T, TResult> convert) => Array.ConvertAll(Items, convert);

    public Enumerator GetEnumerator() => new(Items);

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)Items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => Items.GetEnumerator();

    /// <summary>Loops over the elements without an allocation.</summary>
    public struct Enumerator(T[] items)
    {
        int index = -1;

        public readonly T Current => items[index];

        public bool MoveNext() => ++index < items.Length;
    }
}

internal static class EquatableArray
{
    public static EquatableArray<T> ToEquatable<T>(this IEnumerable<T> items) where T : IEquatable<T> => new(items.ToArray());
}
