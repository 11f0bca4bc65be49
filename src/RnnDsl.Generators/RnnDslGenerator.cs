using Microsoft.CodeAnalysis;

namespace RnnDsl.Generators;

/// <summary>Wiring only: symbols → model → passes → text.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class RnnDslGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
    }
}
