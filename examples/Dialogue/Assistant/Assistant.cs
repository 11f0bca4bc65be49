namespace RnnDsl.Examples.Dialogue;

/// <summary>What is answered, and why.</summary>
/// <param name="Text">The answer.</param>
/// <param name="Intent">What the message wants; null if that is not known.</param>
/// <param name="Probability">Of the intent; 0 without a model of intents, and for small talk, which that model does not know.</param>
/// <param name="Score">Of the past exchange whose answer it is, from 0 to 1.</param>
/// <param name="Slots">What was named in this session.</param>
sealed record Reply(string Text, string? Intent, double Probability, double Score, IReadOnlyDictionary<string, string> Slots)
{
    /// <summary>
    /// "retrieval" if the answer is that of a past exchange, or asks for what it lacks; "generation" if a model wrote it; null if nothing is known, or if the
    /// assistant tracks.
    /// </summary>
    public string? By { get; init; }

    /// <summary>What the user wants by now, of an assistant that tracks it; else null.</summary>
    public DialogueState? State { get; init; }
}

/// <summary>Who answers users. The models are for one thread; one message is therefore answered after the other, each in some milliseconds.</summary>
abstract class Assistant : IDisposable
{
    readonly Lock turn = new();

    /// <summary>The answer to a message of a session. What it names is remembered.</summary>
    public Reply Answer(Sessions sessions, string? id, string message, out string session)
    {
        lock (turn)
        {
            (session, Session own) = sessions.Find(id);
            return Answer(own, message);
        }
    }

    /// <summary>The answer to a message, by a caller that has the only session.</summary>
    public abstract Reply Answer(Session session, string message);

    /// <summary>Saves the assistant in a folder, all or nothing.</summary>
    public abstract void Save(string folder);

    /// <summary>The assistant of a folder, of either kind.</summary>
    /// <exception cref="InvalidDataException">The folder holds none, or a file is missing or broken.</exception>
    public static Assistant Load(string folder) => (Assistant?)TrackingAssistant.Load(folder) ?? CustomerAssistant.Load(folder);

    public abstract void Dispose();
}
