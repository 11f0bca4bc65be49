using System.Text;
using RnnDsl.Data;
using RnnDsl.Sequences;
using RnnDsl.Storage;

namespace RnnDsl.Examples.TextGeneration;

/// <summary>The letters that a model knows, each with its number: code points of Unicode, so that Chinese text is text like any other.</summary>
sealed class Vocabulary
{
    readonly Rune[] letters;
    readonly Dictionary<Rune, int> numbers;

    public Vocabulary(IEnumerable<Rune> letters)
    {
        this.letters = [.. letters.Distinct().Order()];
        numbers = this.letters.Select((letter, number) => (letter, number)).ToDictionary(p => p.letter, p => p.number);
    }

    public int Count => letters.Length;

    public Rune this[int number] => letters[number];

    /// <summary>Numbers of a text's letters; −1 for one that is not known.</summary>
    public int[] Numbers(string text) => [.. text.EnumerateRunes().Select(letter => numbers.GetValueOrDefault(letter, -1))];

    public override string ToString() => string.Concat(letters);
}

/// <summary>A text in three parts, one after the other: nothing of the last two was trained on.</summary>
sealed record Corpus(int[] Train, int[] Validation, int[] Test)
{
    /// <summary>Reads a file of UTF-8, also gzipped.</summary>
    /// <exception cref="InvalidDataException">It is too short, or no UTF-8.</exception>
    public static string Read(string file)
    {
        using var stream = new UnpackedStream(InputFile.Open(file), file);
        using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            string text = reader.ReadToEnd().ReplaceLineEndings("\n");
            return text.Length >= 2000 ? text : throw new InvalidDataException($"{file} has {text.Length} letters: at least 2000 are needed to learn from.");
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException($"{file} is not encoded in UTF-8: save it so.");
        }
    }

    /// <summary>The first nine tenths train, the next twentieth validates, the last one tests.</summary>
    public static Corpus Of(string text, Vocabulary vocabulary)
    {
        int[] numbers = vocabulary.Numbers(text);
        int train = numbers.Length * 9 / 10, validation = numbers.Length / 20;
        return new(numbers[..train], numbers[train..(train + validation)], numbers[(train + validation)..]);
    }

    /// <summary>A stretch of text as so many sequences that run side by side: at each letter the one that follows is to be predicted.</summary>
    public static Dataset Sequences(int[] numbers, int count, int letters)
    {
        int length = (numbers.Length - 1) / count;
        int[][] Cut(int from) => [.. Enumerable.Range(0, count).Select(i => numbers[(i * length + from)..((i + 1) * length + from)])];
        return new Dataset(Column.OneHot("x", letters, Cut(0)), Column.OneHot("y", letters, Cut(1)));
    }
}
