namespace RnnDsl.Generators.Tests;

public class ParsingTests
{
    [Fact]
    public void Cell()
    {
        GeneratorHarness.Valid(Sources.Peephole);
    }

    [Fact]
    public void Model()
    {
        GeneratorHarness.Valid(Sources.Peephole + Sources.Forecaster.Replace("namespace My.Models;", ""));
    }
}
