using RnnDsl.Execution;

namespace RnnDsl.Tuning;

/// <summary>
/// The adapters that a model has at the moment. They are set, exchanged and taken away at run time: the base's values of the changed parameters are kept, and restored to the last bit.
/// <code>
/// var stack = new AdapterStack(model);
/// stack.Set(anna);               // the model is Anna's
/// stack.Set(legal, anna);        // both, one after the other
/// stack.Clear();                 // the base
/// </code>
/// The model then runs at its own speed, in every way: training, evaluation, new predictors. Streams of one predictor with an adapter each: <see cref="Prediction.Predictor.Adapt"/>.
/// </summary>
public sealed class AdapterStack
{
    Dictionary<Parameter, (float[] Base, float[] Written)> changed = [];
    ModelAdapter[] adapters = [];

    /// <summary>The fingerprint of the base, and the version of the parameters for which it holds.</summary>
    (ulong Fingerprint, int Version)? known;

    /// <summary>A stack without adapters.</summary>
    public AdapterStack(Module model) => Model = model;

    /// <summary>The model.</summary>
    public Module Model { get; }

    /// <summary>The adapters that the model has, in the order in which they were added.</summary>
    public IReadOnlyList<ModelAdapter> Adapters => adapters;

    /// <summary>Gives the model these adapters in the place of those that it has.</summary>
    /// <remarks>An adapter's <see cref="ModelAdapter.Base"/> is this model without adapters, or with those before it.</remarks>
    /// <exception cref="ArgumentException">An adapter does not fit the model, or is of another base. The model is unchanged.</exception>
    /// <exception cref="InvalidOperationException">Something else has changed the adapted parameters since, or adapters in training are attached. The model is unchanged.</exception>
    public void Set(params ReadOnlySpan<ModelAdapter> adapters)
    {
        var places = new Parameter[adapters.Length][];
        for (int i = 0; i < adapters.Length; i++)
            places[i] = (adapters[i] ?? throw new ArgumentNullException(nameof(adapters))).Of(Model);
        RequireOwn();
        ParameterStore parameters = Model.Parameters;
        var next = new Dictionary<Parameter, (float[] Base, float[] Written)>();
        for (int i = 0; i < adapters.Length; i++)
        {
            if (!adapters[i].Fits(Fingerprint()) && (i == 0 || !adapters[i].Fits(Fingerprint(next))))
                adapters[i].RequireBase(Fingerprint(), Model.Info.Name);
            for (int part = 0; part < places[i].Length; part++)
            {
                Parameter parameter = places[i][part];
                if (!next.ContainsKey(parameter))
                    next.Add(parameter, (Original(parameter).ToArray(), Original(parameter).ToArray()));
                adapters[i].Parameters[part].AddTo(next[parameter].Written);
            }
        }
        foreach ((Parameter parameter, (float[] original, _)) in changed)
            original.CopyTo(parameters.Of(parameter));
        foreach ((Parameter parameter, (_, float[] written)) in next)
            written.CopyTo(parameters.Of(parameter));
        (changed, this.adapters) = (next, adapters.ToArray());
        if (known is { } of)
            known = (of.Fingerprint, parameters.Version);
    }

    /// <summary>Takes the adapters away. The model is the base again, to the last bit.</summary>
    /// <exception cref="InvalidOperationException">See <see cref="Set"/>.</exception>
    public void Clear() => Set();

    /// <summary>Makes the adapters a part of the base for good.</summary>
    public void Merge()
    {
        changed.Clear();
        (adapters, known) = ([], null);
    }

    /// <summary>The values of a parameter in the base.</summary>
    ReadOnlySpan<float> Original(Parameter parameter) =>
        changed.TryGetValue(parameter, out (float[] Base, float[] Written) values) ? values.Base : Model.Parameters.ReadOnlyValues.Slice(parameter.Offset, parameter.Length);

    /// <summary>The fingerprint of the base. It is computed once, so that any number of adapters can follow one another.</summary>
    ulong Fingerprint()
    {
        if (known is not { } of || of.Version != Model.Parameters.Version)
            known = of = (Fingerprint([]), Model.Parameters.Version);
        return of.Fingerprint;
    }

    /// <summary>The fingerprint of the base with other values of some parameters.</summary>
    ulong Fingerprint(Dictionary<Parameter, (float[] Base, float[] Written)> written)
    {
        ulong hash = 0;
        foreach (Parameter slice in BaseFingerprint.Order(Model))
            hash = BaseFingerprint.Add(hash, written.TryGetValue(slice, out (float[] Base, float[] Written) values) ? values.Written : Original(slice));
        return hash;
    }

    void RequireOwn()
    {
        if (AdapterTraining.AttachedTo(Model.Outermost).Count > 0)
            throw new InvalidOperationException($"{Model.Info.Name} has adapters in training, which write its parameters: {AdapterTraining.WayOut} before others are set.");
        foreach ((Parameter parameter, (_, float[] written)) in changed)
            if (!Model.Parameters.ReadOnlyValues.Slice(parameter.Offset, parameter.Length).SequenceEqual(written))
                throw new InvalidOperationException($"'{parameter.Name}' of {Model.Info.Name} was changed since its adapters were set, so the base cannot be restored: {nameof(Merge)} them, and go on from there.");
    }
}
