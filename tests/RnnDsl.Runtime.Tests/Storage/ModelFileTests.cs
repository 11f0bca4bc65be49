using System.Text;
using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Storage;

namespace RnnDsl.Runtime.Tests.Storage;

public sealed class ModelFileTests : IDisposable
{
    sealed class Plain(ModuleInfo info) : Module
    {
        protected override ModuleInfo Describe() => info;
    }

    static readonly ParameterInfo[] Parameters =
    [
        new("encoder.W", 2, 3, 2, Initial.Xavier, 1),
        new("encoder.b", 1, 3, 1, Initial.Constant, 0),
        new("gain", 0, 1, 1, Initial.Constant, 1),
    ];

    static ModuleInfo Info(ParameterInfo[]? parameters = null) =>
        new("Forecaster", [new("feature", 2), new("hidden", 3)], parameters ?? Parameters, [], "5eed");

    static Plain Model(ModuleInfo? info = null, int seed = 0)
    {
        var model = new Plain(info ?? Info());
        var random = new Random(seed);
        foreach (ParameterInfo parameter in model.Info.Parameters)
            foreach (ref float value in model.Parameters[parameter.Name])
                value = seed == 0 ? 0 : random.NextSingle();
        return model;
    }

    readonly TemporaryFolder folder = new();
    string Path => folder.File("model.safetensors");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AModelComesBack()
    {
        Plain saved = Model(seed: 1), loaded = Model();
        var scaler = new Scaler(["temperature"], [12.25], [3.5]);
        ModelFile.Save(Path, saved, scaler, new Dictionary<string, string> { ["trained on"] = "ETTh1 – 气温" });
        ModelFileInfo info = ModelFile.Load(Path, loaded);
        foreach (ParameterInfo parameter in Parameters)
            Assert.Equal(saved.Parameters[parameter.Name].ToArray(), loaded.Parameters[parameter.Name].ToArray());
        Assert.Equal(("Forecaster", "5eed", 3), (info.Model, info.Fingerprint, info.Size("hidden")));
        Assert.Equal(scaler.ToJson(), info.Scaler!.ToJson());
        Assert.Equal("ETTh1 – 气温", Assert.Single(info.Metadata).Value);
    }

    [Fact]
    public void LoadingMarksTheParametersChanged()
    {
        ModelFile.Save(Path, Model(seed: 1));
        Plain model = Model();
        int version = model.Parameters.Version;
        ModelFile.Load(Path, model);
        Assert.NotEqual(version, model.Parameters.Version);
    }

    [Fact]
    public void InfoIsReadWithoutAModel()
    {
        ModelFile.Save(Path, Model(seed: 1));
        ModelFileInfo info = ModelFile.ReadInfo(Path);
        Assert.Equal([new Dimension("feature", 2), new Dimension("hidden", 3)], info.Dimensions);
        Assert.Equal(["encoder.W F32 [3, 2]", "encoder.b F32 [3]", "gain F32 []"], info.Parameters.Select(p => p.ToString()));
        Assert.Null(info.Scaler);
        Assert.Empty(info.Metadata);
        Assert.Contains("Did you mean 'hidden'?", Assert.Throws<ArgumentException>(() => info.Size("Hiden")).Message);
    }

    [Fact]
    public void EveryDifferenceIsListed()
    {
        ModelFile.Save(Path, Model(seed: 1));
        var other = new ModuleInfo(
            "Other",
            [new("feature", 2), new("hidden", 4)],
            [
                new("encoder.W", 2, 4, 2, Initial.Xavier, 1),
                new("gain", 0, 1, 1, Initial.Constant, 1),
                new("head.W", 2, 1, 4, Initial.Xavier, 1),
            ],
            [],
            "beef");
        string message = Assert.Throws<InvalidDataException>(() => ModelFile.Load(Path, Model(other))).Message;
        Assert.Equal($"{Path}: It does not fit Other: " +
            "parameter encoder.W: [3, 2] in the file, [4, 2] in the model; parameter head.W is missing in the file; " +
            "the file's encoder.b F32 [3] is not in the model; the equations may be others: the file is of the first version, which does not say of which part " +
            "(fingerprint 5eed in the file, beef in the model); the file is of Forecaster, the model is Other; dimension hidden: 3 in the file, 4 in the model. " +
            "With strict: false what fits is loaded.", message);
    }

    static EquationsInfo[] Equations(string encoder = "e", string loss = "l") => [new("encoder", encoder, encoder), new("Loss()", loss, loss)];

