using RnnDsl.Execution;
using RnnDsl.Sequences;
using RnnDsl.Training;

namespace RnnDsl.Continual;

/// <summary>
/// Learning without forgetting (Li &amp; Hoiem 2016). Before a task, the model as it is answers all of the task's examples. While it learns, a second loss, weighed by λ, holds its answers near those old
/// ones. The model declares both: a method that answers, and a loss that compares with an answer.
/// <code>
/// Vec&lt;Label&gt; Soft(Seq&lt;Feature&gt; x) => Softmax(0.5 * Scores(x));                                          // answers at temperature 2
/// Scalar Distill(Seq&lt;Feature&gt; x, Vec&lt;Label&gt; taught) => CrossEntropy(0.5 * Scores(x), taught);           // target: "taught"
/// </code>
/// It keeps no examples.
/// </summary>
/// <param name="target">The name of the parameter of <paramref name="distill"/> that takes the old answers. The data must not have a column of that name.</param>
/// <param name="soft">The name of the method that answers.</param>
/// <param name="distill">The name of the second loss. Its other inputs are columns of the data.</param>
/// <param name="strength">λ, the weight of the second loss beside the first.</param>
public sealed class LwfStrategy(string target, string soft = "Soft", string distill = "Distill", double strength = 1) : ContinualStrategy
{
    readonly double strength = NotNegative(strength, nameof(strength));

    /// <inheritdoc/>
    public override string Name => "LwF";

    /// <inheritdoc/>
    public override Dataset Data(ContinualStage stage)
    {
        if (stage.Number == 1)
            return stage.Train;
        if (stage.Train.Columns.Any(c => c.Name == target))
            throw new ArgumentException($"The data have a column '{target}', which is to hold the old answers: rename the column, or the parameter of {distill}.");
        return new Dataset([.. stage.Train.Columns, Answers(stage.Trainer, stage.Train)]);
    }

    /// <inheritdoc/>
    public override IGradientRule? Begin(ContinualStage stage) => stage.Number > 1 && strength > 0 ? new Rule(stage.Trainer, target, distill, strength) : null;

    /// <summary>Writes the settings. It remembers nothing but the number of tasks, which the learner has.</summary>
    /// <inheritdoc/>
    public override void Write(StateWriter state)
    {
        state.Write(nameof(target), target);
        state.Write(nameof(soft), soft);
        state.Write(nameof(distill), distill);
        state.Write(nameof(strength), strength);
    }

    /// <inheritdoc/>
    public override Action Read(StateReader state)
    {
        state.Require(nameof(target), target);
        state.Require(nameof(soft), soft);
        state.Require(nameof(distill), distill);
        state.Require(nameof(strength), strength);
        return () => { };
    }

    Column Answers(Trainer trainer, Dataset data)
    {
        Executor executor = trainer.MakeExecutor(soft);
        float[] values = executor.Predict(data);
        ValueInfo result = executor.Method.Result;
        int[] lengths = [.. Enumerable.Range(0, data.Count).Select(i => result.Kind == ValueKind.Sequence ? executor.ResultSteps(i) : 1)], starts = new int[lengths.Length];
        for (int i = 1; i < starts.Length; i++)
            starts[i] = starts[i - 1] + lengths[i - 1] * result.Width;
        return new Column { Name = target, Kind = result.Kind, Width = result.Width, Stride = result.Width, Values = values, Starts = starts, Lengths = lengths };
    }

    sealed class Rule : IGradientRule
    {
        readonly Executor executor;
        readonly string target;
        readonly double strength;

        public Rule(Trainer trainer, string target, string distill, double strength)
        {
            if (trainer.ChunkSteps is not null)
                throw new InvalidOperationException($"{nameof(LwfStrategy)} compares answers to whole sequences: leave out {nameof(Trainer.ChunkSteps)}.");
            executor = trainer.MakeExecutor(distill);
            if (!executor.Method.Inputs.Any(i => i.Name == target))
                throw new ArgumentException($"{trainer.Trainable.Module.Info.Name}.{distill} has no parameter '{target}' for the old answers. {NearestName.Hint(target, [.. executor.Method.Inputs.Select(i => i.Name)])}");
            (this.target, this.strength) = (target, strength);
        }

        public void Change(GradientStep step)
        {
            if (!step.Data.Columns.Any(c => c.Name == target))
                throw new InvalidOperationException($"The data of the step have no old answers '{target}': train with the data of {nameof(LwfStrategy)}.{nameof(Data)}.");
            executor.Noise = step.Noise;
            executor.Gradient(step.Data, step.Examples);
            step.Add(executor.Gradients, strength);
        }
    }
}
