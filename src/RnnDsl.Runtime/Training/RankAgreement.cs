using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Training;

/// <summary>What must be the same on all ranks before they train together, as names and short texts. Large things are compared by their SHA-256.</summary>
sealed class RankAgreement(Communicator ranks)
{
    /// <summary>The value of what a rank does not know. It agrees with all others.</summary>
    const string Unknown = "";

    readonly List<(string Name, string Value)> items =
    [
        ("The version of RnnDsl", typeof(RankAgreement).Assembly.GetName().Version?.ToString() ?? ""),
        // Other vectors round otherwise, and the parameters would drift apart.
        ("The kind of processor", $"{RuntimeInformation.ProcessArchitecture} with vectors of {Vector<float>.Count} floats"),
    ];

    public RankAgreement Add(string name, string value)
    {
        items.Add((name, value));
        return this;
    }

    public RankAgreement Add(string name, params IEnumerable<ReadOnlyMemory<float>> values)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ReadOnlyMemory<float> part in values)
            hash.AppendData(MemoryMarshal.AsBytes(part.Span));
        return Add(name, $"those of fingerprint {Text(hash)}");
    }

    public RankAgreement Add(string name, Dataset? data)
    {
        if (data is null)
            return Add(name, "none");
        if (data.Partition is not null)
            return AddParts(name, data);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Column column in data.Columns)
            Append(hash, column);
        return Add(name, $"{data.Count} examples of fingerprint {Text(hash)}");
    }

    /// <summary>What all ranks know of data in parts; and where a rank has the values of all parts, these, since others may have them too.</summary>
    RankAgreement AddParts(string name, Dataset data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Column column in data.Parts.SelectMany(part => part.Columns))
            AppendIndex(hash, column);
        Add(name, $"{data.Count} examples in {data.Parts.Length} parts, with starts and lengths of fingerprint {Text(hash)}");
        bool isWhole = !data.Parts.Any(PartIndex.IsAbsent);
        for (int part = 0; part < data.Parts.Length; part++)
        {
            foreach (Column column in data.Parts[part].Columns)
                if (isWhole)
                    Append(hash, column);
            Add(string.Create(CultureInfo.InvariantCulture, $"{name}, part {part + 1} of {data.Parts.Length}"), isWhole ? $"values of fingerprint {Text(hash)}" : Unknown);
        }
        return this;
    }

    /// <summary>Everything that a training depends on.</summary>
    public RankAgreement AddTraining(ITrainable trainable, Optimizer optimizer, Dictionary<string, string> settings, TrainingRun? run, Dataset train, Dataset? validation)
    {
        OptimizerMemory memory;
        // A signal may save the training meanwhile, which also asks the optimizer.
        lock (optimizer.Gate)
            memory = optimizer.Remember(trainable.Parameters);
        Add("The model", $"{trainable.Module.Info.Name} of fingerprint {trainable.Module.Info.Fingerprint}");
        foreach ((string name, string value) in settings)
            Add(name, value);
        Add("The training data", train).Add("The validation data", validation).AddParameters("The parameters", trainable.Parameters)
            .AddParameters("The module's parameters", trainable.Module.Parameters).Add("The optimizer", FormattableString.Invariant($"{memory.Optimizer} after {memory.Steps.Sum()} moves"))
            .Add("The optimizer's memory", memory.Memories.Select(values => (ReadOnlyMemory<float>)values));
        if (run is not null)
            Add("The place in the training", FormattableString.Invariant($"epoch {run.Epoch}, batch {run.Batches}, waited {run.Waited}, least {run.Least:R}, sums {run.Losses:R} {run.Weights:R} {run.Norms:R}"))
                .Add("The best parameters", [run.Best ?? []]).Add("The states", (run.States ?? []).Select(values => (ReadOnlyMemory<float>)values));
        if (run?.Average?.Remember() is { } average)
            Add("The average", FormattableString.Invariant($"{average.Rule} after {average.Steps} steps, {average.Counted.Sum()} of parameters, {average.CountedRows.Sum(rows => rows?.Sum() ?? 0)} of rows"))
                .Add("The averaged parameters", [average.Values]);
        return this;
    }

    public RankAgreement AddParameters(string name, ParameterStore parameters)
    {
        return Add(name, Values());

        IEnumerable<ReadOnlyMemory<float>> Values()
        {
            foreach (Parameter parameter in parameters.Slices)
                yield return parameters.ReadOnlyValues.Slice(parameter.Offset, parameter.Length).ToArray();
        }
    }

    /// <summary>Compares with all other ranks.</summary>
    /// <param name="asks">Whether this rank asks all to stop.</param>
    /// <returns>Whether any rank asks.</returns>
    /// <exception cref="RanksDifferException">Something differs. All ranks get the same message.</exception>
    public bool Require(bool asks)
    {
        using var own = new MemoryStream();
        using (var writer = new BinaryWriter(own, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(asks);
            writer.Write(items.Count);
            foreach ((string name, string value) in items)
            {
                writer.Write(name);
                writer.Write(value);
            }
        }
        byte[][] shares = ranks.Share(own.ToArray());
        (bool anyAsks, List<(string Name, string Value)> first) = Read(shares[0]);
        for (int rank = 1; rank < shares.Length; rank++)
        {
            (bool alsoAsks, List<(string Name, string Value)> other) = Read(shares[rank]);
            anyAsks |= alsoAsks;
            for (int i = 0; i < Math.Max(first.Count, other.Count); i++)
                if (i >= first.Count || i >= other.Count || first[i].Name != other[i].Name
                    || (first[i].Value != other[i].Value && first[i].Value != Unknown && other[i].Value != Unknown))
                    throw new RanksDifferException($"The ranks cannot train together. {Difference(first, other, i, rank)} Start the same program with the same data and settings on every rank.");
        }
        return anyAsks;
    }

    static string Difference(List<(string Name, string Value)> first, List<(string Name, string Value)> other, int at, int rank)
    {
        string name = at < first.Count ? first[at].Name : other[at].Name;
        return $"{name}: {ValueOf(first)} on rank 0, {ValueOf(other)} on rank {rank}.";

        string ValueOf(List<(string Name, string Value)> list) => list.FirstOrDefault(item => item.Name == name).Value ?? "nothing";
    }

    static (bool Asks, List<(string Name, string Value)> Items) Read(byte[] share)
    {
        using var reader = new BinaryReader(new MemoryStream(share), Encoding.UTF8);
        bool asks = reader.ReadBoolean();
        var list = new List<(string, string)>();
        for (int left = reader.ReadInt32(); left > 0; left--)
            list.Add((reader.ReadString(), reader.ReadString()));
        return (asks, list);
    }

    static void Append(IncrementalHash hash, Column column)
    {
        AppendIndex(hash, column);
        hash.AppendData(MemoryMarshal.AsBytes(column.Values.Span));
    }

    static void AppendIndex(IncrementalHash hash, Column column)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{column.Name} {column.Kind} {column.Width} {column.Units} {column.Stride};")));
        hash.AppendData(MemoryMarshal.AsBytes(column.Starts.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(column.Lengths.AsSpan()));
        if (column.Parts is { } parts)
            AppendIndex(hash, parts);
    }

    static string Text(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
}

/// <summary>All ranks throw it together, so that none waits for another.</summary>
sealed class RanksDifferException(string message) : InvalidOperationException(message);
