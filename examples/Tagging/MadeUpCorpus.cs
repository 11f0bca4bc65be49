using RnnDsl.Memory;
using RnnDsl.Text;

namespace RnnDsl.Examples.Tagging;

/// <summary>
/// Sentences of a small grammar with names of persons, places and organizations. Many a name is of several kinds, Jordan a person or a country, so that only what stands around it tells.
/// </summary>
static class MadeUpCorpus
{
    static readonly string[] given = ["Anna", "Jordan", "Chelsea", "Austin", "Paris", "Sofia", "Victoria", "Noah", "Florence", "Dallas", "Mira", "Omar", "Virginia", "Ines", "Marco"];
    static readonly string[] family = ["Lincoln", "Washington", "Bauer", "Okafor", "Lima", "Ford", "London", "Rossi", "Berlin", "Novak", "Morgan", "Houston", "Siemens", "Tanaka", "Boeing"];
    static readonly string[] places = ["Jordan", "Austin", "Paris", "Sofia", "Victoria", "Florence", "Lincoln", "Washington", "Lima", "London", "Berlin", "Houston", "Dallas", "Virginia", "New Haven", "San Marco", "Lake Victoria"];
    static readonly string[] companies = ["Ford", "Morgan", "Siemens", "Boeing", "Chelsea", "Washington Steel", "Lima Foods", "Bank of Florence", "Rossi Brothers", "Lincoln Motors", "United Paper", "Northern Rail"];
    static readonly string[] templates =
    [
        "{P} was born in {L} .", "{P} and {P} met in {L} last {D} .", "{O} of {L} hired {P} as head of sales .", "shares of {O} rose {N} percent on {D} .", "{O} will buy {O} for {N} million , said {P} .",
        "the train from {L} to {L} was {N} minutes late .", "on {D} , {P} left {O} after {N} years .", "it rained in {L} , {L} and {L} .", "\" we are proud , \" {P} of {O} said in {L} .",
        "{O} opens a plant near {L} .", "who beat {O} {N} - {N} on {D} ?", "{P} , a teacher from {L} , reads {N} books a year .", "nobody at {O} knew that {P} had moved to {L} .", "the price of bread rose by {N} percent .",
        "{P} scored for {O} against {O} .", "the mayor of {L} thanked {P} .", "a spokesman for {O} declined to comment .", "{P} flew to {L} with {P} .", "he works at {O} in {L} .", "they drove through {L} in {N} hours ."
    ];
    static readonly string[] days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];

    public static TaggedCorpus Create(string name, int sentences, int seed)
    {
        var random = new RandomStream(seed, "sentences");
        return new TaggedCorpus(name, [.. Enumerable.Range(0, sentences).Select(_ => Sentence(random))], TagScheme.Iob2);
    }

    static TaggedSentence Sentence(RandomStream random)
    {
        List<string> words = [], tags = [];
        foreach (string part in Any(templates, random).Split(' '))
        {
            (string text, string? type) = part switch
            {
                "{P}" => (random.Below(3) == 0 ? Any(family, random) : $"{Any(given, random)} {Any(family, random)}", "PER"),
                "{L}" => (Any(places, random), "LOC"),
                "{O}" => (Any(companies, random), "ORG"),
                "{D}" => (Any(days, random), null),
                "{N}" => ((1 + random.Below(40)).ToString(System.Globalization.CultureInfo.InvariantCulture), null),
                _ => (part, (string?)null),
            };
            string[] own = text.Split(' ');
            words.AddRange(own);
            tags.AddRange(own.Select((_, i) => type is null ? TagSchemes.Outside : $"{(i == 0 ? 'B' : 'I')}-{type}"));
        }
        return new TaggedSentence(words, tags);
    }

    static string Any(string[] of, RandomStream random) => of[random.Below(of.Length)];
}
