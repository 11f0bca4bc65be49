using System.Globalization;
using BenchmarkDotNet.Running;
using RnnDsl.Benchmarks;

string Option(string name, string otherwise)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : otherwise;
}

IEnumerable<int> Numbers(string name, string otherwise) => Option(name, otherwise).Split(' ').Select(n => int.Parse(n, CultureInfo.InvariantCulture));

double Seconds(string otherwise = "1") => double.Parse(Option("--seconds", otherwise), CultureInfo.InvariantCulture);

if (args is ["soak", ..])
{
    if (!args.Contains("--help"))
        return Soak.Run(int.Parse(Option("--streams", "10000"), CultureInfo.InvariantCulture), Seconds("5"));
    Console.WriteLine("soak [--streams N] [--seconds S]");
    return 0;
}
if (args is ["decay", ..])
{
    DecayBenchmarks.Compare(Seconds());
    return 0;
}
if (args is ["shards", ..])
{
    Shards.Run(Seconds(), [.. Option("--threads", "1 2").Split(' ').Select(n => int.Parse(n, CultureInfo.InvariantCulture))], Option("--cells", "lstm gru rnn peephole").Split(' '),
        Compare.ReadShapes(Option("--shapes", "1,32,50,32 32,64,50,32 64,128,50,32 64,128,50,64 128,256,100,32 256,512,100,64")));
    return 0;
}
if (args is ["scaling", ..])
{
    Scaling.Run(Seconds(), Compare.ReadShapes(Option("--shapes", "32,64,50,32 64,128,50,32 256,512,100,64")));
    return 0;
}
if (args is ["together", ..])
{
    Together.Run(Seconds(), [.. Numbers("--units", "32 64 128 256 512")], [.. Numbers("--streams", "1 2 4 5 8 16 64")]);
    return 0;
}
if (args is ["disk", ..])
{
    FromDisk.Run(int.Parse(Option("--megabytes", "256"), CultureInfo.InvariantCulture), Numbers("--units", "32 128"), int.Parse(Option("--epochs", "5"), CultureInfo.InvariantCulture));
    return 0;
}
if (args is ["parts", ..])
{
    Partitioned.Run(int.Parse(Option("--megabytes", "256"), CultureInfo.InvariantCulture),
        int.Parse(Option("--parts", "8"), CultureInfo.InvariantCulture), Numbers("--units", "32 128"), int.Parse(Option("--epochs", "5"), CultureInfo.InvariantCulture));
    return 0;
}
if (args is ["long", ..])
{
    LongSequences.Run(int.Parse(Option("--steps", "10000"), CultureInfo.InvariantCulture), int.Parse(Option("--batch", "4"), CultureInfo.InvariantCulture), Seconds());
    return 0;
}
if (args is ["frozen", ..])
{
    Frozen.Run(Seconds(), [.. Numbers("--units", "64 128 256")]);
    return 0;
}
if (args is ["build", ..])
{
    Build.Run(int.Parse(Option("--runs", "9"), CultureInfo.InvariantCulture));
    return 0;
}
if (args is ["records", ..])
{
    Records.Run(int.Parse(Option("--rounds", "21"), CultureInfo.InvariantCulture), Option("--sizes", "8,32 64,128").Split(' ').Select(s => s.Split(',')).Select(s => (int.Parse(s[0], CultureInfo.InvariantCulture), int.Parse(s[1], CultureInfo.InvariantCulture))));
    return 0;
}
if (args is ["options", ..])
{
    Options.Run(Seconds());
    return 0;
}
if (args is not ["compare", ..])
{
    // The other door: kernels, passes and steps under BenchmarkDotNet, with its own options (--list flat, --filter NAME…).
    return BenchmarkSwitcher.FromAssembly(typeof(Compare).Assembly).Run(args).Any(s => s.HasCriticalValidationErrors) ? 1 : 0;
}
if (args.Contains("--help"))
{
    Console.WriteLine("""
        compare [--threads N] [--work train|infer|step|task|attention] [--seconds S] [--peers FILE] [--shapes "I,H,T,B …"|FILE]
        decay [--seconds S]
        disk [--megabytes N] [--units "32 128 …"] [--epochs N]
        frozen [--seconds S] [--units "64 128 …"]
        long [--steps T] [--batch B] [--seconds S]
        options [--seconds S]
        parts [--megabytes N] [--parts P] [--units "32 128 …"] [--epochs N] (under mpirun -n N)
        records [--rounds N] [--sizes "I,H …"]
        scaling [--seconds S] [--shapes …] (under mpirun -n N)
        shards [--seconds S] [--threads "1 2 …"] [--cells "lstm …"] [--shapes …]
        together [--seconds S] [--units "32 64 …"] [--streams "1 2 …"]
        """);
    return 0;
}
string peers = Option("--peers", ""), work = Option("--work", "train");
if (work is not ("train" or "infer" or "step" or "task" or "attention"))
{
    Console.Error.WriteLine($"--work: '{work}' is none of train, infer, step, task and attention.");
    return 1;
}
(int I, int H, int T, int B)[]? shapes = null;
if (args.Contains("--shapes"))
    try
    {
        shapes = work is "step" or "task" or "attention"
            ? throw new FormatException("steps, tasks and attention have the sizes that models here are built with")
            : Compare.ReadShapes(Option("--shapes", ""));
    }
    catch (FormatException e)
    {
        Console.Error.WriteLine($"--shapes: {e.Message}.");
        return 1;
    }
Compare.Run(int.Parse(Option("--threads", "1"), CultureInfo.InvariantCulture), work, Seconds(), peers.Length == 0 ? null : peers, shapes);
return 0;
