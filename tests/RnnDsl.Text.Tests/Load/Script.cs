using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using RnnDsl.Examples.Dialogue;
using RnnDsl.Memory;
using Session = RnnDsl.Examples.Dialogue.Session;

namespace RnnDsl.Text.Tests.Load;

/// <summary>What a customer sends, and what must come back.</summary>
/// <param name="Text">What is said; null where <paramref name="Broken"/> is sent as it is.</param>
/// <param name="Broken">Bytes that are no message.</param>
/// <param name="Type">The content type.</param>
/// <param name="Status">The status of the answer; null if the customer hangs up in the middle of the request.</param>
/// <param name="Reply">What the assistant answers; null where the request is refused.</param>
sealed record Turn(string? Text, byte[]? Broken, string Type, HttpStatusCode? Status, Reply? Reply)
{
    /// <summary>The bytes of the request in a session.</summary>
    public byte[] Body(string? session) => Broken ?? JsonSerializer.SerializeToUtf8Bytes(new { text = Text, session });
}

/// <summary>A conversation that was written before it is held: the same assistant has answered it alone, in this process, so that each answer of a server is known.</summary>
static class Script
{
    const string Json = "application/json";

    static readonly string[] asides =
    [
        "do you have a garden table in blue", "how tall is the eiffel tower", "🙂🙃👩‍👩‍👧‍👦",
        "请问订单在哪里", "\u0000\u0001 \u202e abc", "<script>alert('x')</script>",
        "'; drop table orders; --", "?", "hello", "thank you very much", "are you a robot", "{order} {thing} {",
        new string('x', WebServer.MostCharacters), string.Concat(Enumerable.Repeat("where is my order ", 100))[..WebServer.MostCharacters],
    ];

    static readonly Turn[] broken =
    [
        Refused("{\"text\":", HttpStatusCode.BadRequest), Refused("", HttpStatusCode.BadRequest), Refused("[1]", HttpStatusCode.BadRequest),
        Refused("{\"text\":\"\"}", HttpStatusCode.BadRequest),
        Refused("{\"text\":\"\\ud800\"}", HttpStatusCode.BadRequest), Refused($"{{\"text\":\"{new string('y', 501)}\"}}", HttpStatusCode.BadRequest),
        Refused(new string('[', 5000), HttpStatusCode.BadRequest),
        Refused($"{{\"text\":\"{new string('z', 10_000)}\"}}", HttpStatusCode.RequestEntityTooLarge),
        Refused($"{{\"text\":\"{new string('z', 100_000)}\"}}", HttpStatusCode.RequestEntityTooLarge),
        Refused("{\"text\":\"hello\"}", HttpStatusCode.UnsupportedMediaType) with { Type = "text/plain" },
        Refused("", HttpStatusCode.BadRequest) with { Broken = [.. "{\"text\":\""u8, 0xff, 0xc0, .. "\"}"u8] },
        Refused("{\"text\":\"where is", null),
    ];

    /// <summary>A conversation about an order of its own number.</summary>
    /// <param name="assistant">Who answers.</param>
    /// <param name="number">The number of the script, from which that of the order comes.</param>
    public static Turn[] Write(Assistant assistant, int number)
    {
        var random = new RandomStream(number, "scripts");
        string order = (10_000 + 7 * number).ToString(CultureInfo.InvariantCulture);
        string[] said =
        [
            $"where is my order {order}", asides[number % asides.Length], "and can i still cancel it",
            random.Below(2) == 0 ? "where is the bill of the order" : "my kettle stopped working yesterday",
            asides[random.Below(asides.Length)], $"please stop order {order}",
        ];
        var session = new Session();
        List<Turn> turns = [.. said.Take(2 + random.Below(said.Length - 1)).Select(text => Answered(text, assistant.Answer(session, text)))];
        turns.Insert(random.Below(turns.Count + 1), broken[number % broken.Length]);
        return [.. turns];
    }

    static Turn Answered(string text, Reply reply) => new(text, null, Json, HttpStatusCode.OK, reply with { Slots = new Dictionary<string, string>(reply.Slots) });

    static Turn Refused(string body, HttpStatusCode? status) => new(null, Encoding.UTF8.GetBytes(body), Json, status, null);
}
