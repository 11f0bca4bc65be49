using System.ComponentModel;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>A weight's share of a product of gradients: columns [Offset, + Outputs) of the common operand, and where the gradient of the
/// weight goes, dense and row-major [Outputs × columns].</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct OuterTarget(int Offset, int Outputs, Floats Gradient);
