using System.Globalization;
using RnnDsl.Text;

namespace RnnDsl.Examples.Translation;

/// <summary>English numbers and dates in German: real work with an exact answer, which the example makes itself.</summary>
static class MadeUpPairs
{
    static readonly string[] english =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ], englishTens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    static readonly string[] german =
    [
        "null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
    ], germanTens = ["", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"];

    static readonly string[] englishMonths = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
        germanMonths = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"];

    /// <summary>Pairs of which no two have the same source.</summary>
    public static ParallelCorpus Create(string name, int count, int seed)
    {
        var random = new Random(seed);
        var pairs = new Dictionary<string, string>();
        while (pairs.Count < count)
        {
            (string source, string target) = random.Next(2) == 0 ? Number(random) : Date(random);
            pairs.TryAdd(source, target);
        }
        return new ParallelCorpus(name, [.. pairs.Select(p => new SentencePair(p.Key, p.Value))]);
    }

    static (string, string) Number(Random random)
    {
        // Short numbers are as frequent as long ones.
        int number = random.Next(random.Next(4) switch { 0 => 100, 1 => 1000, 2 => 10_000, _ => 1_000_000 });
        return (English(number), German(number));
    }

    static string English(int n) => n switch
    {
        < 20 => english[n],
        < 100 => englishTens[n / 10] + (n % 10 == 0 ? "" : $"-{english[n % 10]}"),
        < 1000 => $"{english[n / 100]} hundred{(n % 100 == 0 ? "" : $" and {English(n % 100)}")}",
        _ => $"{English(n / 1000)} thousand{(n % 1000 == 0 ? "" : n % 1000 < 100 ? $" and {English(n % 1000)}" : $" {English(n % 1000)}")}",
    };

    static string German(int n) => n switch
    {
        < 20 => german[n],
        < 100 => n % 10 == 0 ? germanTens[n / 10] : $"{Ein(n % 10)}und{germanTens[n / 10]}",
        < 1000 => $"{Ein(n / 100)}hundert{(n % 100 == 0 ? "" : German(n % 100))}",
        _ => $"{(n / 1000 == 1 ? "ein" : n / 1000 % 100 == 1 ? German(n / 1000)[..^1] : German(n / 1000))}tausend{(n % 1000 == 0 ? "" : German(n % 1000))}",
    };

    static string Ein(int n) => n == 1 ? "ein" : german[n];

    static (string, string) Date(Random random)
    {
        var date = new DateTime(1900, 1, 1).AddDays(random.Next(200 * 365));
        string month = englishMonths[date.Month - 1], year = date.Year.ToString(CultureInfo.InvariantCulture), ending = date.Day switch { 1 or 21 or 31 => "st", 2 or 22 => "nd", 3 or 23 => "rd", _ => "th" };
        string source = random.Next(4) switch
        {
            0 => $"{month} {date.Day}, {year}",
            1 => $"the {date.Day}{ending} of {month} {year}",
            2 => $"{date.DayOfWeek}, {month} {date.Day}{ending}, {year}",
            _ => $"{date.Day} {month[..3]} {year}",
        };
        return (source, $"{date.Day}. {germanMonths[date.Month - 1]} {year}");
    }
}
