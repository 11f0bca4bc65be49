using System.Globalization;
using System.Text;
using RnnDsl.Memory;

namespace RnnDsl.Metrics;

/// <summary>The scores of the entities of one type, or of all. A score that is 0/0 is 0, as in conlleval.</summary>
/// <param name="Type">The type, or "overall".</param>
/// <param name="Precision">Share of the predicted entities that are correct: same type, same first and last token.</param>
/// <param name="Recall">Share of the actual entities that were predicted.</param>
/// <param name="F1">Harmonic mean of precision and recall.</param>
/// <param name="Found">Number of predicted entities.</param>
/// <param name="Correct">Number of correct ones among them.</param>
/// <param name="Support">Number of actual entities.</param>
public sealed record EntityScore(string Type, double Precision, double Recall, double F1, long Found, long Correct, long Support)
{
    internal static EntityScore Of(string type, long found, long correct, long support)
    {
        ClassScore score = ClassScore.Of(type, correct, found, support, 0);
        return new EntityScore(type, score.Precision, score.Recall, score.F1, found, correct, support);
    }
}

/// <summary>
/// Scores of whole entities, overall and by type, by the rules of conlleval (Tjong Kim Sang, CoNLL-2000 to 2003), which <see cref="EntitySpans"/> describes: an entity is correct if its type and both of its ends are.
/// </summary>
public sealed class EntityReport
{
    /// <summary>What is counted of a type, in the order of the numbers in <see cref="counts"/>.</summary>
    const int Found = 0, Correct = 1, Support = 2, Kinds = 3;

    readonly string[] types;
    readonly long[] counts;
    readonly Course course;

    /// <summary>Compares predicted tags with the actual ones.</summary>
    /// <param name="actual">For each sentence the tags of its tokens.</param>
    /// <param name="predicted">For each sentence the predicted tags.</param>
    /// <exception cref="ArgumentException">The numbers of sentences differ, or those of tags in a sentence, which is named; there is no token; or a tag is null, or has neither a known prefix nor a type.</exception>
    public EntityReport(IEnumerable<IReadOnlyList<string>> actual, IEnumerable<IReadOnlyList<string>> predicted)
        : this(new Counter().Count(actual, predicted, out string[] types), types, null)
    {
    }

    /// <summary>The report of some sentences, each as often as it is listed; of all sentences if none are listed.</summary>
    EntityReport(Course course, string[] types, int[]? sentences)
    {
        (this.course, this.types) = (course, types);
        counts = new long[types.Length * Kinds];
        Sentences = sentences?.Length ?? course.Sentences.Count;
        for (int i = 0; i < Sentences; i++)
        {
            Sentence sentence = course.Sentences[sentences is null ? i : sentences[i]];
            foreach (int found in course.Events.AsSpan(sentence.First..sentence.End))
                counts[found]++;
            Tokens += sentence.Tokens;
            CorrectTokens += sentence.CorrectTokens;
        }
        Types = [.. types.Select((type, i) => EntityScore.Of(type, counts[i * Kinds + Found], counts[i * Kinds + Correct], counts[i * Kinds + Support])).OrderBy(s => s.Type, StringComparer.Ordinal)];
        Overall = EntityScore.Of("overall", Types.Sum(t => t.Found), Types.Sum(t => t.Correct), Types.Sum(t => t.Support));
    }

    /// <summary>The scores of all entities, counted together: the micro average.</summary>
    public EntityScore Overall { get; }

    /// <summary>The scores of each type that occurs, in the order of their names.</summary>
    public IReadOnlyList<EntityScore> Types { get; }

    /// <summary>The scores of one type.</summary>
    /// <exception cref="KeyNotFoundException">There is no actual and no predicted entity of this type.</exception>
    public EntityScore this[string type] => Types.FirstOrDefault(t => t.Type == type)
        ?? throw new KeyNotFoundException($"There is no entity of type '{type}'. The types are {string.Join(", ", Types.Select(t => t.Type))}.");

    /// <summary>Overall precision.</summary>
    public double Precision => Overall.Precision;

    /// <summary>Overall recall.</summary>
    public double Recall => Overall.Recall;

    /// <summary>Overall F1, which is usually called the F1 of a named-entity tagger.</summary>
    public double F1 => Overall.F1;

    /// <summary>Number of sentences.</summary>
    public int Sentences { get; }

    /// <summary>Number of tokens.</summary>
    public long Tokens { get; }

    /// <summary>Number of tokens whose tag was predicted correctly.</summary>
    public long CorrectTokens { get; }

    /// <summary>Share of the tokens whose tag was predicted correctly. Tokens outside of entities count too, so it is not a good measure of entities.</summary>
    public double TokenAccuracy => (double)CorrectTokens / Tokens;

    /// <summary>A confidence interval of a score by the bootstrap (<see cref="Bootstrap"/>), which draws whole sentences. A draw costs one addition for each entity.</summary>
    /// <param name="measure">The score: <c>r => r.F1</c>. A type that no drawn sentence has is in the report with zeros.</param>
    /// <param name="level">The confidence level of the interval, between 0 and 1.</param>
    /// <param name="resamples">Number of draws.</param>
    /// <param name="seed">The seed of the draws.</param>
    public ConfidenceInterval Interval(Func<EntityReport, double> measure, double level = 0.95, int resamples = 1000, int seed = 0)
    {
        var drawn = new int[course.Sentences.Count];
        return Bootstrap.Interval(measure(this), Draw, level, resamples, seed);

        double Draw(RandomStream random)
        {
            for (int i = 0; i < drawn.Length; i++)
                drawn[i] = random.Below(drawn.Length);
            return measure(new EntityReport(course, types, drawn));
        }
    }

