namespace RnnDsl.Execution;

/// <summary>Sorts sequences by falling length, and those of equal length by rising position. Each sequence has a key of its own, so an unstable sort is enough.</summary>
static class FallingLengths
{
    public static long Key(int length, int position) => (long)(int.MaxValue - length) << 32 | (uint)position;

    public static int Length(long key) => int.MaxValue - (int)(key >> 32);

    public static int Position(long key) => (int)(key & uint.MaxValue);
}
