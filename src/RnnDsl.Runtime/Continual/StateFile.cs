using RnnDsl.Execution;
using RnnDsl.Storage;
using RnnDsl.Training;
using RnnDsl.Tuning;

namespace RnnDsl.Continual;

/// <summary>The file of a state: a safetensors file, whose metadata say of what it is. With a model it is a <see cref="ModelFile"/>, which has the state beside the model's
/// parameters.</summary>
static class StateFile
{
    /// <summary>The metadata that say of what the file is. Those of the state begin with it and a slash.</summary>
    public const string Key = "rnndsl.continual";

    /// <summary>The beginning of the names of the state's tensors. A model's own tensors have no slash.</summary>
    public const string TensorPrefix = "continual/";

    /// <summary>The ends of the names of the lengths of a column's examples, and of its sequences at every step.</summary>
    public const string Lengths = ".lengths", PartLengths = ".parts.lengths";

    const string VersionName = "version", Trained = "trained", Original = "original";
    const int Version = 1;

    /// <summary>Writes a state without a model. The file is replaced completely, or not at all.</summary>
    public static void Save(string path, string kind, Action<StateWriter> write)
    {
        StateWriter state = Begin(kind, null, write);
        AtomicFile.Write(path, stream => SafetensorsFile.Write(stream, state.Tensors, state.Texts));
    }

    /// <summary>Writes a state with what is trained.</summary>
    public static void Save(string path, string kind, ITrainable trainable, Action<StateWriter> write)
    {
        AdapterTraining? adapters = Adapters(trainable);
        StateWriter state = Begin(kind, trainable.Parameters, write);
        if (adapters is not null)
        {
            state.WriteParameters(Trained, adapters.Parameters.Snapshot());
            state.WriteParameters(Original, adapters.Original.ToArray(), adapters.Changed);
        }
        ModelFile.Write(path, trainable.Module, null, null, StoredPrecision.Float32, [], state.Tensors, state.Texts);
    }

    /// <summary>Reads a state. Errors begin with the file's name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kinds">Of what it may be.</param>
    /// <param name="read">Reads it.</param>
    public static T Load<T>(string path, string[] kinds, Func<StateReader, T> read)
    {
        using SafetensorsFile file = Open(path);
        return OneLine.Named(path, () => read(Begin(file, kinds, null)));
    }

    /// <summary>Reads a state with what is trained. Nothing is changed before all has been read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kinds">Of what it may be.</param>
    /// <param name="trainable">What is trained.</param>
    /// <param name="read">Reads the state, and says what puts it in place, which cannot fail.</param>
    public static T Load<T>(string path, string[] kinds, ITrainable trainable, Func<StateReader, (T Result, Action Apply)> read)
    {
        AdapterTraining? adapters = Adapters(trainable);
        using SafetensorsFile file = Open(path);
        return OneLine.Named(path, () =>
        {
            StateReader state = Begin(file, kinds, trainable.Parameters);
            Module module = trainable.Module;
            float[] whole = CheckpointTensors.Lay(module, ModelFile.Read(file, module, WayOut));
            float[] own = [];
            if (adapters is not null)
            {
                own = state.ReadParameters(Trained);
                state.ReadParameters(Original, adapters.Changed, whole);
            }
            (T result, Action apply) = read(state);
            if (adapters is not null)
                adapters.Resume(whole, own);
            else
            {
                module.Parameters.Restore(whole);
                trainable.Apply();
            }
            apply();
            return result;
        });
    }

    const string WayOut = "Make the model as it was when the state was saved; what was learnt belongs to its parameters.";

    static StateWriter Begin(string kind, ParameterStore? parameters, Action<StateWriter> write)
    {
        var state = new StateWriter(parameters);
        state.Texts.Add(new(Key, kind));
        state.Write(VersionName, Version);
        write(state);
        return state;
    }

    static SafetensorsFile Open(string path) => Directory.Exists(path) || File.Exists(path) ? SafetensorsFile.Open(path)
        : throw new FileNotFoundException($"There is no file '{path}': save the state first, or begin without it.", path);

    static StateReader Begin(SafetensorsFile file, string[] kinds, ParameterStore? parameters)
    {
        if (!file.Metadata.TryGetValue(Key, out string? kind))
            throw new InvalidDataException($"It holds no {kinds[0]}: it was not written by {kinds[0]}.Save.");
        if (!kinds.Contains(kind))
            throw new InvalidDataException($"It holds a {kind} and no {kinds[0]}: load it with {kind}.Load.");
        var state = new StateReader(file, parameters);
        return state.ReadInteger(VersionName) is var version && version == Version ? state
            : throw new InvalidDataException($"It is of version {version}; this library reads version {Version}.");
    }

    /// <summary>The adapters that are trained in the model's place; null if its own parameters are trained.</summary>
    static AdapterTraining? Adapters(ITrainable trainable)
    {
        IReadOnlyList<AdapterTraining> attached = AdapterTraining.AttachedTo(trainable.Module.Outermost);
        AdapterTraining? trained = attached.FirstOrDefault(a => ReferenceEquals(a.Parameters, trainable.Parameters));
        if (attached.Count > (trained is null ? 0 : 1))
            throw new InvalidOperationException($"{trainable.Module.Info.Name} has adapters attached that are not trained: {AdapterTraining.WayOut} first.");
        return trained is not null || ReferenceEquals(trainable.Parameters, trainable.Module.Parameters) ? trained
            : throw new NotSupportedException($"{trainable.GetType().Name} trains parameters of its own: " +
                $"the state of models, {nameof(FineTuning)} and {nameof(AdapterTraining)} can be saved.");
    }
}
