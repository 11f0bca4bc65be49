namespace RnnDsl.Examples.Dialogue;

/// <summary>How the models of the assistant are trained.</summary>
/// <param name="Epochs">How often the messages are read.</param>
/// <param name="PairEpochs">How often each exchange is compared with others.</param>
/// <param name="Hidden">Units in each direction.</param>
/// <param name="Vector">Numbers of a word's vector.</param>
/// <param name="Members">Models whose probabilities of intents are averaged.</param>
/// <param name="Rate">Learning rate of AdamW at the start.</param>
/// <param name="GiveUp">Share of right answers that the threshold may withhold.</param>
/// <param name="Seed">Of all that is random.</param>
/// <param name="Threads">0: one for each processor.</param>
/// <param name="TalkEpochs">How often small talk is read.</param>
sealed record Settings(int Epochs, int PairEpochs, int Hidden, int Vector, int Members, double Rate, double GiveUp, int Seed, int Threads, int TalkEpochs = 30);
