using RnnDsl.Sequences;

namespace RnnDsl.Continual;

/// <summary>
/// Trains on the task's data together with examples of earlier tasks from a memory (experience replay; Ratcliff 1990, Chaudhry et al. 2019, "On tiny episodic memories").
/// </summary>
/// <param name="memory">The memory. It belongs to this strategy.</param>
public sealed class ReplayStrategy(ExampleMemory memory) : ContinualStrategy
{
    /// <inheritdoc/>
    public override string Name => "replay";

    /// <summary>The memory.</summary>
    public ExampleMemory Memory => memory;

    /// <summary>The share of the remembered examples in what is trained on; above 0, at most 0.99. An epoch of n new examples trains on n/(1 − Share)
    /// examples, and takes as many times as long. 0.5 is usual: a step then has as many old examples as new ones on average, and an epoch twice as many steps. A memory that has
    /// fewer examples than that is repeated.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0 and at most 0.99.</exception>
    public double Share
    {
        get;
        init => field = value is > 0 and <= 0.99 ? value : throw new ArgumentOutOfRangeException(nameof(Share), value,
            $"{nameof(Share)} is above 0 and at most 0.99, where an epoch is 100 times as long; 0.5 is usual, and without old examples take {nameof(NaiveStrategy)}.");
    } = 0.5;

    /// <inheritdoc/>
    public override Dataset Data(ContinualStage stage)
    {
        memory.Claim(this);
        if (memory.Count == 0)
            return stage.Train;
        int fresh = stage.Train.Count, old = Math.Max(1, (int)Math.Min(int.MaxValue / 2, Math.Round(fresh * Share / (1 - Share))));
        // Every remembered example comes equally often, but for the last round.
        return Dataset.Join(stage.Train, memory.Data).Select([.. Enumerable.Range(0, fresh), .. Enumerable.Range(0, old).Select(i => fresh + Place(i, old))]);
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
        state.Write(nameof(Share), Share);
        memory.Write(state.Part("memory"));
    }

    /// <inheritdoc/>
    public override Action Read(StateReader state)
    {
        memory.Claim(this);
        state.Require(nameof(Share), Share);
        return memory.Read(state.Part("memory"));
    }

    /// <summary>In the last round, which is shorter, examples from everywhere in the memory.</summary>
    int Place(int index, int old)
    {
        int round = index / memory.Count, within = index % memory.Count, last = old - round * memory.Count;
        return last >= memory.Count ? within : (int)((long)within * memory.Count / last);
    }
}
