namespace RnnDsl.Audio;

/// <summary>What is computed of a sound. <see cref="AudioFeatures"/> checks the values.</summary>
/// <remarks>
/// The samples are emphasized, y(n) = x(n) − p · x(n − 1). A frame is multiplied by the window, and zeros follow it up to the next power of two. The mel spectrum is
/// the sum of |DFT|² under triangles, as <c>librosa.filters.mel(norm="slaney")</c> has them: in hertz, between corners that are equally far apart in mel, each of area 1. Then
/// comes the natural logarithm of what is above <see cref="Floor"/>. MFCC are the first of its orthonormal discrete cosine transform (DCT-II).
/// </remarks>
public sealed record FeatureOptions
{
    /// <summary>Samples a second of what the features are computed of. Sounds with another rate are resampled.</summary>
    public int SampleRate { get; init; } = 16000;

    /// <summary>Seconds of a frame, rounded to whole samples.</summary>
    public double FrameLength { get; init; } = 0.025;

    /// <summary>Seconds from one frame to the next, rounded to whole samples.</summary>
    public double Hop { get; init; } = 0.010;

    /// <summary>Triangles of the mel spectrum.</summary>
    public int Filters { get; init; } = 40;

    /// <summary>The lower corner of the first triangle, in hertz.</summary>
    public double Lowest { get; init; } = 20;

    /// <summary>The upper corner of the last triangle, in hertz; null for half of the sample rate.</summary>
    public double? Highest { get; init; }

    /// <summary>The scale on which the triangles are equally far apart.</summary>
    public MelScale Scale { get; init; } = MelScale.Slaney;

    /// <summary>
    /// The factor by which the triangles lie higher, from 0.5 to 2; usually 1. A clip then has about the features of a voice whose vocal tract is longer by this factor, so that its
    /// frequencies are lower. The corners lie at Warp · f, and near half of the sample rate on a straight line that ends there (Jaitly &amp; Hinton, "Vocal Tract Length Perturbation
    /// (VTLP) improves speech recognition", 2013). <see cref="AudioFeatures.Warped"/> gives such features for training.
    /// </summary>
    public double Warp { get; init; } = 1;

    /// <summary>What a frame is multiplied by.</summary>
    public WindowShape Window { get; init; } = WindowShape.Hann;

    /// <summary>The share p of the sample before that is subtracted; 0 for none.</summary>
    public double PreEmphasis { get; init; } = 0.97;

    /// <summary>The least power before the logarithm.</summary>
    public double Floor { get; init; } = 1e-10;

    /// <summary>MFCC in place of the mel spectrum, the first so many, with the one for the level; null for the mel spectrum itself.</summary>
    public int? Coefficients { get; init; }

    /// <summary>1 adds to each row the slopes of its numbers over five frames, 2 also the slopes of these slopes. A stream then answers two or four frames later.</summary>
    public int Deltas { get; init; }

    /// <summary>What is subtracted from each number, and by what it is divided.</summary>
    public Normalization Normalization { get; init; } = Normalization.Fitted;

    /// <summary>Seconds in which <see cref="Normalization.Running"/> forgets all but a share of 1/e.</summary>
    public double RunningSeconds { get; init; } = 3;
}

/// <summary>Scales of pitch.</summary>
public enum MelScale
{
    /// <summary>Linear up to 1,000 Hz and logarithmic above (Slaney, "Auditory Toolbox", 1998), as librosa has it without <c>htk</c>.</summary>
    Slaney,

    /// <summary>2595 · log10(1 + f / 700), as HTK, Kaldi and librosa with <c>htk=True</c> have it.</summary>
    Htk,
}

/// <summary>Shapes of windows, in their periodic form: the sample behind the last would be the first.</summary>
public enum WindowShape
{
    /// <summary>0.5 − 0.5 · cos.</summary>
    Hann,

    /// <summary>0.54 − 0.46 · cos.</summary>
    Hamming,

    /// <summary>All samples alike.</summary>
    Rectangular,
}

/// <summary>What takes the level of a microphone and of a room out of the features.</summary>
public enum Normalization
{
    /// <summary>Nothing is changed.</summary>
    None,

    /// <summary>Each number gets mean 0 and variance 1 over the clip. A stream cannot do that.</summary>
    Clip,

    /// <summary>The mean of what has been heard is subtracted: of all at first, then with exponential forgetting. Streams and clips do the same.</summary>
    Running,

    /// <summary>Each number gets mean 0 and variance 1 over the clips that <see cref="AudioFeatures.Fit"/> was given.</summary>
    Fitted,
}
