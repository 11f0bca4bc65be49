using RnnDsl.Storage;
using RnnDsl.Training;

namespace RnnDsl.Execution.Tests.Storage;

/// <summary>Files that earlier versions wrote load into the classes that wrote them.</summary>
public class SavedFileTests
{
    static readonly string[] Versions = ["0.1.0"];

    public static TheoryData<string, string> Files()
    {
        var data = new TheoryData<string, string>();
        foreach (string version in Versions)
            foreach (string name in SavedFiles.Models.Keys)
                data.Add(version, name);
        return data;
    }

    public static TheoryData<string, string> Checkpoints()
    {
        var data = new TheoryData<string, string>();
        foreach (string version in Versions)
            foreach (string name in SavedFiles.Optimizers.Keys)
                data.Add(version, name);
        return data;
    }

    [Fact]
    public void Files_are_written_for_later_versions_where_a_folder_is_named() => SavedFiles.Write();

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_of_an_earlier_version_loads_into_its_class(string version, string name)
    {
        Module expected = SavedFiles.Filled(SavedFiles.Models[name]()), loaded = SavedFiles.Models[name]();
        ModelFileInfo info = ModelFile.Load(SavedFiles.Of(version, name), loaded);
        Assert.Equal(expected.Parameters.Snapshot(), loaded.Parameters.Snapshot());
        Assert.Empty(info.Warnings);
        Assert.Equal("äöü", info.Metadata["note"]);
        if (name == "SavedForecaster")
            Assert.Equal(SavedFiles.Scaler.ToJson(), info.Scaler!.ToJson());
    }

    [Fact]
    public void A_file_of_the_first_version_says_of_no_part_what_it_computes_and_loads_into_another_class_only_where_not_strict()
    {
        Module tagger = SavedFiles.Models["Lstm"](), clipped = new ClippedLstm<D2, D3>(2, 3);
        string path = SavedFiles.Of("0.1.0", "Lstm");
        Assert.Contains("the equations may be others: the file is of the first version", Assert.Throws<InvalidDataException>(() => ModelFile.Load(path, clipped)).Message);
        ModelFileInfo info = ModelFile.Load(path, clipped, strict: false);
        Assert.Contains(info.Warnings, warning => warning.StartsWith("the equations may be others", StringComparison.Ordinal));
        ModelFile.Load(path, tagger);
        Assert.Equal(tagger.Parameters["Wi"].ToArray(), clipped.Parameters["Wi"].ToArray());
    }

    [Fact]
    public void Files_of_fewer_bits_of_an_earlier_version_load()
    {
        foreach (string version in Versions)
        {
            Module expected = SavedFiles.Filled(SavedFiles.Models["SavedForecaster"]()), halves = SavedFiles.Models["SavedForecaster"](), bytes = SavedFiles.Models["SavedForecaster"]();
            ModelFile.Load(SavedFiles.Of(version, "SavedForecaster.BFloat16"), halves);
            Assert.Equal(expected.Parameters.Snapshot(), halves.Parameters.Snapshot());
            ModelFileInfo info = ModelFile.Load(SavedFiles.Of(version, "SavedForecaster.Int8"), bytes);
            Assert.Equal([("x", 1.5f), ("encoder.h", 1)], info.Ranges);
            foreach ((float whole, float rounded) in expected.Parameters.Snapshot().Zip(bytes.Parameters.Snapshot()))
                Assert.InRange(rounded, whole - 1 / 254f, whole + 1 / 254f);
        }
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void A_checkpoint_of_an_earlier_version_goes_on(string version, string name)
    {
        string path = SavedFiles.Of(version, "SavedForecaster." + name), again = Path.Combine(Path.GetTempPath(), $"rnndsl-{Guid.NewGuid():N}.safetensors");
        Module model = SavedFiles.Models["SavedForecaster"]();
        Optimizer optimizer = SavedFiles.Optimizers[name]();
        Checkpoint.Load(path, model, optimizer);
        try
        {
            Checkpoint.Save(again, model, optimizer);
            using SafetensorsFile before = SafetensorsFile.Open(path), after = SafetensorsFile.Open(again);
            foreach (Tensor tensor in before.Tensors)
            {
                float[] was = new float[tensor.Length], @is = new float[tensor.Length];
                before.Read(tensor, was);
                after.Read(after.Find(tensor.Name)!, @is);
                Assert.Equal(was, @is);
            }
        }
        finally
        {
            File.Delete(again);
        }
        using var trainer = new Trainer(model, optimizer) { Epochs = 6, EpochsDone = 3, BatchSize = 8, Seed = 2, ClipNorm = 1, Threads = 1 };
        Assert.Equal([4, 5, 6], trainer.Fit(SavedFiles.Data()).Epochs.Select(e => e.Epoch));
    }
}
