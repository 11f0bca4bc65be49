using RnnDsl.Memory;

namespace RnnDsl.Examples.Monitoring;

/// <summary>
/// Headlines of made-up companies in five branches. Rising and falling have many words, most of which occur in few of the labeled headlines, so that a language model that read many more of them helps. What rises decides: of
/// costs it is bad news, and hopes that fade are bad where fears that fade are good.
/// </summary>
static class MadeUpNews
{
    static readonly (string Topic, string[] Companies, string[] Things)[] branches =
    [
        ("airlines", ["Northwind Air", "Bluejay", "Condor Lines", "Skyferry", "Air Lindal"], ["bookings", "passenger numbers", "seat sales", "summer traffic", "freight flights"]),
        ("banks", ["Harbor Trust", "Bank of Velden", "Kessler & Sons", "First Meridian", "Oakbridge"], ["deposits", "lending", "mortgage sales", "fee income", "new accounts"]),
        ("carmakers", ["Lindt Motors", "Torvald", "Aster Electric", "Corvid Auto", "Maru Wheels"], ["deliveries", "orders", "van sales", "battery output", "exports"]),
        ("energy", ["Polar Oil", "Grunfeld Gas", "Sunrow", "Delta Grid", "Terra Wind"], ["output", "exports", "power sales", "drilling", "new wells"]),
        ("retail", ["Marlow Stores", "Kiosk24", "Hanse Foods", "Velvet & Co", "Tinker Toys"], ["sales", "store visits", "online orders", "festive sales", "food sales"]),
    ];
    static readonly string[] rise = ["rise", "climb", "jump", "grow", "surge", "soar", "pick up", "gain", "rebound", "advance", "improve", "recover", "leap", "rally", "strengthen", "swell"];
    static readonly string[] fall = ["fall", "drop", "slump", "shrink", "slide", "tumble", "plunge", "sink", "decline", "dwindle", "weaken", "retreat", "dip", "crumble", "stall", "suffer"];
    static readonly string[] costs = ["costs", "debts", "delays", "complaints", "losses", "fines", "defects", "cancellations", "claims", "layoffs"];
    static readonly string[] hopes = ["hopes", "chances", "plans", "prospects"], fears = ["fears", "worries", "doubts", "rumors"];
    static readonly string[] fade = ["fade", "ease", "vanish", "wane"], mount = ["mount", "build", "return", "spread"];
    static readonly string[] facts =
    [
        "{C} names new head of {T}", "{C} to publish figures for {T} on {D}", "{C} holds its yearly meeting on {D}", "{C} moves its office for {T} to Velden", "{C} leaves forecast for {T} as it is", "{C} and {O} talk about {T}",
        "what to know about {T} at {C} before {D}", "{C} reports {T} in line with forecasts", "{C} renews contract with {O}",
    ];
    static readonly string[] days = ["monday", "tuesday", "wednesday", "thursday", "friday"], openings = ["", "", "", "analysts : ", "update : ", "in brief : "], times = ["", "", " in third quarter", " this year", " since spring"];

    /// <summary>What often stands behind good and behind bad news: from these a language model learns which words rise and which fall.</summary>
    static readonly string[] goodEnds = [" , beating forecasts", " on strong demand", " , best in years", " , outlook raised", " as customers return", " , investors cheer", " to record high", " , dividend lifted"];
    static readonly string[] badEnds = [" , missing forecasts", " on weak demand", " , worst in years", " , outlook cut", " as customers leave", " , investors worry", " to record low", " , dividend scrapped"];

    static readonly string[] sentiments = ["negative", "neutral", "positive"];

    public static IReadOnlyList<string> Topics => [.. branches.Select(b => b.Topic)];

    /// <summary>Few labeled headlines, and many without labels.</summary>
    public static NewsData Create(int labeled, int unlabeled, int seed)
    {
        var random = new RandomStream(seed, "headlines");
        News[] all = [.. Enumerable.Range(0, labeled + 600).Select(_ => Any(random))];
        return new NewsData(all[..labeled], all[labeled..(labeled + 300)], all[(labeled + 300)..], [.. all[..labeled].Select(n => n.Words), .. Enumerable.Range(0, unlabeled).Select(_ => Any(random).Words)]);
    }

    static News Any(RandomStream random) => Headline(random.Below(branches.Length), sentiments[random.Below(3)], random);

    /// <summary>A headline of a topic, given by its number, and a sentiment.</summary>
    public static News Headline(int topic, string sentiment, RandomStream random)
    {
        (string name, string[] companies, string[] things) = branches[topic];
        bool isGood = sentiment == "positive";
        string form = sentiment == "neutral" ? One(facts) : random.Below(5) switch
        {
            0 => $"{{C}} {One(costs)} {One(isGood ? fall : rise)}",
            1 => $"{One(hopes)} of better {{T}} {One(isGood ? mount : fade)} at {{C}}",
            2 => $"{One(fears)} of weak {{T}} {One(isGood ? fade : mount)} at {{C}}",
            3 => $"{{C}} shares {One(isGood ? rise : fall)} as {{T}} {One(isGood ? rise : fall)}",
            _ => $"{{T}} of {{C}} {One(isGood ? rise : fall)}",
        };
        string text = One(openings) + form.Replace("{C}", One(companies), StringComparison.Ordinal).Replace("{T}", One(things), StringComparison.Ordinal).Replace("{D}", One(days), StringComparison.Ordinal)
            .Replace("{O}", One(companies), StringComparison.Ordinal) + One(times)
            + (sentiment == "neutral" || random.Below(3) == 0 ? "" : One(isGood ? goodEnds : badEnds));
        return new News(text, name, sentiment);

        string One(string[] of) => of[random.Below(of.Length)];
    }
}
