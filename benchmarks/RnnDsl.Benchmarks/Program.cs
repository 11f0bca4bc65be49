using System.Globalization;
using RnnDsl.Benchmarks;

string Option(string name, string otherwise)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : otherwise;
}

if (args is not ["compare", ..])
{
    Console.Error.WriteLine("Usage: compare [--threads N] [--work train|infer|step] [--seconds S] [--peers FILE]");
    return 2;
}
string peers = Option("--peers", "");
Compare.Run(
    int.Parse(Option("--threads", "1"), CultureInfo.InvariantCulture), Option("--work", "train"),
    double.Parse(Option("--seconds", "1"), CultureInfo.InvariantCulture), peers.Length == 0 ? null : peers);
return 0;
