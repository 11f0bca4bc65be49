using RnnDsl.Examples.Recommendation;

namespace RnnDsl.Text.Tests.Recommendation;

/// <summary>Small models of the made-up shop of <c>examples/Recommendation</c>, each trained once.</summary>
static class ShopModel
{
    public static Settings Quick { get; } = new(Epochs: 4, Rate: 0.01, Negatives: 64, Vector: 16, Session: 24, User: 8, Features: 32, Threads: 1);

    static readonly Lazy<Recommender> first = new(() => Train(Quick, MadeUpShop.Sessions(2000, seed: 1)).Model), second = new(() => Train(Quick with { Epochs = 1, Seed = 2 }, MadeUpShop.Sessions(200, seed: 1)).Model);

    /// <summary>A model that has learned something.</summary>
    public static Recommender First => first.Value;

    /// <summary>A model of the same sizes but other numbers.</summary>
    public static Recommender Second => second.Value;

    /// <summary>Trains, and gives the parts too.</summary>
    public static (Recommender Model, SessionParts Parts) Train(Settings settings, SessionLog log)
    {
        SessionParts parts = log.Split(MadeUpShop.TestFrom, 0);
        Catalog catalog = Catalog.Create(parts.Train, parts.Test, MadeUpShop.Items());
        return (Lessons.Train(parts.Train, catalog, settings, null, _ => { }), parts);
    }
}
