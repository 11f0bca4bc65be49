using RnnDsl.Sequences;
using RnnDsl.Storage;
using RnnDsl.Training;

namespace RnnDsl.Execution.Tests.Storage;

/// <summary>The files of Saved/: which there are, of which models, and what stands in them. README.md there says how they were made.</summary>
static class SavedFiles
{
    /// <summary>Writes all files where this names a folder; see README.md in Saved/.</summary>
    const string FolderVariable = "RNNDSL_SAVED_FILES";

    public static string Folder { get; } = Path.Combine(Path.GetDirectoryName(Here())!, "Saved");

    public static string Of(string version, string name) => Path.Combine(Folder, version, name + ".safetensors");

    /// <summary>Every model and cell of which there are files.</summary>
    public static IReadOnlyDictionary<string, Func<Module>> Models { get; } = new Dictionary<string, Func<Module>>
    {
        ["SavedForecaster"] = () => new SavedForecaster(feature: 5, hidden: 6, seed: 1),
        ["SavedTagger"] = () => new SavedTagger(feature: 2, hidden: 5, tag: 3, seed: 1),
        ["SavedCell"] = () => new SavedCell<D2, D3>(5, 3, seed: 1),
        ["Lstm"] = () => new Lstm<D2, D3>(2, 3),
        ["Gru"] = () => new Gru<D2, D3>(2, 3),
        ["GruResetBefore"] = () => new GruResetBefore<D2, D3>(2, 3),
        ["Elman"] = () => new Elman<D2, D3>(2, 3),
        ["ElmanRelu"] = () => new ElmanRelu<D2, D3>(2, 3),
        ["CoupledLstm"] = () => new CoupledLstm<D2, D3>(2, 3),
        ["PeepholeLstm"] = () => new PeepholeLstm<D2, D3>(2, 3),
        ["LayerNormLstm"] = () => new LayerNormLstm<D2, D3>(2, 3),
        ["LayerNorm"] = () => new LayerNorm<D3>(3),
        ["Linear"] = () => new Linear<D2, D3>(2, 3),
        ["IndRnn"] = () => new IndRnn<D2, D3>(2, 3),
        ["MinGru"] = () => new MinGru<D2, D3>(2, 3),
        ["MinLstm"] = () => new MinLstm<D2, D3>(2, 3),
        ["MinimalGatedUnit"] = () => new MinimalGatedUnit<D2, D3>(2, 3),
        ["ClippedLstm"] = () => new ClippedLstm<D2, D3>(2, 3),
        ["ClippedGru"] = () => new ClippedGru<D2, D3>(2, 3),
        ["ClippedGruResetBefore"] = () => new ClippedGruResetBefore<D2, D3>(2, 3),
        ["ClippedElman"] = () => new ClippedElman<D2, D3>(2, 3),
        ["ClippedCoupledLstm"] = () => new ClippedCoupledLstm<D2, D3>(2, 3),
    };

    /// <summary>Optimizers of which there are checkpoints, each after three of six epochs.</summary>
    public static IReadOnlyDictionary<string, Func<Optimizer>> Optimizers { get; } = new Dictionary<string, Func<Optimizer>>
    {
        ["AdamW"] = () => new AdamW(0.01),
        ["Momentum"] = () => new Sgd(0.1) { Momentum = 0.9 },
        ["RmsProp"] = () => new RmsProp(0.01),
    };

    /// <summary>A model with values that the files hold exactly, but for those of bytes.</summary>
    public static Module Filled(Module module)
    {
        int next = 0;
        foreach (Parameter parameter in module.Parameters.Slices.OrderBy(p => p.Name, StringComparer.Ordinal))
            foreach (ref float value in module.Parameters.Of(parameter))
                value = (next++ * 7 % 33 - 16) / 16f;
        return module;
    }

    /// <summary>What <see cref="SavedForecaster"/> is trained with for the checkpoints.</summary>
    public static Dataset Data()
    {
        var random = new Random(3);
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        return new Dataset(
            new Column { Name = "x", Kind = ValueKind.Sequence, Width = 5, Values = Draw(40 * 4 * 5), Stride = 5, Starts = [.. Enumerable.Range(0, 40).Select(i => i * 20)], Lengths = [.. Enumerable.Repeat(4, 40)] },
            new Column { Name = "y", Kind = ValueKind.Vector, Width = 2, Values = Draw(40 * 2), Stride = 2, Starts = [.. Enumerable.Range(0, 40).Select(i => i * 2)], Lengths = [.. Enumerable.Repeat(1, 40)] });
    }

    public static Scaler Scaler { get; } = new(["load", "temperature"], [50, 12.25], [10, 3.5]);

    /// <summary>Writes the files as the present code does, if the variable says where.</summary>
    public static bool Write()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { Length: > 0 } folder)
            return false;
        Directory.CreateDirectory(folder);
        string Path(string name) => System.IO.Path.Combine(folder, name + ".safetensors");
        foreach ((string name, Func<Module> make) in Models)
            ModelFile.Save(Path(name), Filled(make()), name == "SavedForecaster" ? Scaler : null, new Dictionary<string, string> { ["note"] = "äöü" });
        Module model = Filled(Models["SavedForecaster"]());
        ModelFile.Save(Path("SavedForecaster.BFloat16"), model, precision: StoredPrecision.BFloat16);
        ModelFile.Save(Path("SavedForecaster.Int8"), model, precision: StoredPrecision.Int8, ranges: [("x", 1.5f), ("encoder.h", 1)]);
        foreach ((string name, Func<Optimizer> make) in Optimizers)
        {
            Module trained = Models["SavedForecaster"]();
            Optimizer optimizer = make();
            using var trainer = new Trainer(trained, optimizer) { Epochs = 3, BatchSize = 8, Seed = 2, ClipNorm = 1, Threads = 1 };
            trainer.Fit(Data());
            Checkpoint.Save(Path("SavedForecaster." + name), trained, optimizer, Scaler);
        }
        return true;
    }

    static string Here([System.Runtime.CompilerServices.CallerFilePath] string path = "") => path;
}

/// <summary>Dimensions of the cells that are saved by themselves.</summary>
public sealed class D2 : Dim;

/// <summary>As <see cref="D2"/>.</summary>
public sealed class D3 : Dim;
