using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using RnnDsl.Examples.Recommendation;

namespace RnnDsl.Text.Tests.Recommendation;

/// <summary>The server of <c>examples/Recommendation</c>, on a free port of this process.</summary>
public sealed partial class RecommendationServerTests(RecommendationServerTests.Server server) : IClassFixture<RecommendationServerTests.Server>
{
    /// <summary>One server, whose clock stands until a test moves it.</summary>
    public sealed class Server : IAsyncLifetime
    {
        readonly TemporaryFolder folder = new();
        WebApplication? app;

        public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

        internal Clock Time { get; } = new();

        public async Task InitializeAsync()
        {
            app = WebServer.Create(ShopModel.First, new SqliteUserStore(folder.Named("users.db"), ShopModel.First), port: 0, TimeSpan.FromMinutes(30), Time);
            await app.StartAsync();
            Client.BaseAddress = new Uri(app.Urls.Single());
        }

        public async Task DisposeAsync()
        {
            Client.Dispose();
            await app!.DisposeAsync();
            SqliteConnection.ClearAllPools();
            folder.Dispose();
        }
    }

    internal sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    [Fact]
    public async Task The_page_is_sent_and_needs_nothing_else()
    {
        using HttpResponseMessage response = await server.Client.GetAsync("/");
        string page = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.EndsWith("</html>", page.TrimEnd(), StringComparison.Ordinal);
        Assert.All(Addresses().Matches(page).Select(m => m.Groups[1].Value), address => Assert.StartsWith("data:", address, StringComparison.Ordinal));
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_says_what_moved_it_and_leaves_out_what_was_taken()
    {
        JsonElement answer = await AddedAsync("eva", new { items = new[] { "CA0RED", "CA1RED" } }, "?count=4&explain=true");
        Assert.Equal("new", answer.GetProperty("state").GetString());
        Assert.Equal(ShopModel.First.Fingerprint, answer.GetProperty("model").GetString());
        JsonElement[] list = [.. answer.GetProperty("recommendations").EnumerateArray()];
        Assert.Equal(4, list.Length);
        Assert.DoesNotContain(list, r => r.GetProperty("item").GetString() is "CA0RED" or "CA1RED");
        Assert.All(list, r => Assert.Equal(["CA0RED", "CA1RED"], r.GetProperty("because").EnumerateArray().Select(b => b.GetProperty("item").GetString()!).Order(StringComparer.Ordinal)));
        double[] probabilities = [.. list.Select(r => r.GetProperty("probability").GetDouble())];
        Assert.Equal(probabilities.OrderDescending(), probabilities);
        JsonElement without = await server.Client.GetFromJsonAsync<JsonElement>("/api/users/eva");
        Assert.Equal(JsonValueKind.Null, without.GetProperty("recommendations")[0].GetProperty("because").ValueKind);
        Assert.Equal(10, without.GetProperty("recommendations").GetArrayLength());
    }

    [Fact]
    public async Task A_session_ends_by_a_pause_or_by_a_word()
    {
        await AddedAsync("rosa", new { items = new[] { "CA0RED" } });
        Assert.Equal(["CA0RED", "CA1RED"], Session(await AddedAsync("rosa", new { items = new[] { "CA1RED" } })));
        Assert.Equal(["CA2RED"], Session(await AddedAsync("rosa", new { items = new[] { "CA2RED" }, newSession = true })));
        server.Time.Now += TimeSpan.FromMinutes(29);
        Assert.Equal(["CA2RED", "CA3RED"], Session(await AddedAsync("rosa", new { items = new[] { "CA3RED" } })));
        server.Time.Now += TimeSpan.FromMinutes(31);
        Assert.Empty(Session(await server.Client.GetFromJsonAsync<JsonElement>("/api/users/rosa")));
        Assert.Equal(["CA4RED"], Session(await AddedAsync("rosa", new { items = new[] { "CA4RED" } })));
    }

    [Fact]
    public async Task Items_are_found_and_users_forgotten()
    {
        JsonElement found = await server.Client.GetFromJsonAsync<JsonElement>("/api/items?query=red%20tent");
        Assert.Equal(["CA0RED"], found.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("item").GetString()));
        await AddedAsync("ida", new { items = new[] { "CA0RED" } });
        Assert.True((await (await server.Client.DeleteAsync("/api/users/ida")).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("forgotten").GetBoolean());
        JsonElement answer = await server.Client.GetFromJsonAsync<JsonElement>("/api/users/ida");
        Assert.Equal("new", answer.GetProperty("state").GetString());
        Assert.Empty(Session(answer));
    }

    [Theory]
    [InlineData("{\"items\":", "This is no JSON")]
    [InlineData("", "This is no JSON")]
    [InlineData("{\"items\":7}", "This is no JSON")]
    [InlineData("null", "1 to 50 items")]
    [InlineData("{}", "1 to 50 items")]
    [InlineData("{\"items\":[]}", "1 to 50 items")]
    [InlineData("{\"items\":[null]}", "does not know an item ''")]
    [InlineData("{\"items\":[\"CA0RED\",\"none\"]}", "does not know an item 'none'")]
    public async Task Broken_items_are_refused_and_change_nothing(string body, string part)
    {
        using HttpResponseMessage response = await server.Client.PostAsync("/api/users/broken/items", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(part, await Error(response), StringComparison.Ordinal);
        Assert.Equal("new", (await server.Client.GetFromJsonAsync<JsonElement>("/api/users/broken")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Other_requests_that_make_no_sense_are_refused_with_a_sentence()
    {
        Assert.Contains("count is a number from 1 to 100", await Refused(server.Client.GetAsync("/api/users/x?count=0")), StringComparison.Ordinal);
        Assert.Contains("explain is true or false", await Refused(server.Client.GetAsync("/api/users/x?explain=maybe")), StringComparison.Ordinal);
        Assert.Contains("1 to 100 characters", await Refused(server.Client.GetAsync($"/api/users/{new string('x', 101)}")), StringComparison.Ordinal);
        Assert.Contains("1 to 100 characters", await Refused(server.Client.DeleteAsync("/api/users/a%01b")), StringComparison.Ordinal);
        // They would be names of others as well.
        foreach (string name in new[] { "a%2Fb", "a%252Fb", "%ff" })
            Assert.Contains("no / and no %", await Refused(server.Client.GetAsync(new Uri($"/api/users/{name}", UriKind.Relative))), StringComparison.Ordinal);
        Assert.Contains("1 to 50 items", await Refused(server.Client.PostAsJsonAsync("/api/users/x/items", new { items = Enumerable.Repeat("CA0RED", 51) })), StringComparison.Ordinal);
        using HttpResponseMessage text = await server.Client.PostAsync("/api/users/x/items", new StringContent("{}", Encoding.UTF8, "text/plain"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.StatusCode);

        static async Task<string> Refused(Task<HttpResponseMessage> asked)
        {
            using HttpResponseMessage response = await asked;
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            return await Error(response);
        }
    }

    async Task<JsonElement> AddedAsync(string user, object items, string options = "")
    {
        using HttpResponseMessage response = await server.Client.PostAsJsonAsync($"/api/users/{user}/items{options}", items);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    static IEnumerable<string?> Session(JsonElement answer) => answer.GetProperty("session").EnumerateArray().Select(i => i.GetString());

    static async Task<string> Error(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString()!;

    [GeneratedRegex("""(?:src|href|srcset|action|url)\s*[=(]\s*["']?([^"')>\s]+)""")]
    private static partial Regex Addresses();
}
