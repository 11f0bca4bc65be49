using RnnDsl.Audio;
using RnnDsl.Examples.EdgePredictor;
using RnnDsl.Examples.Speech;
using RnnDsl.Prediction;

const string Help = """
    Hears spoken digits with a model that examples/Speech learnt (strings --live).

      arecord -f S16_LE -r 8000 -t raw | edge-recognizer FILE.safetensors
      --wav FILE.wav  hears a file instead, of any rate
      --partial       shows also in a file or pipe what was heard so far, each in a line of its own
      --any-letters   also letters that are no words
      --floats        weights of 32 bits instead of 8
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
    string? wav = arguments.Value("--wav");
    bool lines = arguments.Flag("--partial"), words = !arguments.Flag("--any-letters"), floats = arguments.Flag("--floats");
    string file = arguments.Last() ?? throw new UsageException("Name the file of a model; --help lists the options.");
    Partial shown = lines ? Partial.Lines : Console.IsOutputRedirected ? Partial.None : Partial.Overwritten;
    Listening listening = Listening.Load(file, words, floats ? WeightFormat.Float32 : WeightFormat.Int8, Console.Out, Console.Error, shown);
    if (wav is null)
        listening.Hear(Console.OpenStandardInput());
    else
        listening.Hear(WavFile.Read(wav));
    return 0;
}
