namespace RnnDsl.Examples.Speech;

/// <summary>What is learnt from and how.</summary>
/// <param name="Clips">All recordings.</param>
/// <param name="Train">Those to learn from.</param>
/// <param name="Test">Those that are only tested on.</param>
/// <param name="Epochs">How often the clips are read; null for what suits the task.</param>
/// <param name="Copies">Forms of each clip, the clip itself among them.</param>
/// <param name="Spread">The logarithms of the copies' speeds are at most so far from 0.</param>
/// <param name="Warp">The logarithms of the lengths of the copies' vocal tracts are at most so far from 0.</param>
/// <param name="Normalized">What features of single digits are normalized over.</param>
/// <param name="Strings">Strings of digits to learn from.</param>
/// <param name="Hidden">Units of each layer in each direction.</param>
/// <param name="Rate">Learning rate at the start.</param>
/// <param name="Seed">Of all that is random.</param>
/// <param name="Threads">0: one for each processor.</param>
sealed record Settings(IReadOnlyList<Clip> Clips, IReadOnlyList<Clip> Train, IReadOnlyList<Clip> Test, int? Epochs,
    int Copies, double Spread, double Warp, NormalizedOver Normalized, int Strings, int Hidden, double Rate, int Seed, int Threads)
{
    public int SampleRate => Clips[0].Sound.SampleRate;
}
