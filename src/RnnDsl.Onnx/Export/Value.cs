namespace RnnDsl.Onnx.Export;

// In here, so that Dim is the graph's and not the language's, which this file may see too.
using RnnDsl.Generators.Ir;

/// <summary>A value of an ONNX graph, with its shape and domain in the equations.</summary>
sealed record Value(string Name, Shape Shape, Domain Domain)
{
    /// <summary>Not null for a matrix that repeats one vector in its rows (<see cref="Over.Rows"/>) or columns. Only that vector is written, and broadcasting repeats it.</summary>
    public Over? Repeats { get; init; }

    /// <summary>The number of the unit, if the value is a one-hot vector. The vector itself then has no name, and is written where it is needed.</summary>
    public Value? Hot { get; init; }

    /// <summary>The number of axes before those of its shape.</summary>
    public int Leading => Domain.IsSteps ? 2 : Domain.IsExamples ? 1 : 0;
}
