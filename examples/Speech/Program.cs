using System.CommandLine;
using RnnDsl.Examples;
using RnnDsl.Examples.Speech;
using RnnDsl.Prediction;
using RnnDsl.Terminal;

var digits = new Command("digits", "Learns to tell single digits.");
var strings = new Command("strings", "Learns to spell strings of digits.") { Options.Live, Options.Small };
var adapt = new Command("adapt", "Adapts a model of single digits to a new speaker in three ways.");
var listen = new Command("listen", "Hears digits from samples of 16 bits on standard input.") { Options.Model, Options.AnyLetters };
var command = new RootCommand("Learns to hear spoken digits: single ones, strings, and a new speaker; without a command all three.")
{
    digits, strings, adapt, listen,
    Options.Data, Options.TestTakes, Options.TrainTakes, Options.LeaveOut, Options.Epochs,
    Options.Copies, Options.Spread, Options.Warp, Options.Normalize, Options.Strings, Options.Hidden, Options.Rate, Options.Seed, Options.Threads, Options.Output,
};
digits.SetAction(given => Failures.Guard(() => Digits(Options.Read(given), given.GetValue(Options.LeaveOut))));
strings.SetAction(given => Failures.Guard(() =>
{
    bool live = given.GetValue(Options.Live);
    string output = given.GetValue(Options.Output)!;
    if (given.GetValue(Options.Small) is not null && !live)
        throw new ArgumentException($"{Options.Small.Name} needs {Options.Live.Name}: a model that hears from both ends cannot hear while one speaks.");
    OutputCheck.RequireFiles([output, given.GetValue(Options.Small)], Options.Files(given));
    StringRecognizer.Learn(Speakers.ForStrings(Options.Read(given), given.GetValue(Options.LeaveOut)), live, output);
    if (given.GetValue(Options.Small) is { } small)
    {
        Listening.SaveSmall(output, small);
        Console.WriteLine($"Saved to {small} with weights of 8 bits: {new FileInfo(small).Length:N0} bytes.");
    }
}));
adapt.SetAction(given => Failures.Guard(() => Adaptation.Compare(Options.Read(given), given.GetValue(Options.LeaveOut))));
listen.SetAction(given => Failures.Guard(() =>
    Listening.Load(given.GetValue(Options.Model)!, words: !given.GetValue(Options.AnyLetters), WeightFormat.Float32, Console.Out, Console.Error, Console.IsOutputRedirected ? Partial.None : Partial.Overwritten).Hear(Console.OpenStandardInput())));
command.SetAction(given => Failures.Guard(() =>
{
    OutputCheck.RequireFiles([given.GetValue(Options.Output)], Options.Files(given));
    string? left = given.GetValue(Options.LeaveOut);
    Settings settings = Options.Read(given), ofStrings = Speakers.ForStrings(settings, left);
    Speakers.New(settings, left);
    Digits(settings, left);
    Console.WriteLine();
    StringRecognizer.Learn(ofStrings, live: true, given.GetValue(Options.Output)!);
    Console.WriteLine();
    Adaptation.Compare(settings, left);
}));
return command.Run(args);

static void Digits(Settings settings, string? left)
{
    if (left is not null)
        DigitReports.LeaveOut(settings, left);
    else
        DigitReports.BySplit(settings);
}
