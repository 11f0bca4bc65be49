using System.Diagnostics;
using RnnDsl.Examples.EdgePredictor;
using RnnDsl.Examples.Translation;
using RnnDsl.Prediction;

const string Help = """
    Translates lines of standard input with a model that examples/Translation learnt, one line for each.

      edge-translator FILE.safetensors
      --beams N       sequences that the search keeps (default 5)
      --greedy        the likeliest piece at each step: quicker, and a little worse
      --floats        weights of 32 bits instead of 8
      --time          at the end, on the error stream, how long it took
    """;
try
{
    return Run(new Arguments(args));
}
catch (Exception error) when (error is UsageException or InvalidDataException or ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(error.Message.ReplaceLineEndings(" "));
    return 2;
}

static int Run(Arguments arguments)
{
    if (arguments.Flag("--help"))
    {
        Console.WriteLine(Help);
        return 0;
    }
    bool greedy = arguments.Flag("--greedy"), floats = arguments.Flag("--floats"), time = arguments.Flag("--time");
    int beams = arguments.Count("--beams", 5);
    string file = arguments.Last() ?? throw new UsageException("Name the file of a model; --help lists the options.");
    long start = Stopwatch.GetTimestamp();
    TextTranslator translator = TextTranslator.Load(file, new BeamOptions { Beams = beams, LengthPenalty = 1 }, floats ? WeightFormat.Float32 : WeightFormat.Int8);
    translator.TakeParameters();
    TimeSpan loading = Stopwatch.GetElapsedTime(start);
    if (!Console.IsInputRedirected)
        Console.Error.WriteLine("Type sentences, an empty line ends.");
    int sentences = 0, words = 0;
    start = Stopwatch.GetTimestamp();
    foreach (Translated one in LineTranslation.Run(translator, Console.IsInputRedirected ? LineTranslation.Piped() : LineTranslation.Typed(), greedy, Console.Out, Console.Error))
        (sentences, words) = (sentences + 1, words + one.Source.Count);
    double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
    if (time)
        Console.Error.WriteLine(FormattableString.Invariant(
            $"loaded in {loading.TotalMilliseconds:F0} ms; {sentences} sentences in {seconds:F2} s: {sentences / seconds:F1} sentences and {words / seconds:F0} pieces of them a second"));
    return 0;
}
