namespace RnnDsl.Audio;

/// <summary>How a file holds a sample. All but the first are signed, with the lowest byte first.</summary>
public enum SampleFormat
{
    /// <summary>8 bits without sign: 128 is zero.</summary>
    Pcm8,

    /// <summary>16 bits.</summary>
    Pcm16,

    /// <summary>24 bits.</summary>
    Pcm24,

    /// <summary>32 bits.</summary>
    Pcm32,

    /// <summary>A float of 32 bits; 1 is full scale.</summary>
    Float32,

    /// <summary>A float of 64 bits; 1 is full scale.</summary>
    Float64,
}
