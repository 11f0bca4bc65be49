namespace RnnDsl.Execution;

/// <summary>The order of sequences by falling length, equal ones by rising position: their keys in rising order. All keys differ, so that an unstable sort does.</summary>
static class FallingLengths
{
    public static long Key(int length, int position) => (long)(int.MaxValue - length) << 32 | (uint)position;

    public static int Length(long key) => int.MaxValue - (int)(key >> 32);

    public static int Position(long key) => (int)(key & uint.MaxValue);
}
