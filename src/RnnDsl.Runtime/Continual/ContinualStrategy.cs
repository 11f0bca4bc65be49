using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Continual;

/// <summary>A task that is learned now, as a strategy sees it.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Name">Its name.</param>
/// <param name="Train">What is to be learned.</param>
/// <param name="Validation">What decides which epoch is kept, or null.</param>
/// <param name="Trainer">The trainer of this task. Its parameters are those after the task before, and in <see cref="ContinualStrategy.End"/> those after this one.</param>
public sealed record ContinualStage(int Number, string Name, Dataset Train, Dataset? Validation, Trainer Trainer);

/// <summary>
/// What keeps a model from forgetting. For each task it chooses what is trained on, may change the gradient of each step, and remembers something at the end. It works with any model,
/// optimizer and <see cref="ITrainable"/>. An object belongs to one <see cref="ContinualLearner"/>.
/// </summary>
/// <remarks>A strategy of your own overrides some of its methods. <see cref="Data"/>, <see cref="ValidationData"/> and <see cref="Begin"/> must not change what it remembers: a task that is taken back ends without
/// <see cref="End"/>.</remarks>
public abstract class ContinualStrategy
{
    ContinualLearner? owner;

    /// <summary>Its name in tables: "EWC".</summary>
    public abstract string Name { get; }

    /// <summary>What is trained on: at first the task's data.</summary>
    public virtual Dataset Data(ContinualStage stage) => stage.Train;

    /// <summary>What decides which epoch is kept: at first the task's validation data.</summary>
    public virtual Dataset? ValidationData(ContinualStage stage) => stage.Validation;

    /// <summary>What changes the gradients of this task's steps; null for nothing.</summary>
    public virtual IGradientRule? Begin(ContinualStage stage) => null;

    /// <summary>Remembers the task, which has been learned.</summary>
    public virtual void End(ContinualStage stage)
    {
    }

    /// <summary>Writes the settings and what is remembered for <see cref="ContinualLearner.Save(string)"/>. A strategy of your own overrides it together with <see cref="Read"/>,
    /// also if it remembers nothing.</summary>
    /// <param name="state">Takes everything by name.</param>
    /// <exception cref="NotSupportedException">The strategy does not say how it is saved.</exception>
    public virtual void Write(StateWriter state) => throw Unsaved();

    /// <summary>Reads what <see cref="Write"/> has written. It must not change the strategy: what it returns does, after all of the file has been read.</summary>
    /// <param name="state">Gives everything by name. Require of it the settings that have to be the same.</param>
    /// <returns>What puts the state in the place of what is remembered now. It cannot fail.</returns>
    /// <exception cref="NotSupportedException">The strategy does not say how it is loaded.</exception>
    /// <exception cref="InvalidDataException">The file is of other settings, or damaged.</exception>
    public virtual Action Read(StateReader state) => throw Unsaved();

    NotSupportedException Unsaved() =>
        new($"{GetType().Name} does not say what it remembers, so that it can be neither saved nor loaded: " +
            $"override {nameof(ContinualStrategy)}.{nameof(Write)} and {nameof(Read)}.");

    /// <exception cref="InvalidOperationException">It remembers the tasks of another learner.</exception>
    internal void Claim(ContinualLearner learner)
    {
        if (owner is not null && owner != learner)
            throw new InvalidOperationException($"This {GetType().Name} remembers the tasks of another {nameof(ContinualLearner)}: make a new one.");
        owner = learner;
    }

    private protected static double NotNegative(double value, string name) => double.IsFinite(value) && value >= 0 ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is a finite number, not below zero.");
}

/// <summary>Fine-tunes on one task after the other, and does nothing against forgetting: the lower bound.</summary>
public sealed class NaiveStrategy : ContinualStrategy
{
    /// <inheritdoc/>
    public override string Name => "naive";

    /// <inheritdoc/>
    public override void Write(StateWriter state)
    {
    }

    /// <inheritdoc/>
    public override Action Read(StateReader state) => () => { };
}

/// <summary>Trains on the data of all tasks so far: the upper bound, which keeps everything. It goes on from the parameters after the task before.</summary>
public sealed class JointStrategy : ContinualStrategy
{
    readonly List<Dataset> earlier = [], validations = [];

    /// <inheritdoc/>
    public override string Name => "joint";

    /// <inheritdoc/>
    public override Dataset Data(ContinualStage stage) => Dataset.Join([.. earlier, stage.Train]);

    /// <inheritdoc/>
    public override Dataset? ValidationData(ContinualStage stage) => stage.Validation is { } own ? Dataset.Join([.. validations, own]) : null;

    /// <inheritdoc/>
    public override void End(ContinualStage stage)
    {
        earlier.Add(stage.Train);
        if (stage.Validation is { } own)
            validations.Add(own);
    }

    /// <summary>Writes the data of all tasks so far.</summary>
    /// <inheritdoc/>
    public override void Write(StateWriter state)
    {
        if (earlier.Count > 0)
            state.Write("train", Dataset.Join(earlier));
        if (validations.Count > 0)
            state.Write("validation", Dataset.Join(validations));
    }

    /// <inheritdoc/>
    public override Action Read(StateReader state)
    {
        Dataset[] train = state.Has("train") ? [state.ReadData("train")] : [], validation = state.Has("validation") ? [state.ReadData("validation")] : [];
        return () =>
        {
            earlier.Clear();
            earlier.AddRange(train);
            validations.Clear();
            validations.AddRange(validation);
        };
    }
}
