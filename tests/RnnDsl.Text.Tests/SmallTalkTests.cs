using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using RnnDsl.Browsing;
using RnnDsl.Examples.Dialogue;
using RnnDsl.Sequences;
using Session = RnnDsl.Examples.Dialogue.Session;

namespace RnnDsl.Text.Tests;

/// <summary>What <c>examples/Dialogue</c> answers in words of its own.</summary>
public sealed class SmallTalkTests(SmallTalkTests.Learned learned) : IClassFixture<SmallTalkTests.Learned>
{
    static readonly Settings quick = new(Epochs: 3, PairEpochs: 6, Hidden: 24, Vector: 24, Members: 1, Rate: 0.01, GiveUp: 0.02, Seed: 1, Threads: 1, TalkEpochs: 4);

    /// <summary>An assistant that has learned for a moment.</summary>
    public sealed class Learned : IDisposable
    {
        readonly Exchange[] small = [.. MadeUpSmallTalk.Exchanges().GroupBy(e => e.Answer).SelectMany(g => g.Take(6))];

        public Learned()
        {
            Talk = SmallTalk.Learn(small, quick);
            Assistant = new CustomerAssistant(AnswerFinder.Learn([.. MadeUpShop.Exchanges(), .. small.DistinctBy(e => e.Question)], quick), null,
                SlotFinder.Learn(MadeUpShop.Slots(300, 2), quick), Talk);
        }

        internal SmallTalk Talk { get; }

        internal CustomerAssistant Assistant { get; }

        public void Dispose() => Assistant.Dispose();
    }

    [Fact]
    public void Answers_to_questions_that_were_held_out_are_foreseen_better_than_by_frequencies()
    {
        Assert.True(learned.Talk.HeldOut.Perplexity < learned.Talk.Frequencies.Perplexity / 3, $"{learned.Talk.HeldOut} beside {learned.Talk.Frequencies}");
        Assert.Equal(learned.Talk.Frequencies.Tokens, learned.Talk.HeldOut.Tokens);
        // Of three pieces, counted 0, 2 and 1 times, and each once more.
        var known = new Dataset(Column.OneHot("answer", 3, [[1, 1], [2]]));
        var unseen = new Dataset(Column.OneHot("answer", 3, [[0, 2]]));
        Assert.Equal(Math.Log(6 / 1.0) + Math.Log(6 / 2.0), SmallTalk.Score(known, unseen, 3).Nats, 1e-12);
    }

    [Fact]
    public void Small_talk_is_answered_by_generation_and_other_messages_are_not()
    {
        string[] answers = [.. MadeUpSmallTalk.Exchanges().Where(e => e.Question == "thank you").Select(e => e.Answer)];
        Reply thanks = Answered("thank you"), order = Answered("where is my order A12345"), asks = Answered("cancel order"), strange = Answered("乘法 🙂");
        Assert.Equal((CustomerAssistant.Generation, SmallTalk.Intent), (thanks.By, thanks.Intent));
        Assert.Contains(thanks.Text, answers);
        Assert.Equal(CustomerAssistant.Retrieval, order.By);
        Assert.Equal(CustomerAssistant.Retrieval, asks.By);
        Assert.Null(strange.By);
        Assert.Equal(CustomerAssistant.DoesNotKnow, strange.Text);
        // "morning" is a name of a day, and here a part of the greeting.
        Assert.Equal(CustomerAssistant.Generation, Answered("good morning").By);
        // Who names an order wants something, whatever is said beside it.
        Assert.NotEqual(CustomerAssistant.Generation, Answered("thank you for order A12345").By);

        Reply Answered(string message) => learned.Assistant.Answer(new Session(), message);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("🙂")]
    [InlineData("你好")]
    [InlineData("\u0000\ud800")]
    public void Any_message_has_an_answer(string message)
    {
        Assert.NotEqual("", learned.Talk.Answer(message));
        Assert.DoesNotContain("unknown", learned.Talk.Answer(message), StringComparison.Ordinal);
        Assert.Equal(learned.Talk.Answer("hello"), learned.Talk.Answer("HELLO"));
        Assert.NotEqual("", learned.Talk.Answer(string.Concat(Enumerable.Repeat("hello there ", 5000))));
    }

