using RnnDsl.Memory;

namespace RnnDsl.Examples.Recommendation;

/// <summary>
/// Sessions of a shop that does not exist. Items are of a category, a kind and a color. A user likes some categories and one color, also in later sessions. Within a session there is an order: from a kind to that which is
/// usually taken after it. The color of the item before does not tell the user's color for sure. Some items are new: they come on sale after the training's sessions and are told by their texts alone.
/// </summary>
static class MadeUpShop
{
    static readonly string[][] kinds =
    [
        ["TENT", "SLEEPING BAG", "CAMPING MAT", "LANTERN", "GAS STOVE", "WATER BOTTLE", "BACKPACK", "HAMMOCK"],
        ["MIXING BOWL", "WHISK", "CAKE TIN", "ROLLING PIN", "OVEN GLOVE", "CAKE STAND", "APRON", "SPATULA"],
        ["NOTEBOOK", "FOUNTAIN PEN", "INK BOTTLE", "RULER", "PENCIL CASE", "DESK LAMP", "ERASER", "FOLDER"],
        ["WATERING CAN", "SEED TRAY", "GARDEN GLOVES", "TROWEL", "FLOWER POT", "BIRD FEEDER", "HOSE", "PLANT LABEL"],
        ["BABY BLANKET", "RATTLE", "BIB", "TEDDY BEAR", "MOBILE", "PICTURE BOOK", "NIGHT LIGHT", "BUILDING BLOCKS"],
    ];
    static readonly string[] categories = ["CAMPING", "BAKING", "OFFICE", "GARDEN", "NURSERY"];
    static readonly string[] colors = ["RED", "BLUE", "GREEN", "WHITE", "YELLOW", "BLACK"];
    static readonly DateTime opened = new(2024, 1, 1, 8, 0, 0, DateTimeKind.Utc);

    /// <summary>From here on the new items are sold, and the test begins.</summary>
    public static DateTime TestFrom { get; } = opened.AddDays(90);

    public static List<CatalogEntry> Items() => [.. from category in Enumerable.Range(0, categories.Length)
                                                     from kind in Enumerable.Range(0, kinds[category].Length)
                                                     from color in Enumerable.Range(0, colors.Length)
                                                     select new CatalogEntry(Code(category, kind, color), $"{colors[color]} {kinds[category][kind]}", new() { ["Category"] = categories[category] })];

    /// <param name="sessions">How many.</param>
    /// <param name="seed">Of the draw.</param>
    public static SessionLog Sessions(int sessions, int seed)
    {
        var random = new RandomStream(seed, "shop");
        (int First, int Second, int Color)[] users = [.. Enumerable.Range(0, sessions / 8).Select(_ => (random.Below(categories.Length), random.Below(categories.Length), random.Below(colors.Length)))];
        return SessionLog.Of("made-up shop", Enumerable.Range(0, sessions).Select(i =>
        {
            int user = random.Below(users.Length);
            DateTime time = opened.AddMinutes(i * 100.0 * 1440 / sessions);
            // A tenth of all sessions are of nobody who is known.
            return new Session(time, random.Below(10) == 0 ? "" : $"user{user}", Items(users[user], time >= TestFrom, random));
        }));
    }

    static string[] Items((int First, int Second, int Color) taste, bool all, RandomStream random)
    {
        int category = random.Below(4) == 0 ? taste.Second : taste.First, color = taste.Color, kind = random.Below(kinds[category].Length);
        var items = new List<string>();
        for (int length = 1 + random.Below(9); items.Count < length;)
        {
            if (!IsNew(category, kind, color) || all)
            {
                string item = Code(category, kind, color);
                if (items.Count == 0 || items[^1] != item)
                    items.Add(item);
            }
            // Usually what is taken after it, sometimes anything of the category; usually in the user's color, whatever the color before.
            kind = random.Below(4) > 0 ? Next(category, kind) : random.Below(kinds[category].Length);
            color = random.Below(3) == 0 ? random.Below(colors.Length) : taste.Color;
        }
        return [.. items];
    }

    static int Next(int category, int kind) => (kind * 3 + category + 1) % kinds[category].Length;

    /// <summary>One of each category and color.</summary>
    static bool IsNew(int category, int kind, int color) => kind == (category + color) % 8;

    static string Code(int category, int kind, int color) => $"{categories[category][..2]}{kind}{colors[color][..3]}";
}
