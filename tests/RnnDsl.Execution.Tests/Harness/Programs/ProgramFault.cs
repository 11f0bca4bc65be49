namespace RnnDsl.Execution.Tests;

/// <summary>What is wrong with a program.</summary>
/// <param name="kind">Its kind, the same for faults that are probably one: "forward", "gradient", "RNN9999".</param>
/// <param name="message">The numbers.</param>
internal sealed class ProgramFault(string kind, string message) : Exception(message)
{
    public string Kind { get; } = kind;
}
