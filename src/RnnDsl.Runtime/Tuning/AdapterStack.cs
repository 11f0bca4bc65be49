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
    readonly Dictionary<Parameter, (float[] Base, float[] Written)> changed = [];
    ModelAdapter[] adapters = [];

    /// <summary>A stack without adapters.</summary>
    public AdapterStack(Module model) => Model = model;

    /// <summary>The model.</summary>
    public Module Model { get; }

    /// <summary>The adapters that the model has, in the order in which they were added.</summary>
    public IReadOnlyList<ModelAdapter> Adapters => adapters;

    /// <summary>Gives the model these adapters in the place of those that it has.</summary>
    /// <exception cref="ArgumentException">An adapter does not fit the model. The model is unchanged.</exception>
    /// <exception cref="InvalidOperationException">Something else has changed the adapted parameters since, or adapters in training are attached. The model is unchanged.</exception>
    public void Set(params ReadOnlySpan<ModelAdapter> adapters)
    {
        var places = new Parameter[adapters.Length][];
        for (int i = 0; i < adapters.Length; i++)
            places[i] = adapters[i].Of(Model);
        RequireOwn();
        ParameterStore parameters = Model.Parameters;
        foreach ((Parameter parameter, (float[] original, _)) in changed)
            original.CopyTo(parameters.Of(parameter));
        changed.Clear();
        for (int i = 0; i < adapters.Length; i++)
            for (int part = 0; part < places[i].Length; part++)
            {
                Parameter parameter = places[i][part];
                if (!changed.ContainsKey(parameter))
                    changed.Add(parameter, (parameters.Of(parameter).ToArray(), []));
                adapters[i].Parameters[part].AddTo(parameters.Of(parameter));
            }
        foreach (Parameter parameter in changed.Keys.ToArray())
            changed[parameter] = (changed[parameter].Base, parameters.Of(parameter).ToArray());
        this.adapters = adapters.ToArray();
    }

    /// <summary>Takes the adapters away. The model is the base again, to the last bit.</summary>
    /// <exception cref="InvalidOperationException">See <see cref="Set"/>.</exception>
    public void Clear() => Set();

    /// <summary>Makes the adapters a part of the base for good.</summary>
    public void Merge()
    {
        changed.Clear();
        adapters = [];
    }

    void RequireOwn()
    {
        if (AdapterTraining.AttachedTo(Model).Count > 0)
            throw new InvalidOperationException($"{Model.Info.Name} has adapters in training, which write its parameters: {AdapterTraining.WayOut} before others are set.");
        foreach ((Parameter parameter, (_, float[] written)) in changed)
            if (!Model.Parameters.ReadOnlyValues.Slice(parameter.Offset, parameter.Length).SequenceEqual(written))
                throw new InvalidOperationException($"'{parameter.Name}' of {Model.Info.Name} was changed since its adapters were set, so the base cannot be restored: {nameof(Merge)} them, and go on from there.");
    }
}
