using RnnDsl.Memory;
using RnnDsl.Text;

namespace RnnDsl.Examples.Dialogue;

/// <summary>
/// Conversations with the customers of a made-up shop: past exchanges, messages with their intents, the names and numbers in them, and messages that are none
/// of the shop's business.
/// </summary>
static class MadeUpShop
{
    /// <summary>An intent, what is answered, and how it is asked.</summary>
    static readonly (string Intent, string Answer, string[] Forms)[] topics =
    [
        ("order status", "Order {order} is on its way and will arrive within three days.",
            ["where is my order {order}", "has order {order} been sent yet", "when will the {thing} that i ordered {day} arrive",
             "my {thing} is late, is it on the way", "can you track order {order}"]),
        ("return", "You can send the {thing} back within 30 days. A label for the parcel is in your account.",
            ["i want to send the {thing} back", "how do i return a {thing}", "the {thing} does not fit, can i give it back", "please take back the {thing} i bought {day}"]),
        ("return cost", "Sending things back costs nothing, if the parcel has our label.",
            ["do i pay when the {thing} goes back", "what does it cost to return the {thing}", "is the way back free of charge", "who pays the postage of a return"]),
        ("broken", "I am sorry about the {thing}. We will send you another one at once.",
            ["the {thing} arrived broken", "my {thing} stopped working {day}", "the {thing} is damaged, what now", "a part of the {thing} is missing",
             "the {thing} does not turn on"]),
        ("price", "The price of the {thing} is on its page; it includes delivery.",
            ["how much is the {thing}", "what does a {thing} cost with delivery", "what is the price of the {thing}", "do you have a {thing} below fifty"]),
        ("discount", "If you order two of a kind, the second is ten percent cheaper.",
            ["is the {thing} cheaper when i order two", "do you give a discount on the {thing}", "will the price of the {thing} go down", "have you got a voucher for me"]),
        ("cancel", "Order {order} is canceled. Nothing will be charged.",
            ["cancel order {order}", "please stop order {order}", "i do not want order {order} any more", "can i still cancel the {thing} i ordered {day}",
             "do not send order {order}"]),
        ("stock", "The {thing} is in stock again on Monday.",
            ["do you have the {thing} in blue", "when is the {thing} back in store", "is the {thing} sold out", "how many of the {thing} are left"]),
        ("address", "The address of order {order} can be changed in your account until it is sent.",
            ["send order {order} to another address", "i have moved, what about order {order}", "can you change the address of order {order}",
             "my new street is not on order {order}"]),
        ("invoice", "The invoice for order {order} is on its way to your mailbox.",
            ["i need an invoice for order {order}", "where is the bill of order {order}", "please mail me the receipt of order {order}", "the invoice of order {order} is wrong"]),
        ("payment", "You can pay by card, by bank transfer, or when the parcel arrives.",
            ["how can i pay", "do you take credit cards", "can i pay when the parcel comes", "which ways of payment are there"]),
        ("password", "Choose 'forgotten' beside the password; a link to set another one comes by mail.",
            ["i forgot my password", "i cannot log in to my account", "how do i get a new password", "my account is locked since {day}"]),
        ("opening hours", "We answer from Monday to Saturday, 8 to 20 o'clock.",
            ["when are you open", "until when can i call you", "are you there on weekends", "what are your opening hours"]),
        ("person", "I will connect you with a colleague.",
            ["i want to talk to a person", "connect me with someone, please", "can a human answer me", "you do not understand me, give me an agent"]),
        ("warranty", "The warranty of the {thing} is two years from the day you bought it.",
            ["how long is the warranty of the {thing}", "is my {thing} from {day} still under warranty", "does the guarantee cover the {thing}",
             "what does the warranty of a {thing} include"]),
        ("delivery time", "Delivery takes two to three days, and a day longer to islands.",
            ["how long does delivery take", "how fast can you send a {thing}", "will it be here by {day}", "is there a faster delivery"]),
    ];
    static readonly string[] things = ["lamp", "chair", "phone", "jacket", "kettle", "bicycle", "printer", "radio", "tent", "desk", "watch", "carpet",
        "coffee machine", "garden table"];
    static readonly string[] days = ["yesterday", "last week", "on monday", "a month ago", "this morning", "in march"];
    static readonly string[] outside =
    [
        "what is the capital of peru", "how do i tie a tie", "will it rain on sunday", "how tall is the eiffel tower", "translate cat into french", "play some music",
        "who won the football match", "set an alarm for seven",
        "what is two plus nine", "what is on television tonight", "recommend a good novel", "how do i bake bread", "book a flight to lima",
        "what is the meaning of life", "do you like dogs", "turn on the light in the kitchen",
        "how old is the moon", "write a poem about rain", "where can i eat sushi", "is there traffic on my way", "spell necessary", "remind me to water the plants",
        "what time is it in tokyo", "who invented the telephone",
    ];

