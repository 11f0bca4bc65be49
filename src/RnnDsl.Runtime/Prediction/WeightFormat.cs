namespace RnnDsl.Prediction;

/// <summary>How a <see cref="Predictor"/> stores and multiplies the matrices.</summary>
public enum WeightFormat
{
    /// <summary>Floats, as they were trained.</summary>
    Float32,

    /// <summary>8-bit integers with a scale for each row, about a quarter of the bytes. The error of a weight is at most half a step, 1/254 of the largest magnitude in its row.
    /// The multiplied vectors are rounded in the same way at each step. Sums are exact, and the same on every processor. Rows of at most four weights stay floats if their size is
    /// known when the program is built.</summary>
    Int8,
}
