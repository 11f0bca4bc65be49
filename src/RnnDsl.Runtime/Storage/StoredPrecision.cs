namespace RnnDsl.Storage;

/// <summary>The type of the numbers in a model's file. In memory they are always floats.</summary>
public enum StoredPrecision
{
    /// <summary>F32: 4 bytes for each parameter, with every bit kept.</summary>
    Float32,

    /// <summary>BF16: 2 bytes for each parameter, the upper half of the float, rounded to nearest, ties to even. The relative error is at most 2⁻⁸; for values below 1.2e-38, the
    /// absolute error is at most 4.6e-41.</summary>
    BFloat16,

    /// <summary>I8: one byte for each weight of a matrix with more than four columns, and an F32 scale for each row. A weight is the byte times the scale. The error is at most
    /// half a scale, 1/254 of the largest magnitude in the row. All other parameters stay F32. A <see cref="Prediction.Predictor"/> with 8-bit weights that is made from the loaded
    /// model has exactly the same weights as one made from the saved model. Only a matrix that is multiplied transposed is rounded a second time, along its columns.</summary>
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
