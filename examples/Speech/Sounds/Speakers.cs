namespace RnnDsl.Examples.Speech;

/// <summary>Speakers who are left out of learning, and then tested on with all their clips.</summary>
static class Speakers
{
    /// <summary>What stands for each speaker in turn.</summary>
    public const string All = "all";

    /// <summary>Reads who is left out.</summary>
    /// <param name="settings">With the clips of all.</param>
    /// <param name="speakers">
    /// "all" for each in turn; else one, or several with commas, who are left out together: so settings can be chosen without the speaker who is tested on in the end.
    /// </param>
    /// <returns>Those of each turn.</returns>
    /// <exception cref="ArgumentException">There is no speaker of a name, or no other speaker.</exception>
    public static string[][] LeftOut(Settings settings, string speakers)
    {
        string[] all = [.. settings.Clips.Select(c => c.Speaker).Distinct()];
        string[][] turns = speakers == All ? [.. all.Select(one => new[] { one })] : [[.. speakers.Split(',', StringSplitOptions.TrimEntries).Distinct()]];
        if (turns.SelectMany(t => t).FirstOrDefault(one => !all.Contains(one)) is { } unknown)
            throw new ArgumentException($"There is no speaker '{unknown}'; there are {string.Join(", ", all)}.");
        return turns[0].Length < all.Length ? turns : throw new ArgumentException("With all speakers left out there is none to learn from.");
    }

    /// <summary>The settings for a model of strings, of which there is one.</summary>
    /// <param name="settings">With the clips of all.</param>
    /// <param name="speakers">Who is left out; null if nobody is.</param>
    /// <exception cref="ArgumentException">As for <see cref="LeftOut"/>, or each is to be left out in turn.</exception>
    public static Settings ForStrings(Settings settings, string? speakers) => speakers switch
    {
        null => settings,
        All => throw new ArgumentException($"{Options.LeaveOut.Name} {All} is for digits alone: one model of strings is learned. Name the speakers who are only tested on."),
        _ => settings.Without(LeftOut(settings, speakers)[0]),
    };

    /// <summary>The speaker to whom a model is adapted.</summary>
    /// <param name="settings">With the clips of all.</param>
    /// <param name="speaker">The name; null for the last one.</param>
    /// <exception cref="ArgumentException">There is no speaker of that name, or nothing of this one or of others to learn from.</exception>
    public static string New(Settings settings, string? speaker)
    {
        string[] all = [.. settings.Clips.Select(c => c.Speaker).Distinct()];
        string one = speaker ?? all[^1];
        if (!all.Contains(one))
            throw new ArgumentException($"There is no speaker '{one}'; there are {string.Join(", ", all)}, of whom one is the new speaker.");
        int own = settings.Train.Count(c => c.Speaker == one);
        if (own == 0)
            throw new ArgumentException($"All clips of {one} are tested on, and none is left to adapt to: {Options.TestTakes.Name} and {Options.TrainTakes.Name} say which, or {Options.LeaveOut.Name} another speaker.");
        return own < settings.Train.Count ? one
            : throw new ArgumentException($"All clips to learn from are of {one}. What is adapted is learned from other speakers before: {Options.Data.Name} takes several folders and archives.");
    }

    /// <summary>The same settings, where all clips of these speakers are tested on, and all clips of the others are learned from.</summary>
    public static Settings Without(this Settings settings, string[] left) => settings with
    {
        Train = [.. settings.Clips.Where(c => !left.Contains(c.Speaker))], Test = [.. settings.Clips.Where(c => left.Contains(c.Speaker))],
    };
}
