using System.Numerics.Tensors;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Training;

namespace RnnDsl.Continual;

/// <summary>
/// Averaged gradient episodic memory (Chaudhry et al. 2019, "Efficient lifelong learning with A-GEM", equation 11). At each step the gradient r of a batch from the memory is computed. If the step's gradient g
/// would raise the loss there, g·r &lt; 0, it becomes g − (g·r / r·r)·r, so that to first order the loss on the memory does not rise. Optimizers that keep moments move along their mean of such gradients; with
/// <see cref="Sgd"/> without momentum the step itself is the projected one.
/// </summary>
/// <param name="memory">The memory. It belongs to this strategy.</param>
/// <param name="batchSize">The most examples of a batch from the memory.</param>
/// <param name="seed">The seed of these batches.</param>
public sealed class AGemStrategy(ExampleMemory memory, int batchSize = 64, int seed = 0) : ContinualStrategy
{
    readonly int batchSize = batchSize > 0 ? batchSize : throw new ArgumentOutOfRangeException(nameof(batchSize), batchSize, "A batch from the memory has at least one example; 64 are usual.");
    long steps, projections;

    int Seed => seed;

    /// <inheritdoc/>
    public override string Name => "A-GEM";

    /// <summary>The memory.</summary>
    public ExampleMemory Memory => memory;

    /// <summary>The share of the steps of the latest task whose gradient was changed; 0 without steps.</summary>
    public double ProjectedShare => steps > 0 ? (double)projections / steps : 0;

    /// <inheritdoc/>
    public override IGradientRule? Begin(ContinualStage stage)
    {
        memory.Claim(this);
        (steps, projections) = (0, 0);
        return memory.Count > 0 ? new Rule(this, stage) : null;
    }

    /// <inheritdoc/>
    public override void End(ContinualStage stage)
    {
        memory.Claim(this);
        memory.Add(stage.Train);
    }

    /// <inheritdoc/>
    public override void Write(StateWriter state)
    {
        state.Write(nameof(batchSize), batchSize);
        state.Write(nameof(seed), seed);
        state.Write(nameof(steps), steps);
        state.Write(nameof(projections), projections);
        memory.Write(state.Part("memory"));
    }

    /// <inheritdoc/>
    public override Action Read(StateReader state)
    {
        memory.Claim(this);
        state.Require(nameof(batchSize), batchSize);
        state.Require(nameof(seed), seed);
        long made = state.ReadInteger(nameof(steps)), changed = state.ReadInteger(nameof(projections), most: made);
        Action remember = memory.Read(state.Part("memory"));
        return () =>
        {
            remember();
            (steps, projections) = (made, changed);
        };
    }

    sealed class Rule(AGemStrategy strategy, ContinualStage stage) : IGradientRule
    {
        readonly Executor executor = stage.Trainer.MakeExecutor(stage.Trainer.Method);
        readonly RandomStream random = new(strategy.Seed, FormattableString.Invariant($"A-GEM, task {stage.Number}"));
        readonly int[] order = [.. Enumerable.Range(0, strategy.Memory.Count)];

        public void Change(GradientStep step)
        {
            strategy.steps++;
            executor.Noise = step.Noise;
            executor.Gradient(strategy.Memory.Data, Batch());
            ReadOnlySpan<float> reference = step.Trainable.Gradient(executor.Gradients);
            double along = Dot(step, step.Gradient, reference), square = Dot(step, reference, reference);
            if (!(along < 0) || !(square > 0))
                return;
            strategy.projections++;
            TensorPrimitives.MultiplyAdd(reference, (float)(-along / square), step.Gradient, step.Gradient);
        }

        /// <summary>A random batch of the memory, without repetition.</summary>
        ReadOnlySpan<int> Batch()
        {
            int count = Math.Min(strategy.batchSize, order.Length);
            for (int i = 0; i < count; i++)
            {
                int other = i + random.Below(order.Length - i);
                (order[i], order[other]) = (order[other], order[i]);
            }
            return order.AsSpan(0, count);
        }

        /// <summary>The product over all parameters that move.</summary>
        static double Dot(GradientStep step, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        {
            double sum = 0;
            IReadOnlyList<Parameter> slices = step.Trainable.Parameters.Slices;
            for (int i = 0; i < slices.Count; i++)
                if (Optimizer.Multiplier(slices[i], step.Trainable.Multipliers, i) != 0)
                    sum += TensorPrimitives.Dot(a.Slice(slices[i].Offset, slices[i].Length), b.Slice(slices[i].Offset, slices[i].Length));
            return sum;
        }
    }
}
