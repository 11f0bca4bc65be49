using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using RnnDsl.Prediction;
using RnnDsl.Storage;

namespace RnnDsl.Examples.Recommendation;

/// <summary>A trained model with the items that it ranks. Any thread may call.</summary>
sealed class Recommender
{
    readonly float[] vectors, biases, features;
    readonly Predictor predictor;
    readonly LastItemCounts? counts;

    /// <param name="model">The model.</param>
    /// <param name="catalog">Its items, and new ones.</param>
    /// <param name="counts">What came after each item in the training, to be mixed with what the model says; null for the model alone.</param>
    /// <param name="mixture">What is made of the probabilities of the model.</param>
    public Recommender(SessionModel model, Catalog catalog, LastItemCounts? counts = null, Mixture? mixture = null)
    {
        (Model, Catalog, this.counts, Mixture) = (model, catalog, counts, mixture ?? new Mixture());
        FeatureUnits = model.Parameters["Features"].Length / catalog.Learned;
        var texts = new TextFeatures([.. catalog.Entries.Take(catalog.Original)], FeatureUnits);
        features = [.. catalog.Entries.SelectMany(texts.Vector)];
        (vectors, biases) = Score();
        predictor = new Predictor(model, "Query");
        Fingerprint = Hash();
    }

    public SessionModel Model { get; }

    public Catalog Catalog { get; }

    public int FeatureUnits { get; }

    /// <summary>What is made of the probabilities of the model.</summary>
    public Mixture Mixture { get; }

    /// <summary>Values of a query and of an item's vector.</summary>
    public int VectorUnits => vectors.Length / Catalog.Entries.Count;

    /// <summary>Tells models apart: 32 digits of the SHA-256 of the parameters and of the items that they belong to.</summary>
    public string Fingerprint { get; }

    /// <summary>Values of the state of a user.</summary>
    public int StateLength => predictor.StateLength;

    /// <summary>What the text and the attributes of an item say.</summary>
    public ReadOnlySpan<float> Features(int item) => features.AsSpan(item * FeatureUnits, FeatureUnits);

    /// <summary>The probability of each item to be the next.</summary>
    /// <param name="query">What the model asks for.</param>
    /// <param name="session">The items of the session so far.</param>
    /// <param name="probabilities">Gets that of each item of the catalog.</param>
    public void Probabilities(ReadOnlySpan<float> query, ReadOnlySpan<int> session, Span<float> probabilities)
    {
        for (int i = 0; i < probabilities.Length; i++)
            probabilities[i] = TensorPrimitives.Dot(vectors.AsSpan(i * query.Length, query.Length), query) + biases[i];
        TensorPrimitives.SoftMax(probabilities, probabilities);
        if (session.Length == 0)
            return;
        counts?.MixInto(session[^1], Mixture.Counts, probabilities);
        FewerRepeats.Apply(session, Mixture.Repeats, probabilities);
        TensorPrimitives.Divide(probabilities, TensorPrimitives.Sum<float>(probabilities), probabilities);
    }

    /// <summary>A stream for one user who is new.</summary>
    public PredictionStream Start() => predictor.Start();

    /// <summary>A stream that goes on from a state.</summary>
    /// <exception cref="ArgumentException">The state is of another length.</exception>
    public PredictionStream Resume(ReadOnlySpan<float> state) => predictor.Resume(state);

    /// <summary>Makes one step of a user.</summary>
    /// <param name="stream">The user's.</param>
    /// <param name="item">The item's number, or <see cref="Histories.Begins"/> where a session begins.</param>
    /// <param name="query">Gets what is asked for then.</param>
    public void Step(PredictionStream stream, int item, Span<float> query)
    {
        Span<float> input = stackalloc float[FeatureUnits + 2];
        input[0] = item < Catalog.Learned ? item : -1;
        if (item >= 0)
            Features(item).CopyTo(input[1..]);
        input[^1] = item == Histories.Begins ? 0 : -1;
        stream.Step(input, query);
    }

    /// <summary>The same model with counts.</summary>
    public Recommender With(LastItemCounts of, Mixture mixture) => new(Model, Catalog, of, mixture);

