namespace RnnDsl.Examples.Dialogue;

/// <summary>What customers of the made-up shop say that is no question to the shop, and what can be answered.</summary>
static class MadeUpSmallTalk
{
    static readonly (string[] Forms, string[] Answers)[] topics =
    [
        (["hello", "hi there", "good morning", "good evening", "hey", "hello again", "good day to you", "hi, is anybody there"],
            ["Hello! What can I do for you?", "Hello, it is nice to hear from you.", "Good day! How can I help?"]),
        (["how are you", "how are you today", "how is it going", "are you well", "how do you feel", "what is up", "how has your day been", "is everything fine with you"],
            ["I am fine, thank you. And you?", "Very well, thank you.", "All is well here. How are you?"]),
        (["thank you", "thanks", "thank you very much", "many thanks", "thanks a lot", "that is kind, thank you", "i thank you", "cheers"],
            ["You are welcome.", "It was a pleasure.", "You are welcome. Is there anything else?"]),
        (["goodbye", "bye", "see you later", "have a nice day", "bye bye", "good night", "see you soon", "until next time"],
            ["Goodbye, and thank you.", "Goodbye! Have a nice day.", "See you soon."]),
        (["are you a robot", "are you a machine", "am i talking to a machine", "is this a computer", "are you real", "is this a bot", "are you a program",
            "do machines write this"],
            ["I am a program that has read many conversations.", "I am a machine, but I do my best.", "Yes, I am a program."]),
        (["what is your name", "who are you", "do you have a name", "how are you called", "tell me your name", "what shall i call you", "who is this", "may i know your name"],
            ["I am the assistant of this shop.", "I have no name. I am the assistant of the shop.", "You can call me assistant."]),
        (["you are great", "well done", "you are very kind", "that was helpful", "good job", "you are smart", "i like you", "you are the best"],
            ["Thank you, that is kind of you.", "I am glad to hear that.", "Thank you! I do my best."]),
        (["you are stupid", "that was no help", "you are useless", "you do not get it", "this is silly", "you are a bad assistant", "i do not like you", "you are slow"],
            ["I am sorry. Please say it in other words.", "I am sorry that I was no help.", "I am sorry. I am still learning."]),
        (["what can you do", "how can you help me", "what do you know", "what are you good at", "what can i ask you", "which questions do you answer",
            "what are you for", "can you help me"],
            ["I answer questions about orders, returns and payment.", "Ask me about an order, a return or a price.", "I can help with orders and returns."]),
        (["how old are you", "when were you born", "what is your age", "are you old", "are you young", "when were you made", "since when do you exist", "is it your birthday"],
            ["I am as old as this shop.", "I do not count my years.", "I am quite young for a program."]),
        (["i feel sad today", "i am tired", "i had a bad day", "i am not well", "i am in a bad mood", "i am so sad", "this day is terrible", "i am lonely"],
            ["I am sorry to hear that.", "I hope that you feel better soon.", "I am sorry. Can I do anything for you?"]),
        (["i am happy", "what a nice day", "i am in a good mood", "i had a good day", "i feel great", "i am so glad", "life is good", "the sun is out"],
            ["I am glad to hear that.", "That is nice to hear.", "How nice! What can I do for you?"]),
        (["tell me a joke", "make me laugh", "do you know a joke", "say something funny", "i want to hear a joke", "are you funny", "entertain me", "one more joke"],
            ["I know none that is good enough.", "My jokes are sold out.", "I am better with orders than with jokes."]),
        (["sorry", "i am sorry", "my mistake", "i did not mean that", "forgive me", "i was rude", "my apologies", "i take that back"],
            ["No problem at all.", "That is all right.", "Never mind. How can I help?"]),
        (["one moment", "wait a minute", "a second, please", "hold on", "wait", "give me a minute", "let me look", "i will be right back"],
            ["Take your time.", "I will wait.", "Of course, take your time."]),
        (["okay", "all right", "i see", "fine", "understood", "good to know", "that makes sense", "i understand"],
            ["Good. Is there anything else?", "Very well.", "Good. What else can I do for you?"]),
    ];

    /// <summary>Everything that is said, with each of its answers.</summary>
    public static List<Exchange> Exchanges() => [.. from topic in topics from form in topic.Forms from answer in topic.Answers select new Exchange(form, answer, SmallTalk.Intent)];
}
