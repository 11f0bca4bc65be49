using System.Reflection;
using System.Text.Json;
using RnnDsl.CompilerServices;

namespace RnnDsl.Execution.Tests;

/// <summary>Arrays that PyTorch computed in double precision; the folder's README says what is in each file.</summary>
public sealed class TorchFixture
{
    const string Folder = "Fixtures/";
    static readonly Assembly Home = typeof(TorchFixture).Assembly;

    readonly Dictionary<string, double> settings = [];
    readonly Dictionary<string, (int[] Shape, double[] Values)> arrays = [];

    TorchFixture(string name, JsonElement root)
    {
        Name = name;
        foreach (JsonProperty setting in root.GetProperty("settings").EnumerateObject())
            settings.Add(setting.Name, setting.Value.GetDouble());
        foreach (JsonProperty array in root.GetProperty("arrays").EnumerateObject())
        {
            int[] shape = [.. array.Value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt32())];
            double[] values = [.. array.Value.GetProperty("values").EnumerateArray().Select(n => n.GetDouble())];
            int length = shape.Aggregate(1, (a, b) => a * b);
            if (values.Length != length)
                throw new InvalidDataException(
                    $"Fixture '{name}': '{array.Name}' is [{string.Join(", ", shape)}] but has {values.Length} values."
                    + " Remake the fixtures.");
            arrays.Add(array.Name, (shape, values));
        }
    }

    public string Name { get; }

    /// <summary>Names of the arrays, in the file's order.</summary>
    public IReadOnlyCollection<string> ArrayNames => arrays.Keys;

    /// <summary>Names of the fixtures that begin so, sorted.</summary>
    public static IReadOnlyList<string> Names(string prefix = "") =>
    [
        .. Home.GetManifestResourceNames()
            .Where(r => r.StartsWith(Folder, StringComparison.Ordinal))
            .Select(r => Path.GetFileNameWithoutExtension(r[Folder.Length..]))
            .Where(n => n.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
    ];

    /// <summary>Reads a fixture: <c>Load("lstm-i3-h5-t7-b4")</c>.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static TorchFixture Load(string name)
    {
        using Stream file = Home.GetManifestResourceStream($"{Folder}{name}.json")
            ?? throw new ArgumentException($"There is no fixture '{name}'; there are: {string.Join(", ", Names())}.", nameof(name));
        using JsonDocument document = JsonDocument.Parse(file);
        return new TorchFixture(name, document.RootElement);
    }

    public bool Has(string array) => arrays.ContainsKey(array);

    /// <summary>A setting such as "learning_rate".</summary>
    public double Setting(string name) => settings.TryGetValue(name, out double value)
        ? value
        : throw new ArgumentException($"Fixture '{Name}' has no setting '{name}'; it has: {string.Join(", ", settings.Keys)}.");

    /// <summary>A setting that counts something, such as "hidden".</summary>
    public int Size(string name) => checked((int)Setting(name));

    public int[] Shape(string array) => [.. Find(array).Shape];

    /// <summary>An array, row-major.</summary>
    public double[] Doubles(string array) => [.. Find(array).Values];

    /// <inheritdoc cref="Doubles"/>
    public float[] Floats(string array) => [.. Find(array).Values.Select(v => (float)v)];

    /// <summary>One of the equal stretches that an array consists of along its first axis: <c>Block("weight_ih_l0", 1, 4)</c> is the
    /// forget gate's matrix of an LSTM, <c>Block("h0", 1, 2)</c> the backward direction's first state.</summary>
    public float[] Block(string array, int block, int blocks)
    {
        var (shape, values) = Find(array);
        if (shape[0] % blocks != 0 || block < 0 || block >= blocks)
            throw new ArgumentOutOfRangeException(nameof(block), $"'{array}' has {shape[0]} rows: no block {block} of {blocks} in them.");
        int length = values.Length / blocks;
        return [.. values.AsSpan(block * length, length).ToArray().Select(v => (float)v)];
    }

    (int[] Shape, double[] Values) Find(string array) => arrays.TryGetValue(array, out var found)
        ? found
        : throw new ArgumentException($"Fixture '{Name}' has no array '{array}'; it has: {string.Join(", ", arrays.Keys)}.");
}