    [Fact]
    public void WhatDoesNotFitIsReportedAndTheRestIsLoadedWhereNotStrict()
    {
        Plain saved = Model(seed: 1);
        ModelFile.Save(Path, saved);
        ParameterInfo[] parameters =
        [
            new("gain", 0, 1, 1, Initial.Constant, 1),
            new("encoder.W", 2, 4, 2, Initial.Xavier, 1),
            new("encoder.b", 1, 3, 1, Initial.Constant, 0),
            new("head.W", 2, 1, 4, Initial.Xavier, 1),
        ];
        Plain model = Model(Info(parameters) with { Fingerprint = "beef" }, seed: 2);
        float[] before = model.Parameters["encoder.W"].ToArray(), head = model.Parameters["head.W"].ToArray();
        ModelFileInfo info = ModelFile.Load(Path, model, strict: false);
        Assert.Equal(["encoder.W", "head.W"], info.Missing);
        Assert.Empty(info.Unexpected);
        Assert.Equal(3, info.Warnings.Count);
        Assert.Contains(info.Warnings, w => w.StartsWith("parameter encoder.W: [3, 2] in the file, [4, 2] in the model", StringComparison.Ordinal));
        Assert.Equal(before, model.Parameters["encoder.W"].ToArray());
        Assert.Equal(head, model.Parameters["head.W"].ToArray());
        Assert.Equal(saved.Parameters["encoder.b"].ToArray(), model.Parameters["encoder.b"].ToArray());
        Assert.Equal(saved.Parameters["gain"][0], model.Parameters["gain"][0]);
    }

    [Fact]
    public void AMapOfNamesFindsLayersAndParametersUnderOtherNames()
    {
        Plain saved = Model(Info() with { Equations = Equations() }, seed: 1);
        ModelFile.Save(Path, saved);
        ParameterInfo[] renamed = [Parameters[0] with { Name = "rnn.W" }, Parameters[1] with { Name = "rnn.b" }, Parameters[2] with { Name = "factor" }];
        EquationsInfo[] equations = [new("rnn", "e", "e"), new("Loss()", "l", "l")];
        Plain model = Model(Info(renamed) with { Equations = equations });
        Assert.Contains("parameter rnn.W is missing", Assert.Throws<InvalidDataException>(() => ModelFile.Load(Path, model)).Message);
        ModelFileInfo info = ModelFile.Load(Path, model, names: new Dictionary<string, string> { ["rnn"] = "encoder", ["factor"] = "gain" });
        Assert.Empty(info.Warnings);
        Assert.Equal(saved.Parameters.Snapshot(), model.Parameters.Snapshot());
        // A layer under another name is still checked.
        Plain other = Model(Info(renamed) with { Equations = [new("rnn", "f", "f")] });
        string message = Assert.Throws<InvalidDataException>(() =>
            ModelFile.Load(Path, other, names: new Dictionary<string, string> { ["rnn"] = "encoder", ["factor"] = "gain" })).Message;
        Assert.Contains("the equations of layer rnn are others than in the file", message);
        Assert.Contains("has no layer or parameter 'rnm'. Did you mean 'rnn'?", Assert.Throws<ArgumentException>(() =>
            ModelFile.Load(Path, other, strict: false, names: new Dictionary<string, string> { ["rnm"] = "encoder" })).Message);
        // Nor do names within a layer say that they mean the same.
        ParameterInfo[] within = [Parameters[0] with { Name = "encoder.Wx" }, Parameters[1], Parameters[2]];
        Plain inside = Model(Info(within) with { Equations = Equations() });
        var map = new Dictionary<string, string> { ["encoder.Wx"] = "encoder.W" };
        Assert.Contains("layer encoder: its parameters have other names in the file", Assert.Throws<InvalidDataException>(() => ModelFile.Load(Path, inside, names: map)).Message);
        Assert.Single(ModelFile.Load(Path, inside, strict: false, names: map).Warnings);
        Assert.Equal(saved.Parameters["encoder.W"].ToArray(), inside.Parameters["encoder.Wx"].ToArray());
    }

    [Fact]
    public void ALayersEquationsDecideAndAMethodsAreAWarning()
    {
        ModelFile.Save(Path, Model(Info() with { Equations = Equations() }, seed: 1));
        string message = Assert.Throws<InvalidDataException>(() => ModelFile.Load(Path, Model(Info() with { Equations = Equations(encoder: "x") }))).Message;
        Assert.Contains("the equations of layer encoder are others than in the file", message);
        ModelFileInfo info = ModelFile.Load(Path, Model(Info() with { Equations = Equations(loss: "x"), Name = "Renamed", Fingerprint = "beef" }));
        Assert.Equal(["the file is of Forecaster, the model is Renamed", "the equations of method Loss() are others than in the file"], info.Warnings);
        Assert.Empty(ModelFile.Load(Path, Model(Info() with { Equations = Equations() })).Warnings);
        // A module that the first version compiled has the one fingerprint alone, which files still hold.
        Assert.Empty(ModelFile.Load(Path, Model()).Warnings);
        Assert.Throws<InvalidDataException>(() => ModelFile.Load(Path, Model(Info() with { Fingerprint = "beef" })));
    }

