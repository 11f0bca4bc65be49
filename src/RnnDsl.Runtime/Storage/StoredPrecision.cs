namespace RnnDsl.Storage;

/// <summary>Type of the numbers in a model's file. In memory they are always floats.</summary>
public enum StoredPrecision
{
    /// <summary>F32: 4 bytes a parameter, every bit as it was.</summary>
    Float32,

    /// <summary>BF16: 2 bytes a parameter, the upper half of the float, rounded to nearest, ties to even. The relative error is at most 2⁻⁸;
    /// for values below 1.2e-38 the absolute one at most 4.6e-41.</summary>
    BFloat16,

    /// <summary>I8: a byte for each weight of a matrix with more than four columns, and an F32 scale for each row: a weight is the byte times the scale. The
    /// error is at most half a scale, 1/254 of the largest magnitude in the row. All other parameters stay F32. A <see cref="Prediction.Predictor"/> with
    /// weights of 8 bits made of what is loaded has the same weights, to the bit, as one made of what was saved; only a matrix that is multiplied
    /// transposed is rounded a second time, along its columns.</summary>
    Int8,
}

static class StoredPrecisionNames
{
    /// <summary>Its name in safetensors.</summary>
    public static string DType(this StoredPrecision precision) => precision switch
    {
        StoredPrecision.Float32 => "F32",
        StoredPrecision.BFloat16 => "BF16",
        StoredPrecision.Int8 => "I8",
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "Not a precision that can be stored."),
    };
}
