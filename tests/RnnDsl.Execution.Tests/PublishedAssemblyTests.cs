using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using RnnDsl.Prediction;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Execution.Tests;

/// <summary>Assemblies that were compiled by earlier versions, on the present runtime.</summary>
public class PublishedAssemblyTests
{
    /// <summary>Versions whose compiled code this runtime still runs.</summary>
    public static TheoryData<string> Versions => ["0.2.0"];

    static Type SampleModel(string version, [CallerFilePath] string here = "")
    {
        var context = new AssemblyLoadContext(version, isCollectible: true);
        Assembly assembly = context.LoadFromAssemblyPath(Path.Combine(Path.GetDirectoryName(here)!, "Published", version, "SampleModels.dll"));
        return assembly.GetType("SampleModels.SampleModel", throwOnError: true)!;
    }

    static Module New(Type type) => (Module)type.GetConstructors().Single().Invoke([5, 13, 7]);

    [Theory]
    [MemberData(nameof(Versions))]
    public void What_an_earlier_version_compiled_equals_its_equations(string version)
    {
        foreach (string method in new[] { "Predict", "Both" })
            Checks.All(New(SampleModel(version)), method, [6, 4, 4, 1], seed: 3);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void What_an_earlier_version_compiled_streams(string version)
    {
        Module model = New(SampleModel(version));
        float[] expected = new float[3], actual = new float[3];
        PredictionStream stream = new Predictor(model).Start(), small = new Predictor(model, weights: WeightFormat.Int8).Start();
        for (int step = 0; step < 4; step++)
        {
            stream.Step([0.1f, -0.2f, 0.3f, 0.4f, -0.5f], expected);
            small.Step([0.1f, -0.2f, 0.3f, 0.4f, -0.5f], actual);
        }
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 0.05f));
        Assert.Contains("scans in reverse", Assert.Throws<InvalidOperationException>(() => new Predictor(model, "Both")).Message);
    }

    [Fact]
    public void What_is_older_than_the_interface_is_told_to_be_built_again()
    {
        Module model = New(SampleModel("0.1.0"));
        string message = Assert.Throws<InvalidOperationException>(() => model.Info).Message;
        Assert.StartsWith("SampleModel was compiled by an older RnnDsl than this program runs with (", message);
        Assert.EndsWith("): build SampleModels again with the package of that version.", message);
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => model.Parameters).Message);
    }

    [Fact]
    public void Generated_code_states_the_version_of_the_runtime_that_it_binds_to() =>
        Assert.Equal(CompilerServices.Description.Version, Generators.Parsing.KnownSymbols.InterfaceVersion);
}
