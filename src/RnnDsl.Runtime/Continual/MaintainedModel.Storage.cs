using RnnDsl.Sequences;
using RnnDsl.Storage;

namespace RnnDsl.Continual;

public sealed partial class MaintainedModel
{
    /// <summary>
    /// Writes everything to one file, which is replaced completely, or not at all: the model, its learner's strategy, the settings, the records, the examples to compare with,
    /// the window of the losses, and the examples that wait.
    /// It can be saved after any call of <see cref="Observe"/>. The file is a <see cref="ModelFile"/> too, and one of a <see cref="ContinualLearner"/>.
    /// </summary>
    /// <param name="path">The path, usually "….safetensors".</param>
    /// <exception cref="InvalidOperationException">A number is not finite, or all trainers share one optimizer, whose memory would be lost.</exception>
    /// <exception cref="NotSupportedException">A strategy of your own does not override <see cref="ContinualStrategy.Write"/>.</exception>
    public void Save(string path) => learner.Save(path, nameof(MaintainedModel), Write);

    /// <summary>Goes on from a file, with the settings that it has: the rest of the stream gives the decisions and bits of a process that was never interrupted.</summary>
    /// <param name="path">A file that <see cref="Save"/> wrote.</param>
    /// <param name="learner">A learner of the same model, with a strategy of the same settings. It, its strategy and the model get what they had. If anything fails, they are
    /// unchanged.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or of another model, strategy or setting of the strategy; the message says what differs.</exception>
    public static MaintainedModel Load(string path, ContinualLearner learner) =>
        learner.Load(path, [nameof(MaintainedModel)], state => new MaintainedModel(learner, state.Part("maintained")));

    void Write(StateWriter whole)
    {
        StateWriter state = whole.Part("maintained");
        state.Write(nameof(Delta), Delta);
        state.Write(nameof(InputExamples), InputExamples);
        state.Write(nameof(InputAlpha), InputAlpha);
        state.Write(nameof(UpdateExamples), UpdateExamples);
        state.Write(nameof(HeldOutShare), HeldOutShare);
        state.Write(nameof(Alpha), Alpha);
        state.Write(nameof(Tries), Tries);
        state.Write(nameof(Inputs), Inputs.Count);
        for (int i = 0; i < Inputs.Count; i++)
            state.Write(InputOf(i), Inputs[i]);
        state.Write(nameof(Seen), Seen);
        state.Write(nameof(untested), untested);
        state.Write(nameof(records), StoredRecords.Write(records));
        state.Write(nameof(reference), reference);
        if (!ReferenceEquals(usualInputs, reference))
            state.Write(nameof(usualInputs), usualInputs);
        state.Write("pieces", recent.Select(d => (long)d.Count).ToArray());
        if (recent.Count > 0)
            state.Write(nameof(recent), Dataset.Join(recent));
        state.Write("watches", losses is null ? 0 : 1);
        losses?.Write(state.Part(nameof(losses)));
        state.Write(nameof(IsGathering), IsGathering ? 1 : 0);
        if (pending is not { } change)
            return;
        state.Write(nameof(Pending.Reason), change.Reason);
        state.Write(nameof(Pending.FoundAt), change.FoundAt);
        state.Write(nameof(Pending.Wanted), change.Wanted);
        state.Write(nameof(Pending.Examples), change.Examples);
        state.Write(nameof(Pending.Tried), change.Tried);
    }

    MaintainedModel(ContinualLearner learner, StateReader state)
    {
        try
        {
            (Delta, InputAlpha, HeldOutShare, Alpha) =
                (state.ReadNumber(nameof(Delta)), state.ReadNumber(nameof(InputAlpha)), state.ReadNumber(nameof(HeldOutShare)), state.ReadNumber(nameof(Alpha)));
            (InputExamples, UpdateExamples, Tries) = (Count(nameof(InputExamples)), Count(nameof(UpdateExamples)), Count(nameof(Tries)));
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"It has a setting that cannot be, and is damaged: {e.Message}", e);
        }
        reference = state.ReadData(nameof(reference));
        if (reference.Count < 10)
            throw new InvalidDataException($"It has {reference.Count} examples to compare with, and at least ten were written: the file is damaged.");
        usualInputs = state.Has(nameof(usualInputs)) ? state.ReadData(nameof(usualInputs)) : reference;
        Inputs = [.. Enumerable.Range(0, Count(nameof(Inputs))).Select(i => state.ReadText(InputOf(i)))];
        if (Inputs.FirstOrDefault(name => !usualInputs.Columns.Any(c => c.Name == name)) is { } missing)
            throw new InvalidDataException($"It watches the column '{missing}', which its examples do not have: the file is damaged.");
        records.AddRange(StoredRecords.Read(state.ReadText(nameof(records))));
        recent.AddRange(Pieces(state));
        Seen = state.ReadInteger(nameof(Seen), least: Gathered());
        untested = state.ReadInteger(nameof(untested));
        losses = state.ReadInteger("watches", most: 1) == 1 ? LossDrift.Read(state.Part(nameof(losses))) : null;
        if (state.ReadInteger(nameof(IsGathering), most: recent.Count > 0 ? 1 : 0) == 1)
            pending = new Pending(state.ReadText(nameof(Pending.Reason)), state.ReadInteger(nameof(Pending.FoundAt), most: Seen),
                state.ReadInteger(nameof(Pending.Wanted), least: 10))
            {
                Examples = state.ReadInteger(nameof(Pending.Examples), least: 1), Tried = Count(nameof(Pending.Tried)),
            };
        this.learner = learner;
        // Last, since it takes memory and threads.
        trainer = learner.MakeTrainer();
        executor = trainer.MakeExecutor(trainer.Method);

        int Count(string name) => (int)state.ReadInteger(name, most: int.MaxValue);
    }

    /// <summary>The examples that were observed lately, in the pieces in which they came.</summary>
    static List<Dataset> Pieces(StateReader state)
    {
        var pieces = new List<Dataset>();
        long[] counts = state.ReadIntegers("pieces");
        if (counts.Length == 0)
            return pieces;
        Dataset all = state.ReadData(nameof(recent));
        int start = 0;
        foreach (long count in counts)
        {
            if (count < 1 || count > all.Count - start)
                throw new InvalidDataException($"The examples that wait are {all.Count}, which is not the sum of their pieces: the file is damaged.");
            pieces.Add(all.Range(start, (int)count));
            start += (int)count;
        }
        return start == all.Count ? pieces : throw new InvalidDataException($"The examples that wait are {all.Count}, and their pieces {start}: the file is damaged.");
    }

    static string InputOf(int index) => FormattableString.Invariant($"{nameof(Inputs)} {index}");
}
