using System.Globalization;
using RnnDsl.Examples.Dialogue;
using Xunit.Abstractions;

namespace RnnDsl.Text.Tests.Load;

/// <summary>
/// The server of <c>examples/Dialogue</c> under load: twenty customers at once, some of whom send what is no message or hang up. No answer is lost or belongs
/// to another conversation, and memory does not grow.
/// <c>RNNDSL_LOAD_SECONDS</c> makes it longer, <c>RNNDSL_LOAD_RATE</c> says how many messages a second there are, and <c>RNNDSL_LOAD_LOG</c> names a file that
/// gets a line each minute.
/// </summary>
public sealed class DialogueLoadTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Conversations that are different, and sessions that the server remembers.</summary>
    const int Scripts = 96, MostSessions = 1000;

    static readonly double seconds = Number("RNNDSL_LOAD_SECONDS", 3), rate = Number("RNNDSL_LOAD_RATE", 150);
    static readonly Settings quick = new(Epochs: 3, PairEpochs: 4, Hidden: 16, Vector: 16, Members: 1, Rate: 0.01, GiveUp: 0.02, Seed: 1, Threads: 1, TalkEpochs: 1);

    readonly TemporaryFolder files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task Twenty_customers_at_once_get_their_own_answers_and_memory_stays()
    {
        string folder = files.Named("assistant");
        Turn[][] scripts = Learn(folder);
        await using ServerProcess server = await ServerProcess.StartAsync(folder, "--sessions", MostSessions.ToString(CultureInfo.InvariantCulture), "--forget-minutes", "5");
        var warm = new Customers(server.Address, scripts, count: 20, rate: 500);
        await warm.TalkAsync(TimeSpan.FromSeconds(1));
        var log = new LoadLog(server, output, Environment.GetEnvironmentVariable("RNNDSL_LOAD_LOG"));
        var customers = new Customers(server.Address, scripts, count: 20, rate);
        log.Begin(customers);
        Task talk = customers.TalkAsync(TimeSpan.FromSeconds(seconds));
        while (await Task.WhenAny(talk, Task.Delay(TimeSpan.FromSeconds(Math.Min(60, seconds / 4)))) != talk)
            log.Add();
        await talk;
        log.Add();
        log.End();
        Assert.Empty(warm.Faults.Concat(customers.Faults));
        Assert.True(customers.Conversations >= 20, $"Only {customers.Conversations} conversations came to their end.");
        Assert.True(customers.Messages > seconds * rate / 4, $"Only {customers.Messages} messages were answered.");
        Assert.True(log.Growth < 32, $"The memory of the server grew by {log.Growth:F1} MiB.");
        (int status, string printed, string errors) = await server.EndAsync();
        Assert.Equal((0, "Ended.", ""), (status, printed.Trim(), errors));
    }

    /// <summary>Learns an assistant for a moment, saves it, and writes the conversations with what it answers.</summary>
    static Turn[][] Learn(string folder)
    {
        IntentClassifier intents = IntentClassifier.Learn(MadeUpShop.Intents("messages", 600, Rewording.ForTraining, 1),
            MadeUpShop.Intents("validation", 100, Rewording.ForTuning, 2), quick);
        Exchange[] talk = [.. MadeUpSmallTalk.Exchanges().DistinctBy(e => e.Question)];
        AnswerFinder answers = AnswerFinder.Learn([.. MadeUpShop.Exchanges(), .. talk], quick);
        using (var learned = new CustomerAssistant(answers, intents, SlotFinder.Learn(MadeUpShop.Slots(400, 2), quick), SmallTalk.Learn(talk, quick)))
            learned.Save(folder);
        using CustomerAssistant assistant = CustomerAssistant.Load(folder);
        Turn[][] scripts = [.. Enumerable.Range(0, Scripts).Select(number => Script.Write(assistant, number))];
        // Only answers that are of one conversation alone show that none is mixed up.
        int told = scripts.Count(script => script.Any(turn => turn.Reply is { } reply && reply.Slots.Values.Any(value => value.Length == 5 && int.TryParse(value, out _))));
        Assert.True(told > Scripts / 2, $"The assistant finds the number of the order in {told} of {Scripts} conversations alone.");
        return scripts;
    }

    static double Number(string name, double usual) => double.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out double number)
        && number > 0 ? number : usual;
}