    /// <summary>The same scores in the layout of scikit-learn's <c>classification_report</c>, as seqeval prints them: one row for each type, and the micro, macro and weighted means.</summary>
    /// <param name="digits">Digits after the decimal point, 0 to 30.</param>
    public string Format(int digits = 2)
    {
        ClassScore[] scores = [.. Types.Select(t => new ClassScore(t.Type, t.Precision, t.Recall, t.F1, t.Support))];
        ReportText text = new ReportText(scores.Select(s => s.Name), digits).Blank().Rows(scores).Blank();
        if (scores.Length > 0)
            text.Row(ClassScore.Of("micro avg", Overall.Correct, Overall.Found, Overall.Support, 0)).Row(ClassScore.Mean("macro avg", scores, false)).Row(ClassScore.Mean("weighted avg", scores, true));
        return text.ToString();
    }

    /// <summary>The text of conlleval, to the character, without the line break at its end. The last number of a line is the number of predicted entities of the type.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"processed {Tokens} tokens with {Overall.Support} phrases; found: {Overall.Found} phrases; correct: {Overall.Correct}.\n");
        text.Append(CultureInfo.InvariantCulture, $"accuracy: {100.0 * CorrectTokens / Tokens,6:F2}%; ");
        Line(Overall);
        foreach (EntityScore type in Types)
        {
            text.Append('\n').Append(type.Type.PadLeft(17)).Append(": ");
            Line(type);
            text.Append(CultureInfo.InvariantCulture, $"  {type.Found}");
        }
        return text.ToString();

        // In percent, computed as conlleval does.
        void Line(EntityScore score)
        {
            double precision = score.Found == 0 ? 0 : 100.0 * score.Correct / score.Found, recall = score.Support == 0 ? 0 : 100.0 * score.Correct / score.Support;
            double f1 = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
            text.Append(CultureInfo.InvariantCulture, $"precision: {precision,6:F2}%; recall: {recall,6:F2}%; FB1: {f1,6:F2}");
        }
    }

    /// <summary>What was counted in a sentence: a part of the events, and tokens.</summary>
    readonly record struct Sentence(int First, int End, int Tokens, int CorrectTokens);

    /// <summary>What was counted, sentence by sentence. An event is a type's number times <see cref="Kinds"/>, plus what was counted.</summary>
    sealed record Course(int[] Events, IReadOnlyList<Sentence> Sentences);

    sealed class Counter
    {
        readonly EntityTags tags = new();
        readonly List<int> events = [];
        readonly List<Sentence> sentences = [];

        public Course Count(IEnumerable<IReadOnlyList<string>> actual, IEnumerable<IReadOnlyList<string>> predicted, out string[] types)
        {
            long tokens = 0;
            foreach ((IReadOnlyList<string> first, IReadOnlyList<string> second) in TaggedPairs.Of(actual, predicted))
            {
                Add(first, second);
                tokens += first.Count;
            }
            if (tokens == 0)
                throw new ArgumentException($"There is no token in {sentences.Count} sentences.", nameof(actual));

            // Types that occur in entities, with new numbers: that of the tag O is none.
            int[] used = [.. events.Select(e => e / Kinds).Distinct()];
            var places = new int[tags.Types.Count];
            for (int i = 0; i < used.Length; i++)
                places[used[i]] = i;
            types = [.. used.Select(u => tags.Types[u])];
            return new Course([.. events.Select(e => places[e / Kinds] * Kinds + e % Kinds)], sentences);
        }

        void Add(IReadOnlyList<string> actual, IReadOnlyList<string> predicted)
        {
            int start = events.Count, correctTokens = 0;
            EntityTag so = EntityTag.Outside, said = EntityTag.Outside;
            // Whether entities began together, have one type, and neither has ended yet.
            bool isRight = false;
            for (int i = 0; i <= actual.Count; i++)
            {
                EntityTag soNow = EntityTag.Outside, saidNow = EntityTag.Outside;
                if (i < actual.Count)
                {
                    (int first, int second) = (tags.Number(actual[i], i), tags.Number(predicted[i], i));
                    (soNow, saidNow) = (tags[first], tags[second]);
                    correctTokens += first == second ? 1 : 0;
                }
                (bool isEnd, bool isSaidEnd) = (EntityTag.Ends(so, soNow), EntityTag.Ends(said, saidNow));
                if (isRight && isEnd && isSaidEnd)
                    events.Add(so.Type * Kinds + Correct);
                (bool isStart, bool isSaidStart) = (EntityTag.Starts(so, soNow), EntityTag.Starts(said, saidNow));
                isRight = isStart || isSaidStart || isEnd || isSaidEnd ? isStart && isSaidStart && soNow.Type == saidNow.Type : isRight;
                if (isStart)
                    events.Add(soNow.Type * Kinds + Support);
                if (isSaidStart)
                    events.Add(saidNow.Type * Kinds + Found);
                (so, said) = (soNow, saidNow);
            }
            sentences.Add(new Sentence(start, events.Count, actual.Count, correctTokens));
        }
    }
}
