using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Continual;

/// <summary>
/// Trains one model on one task after another, and keeps it from forgetting by a strategy.
/// <code>
/// var learner = new ContinualLearner(() => new Trainer(model, new AdamW(2e-3)) { Epochs = 10, Seed = 1 }, new EwcStrategy(strength: 1000));
/// ContinualResult result = learner.Learn(tasks, Metric.Accuracy(model, "label"));
/// Console.WriteLine(result);
/// </code>
/// The same seeds give the same bits, on any number of threads.
/// </summary>
/// <param name="trainer">Makes the trainer of each task, with any settings, any optimizer and anything that can be trained. It is disposed of after the task. All trainers train the same parameters,
/// so the model and its adapters are made outside of this function.</param>
/// <param name="strategy">What keeps the model from forgetting. It belongs to this learner.</param>
public sealed class ContinualLearner(Func<Trainer> trainer, ContinualStrategy strategy)
{
    ParameterStore? trained;

    /// <summary>What keeps the model from forgetting.</summary>
    public ContinualStrategy Strategy => strategy;

    /// <summary>The number of tasks that were learned.</summary>
    public int Learned { get; private set; }

    /// <summary>Raised after each task, with its training.</summary>
    public event Action<ContinualStage, History>? TaskDone;

    /// <summary>Learns tasks, and scores the model on all of them before the first and after each.</summary>
    /// <param name="tasks">In the order in which they come. All have the same columns.</param>
    /// <param name="score">A number of which more is better, such as an accuracy; for an error its <see cref="Metric.Negated"/>.</param>
    /// <param name="cancellation">Ends training between two steps.</param>
    /// <exception cref="ArgumentException">There are no tasks, two have one name, or their columns differ; the message says in what.</exception>
    /// <exception cref="InvalidOperationException">A score is not finite, the strategy belongs to another learner, or the trainer of a task trains other parameters than the one before.</exception>
    /// <exception cref="DivergenceException">The loss of a task is no longer finite. The model has its parameters of before that task.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public ContinualResult Learn(IReadOnlyList<ContinualTask> tasks, Metric score, CancellationToken cancellation = default)
    {
        if (tasks.Count == 0)
            throw new ArgumentException("There are no tasks: give at least one, and two to see what is forgotten.", nameof(tasks));
        if (tasks.GroupBy(t => t.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Two tasks are named '{twice.Key}': give each its own name.", nameof(tasks));
        ContinualTask.CheckAlike(tasks);
        var scores = new double[tasks.Count + 1, tasks.Count];
        for (int after = 0; after <= tasks.Count; after++)
        {
            if (after > 0)
                Named(tasks[after - 1], "", () => Learn(tasks[after - 1], cancellation));
            cancellation.ThrowIfCancellationRequested();
            for (int task = 0; task < tasks.Count; task++)
                if (!double.IsFinite(scores[after, task] = Named(tasks[task], ", test data", () => score.Measure(tasks[task].Test))))
                    throw new InvalidOperationException(FormattableString.Invariant($"The score '{score.Name}' of task '{tasks[task].Name}' is {scores[after, task]} ") +
                        $"{(after == 0 ? "before learning" : $"after learning '{tasks[after - 1].Name}'")}: look whether the model's answers are finite there, and whether its test data have targets.");
        }
        return new ContinualResult([.. tasks.Select(t => t.Name)], scores, score.Name) { Strategy = strategy.Name };
    }

    /// <summary>What is wrong with data is told together with the task that has them.</summary>
    static T Named<T>(ContinualTask task, string part, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ArgumentException e) when (e.GetType() == typeof(ArgumentException))
        {
            throw new ArgumentException($"Task '{task.Name}'{part}: {e.Message}", e);
        }
    }

    /// <summary>Learns one task, without scores.</summary>
    /// <exception cref="DivergenceException">The loss is no longer finite. The model has its parameters of before, to the bit.</exception>
    /// <exception cref="InvalidOperationException">The strategy belongs to another learner.</exception>
    public History Learn(ContinualTask task, CancellationToken cancellation = default) => Learn(task.Name, task.Train, task.Validation, cancellation);

    /// <summary>Learns what came next in a stream of data. If that fails, the model has its parameters of before, to the bit, and can learn on with other settings.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="train">What is learned.</param>
    /// <param name="validation">What decides which epoch is kept, or null.</param>
    /// <param name="cancellation">Ends training between two steps. Then the strategy does not remember the data.</param>
    /// <exception cref="DivergenceException">The loss is no longer finite.</exception>
    /// <exception cref="InvalidOperationException">The strategy belongs to another learner.</exception>
    public History Learn(string name, Dataset train, Dataset? validation = null, CancellationToken cancellation = default)
    {
        using Attempt attempt = Try(name, train, validation, cancellation);
        if (attempt.History.Stop != StopReason.Canceled)
            attempt.Keep();
        return attempt.History;
    }

    /// <summary>Says that the model has already learned some data, in the way that its parameters are now: the strategy remembers them as a task.</summary>
    /// <param name="train">What the model was trained on, or a part of it.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="ArgumentException">The data have no examples.</exception>
    public void Known(Dataset train, string name = "known")
    {
        if (train.Count == 0)
            throw new ArgumentException($"The data of '{name}' have no examples, so they say nothing of what the model knows.", nameof(train));
        strategy.Claim(this);
        using Trainer made = MakeTrainer();
        strategy.End(new ContinualStage(Learned + 1, name, train, null, made));
        Learned++;
    }

    /// <summary>
    /// Writes the trained model, the number of tasks and what the strategy remembers to one file, which is replaced completely, or not at all. It can be saved after any task,
    /// also in <see cref="TaskDone"/>. The file is a <see cref="Storage.ModelFile"/> too, which can be loaded without the learner.
    /// </summary>
    /// <param name="path">The path, usually "….safetensors".</param>
    /// <exception cref="InvalidOperationException">A number is not finite, the strategy belongs to another learner, or all trainers share one optimizer, whose memory would be
    /// lost.</exception>
    /// <exception cref="NotSupportedException">A strategy of your own does not override <see cref="ContinualStrategy.Write"/>.</exception>
    public void Save(string path) => Save(path, nameof(ContinualLearner), null);

    /// <summary>Gives the model, the strategy and this learner what they had when the file was saved. It then goes on like a learner that was never interrupted, to the bit. If
    /// anything fails, everything is unchanged.</summary>
    /// <remarks>The settings of the trainers are the caller's. Those of the strategy must be the same.</remarks>
    /// <param name="path">A file that this class or <see cref="MaintainedModel"/> has saved.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or of another model, strategy or setting; the message says what differs.</exception>
    /// <exception cref="InvalidOperationException">The strategy belongs to another learner.</exception>
    public void Load(string path) => Load(path, [nameof(ContinualLearner), nameof(MaintainedModel)], _ => true);

    /// <summary>Saves, together with more.</summary>
    internal void Save(string path, string kind, Action<StateWriter>? more)
    {
        strategy.Claim(this);
        using Trainer made = MakeTrainer();
        if (made.Optimizer.Remembers(made.Trainable.Parameters))
            throw new InvalidOperationException($"Not saved: the trainers share one {made.Optimizer.GetType().Name}, whose memory is not in the file. " +
                "Make a new optimizer for each trainer, within the function that makes it.");
        StateFile.Save(path, kind, made.Trainable, state =>
        {
            state.Write("learned", Learned);
            state.Write("strategy", strategy.GetType().Name);
            strategy.Write(state.Part("strategy"));
            more?.Invoke(state);
        });
    }

    /// <summary>Loads, together with more, which must not change anything.</summary>
    internal T Load<T>(string path, string[] kinds, Func<StateReader, T> more)
    {
        strategy.Claim(this);
        using Trainer made = MakeTrainer();
        return StateFile.Load<T>(path, kinds, made.Trainable, state =>
        {
            int learned = (int)state.ReadInteger("learned", most: int.MaxValue);
            state.Require("strategy", strategy.GetType().Name);
            Action remember = strategy.Read(state.Part("strategy"));
            return (more(state), () =>
            {
                remember();
                Learned = learned;
            });
        });
    }

    /// <summary>A trainer as for a task.</summary>
    /// <exception cref="InvalidOperationException">The function makes none, or one that trains other parameters than the one before.</exception>
    internal Trainer MakeTrainer()
    {
        Trainer made = trainer() ?? throw new InvalidOperationException("The function that makes trainers has returned null.");
        trained ??= made.Trainable.Parameters;
        if (trained == made.Trainable.Parameters)
            return made;
        string name = made.Trainable.Module.Info.Name;
        made.Dispose();
        throw new InvalidOperationException($"The function that makes trainers has made one of another {name} than before, or of other adapters, so that each task would be learned by a model of its own: " +
            "make the model and its adapters before, outside of the function.");
    }

    /// <summary>Learns, and waits to be told whether the strategy is to remember it.</summary>
    internal Attempt Try(string name, Dataset train, Dataset? validation, CancellationToken cancellation)
    {
        strategy.Claim(this);
        Trainer made = MakeTrainer();
        float[] before = made.Trainable.Parameters.Snapshot();
        try
        {
            var stage = new ContinualStage(Learned + 1, name, train, validation, made);
            if (made.GradientRule is not null)
                throw new InvalidOperationException($"The trainer of '{name}' has a {nameof(Trainer.GradientRule)}, which is the strategy's to set: make a {nameof(ContinualStrategy)} of that rule.");
            Dataset data = strategy.Data(stage);
            made.GradientRule = strategy.Begin(stage);
            return new Attempt(this, stage, made.Fit(data, strategy.ValidationData(stage), cancellation), before);
        }
        catch
        {
            Restore(made.Trainable, before);
            made.Dispose();
            throw;
        }
    }

    static void Restore(ITrainable trainable, float[] parameters)
    {
        trainable.Parameters.Restore(parameters);
        trainable.Apply();
    }

    /// <summary>A task that was learned, and is not remembered yet.</summary>
    internal readonly struct Attempt(ContinualLearner learner, ContinualStage stage, History history, float[] before) : IDisposable
    {
        public History History => history;

        public void Keep()
        {
            try
            {
                learner.Strategy.End(stage);
            }
            catch
            {
                Restore(stage.Trainer.Trainable, before);
                throw;
            }
            learner.Learned++;
            learner.TaskDone?.Invoke(stage, history);
        }

        public void Dispose() => stage.Trainer.Dispose();
    }
}