    [Fact]
    public void It_is_saved_with_the_assistant()
    {
        using var files = new TemporaryFolder();
        string folder = files.Named("assistant");
        learned.Assistant.Save(folder);
        using CustomerAssistant loaded = CustomerAssistant.Load(folder);
        foreach (string message in new[] { "thank you", "hello there", "how are you today", "where is my order A12345" })
        {
            Reply before = learned.Assistant.Answer(new Session(), message), after = loaded.Answer(new Session(), message);
            Assert.Equal((before.Text, before.By, before.Score), (after.Text, after.By, after.Score));
        }
        string model = Directory.GetFiles(folder, "small-talk.safetensors", SearchOption.AllDirectories).Single();
        File.Delete(model);
        Assert.Contains("small-talk.safetensors is missing", Assert.Throws<InvalidDataException>(() => CustomerAssistant.Load(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_little_small_talk_is_refused_and_so_is_small_talk_alone()
    {
        Exchange[] few = [.. MadeUpSmallTalk.Exchanges().Take(3)];
        Assert.Contains("There are 1 different questions of small talk; at least 20 are needed",
            Assert.Throws<InvalidDataException>(() => SmallTalk.Learn(few, quick)).Message, StringComparison.Ordinal);
        Assert.Contains("--conversations", Assert.Throws<ArgumentException>(() =>
            Lessons.Learn(Options.Root.Parse(["--train", "messages.csv", "--small-talk", "talk.csv"]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Small_talk_of_a_file_is_learned_beside_conversations_and_needs_no_intents()
    {
        using var files = new TemporaryFolder();
        string past = files.Write("past.csv", "question,answer,intent\n" + string.Concat(MadeUpShop.Exchanges().Select(e => $"\"{e.Question}\",\"{e.Answer}\",{e.Intent}\n")));
        string talk = files.Write("talk.csv", "question,answer\n" + string.Concat(MadeUpSmallTalk.Exchanges().Take(80).Select(e => $"\"{e.Question}\",\"{e.Answer}\"\n")));
        string folder = files.Named("assistant");
        string[] small = ["--epochs", "1", "--small-talk-epochs", "1", "--hidden", "8", "--vector", "8", "--threads", "1"];
        Lessons.Learn(Options.Root.Parse(["--conversations", past, "--intent-column", "intent", "--small-talk", talk, "--output", folder, .. small]));
        using CustomerAssistant loaded = CustomerAssistant.Load(folder);
        Assert.Equal(CustomerAssistant.Generation, loaded.Answer(new Session(), "good evening").By);
    }

    [Fact]
    public async Task The_answer_over_HTTP_says_how_it_was_made()
    {
        await using WebApplication app = WebServer.Create(learned.Assistant, port: 0, new Sessions(10, TimeSpan.FromHours(1)));
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Assert.Equal<string?[]>(["generation", "retrieval", null], [await By("thank you"), await By("where is my order A12345"), await By("乘法 🙂")]);

        async Task<string?> By(string text)
        {
            using HttpResponseMessage response = await client.PostAsJsonAsync("/api/messages", new { text });
            return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("by").GetString();
        }
    }

    [ChromiumFact]
    public async Task The_page_marks_what_was_generated()
    {
        await using WebApplication app = WebServer.Create(learned.Assistant, port: 0, new Sessions(10, TimeSpan.FromHours(1)));
        await app.StartAsync();
        await using BrowserPage page = await BrowserPage.OpenAsync(new Uri(app.Urls.Single()));
        await DialoguePageTests.SayAsync(page, "thank you", 3);
        Assert.Equal("small talk · generated", (await page.EvaluateAsync("document.querySelector('#talk small').textContent")).GetString());
    }
}
