using System.ComponentModel;
using RnnDsl.Memory;

namespace RnnDsl.CompilerServices;

/// <summary>A weight's part in a product of gradients: columns [Offset, Offset + Outputs) of the common operand, and the gradient of the weight, dense and row-major [Outputs ×
/// columns].</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct OuterTarget(int Offset, int Outputs, Floats Gradient);
