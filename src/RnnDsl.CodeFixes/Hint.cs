using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace RnnDsl.CodeFixes;

/// <summary>What a message says would fit, as the last sentence of those of products does: "Ui (Hidden×Hidden) would fit", "x, a vector of Input, would fit", "Transpose(W) would fit".</summary>
/// <param name="Name">What fits.</param>
/// <param name="IsMatrix">Whether it is a matrix.</param>
/// <param name="IsTransposed">Whether it is the matrix that stands there, transposed.</param>
internal sealed record Hint(string Name, bool IsMatrix, bool IsTransposed)
{
    static readonly Regex Matrix = new(@"\. (\S+) \([^()]+\) would fit$"), Vector = new(@"\. (\S+), [^.]+, would fit$"), Transposed = new(@"\. (Transpose\(.+\)) would fit$");

    public static Hint? Of(Diagnostic diagnostic)
    {
        string message = diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture);
        return Transposed.Match(message) is { Success: true } transposed ? new(transposed.Groups[1].Value, IsMatrix: true, IsTransposed: true)
            : Matrix.Match(message) is { Success: true } matrix ? new(matrix.Groups[1].Value, IsMatrix: true, IsTransposed: false)
            : Vector.Match(message) is { Success: true } vector ? new(vector.Groups[1].Value, IsMatrix: false, IsTransposed: false) : null;
    }
}
