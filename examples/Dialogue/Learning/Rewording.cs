using System.Text;
using RnnDsl.Memory;

namespace RnnDsl.Examples.Dialogue;

/// <summary>
/// Says a question in other words, by rules of English and Chinese. There are three families of rules without a common one: a model that learnt from the first
/// is tuned with questions reworded by the second, and tested with those reworded by the third.
/// </summary>
sealed class Rewording
{
    readonly string[] frames;
    readonly (string From, string To)[] words;
    readonly Func<string, RandomStream, string> mistype, shorten;

    Rewording(string[] frames, (string, string)[] words, Func<string, RandomStream, string> mistype, Func<string, RandomStream, string> shorten) =>
        (this.frames, this.words, this.mistype, this.shorten) = (frames, words, mistype, shorten);

    static readonly Rewording english = new(["{0} please", "please, {0}", "hello, {0}", "tell me: {0}", "hey {0}"],
        [("what is", "what's"), ("i am", "i'm"), ("do not", "don't"), ("you are", "you're"), ("can you", "could you"), ("want to", "would like to"), ("like", "love"),
            ("big", "huge"), ("talk", "speak")], DropLetter, DropAnyWord);

    static readonly Rewording englishTuning = new(["hi there. {0}", "one question: {0}", "i wonder, {0}"],
        [("who is", "who might be"), ("where is", "where can i find"), ("when", "at what time"), ("do you know", "are you aware of"), ("get", "receive"),
            ("need", "require"), ("make", "create"), ("good", "fine")], DoubleLetter, DropSecondWord);

    static readonly Rewording englishTest = new(["could you let me know: {0}", "good evening! {0} thanks", "excuse me, {0}", "sorry to bother you, {0}"],
        [("what", "which thing"), ("how do i", "how can one"), ("how do you", "in what way do you"), ("do you like", "are you fond of"), ("are you", "would you be"),
            ("why", "for what reason"), ("favorite", "preferred"), ("movie", "film"), ("buy", "purchase"), ("help", "assist"), ("problem", "trouble"),
            ("tell me", "explain"), ("computer", "machine"), ("difference between", "contrast of"), ("fix", "repair"), ("error", "mistake"), ("start", "begin"),
            ("stop", "end")], SwapLetters, DropSmallWords);

    static readonly Rewording chinese = new(["请问{0}", "你好，{0}", "{0}谢谢"], [("什么是", "啥是"), ("你", "您"), ("喜欢", "爱"), ("怎么", "怎样")], DropLetter, DropAnyWord);

    static readonly Rewording chineseTuning = new(["问一下，{0}", "{0}呢"], [("谁", "哪个人"), ("哪里", "什么地方"), ("知道", "了解"), ("可以", "能够")], DoubleLetter, DropSecondWord);

    static readonly Rewording chineseTest = new(["我想知道{0}", "麻烦告诉我一下{0}", "打扰了，{0}"],
        [("什么", "何"), ("为什么", "为何"), ("吗", "么"), ("告诉我", "说说"), ("是不是", "是否"), ("多少", "几"), ("电脑", "计算机"), ("机器人", "机器")], SwapLetters, DropSmallWords);

    /// <summary>Rules to learn from.</summary>
    public static string ForTraining(string text, RandomStream random) => (IsChinese(text) ? chinese : english).Apply(text, random);

    /// <summary>Rules to choose settings by.</summary>
    public static string ForTuning(string text, RandomStream random) => (IsChinese(text) ? chineseTuning : englishTuning).Apply(text, random);

    /// <summary>Rules that no decision looks at.</summary>
    public static string ForTest(string text, RandomStream random) => (IsChinese(text) ? chineseTest : englishTest).Apply(text, random);

    string Apply(string text, RandomStream random)
    {
        string said = text.ToLowerInvariant().Trim(' ', '?', '？', '.', '。', '!', '！');
        foreach ((string from, string to) in words)
            if (random.Below(10) < 7)
                said = Replace(said, from, to);
        if (random.Below(3) == 0)
            said = shorten(said, random);
        if (random.Below(2) == 0)
            said = mistype(said, random);
        if (random.Below(2) == 0 || said == text)
            said = frames[random.Below(frames.Length)].Replace("{0}", said, StringComparison.Ordinal);
        return said;
    }

    static bool IsChinese(string text) => text.Any(c => c is >= '\u4e00' and <= '\u9fff');

    /// <summary>Replaces whole words; of Chinese any letters.</summary>
    static string Replace(string text, string from, string to)
    {
        int at = text.IndexOf(from, StringComparison.Ordinal);
        return at < 0 || !IsEdge(at - 1) || !IsEdge(at + from.Length) ? text : $"{text[..at]}{to}{text[(at + from.Length)..]}";

        bool IsEdge(int place) => IsChinese(from) || place < 0 || place >= text.Length || !char.IsLetterOrDigit(text[place]);
    }

    static string DropLetter(string text, RandomStream random) => Mistyped(text, random, (word, at) => word.Remove(at, 1));

    static string DoubleLetter(string text, RandomStream random) => Mistyped(text, random, (word, at) => word.Insert(at, word[at].ToString()));

    static string SwapLetters(string text, RandomStream random) => Mistyped(text, random, (word, at) =>
        new StringBuilder(word) { [at] = word[at + 1], [at + 1] = word[at] }.ToString());

    /// <summary>One word of at least four letters is mistyped, at none of its ends.</summary>
    static string Mistyped(string text, RandomStream random, Func<string, int, string> change)
    {
        string[] words = text.Split(' ');
        int[] long4 = [.. Enumerable.Range(0, words.Length).Where(i => words[i].Length >= 4 && !words[i].Any(char.IsSurrogate))];
        if (long4.Length == 0)
            return text;
        int chosen = long4[random.Below(long4.Length)];
        words[chosen] = change(words[chosen], 1 + random.Below(words[chosen].Length - 3));
        return string.Join(' ', words);
    }

    static string DropAnyWord(string text, RandomStream random) => Without(text, count => random.Below(count));

    static string DropSecondWord(string text, RandomStream random) => Without(text, _ => 1);

    static string Without(string text, Func<int, int> choose)
    {
        List<string> words = [.. text.Split(' ')];
        if (words.Count < 4)
            return text;
        words.RemoveAt(choose(words.Count));
        return string.Join(' ', words);
    }

    static string DropSmallWords(string text, RandomStream random)
    {
        if (IsChinese(text))
            return text.Replace("的", "", StringComparison.Ordinal).Replace("了", "", StringComparison.Ordinal) is { Length: > 0 } rest ? rest : text;
        string[] rested = [.. text.Split(' ').Where(w => w is not ("the" or "a" or "an" or "is" or "of" or "do" or "does"))];
        return rested.Length > 1 ? string.Join(' ', rested) : text;
    }
}
