namespace RnnDsl.CompilerServices;

/// <summary>Splits a count into as few parts as the maximum size allows. The sizes of the parts differ by at most one. A count of zero gives one empty part.</summary>
readonly struct Split(int count, int most)
{
    readonly int count = count;
    readonly int parts = Math.Max((int)(((long)count + most - 1) / most), 1);

    public int Count => parts;

    public Enumerator GetEnumerator() => new(count / parts, count % parts, count);

    public struct Enumerator(int size, int larger, int count)
    {
        int start = 0, next = 0, larger = larger;
        bool begun = false;

        public readonly (int Start, int Size) Current => (start, next - start);

        public bool MoveNext()
        {
            if (begun && next >= count)
                return false;
            begun = true;
            start = next;
            next += size + (larger-- > 0 ? 1 : 0);
            return true;
        }
    }
}
