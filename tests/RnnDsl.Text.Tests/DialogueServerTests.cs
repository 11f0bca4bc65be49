using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using RnnDsl.Examples.Dialogue;

namespace RnnDsl.Text.Tests;

/// <summary>The server of <c>examples/Dialogue</c>, on a free port of this process.</summary>
public sealed partial class DialogueServerTests(DialogueServerTests.Server server) : IClassFixture<DialogueServerTests.Server>
{
    static readonly string[] questions = ["How long does delivery take?", "Can I pay by invoice?", "where is order A12345", "一二三", "🙂"];

    /// <summary>One assistant, which has learnt for a moment, behind one server.</summary>
    public sealed class Server : IAsyncLifetime
    {
        static readonly Settings quick = new(Epochs: 1, PairEpochs: 1, Hidden: 8, Vector: 8, Members: 1, Rate: 0.005, GiveUp: 0.02, Seed: 1, Threads: 1);

        readonly CustomerAssistant assistant = new(AnswerFinder.Learn(MadeUpShop.Exchanges(), quick), null, null);
        WebApplication? app;

        public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

        public async Task InitializeAsync()
        {
            app = WebServer.Create(assistant, port: 0, new Sessions(100, TimeSpan.FromHours(1)));
            await app.StartAsync();
            Client.BaseAddress = new Uri(app.Urls.Single());
        }

        public async Task DisposeAsync()
        {
            Client.Dispose();
            await app!.DisposeAsync();
            assistant.Dispose();
        }
    }

    [Fact]
    public async Task The_page_is_sent_and_needs_nothing_else()
    {
        using HttpResponseMessage response = await server.Client.GetAsync("/");
        string page = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.EndsWith("</html>", page.TrimEnd(), StringComparison.Ordinal);
        // Each address of the page is data, or the server's own for messages.
        Assert.All(Addresses().Matches(page).Select(m => m.Groups[1].Value), address => Assert.StartsWith("data:", address, StringComparison.Ordinal));
        Assert.Equal(["/api/messages"], Fetched().Matches(page).Select(m => m.Groups[1].Value));
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("import", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/other.js")).StatusCode);
    }

    [Fact]
    public async Task Messages_are_answered_and_a_session_goes_on()
    {
        string? session = null;
        foreach (string question in questions)
        {
            JsonElement reply = await Answered(new { text = question, session });
            Assert.NotEqual("", reply.GetProperty("text").GetString());
            Assert.InRange(reply.GetProperty("score").GetDouble(), -1, 1.01);
            Assert.Equal(session ?? reply.GetProperty("session").GetString(), reply.GetProperty("session").GetString());
            session = reply.GetProperty("session").GetString();
        }
        Exchange known = MadeUpShop.Exchanges()[0];
        Assert.Equal(known.Answer, (await Answered(new { text = known.Question })).GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("{\"text\":", HttpStatusCode.BadRequest, "This is no JSON")]
    [InlineData("", HttpStatusCode.BadRequest, "This is no JSON")]
    [InlineData("[1]", HttpStatusCode.BadRequest, "This is no JSON")]
    [InlineData("{\"text\":7}", HttpStatusCode.BadRequest, "This is no JSON")]
    [InlineData("null", HttpStatusCode.BadRequest, "1 to 500 characters")]
    [InlineData("{}", HttpStatusCode.BadRequest, "1 to 500 characters")]
    [InlineData("{\"text\":\"\"}", HttpStatusCode.BadRequest, "1 to 500 characters")]
    [InlineData("{\"text\":\" \\n\"}", HttpStatusCode.BadRequest, "1 to 500 characters")]
    public async Task A_broken_message_is_refused_with_a_sentence(string body, HttpStatusCode status, string part)
    {
        using HttpResponseMessage response = await server.Client.PostAsync("/api/messages", Json(body));
        Assert.Equal(status, response.StatusCode);
        Assert.Contains(part, await Error(response), StringComparison.Ordinal);
        await Answered(new { text = "hello" });
    }

    [Fact]
    public async Task Long_messages_and_other_types_are_refused()
    {
        using HttpResponseMessage longer = await server.Client.PostAsJsonAsync("/api/messages", new { text = new string('x', 501) });
        Assert.Equal(HttpStatusCode.BadRequest, longer.StatusCode);
        Assert.Contains("1 to 500 characters", await Error(longer), StringComparison.Ordinal);
        // With Expect the answer comes before the body is sent, so that a connection that the server closes cannot lose it.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/messages") { Content = Json($"{{\"text\":\"{new string('x', 100_000)}\"}}") };
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage huge = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, huge.StatusCode);
        Assert.NotEqual("", await Error(huge));
        using HttpResponseMessage text = await server.Client.PostAsync("/api/messages", new StringContent("{\"text\":\"hello\"}", Encoding.UTF8, "text/plain"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.Client.GetAsync("/api/messages")).StatusCode);
        await Answered(new { text = "hello" });
    }

    [Fact]
    public async Task Fifty_at_once_are_answered_each_in_a_session_of_its_own()
    {
        JsonElement[] replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Answered(new { text = questions[i % questions.Length] })));
        Assert.Equal(50, replies.Select(r => r.GetProperty("session").GetString()).Distinct().Count());
        for (int i = 0; i < replies.Length; i++)
            Assert.Equal(replies[i % questions.Length].GetProperty("text").GetString(), replies[i].GetProperty("text").GetString());
    }

    async Task<JsonElement> Answered(object message)
    {
        using HttpResponseMessage response = await server.Client.PostAsJsonAsync("/api/messages", message);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    static async Task<string> Error(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString()!;

    [GeneratedRegex("""(?:src|href|srcset|action|url)\s*[=(]\s*["']?([^"')>\s]+)""")]
    private static partial Regex Addresses();

    [GeneratedRegex("""fetch\(\s*["']([^"']+)""")]
    private static partial Regex Fetched();
}