    /// <summary>The past exchanges: every way to ask, with what was answered.</summary>
    public static List<Exchange> Exchanges()
    {
        var random = new RandomStream(2, "exchanges");
        return [.. topics.SelectMany(t => t.Forms.Select(form => new Exchange(Text(Fill(form, random)), t.Answer, t.Intent)))];
    }

    /// <summary>Messages and what they want, half of them reworded.</summary>
    /// <param name="name">What messages call them.</param>
    /// <param name="count">How many.</param>
    /// <param name="rules">The rules of the other words.</param>
    /// <param name="seed">Of the draw.</param>
    public static LabeledCorpus Intents(string name, int count, Func<string, RandomStream, string> rules, int seed)
    {
        var random = new RandomStream(seed, "intents");
        return new LabeledCorpus(name, [.. Enumerable.Range(0, count).Select(_ => topics[random.Below(topics.Length)]).Select(topic =>
        {
            string text = Text(Fill(topic.Forms[random.Below(topic.Forms.Length)], random));
            return new LabeledText(random.Below(2) == 0 ? text : rules(text, random), topic.Intent);
        })]);
    }

    /// <summary>Messages with what they name marked, <c>B-thing</c> and the like.</summary>
    public static TaggedCorpus Slots(int count, int seed)
    {
        var random = new RandomStream(seed, "slots");
        return new TaggedCorpus("made-up messages with slots",
            [.. Enumerable.Range(0, count).Select(_ => topics[random.Below(topics.Length)]).Select(t => Fill(t.Forms[random.Below(t.Forms.Length)], random))], TagScheme.Iob2);
    }

    /// <summary>Messages that the shop has no answer to: half of them to choose a threshold by, half to test it.</summary>
    public static LabeledCorpus Outside(bool forTest) => new("made-up messages out of scope", [.. outside.Where((_, i) => i % 2 == 0 == forTest).Select(t => new LabeledText(t))]);

    static string Text(TaggedSentence sentence) => string.Join(' ', sentence.Words).Replace(" ,", ",", StringComparison.Ordinal);

    static TaggedSentence Fill(string form, RandomStream random)
    {
        List<string> words = [], tags = [];
        foreach (string part in form.Replace(",", " ,", StringComparison.Ordinal).Split(' '))
        {
            (string text, string? slot) = part switch
            {
                "{thing}" => (things[random.Below(things.Length)], "thing"),
                "{day}" => (days[random.Below(days.Length)], "day"),
                "{order}" => ((random.Below(2) == 0 ? "" : "A") + (10_000 + random.Below(90_000)).ToString(System.Globalization.CultureInfo.InvariantCulture), "order"),
                _ => (part, (string?)null),
            };
            string[] own = text.Split(' ');
            words.AddRange(own);
            tags.AddRange(own.Select((_, i) => slot is null ? TagSchemes.Outside : $"{(i == 0 ? 'B' : 'I')}-{slot}"));
        }
        return new TaggedSentence(words, tags);
    }
}
