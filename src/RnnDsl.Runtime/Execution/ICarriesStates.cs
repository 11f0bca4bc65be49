using System.ComponentModel;

namespace RnnDsl.CompilerServices;

/// <summary>For generated code: a cell whose states are given before it is scanned, and read afterwards, where equations run uncompiled.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ICarriesStates
{
    /// <summary>The states that a coming scan starts from; it overwrites the elements with the states after the last step.</summary>
    void QueueStates(double[]?[] states);

    /// <summary>Drops what is queued.</summary>
    void ClearStates();
}
