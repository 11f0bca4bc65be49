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

        // Names of types of the template and of the library, names that no namespace and no class can have, and those of packages, which a project of that name could not use.
        foreach ((string model, string cell, string project, string type) in new[]
            {
                ("Forecaster", "Cell", "Forecaster", "MyCell"), ("Model", "Mat", "Model", "MyMat"), ("class", "required", "class", "_required"), ("RnnDsl", "class", "MyRnnDsl", "_class"),
            })
        {
            Tool.Dotnet(packed.Folder, ["new", "rnn-model", "-n", model, .. hive]).Succeeded();
            folder = Path.Combine(packed.Folder, model);
            Assert.True(File.Exists(Path.Combine(folder, project + ".csproj")));
            Tool.Dotnet(folder, ["new", "rnn-cell", "-n", cell, .. hive]).Succeeded();
            Assert.Contains($"class {type}<Input, Hidden>", File.ReadAllText(Path.Combine(folder, cell + ".cs")));
            Tool.Dotnet(folder, "build", "-c", "Release").SucceededWithoutWarnings();
        }
        Tool.Dotnet(packed.Folder, ["new", "rnn-model", "-n", "rnndsl.Text", "--no-restore", .. hive]).Succeeded();
        Assert.True(File.Exists(Path.Combine(packed.Folder, "rnndsl.Text", "Myrnndsl.Text.csproj")));
    }
}
