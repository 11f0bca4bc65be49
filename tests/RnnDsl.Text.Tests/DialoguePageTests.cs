using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using RnnDsl.Browsing;
using RnnDsl.Examples.Dialogue;

namespace RnnDsl.Text.Tests;

/// <summary>The page of <c>examples/Dialogue</c> in a real browser: somebody types, and reads what is answered.</summary>
public sealed class DialoguePageTests(DialogueServerTests.Server server, TrackingTests.Learned learned)
    : IClassFixture<DialogueServerTests.Server>, IClassFixture<TrackingTests.Learned>
{
    [ChromiumFact]
    public async Task A_message_is_typed_and_answered_in_the_page()
    {
        await using BrowserPage page = await BrowserPage.OpenAsync(server.Client.BaseAddress!);
        Assert.Equal("Customer service", (await page.EvaluateAsync("document.title")).GetString());
        Exchange known = MadeUpShop.Exchanges()[0];
        Assert.Equal(["Hello! How can I help you?", known.Question, known.Answer], await SayAsync(page, known.Question, 3));
        Assert.Equal("", (await page.EvaluateAsync("document.querySelector('input').value")).GetString());
        // Text stays text, and the next message can be typed at once.
        const string Markup = "<img src=x onerror=\"document.title='taken'\">";
        Assert.Equal(Markup, (await SayAsync(page, Markup, 5))[3]);
        Assert.Equal(0, (await page.EvaluateAsync("document.querySelectorAll('img').length")).GetInt32());
        Assert.Equal("Customer service", (await page.EvaluateAsync("document.title")).GetString());
        Assert.Empty(page.Complaints);
    }

    [ChromiumFact]
    public async Task The_state_of_the_dialogue_stands_below_each_answer()
    {
        await using WebApplication app = WebServer.Create(learned.Assistant, port: 0, new Sessions(10, TimeSpan.FromHours(1)));
        await app.StartAsync();
        await using BrowserPage page = await BrowserPage.OpenAsync(new Uri(app.Urls.Single()));
        await SayAsync(page, "i want a dark brown table", 3);
        await SayAsync(page, "any will do", 5);
        await SayAsync(page, "what is the price", 7);
        JsonElement notes = await page.EvaluateAsync("[...document.querySelectorAll('#talk small')].map(note => note.textContent)");
        Assert.Equal(["color: dark brown", "color: dark brown · material: dontcare", "color: dark brown · material: dontcare · price?"],
            notes.EnumerateArray().Select(n => n.GetString()));
        Assert.Empty(page.Complaints);
    }

    [ChromiumFact]
    public async Task An_answer_that_does_not_come_is_said_so()
    {
        await using WebApplication app = WebServer.Create(learned.Assistant, port: 0, new Sessions(10, TimeSpan.FromHours(1)));
        await app.StartAsync();
        await using BrowserPage page = await BrowserPage.OpenAsync(new Uri(app.Urls.Single()));
        await app.StopAsync();
        Assert.StartsWith("This message could not be answered", (await SayAsync(page, "hello", 3))[2], StringComparison.Ordinal);
    }

    /// <summary>Waits until the page takes input, types a message, presses Enter, and waits until so many messages stand in the page. Returns these.</summary>
    internal static async Task<string[]> SayAsync(BrowserPage page, string message, int count)
    {
        await page.EvaluateAsync("new Promise(done => { const look = () => document.activeElement?.tagName === 'INPUT' ? done(true) : setTimeout(look, 10); look(); })");
        await page.TypeAsync(message);
        await page.PressEnterAsync();
        JsonElement messages = await page.EvaluateAsync(string.Format(CultureInfo.InvariantCulture, """
            new Promise(done => {{
                const talk = document.getElementById("talk"), button = document.querySelector("button");
                const look = () => {{
                    const messages = [...talk.querySelectorAll("div")].map(message => message.textContent);
                    if (messages.length >= {0} && !button.disabled)
                        done(messages);
                }};
                new MutationObserver(look).observe(document.body, {{ childList: true, subtree: true, attributes: true }});
                look();
            }})
            """, count));
        return [.. messages.EnumerateArray().Select(m => m.GetString()!)];
    }
}
