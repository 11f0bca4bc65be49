using System.ComponentModel;

namespace RnnDsl.CompilerServices;

/// <summary>For generated code: a cell that is given its states before it is scanned, and whose states are read afterwards, when equations run uncompiled.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ICarriesStates
{
    /// <summary>The states that the next scan starts from. The scan overwrites the elements with the states after its last step.</summary>
    void QueueStates(double[]?[] states);

    /// <summary>Drops the queued states.</summary>
    void ClearStates();
}
