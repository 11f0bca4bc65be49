using RnnDsl.Audio;

namespace RnnDsl.Examples.Speech;

/// <summary>One spoken digit.</summary>
/// <param name="Sound">The recording.</param>
/// <param name="Digit">0 to 9.</param>
/// <param name="Speaker">Who speaks.</param>
/// <param name="Take">The number of the recording of this digit by this speaker.</param>
sealed record Clip(Sound Sound, int Digit, string Speaker, int Take)
{
    public static readonly string[] Words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

    /// <summary>The warp of the features, as of a vocal tract of another length: see <see cref="FeatureOptions.Warp"/>. All clips of a speaker have the same.</summary>
    public double Warp { get; init; } = 1;

    public string Word => Words[Digit];
}