    /// <summary>Writes the model with its items and counts.</summary>
    public void Save(string path)
    {
        var metadata = new Dictionary<string, string> { [CatalogKey] = Catalog.ToJson() };
        (metadata[WeightKey], metadata[RepeatsKey]) = (Mixture.Counts.ToString("R", CultureInfo.InvariantCulture), Mixture.Repeats.ToString("R", CultureInfo.InvariantCulture));
        if (Mixture.Counts > 0)
            metadata[CountsKey] = counts!.ToText();
        ModelFile.Save(path, Model, metadata: metadata);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="items">Items that came after the training, with the others or without; null for none.</param>
    public static Recommender Load(string path, IEnumerable<CatalogEntry>? items = null)
    {
        ModelFileInfo info = ModelFile.ReadInfo(path);
        Catalog catalog = Catalog.FromJson(info.Metadata.GetValueOrDefault(CatalogKey) ?? throw new InvalidDataException($"{path} has no list of items: it was not saved by this program."));
        if (catalog.Learned != info.Size("Item"))
            throw new InvalidDataException($"{path} has vectors of {info.Size("Item")} items and a list of {catalog.Learned}: it is damaged.");
        var model = new SessionModel(info.Size("Item"), info.Size("Feature"), info.Size("Vector"), info.Size("Session"), info.Size("User"));
        ModelFile.Load(path, model);
        if (items is not null && catalog.AddNew(items) is > 0 and int added)
            SayNew([.. catalog.Entries.TakeLast(added)]);
        var mixture = new Mixture(Share(WeightKey), Share(RepeatsKey));
        LastItemCounts? counts = info.Metadata.TryGetValue(CountsKey, out string? text) ? LastItemCounts.FromText(text, catalog.Entries.Count)
            : mixture.Counts == 0 ? null : throw new InvalidDataException($"{path} has no counts: it is damaged.");
        return new Recommender(model, catalog, counts, mixture);

        double Share(string name) => double.TryParse(info.Metadata.GetValueOrDefault(name), CultureInfo.InvariantCulture, out double share) && share is >= 0 and <= 1 ? share
            : throw new InvalidDataException($"{path} has no {name}: it was not saved by this program, or is damaged.");
    }

    /// <summary>What the model knows of items that it did not learn.</summary>
    static void SayNew(CatalogEntry[] items)
    {
        int described = items.Count(item => item.Text.Length > 0 || item.Attributes.Values.Any(value => value.Length > 0)), others = items.Length - described;
        if (described > 0)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"New items, which the model knows by their texts and attributes: {described}."));
        if (others > 0)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"New items without a text and attributes, which the model cannot tell apart: {others}. {Options.Items.Name} names a file that describes items."));
    }

    const string CatalogKey = "catalog", CountsKey = "counts", WeightKey = "weight of counts", RepeatsKey = "factor of repeats";

    /// <summary>The vectors and biases of all items. One that was not learned has no row of the table, and the median bias.</summary>
    (float[] Vectors, float[] Biases) Score()
    {
        ReadOnlySpan<float> table = Model.Parameters["Table"], matrix = Model.Parameters["A"], bias = Model.Parameters["bias"];
        int units = table.Length / Catalog.Learned;
        float[] all = new float[Catalog.Entries.Count * units], biases = new float[Catalog.Entries.Count];
        float[] sorted = bias.ToArray();
        Array.Sort(sorted);
        Array.Fill(biases, sorted[sorted.Length / 2]);
        bias.CopyTo(biases);
        table.CopyTo(all);
        for (int i = 0; i < biases.Length; i++)
            for (int j = 0; j < units; j++)
                all[i * units + j] += TensorPrimitives.Dot(matrix.Slice(j * FeatureUnits, FeatureUnits), Features(i));
        return (all, biases);
    }

    string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(Model.Parameters.ReadOnlyValues));
        // Counts are not part of the state of a user.
        foreach (CatalogEntry entry in Catalog.Entries.Take(Catalog.Original))
            hash.AppendData(Encoding.UTF8.GetBytes($"{entry.Code}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }
}
