namespace RnnDsl.Package.Tests;

/// <summary>What <c>dotnet new</c> writes builds and runs as it is.</summary>
[Collection(PackedCollection.Name)]
public sealed class TemplateTests(PackedLibraries packed)
{
    [Fact]
    public void Model_and_cell_build_and_train()
    {
        string[] hive = ["--debug:custom-hive", Path.Combine(packed.Folder, "hive")];
        Tool.Dotnet(packed.Folder, ["new", "install", packed.PathOf("RnnDsl.Templates"), .. hive]).Succeeded();
        // A name that is no identifier, to see what the namespace makes of it.
        string folder = Path.Combine(packed.Folder, "my-model");
        Tool.Dotnet(packed.Folder, ["new", "rnn-model", "-n", "my-model", .. hive]).Succeeded();
        Tool.Dotnet(folder, ["new", "rnn-cell", "-n", "Keeper", .. hive]).Succeeded();
        Assert.Contains("class Keeper<Input, Hidden>", File.ReadAllText(Path.Combine(folder, "Keeper.cs")));
        Assert.Contains("namespace my_model;", File.ReadAllText(Path.Combine(folder, "Forecaster.cs")));
        Assert.Contains("namespace my_model;", File.ReadAllText(Path.Combine(folder, "Keeper.cs")));

        Tool.Dotnet(folder, "build", "-c", "Release").SucceededWithoutWarnings();
        ToolResult run = Tool.Dotnet(folder, Path.Combine("bin", "Release", "net10.0", "my-model.dll")).Succeeded();
        Assert.Contains("validation loss", run.Output);
        Assert.Contains("last value", run.Output);

        // Names of types of the template and of the library, and one that no namespace can have.
        foreach (string name in new[] { "Forecaster", "Model", "class" })
        {
            Tool.Dotnet(packed.Folder, ["new", "rnn-model", "-n", name, .. hive]).Succeeded();
            folder = Path.Combine(packed.Folder, name);
            Tool.Dotnet(folder, ["new", "rnn-cell", "-n", "Keeper", .. hive]).Succeeded();
            Tool.Dotnet(folder, "build", "-c", "Release").SucceededWithoutWarnings();
        }
    }
}
