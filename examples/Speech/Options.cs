using System.CommandLine;
using System.Globalization;

namespace RnnDsl.Examples.Speech;

/// <summary>What can be said on the command line.</summary>
static class Options
{
    public static readonly Option<string[]> Data = new("--data")
    {
        Description = "Folders and .tar.gz archives of {digit}_{speaker}_{take}.wav; without them digits that the example speaks itself",
        Recursive = true, AllowMultipleArgumentsPerToken = true,
    };
    public static readonly Option<string> TestTakes = new("--test-takes")
    {
        Description = "Takes that are only tested on, from-to",
        DefaultValueFactory = _ => "0-4", Recursive = true,
    };
    public static readonly Option<string?> TrainTakes = new("--train-takes") { Description = "Takes to learn from, from-to; without it all others", Recursive = true };
    public static readonly Option<string?> LeaveOut = new("--leave-out")
    {
        Description = "A speaker who is only tested on, or several with commas between them; for digits also all, each in turn; for adapt the new speaker",
        Recursive = true,
    };
    public static readonly Option<int?> Epochs = new("--epochs") { Description = "How often the clips are read", Recursive = true };
    public static readonly Option<int> Copies = new("--copies")
    {
        Description = "Forms of each clip at other speeds and with noise, the clip itself among them",
        DefaultValueFactory = _ => 4, Recursive = true,
    };
    public static readonly Option<double> Spread = new("--spread")
    {
        Description = "The logarithms of the copies' speeds are at most so far from 0",
        DefaultValueFactory = _ => 0.12, Recursive = true,
    };
    public static readonly Option<double> Warp = new("--warp")
    {
        Description = "For single digits: the logarithms of the lengths of the copies' vocal tracts are at most so far from 0",
        DefaultValueFactory = _ => 0.12, Recursive = true,
    };
    public static readonly Option<NormalizedOver> Normalize = new("--normalize")
    {
        Description = "For single digits: features have mean 0 and variance 1 over all clips of a Speaker, without their digits, or over each Clip alone",
        DefaultValueFactory = _ => NormalizedOver.Speaker, Recursive = true,
    };
    public static readonly Option<int?> Strings = new("--strings") { Description = "Strings of digits to learn from", Recursive = true };
    public static readonly Option<int> Hidden = new("--hidden") { Description = "Units of each layer in each direction", DefaultValueFactory = _ => 64, Recursive = true };
    public static readonly Option<double> Rate = new("--rate")
    {
        Description = "Learning rate of AdamW at the start; it falls to a hundredth",
        DefaultValueFactory = _ => 0.003, Recursive = true,
    };
    public static readonly Option<int> Seed = new("--seed") { Description = "Of all that is random", DefaultValueFactory = _ => 1, Recursive = true };
    public static readonly Option<int> Threads = new("--threads") { Description = "0: one for each processor", Recursive = true };
    public static readonly Option<string> Output = new("--output")
    {
        Description = "File for the model of strings",
        DefaultValueFactory = _ => "speech.safetensors", Recursive = true,
    };
    public static readonly Option<bool> Live = new("--live") { Description = "Learn a model that hears in one direction, for listen" };
    public static readonly Option<string?> Small = new("--small") { Description = "With --live: also a file of the model with weights of 8 bits, for examples/EdgeRecognizer" };
    public static readonly Option<string> Model = new("--model") { Description = "A file that strings --live wrote", Required = true };
    public static readonly Option<bool> AnyLetters = new("--any-letters") { Description = "Also letters that are no words" };

    static Options()
    {
        foreach (Option<int> positive in new[] { Copies, Hidden })
            positive.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() < 1)
                    result.AddError($"{positive.Name} must be at least 1.");
            });
        foreach (Option<double> share in new[] { Spread, Warp })
            share.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<double>() is not (>= 0 and <= 0.5))
                    result.AddError($"{share.Name} must be from 0 to 0.5.");
            });
        foreach (Option<int?> positive in new[] { Epochs, Strings })
            positive.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int?>() < 1)
                    result.AddError($"{positive.Name} must be at least 1.");
            });
    }

    /// <summary>The files of recordings that are read.</summary>
    public static IEnumerable<string> Files(ParseResult given) =>
        (given.GetValue(Data) ?? []).SelectMany(path => Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.wav", SearchOption.AllDirectories) : [path]);

    public static Settings Read(ParseResult given)
    {
        string[] paths = given.GetValue(Data) ?? [];
        if (paths.GroupBy(Path.GetFullPath).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"{Data.Name} has {twice.First()} twice: each clip would count twice.");
        List<Clip> clips = paths.Length > 0 ? Recordings.Read(paths) : Synthesizer.Clips(speakers: 5, takes: 10);
        Func<Clip, bool> tested = Takes(given.GetValue(TestTakes)!), learnt = given.GetValue(TrainTakes) is { } takes ? Takes(takes) : clip => !tested(clip);
        Clip[] train = [.. clips.Where(learnt)], test = [.. clips.Where(tested)];
        if (train.Length == 0 || test.Length == 0)
            throw new ArgumentException($"Of {clips.Count} clips {train.Length} are to learn from and {test.Length} to test on: {TestTakes.Name} and {TrainTakes.Name} say which.");
        if (train.FirstOrDefault(test.Contains) is { } both)
            throw new ArgumentException($"Take {both.Take} is to learn from and to test on. A test on clips that were learned says nothing of others: " +
                $"give {TrainTakes.Name} and {TestTakes.Name} no take in common.");
        return new Settings([.. train, .. test], train, test, given.GetValue(Epochs), given.GetValue(Copies), given.GetValue(Spread), given.GetValue(Warp),
            given.GetValue(Normalize), given.GetValue(Strings) ?? (paths.Length > 0 ? 2000 : 600), given.GetValue(Hidden), given.GetValue(Rate), given.GetValue(Seed), given.GetValue(Threads));
    }

    static Func<Clip, bool> Takes(string text)
    {
        string[] ends = text.Split('-');
        if (ends.Length is < 1 or > 2 || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first) || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last))
            throw new ArgumentException($"'{text}' is no range of takes such as 0-4.");
        return clip => clip.Take >= first && clip.Take <= last;
    }
}