    [Fact]
    public void NothingIsLoadedIntoAModelWhoseParametersAdaptersWrite()
    {
        ModelFile.Save(Path, Model(seed: 1));
        Plain model = Model(seed: 2);
        float[] before = model.Parameters.Snapshot();
        var adapters = new RnnDsl.Tuning.LowRankAdapters(model, 1, 1, ["encoder.W"]);
        Assert.Contains("merge or remove them", Assert.Throws<InvalidOperationException>(() => ModelFile.Load(Path, model)).Message);
        Assert.Equal(before, model.Parameters.Snapshot());
        adapters.Remove();
        ModelFile.Load(Path, model);
        Assert.NotEqual(before, model.Parameters.Snapshot());
    }

    [Fact]
    public void OtherFilesAreRefused()
    {
        var stream = new MemoryStream();
        SafetensorsFile.Write(stream, [("w", [1])], _ => new float[1], []);
        File.WriteAllBytes(Path, stream.ToArray());
        Assert.Contains("was not saved as a model", Assert.Throws<InvalidDataException>(() => ModelFile.ReadInfo(Path)).Message);
        Assert.Throws<FileNotFoundException>(() => ModelFile.Load(folder.File("none"), Model()));
        Assert.Throws<ArgumentException>(() =>
            ModelFile.Save(Path, Model(), metadata: new Dictionary<string, string> { ["rnndsl.version"] = "2" }));
    }

    [Fact]
    public void ValuesThatAreNotFiniteAreNeitherSavedNorLoaded()
    {
        Plain broken = Model(seed: 1);
        ModelFile.Save(Path, broken);
        byte[] good = File.ReadAllBytes(Path);
        broken.Parameters["encoder.b"][2] = float.NaN;
        string message = Assert.Throws<InvalidOperationException>(() => ModelFile.Save(Path, broken)).Message;
        Assert.Contains("parameter 'encoder.b' is NaN at index 2", message);
        Assert.Equal(good, File.ReadAllBytes(Path));

        byte[] bad = [.. Unchecked.Of(good)[..^4], 0, 0, 0x80, 0x7f];   // the last value, infinite
        File.WriteAllBytes(Path, bad);
        Plain model = Model(seed: 2);
        float before = model.Parameters["encoder.W"][0];
        message = Assert.Throws<InvalidDataException>(() => ModelFile.Load(Path, model)).Message;
        Assert.Contains("Parameter 'gain' is Infinity at index 0", message);
        Assert.Equal(before, model.Parameters["encoder.W"][0]);
    }

    [Fact]
    public void ADamagedFileLoadsOrIsRefusedAndTakesNoMoreMemoryThanItsSize()
    {
        ModelFile.Save(Path, Model(seed: 1), new Scaler(["a", "b"], [1, 2], [3, 4]), new Dictionary<string, string> { ["note"] = "x\"é" });
        byte[] good = Unchecked.Read(Path);
        int headerEnd = 8 + BitConverter.ToInt32(good);
        byte[] interesting = Encoding.UTF8.GetBytes("{}[]\",:0919eE-+.\\u \0\x7f");
        var random = new Random(17);
        int loaded = 0, refused = 0;
        for (int trial = 0; trial < 3000; trial++)
        {
            byte[] bytes = Damage(good);
            File.WriteAllBytes(Path, bytes);
            Plain model = Model();
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ModelFile.Load(Path, model);
                loaded++;
            }
            catch (InvalidDataException)
            {
                refused++;
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
        Assert.True(loaded > 20 && refused > 1000, $"{loaded} loaded, {refused} refused");

        byte[] Damage(byte[] original)
        {
            var bytes = original.ToList();
            switch (random.Next(5))
            {
                case 0:
                    bytes.RemoveRange(random.Next(bytes.Count), 1);
                    break;
                case 1:
                    int cut = random.Next(bytes.Count);
                    bytes.RemoveRange(cut, bytes.Count - cut);
                    break;
                case 2:
                    bytes.InsertRange(random.Next(bytes.Count), original.Skip(random.Next(bytes.Count)).Take(random.Next(1, 60)));
                    break;
                default:
                    for (int flips = random.Next(1, 4); flips > 0; flips--)
                    {
                        int at = random.Next(4) == 0 ? random.Next(bytes.Count) : random.Next(headerEnd);
                        bytes[at] = random.Next(2) == 0 ? interesting[random.Next(interesting.Length)] : (byte)random.Next(256);
                    }
                    break;
            }
            return [.. bytes];
        }
    }
}
