using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using RnnDsl.Examples.Recommendation;

namespace RnnDsl.Text.Tests.Recommendation;

/// <summary>What the server of <c>examples/Recommendation</c> keeps of users, in SQLite and in PostgreSQL.</summary>
public sealed class RecommendationStoreTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    readonly TemporaryFolder folder = new();

    [Fact]
    public Task A_state_survives_a_restart_with_SQLite() => SurvivesAsync(Sqlite);

    [PostgresFact]
    public Task A_state_survives_a_restart_with_PostgreSQL() => SurvivesAsync(Postgres);

    [Fact]
    public Task Requests_at_once_are_not_lost_with_SQLite() => AtOnceAsync(Sqlite);

    [PostgresFact]
    public Task Requests_at_once_are_not_lost_with_PostgreSQL() => AtOnceAsync(Postgres);

    [Fact]
    public void A_state_of_another_model_is_not_used_with_SQLite() => OtherModel(Sqlite);

    [PostgresFact]
    public void A_state_of_another_model_is_not_used_with_PostgreSQL() => OtherModel(Postgres);

    [Fact]
    public void A_damaged_row_is_named()
    {
        using (UserStoreOwner store = new(Sqlite(ShopModel.First)))
            store.Store.Change("anna", _ => Begun(ShopModel.First), out _);
        using (var connection = new SqliteConnection($"Data Source={folder.Named("users.db")}"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "UPDATE user_states SET state = x'00'";
            command.ExecuteNonQuery();
        }
        Assert.Contains("'anna' in the store is damaged", Assert.Throws<InvalidDataException>(() => Sqlite(ShopModel.First).Find("anna", out _)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.Named("users.db"), "this is no database, it is a text that somebody has put into its place");
        SqliteConnection.ClearAllPools();
        Assert.Contains("not a database", Assert.Throws<SqliteException>(() => Sqlite(ShopModel.First)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_that_fails_changes_nothing()
    {
        UserStore store = Sqlite(ShopModel.First);
        UserState before = store.Change("anna", _ => Begun(ShopModel.First), out _);
        Assert.Throws<InvalidOperationException>(() => store.Change("anna", _ => throw new InvalidOperationException(), out _));
        Assert.Equal(before.Visit.Steps, store.Find("anna", out _)!.Visit.Steps);
        Assert.True(store.Forget("anna"));
        Assert.False(store.Forget("anna"));
        Assert.Null(store.Find("anna", out _));
    }

    static async Task SurvivesAsync(Func<Recommender, UserStore> open)
    {
        Recommender model = ShopModel.First;
        string before;
        await using (Running server = await Running.StartAsync(model, open(model)))
        {
            await server.AddAsync("anna", "CA0RED", "CA1RED");
            await server.AddAsync("anna", "CA4RED");
            await server.AddAsync("berta", "GA1BLU");
            before = await server.Client.GetStringAsync("/api/users/anna?explain=true");
        }
        await using Running again = await Running.StartAsync(model, open(model));
        Assert.Equal(before, await again.Client.GetStringAsync("/api/users/anna?explain=true"));
        JsonElement answer = await again.AddAsync("anna", "CA5RED");
        Assert.Equal("kept", answer.GetProperty("state").GetString());
        Assert.Equal(["CA0RED", "CA1RED", "CA4RED", "CA5RED"], answer.GetProperty("session").EnumerateArray().Select(i => i.GetString()));
    }

    static async Task AtOnceAsync(Func<Recommender, UserStore> open)
    {
        Recommender model = ShopModel.First;
        string[] items = [.. model.Catalog.Entries.Take(24).Select(e => e.Code)];
        // Two servers on one store, as when one takes over from another.
        await using Running one = await Running.StartAsync(model, open(model)), other = await Running.StartAsync(model, open(model));
        await Task.WhenAll(items.Select((item, i) => (i % 2 == 0 ? one : other).AddAsync("carla", item)));
        JsonElement answer = await one.Client.GetFromJsonAsync<JsonElement>("/api/users/carla");
        Assert.Equal(items.Order(StringComparer.Ordinal), answer.GetProperty("session").EnumerateArray().Select(i => i.GetString()!).Order(StringComparer.Ordinal));
    }

    static void OtherModel(Func<Recommender, UserStore> open)
    {
        Recommender model = ShopModel.First, other = ShopModel.Second;
        using UserStoreOwner first = new(open(model)), second = new(open(other));
        (long users, long others) = first.Store.Counts();
        UserState kept = first.Store.Change("otto", before => before is null ? Begun(model) : throw new InvalidOperationException("There is a state already."), out bool found);
        Assert.False(found);
        Assert.Null(second.Store.Find("otto", out found));
        Assert.True(found);
        second.Store.Change("otto", before => before is null ? Begun(other) : throw new InvalidOperationException("The state of another model was used."), out found);
        Assert.True(found);
        Assert.Equal(kept.Visit.Before, first.Store.Find("otto", out _)!.Visit.Before);
        Assert.Equal((users + 1, others + 1), first.Store.Counts());
    }

    static UserState Begun(Recommender model) => new(Visit.New(model).Begin(model).Add(model, 1), DateTimeOffset.UnixEpoch);

    UserStore Sqlite(Recommender model) => new SqliteUserStore(folder.Named("users.db"), model);

    UserStore Postgres(Recommender model) => new PostgresUserStore(postgres.ConnectionString, model);

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        folder.Dispose();
    }

    sealed record UserStoreOwner(UserStore Store) : IDisposable
    {
        public void Dispose() => (Store as IDisposable)?.Dispose();
    }

    /// <summary>A server on a free port of this process.</summary>
    sealed record Running(WebApplication App, UserStore Store, HttpClient Client) : IAsyncDisposable
    {
        public static async Task<Running> StartAsync(Recommender model, UserStore store)
        {
            WebApplication app = WebServer.Create(model, store, port: 0, TimeSpan.FromMinutes(30), TimeProvider.System);
            await app.StartAsync();
            return new Running(app, store, new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(60) });
        }

        public async Task<JsonElement> AddAsync(string user, params string[] items)
        {
            using HttpResponseMessage response = await Client.PostAsJsonAsync($"/api/users/{user}/items", new { items });
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
            return await response.Content.ReadFromJsonAsync<JsonElement>();
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await App.DisposeAsync();
            (Store as IDisposable)?.Dispose();
        }
    }
}
