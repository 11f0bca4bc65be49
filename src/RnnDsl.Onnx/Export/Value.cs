namespace RnnDsl.Onnx.Export;

// In here, so that Dim is the graph's and not the language's, which this file may see too.
using RnnDsl.Generators.Ir;

/// <summary>A value of an ONNX graph, with what it is in the equations.</summary>
sealed record Value(string Name, Shape Shape, Domain Domain)
{
    /// <summary>Of a matrix that has one vector in each of its rows (<see cref="Over.Rows"/>) or columns: which, where only that one is there and broadcasting does the rest.</summary>
    public Over? Repeats { get; init; }

    /// <summary>Of a one-hot vector the number of its unit. The vector itself, which then has no name, is written where it is needed.</summary>
    public Value? Hot { get; init; }

    /// <summary>How many axes stand before those of its shape.</summary>
    public int Leading => Domain.IsSteps ? 2 : Domain.IsExamples ? 1 : 0;
}
