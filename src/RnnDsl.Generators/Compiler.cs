using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators;

/// <summary>A state that a compiled method carries: "encoder.h".</summary>
internal sealed record CarriedState(string Name, Shape Shape, double Initial, bool Reverse);

/// <summary>What the passes and the printer make of one method: the text of its program classes, and the graph after each pass.</summary>
/// <param name="Forward">A nested class <c>{Method}Forward : CompiledProgram</c> whose constructor takes the sizes of all dimensions of the module in order.</param>
/// <param name="Training">The class <c>{Method}Training</c>, or null.</param>
/// <param name="States">The states, in the order of the shard's state pointers.</param>
/// <param name="Passes">Text of the graph after each pass, for those who want to look.</param>
internal sealed record CompiledMethodText(
    string Forward, string? Training, EquatableArray<CarriedState> States, EquatableArray<PassText> Passes);

/// <summary>The graph after one pass.</summary>
internal sealed record PassText(string Pass, string Text);

/// <summary>The chain of passes, for one method.</summary>
internal static class Compiler
{
    public static CompiledMethodText Compile(ModuleModel module, MethodModel method) => throw new NotImplementedException();
}
