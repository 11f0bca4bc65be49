using RnnDsl.Memory;
using RnnDsl.Metrics;

namespace RnnDsl.Runtime.Tests.Metrics;

/// <summary>Texts are those of scikit-learn, some from its documentation.</summary>
public class ClassificationReportTests
{
    static readonly string[] Actual = "B-LOC I-LOC O O B-PER O B-ORG I-ORG I-ORG O O B-LOC O B-PER I-PER O".Split(' ');
    static readonly string[] Predicted = "B-LOC I-LOC O O B-PER B-PER B-ORG I-ORG O O O B-ORG O B-PER O O".Split(' ');

    [Fact]
    public void The_example_of_scikit_learn()
    {
        // The documentation of classification_report, first example.
        var report = new ClassificationReport(["class 0", "class 1", "class 2"], [0, 1, 2, 2, 2], [0, 0, 2, 2, 1]);
        Assert.Equal("""
                          precision    recall  f1-score   support

                 class 0       0.50      1.00      0.67         1
                 class 1       0.00      0.00      0.00         1
                 class 2       1.00      0.67      0.80         3

                accuracy                           0.60         5
               macro avg       0.50      0.56      0.49         5
            weighted avg       0.70      0.60      0.61         5
            """.ReplaceLineEndings("\n"), report.Format());
        Assert.Equal(report.Format(4), report.ToString());
        Assert.Empty(report.ZeroDivisions);
        // Of all classes the micro average is the accuracy.
        Assert.Contains("   micro avg       0.60      0.60      0.60         5\n", report.Format(micro: true));
    }

    [Fact]
    public void A_line_break_in_a_name_does_not_break_the_table() =>
        Assert.Contains("\n         a b       1.00      1.00      1.00         1\n", new ClassificationReport(["a\nb", "c"], [0, 1], [0, 1]).Format());

    [Fact]
    public void Labels_choose_the_rows()
    {
        // The same documentation, second example: 0 occurs and is no label, 2 and 3 do not occur.
        ClassificationReport report = ClassificationReport.Create(["1", "1", "1"], ["1", "1", "0"], ["1", "2", "3"]);
        Assert.Equal("""
                          precision    recall  f1-score   support

                       1       1.00      0.67      0.80         3
                       2       0.00      0.00      0.00         0
                       3       0.00      0.00      0.00         0

               micro avg       1.00      0.67      0.80         3
               macro avg       0.33      0.22      0.27         3
            weighted avg       1.00      0.67      0.80         3
            """.ReplaceLineEndings("\n"), report.Format());
        Assert.True(report.IsPartial);
        Assert.Equal(
        [
            "Precision of 2, 3 is 0/0, since no example was predicted to be so; it counts as 0.", "Recall of 2, 3 is 0/0, since no example is so; it counts as 0.",
            "F1 of 2, 3 is 0/0, since no example is so or was predicted to be so; it counts as 0.",
        ], report.ZeroDivisions);

        // Labels beyond those that occur leave the accuracy.
        ClassificationReport all = ClassificationReport.Create(["b", "a"], ["b", "b"], ["b", "a", "c"]);
        Assert.False(all.IsPartial);
        Assert.Equal(["b", "a", "c"], all.Classes);
        Assert.Contains("    accuracy                           0.50         2\n", all.Format());
    }

    [Fact]
    public void The_tags_of_a_text_with_and_without_O()
    {
        ClassificationReport report = ClassificationReport.Create(Actual, Predicted);
        Assert.Equal("""
                          precision    recall  f1-score   support

                   B-LOC     1.0000    0.5000    0.6667         2
                   B-ORG     0.5000    1.0000    0.6667         1
                   B-PER     0.6667    1.0000    0.8000         2
                   I-LOC     1.0000    1.0000    1.0000         1
                   I-ORG     1.0000    0.5000    0.6667         2
                   I-PER     0.0000    0.0000    0.0000         1
                       O     0.7500    0.8571    0.8000         7

                accuracy                         0.7500        16
               macro avg     0.7024    0.6939    0.6571        16
            weighted avg     0.7552    0.7500    0.7208        16
            """.ReplaceLineEndings("\n"), report.ToString());
        Assert.Equal(0.6691109900797135, report.MatthewsCorrelation, 1e-12);
        Assert.Equal(0.6577540106951871, report.CohenKappa, 1e-12);
        Assert.Equal(0.6938775510204082, report.BalancedAccuracy, 1e-12);

        ClassificationReport without = report.Without("O");
        Assert.EndsWith("""
                   I-PER     0.0000    0.0000    0.0000         1

               micro avg     0.7500    0.6667    0.7059         9
               macro avg     0.6944    0.6667    0.6333         9
            weighted avg     0.7593    0.6667    0.6593         9
            """.ReplaceLineEndings("\n"), without.ToString());
        Assert.Equal(0.75, without.Accuracy);
        Assert.Equal(report.MatthewsCorrelation, without.MatthewsCorrelation);
        Assert.Equal(["I-ORG", "B-LOC"], report.Only("I-ORG", "B-LOC").Classes);
        Assert.Equal(1, report.Only("I-PER", "O").Confusion(actual: 0, predicted: 1));
        Assert.Equal([new ConfusedPair("B-LOC", "B-ORG", 1), new ConfusedPair("I-ORG", "O", 1)], report.LargestConfusions(2));
        Assert.Equal(4, report.LargestConfusions().Sum(p => p.Count));

        // The same by sentences.
        Assert.Equal(report.ToString(), ClassificationReport.OfTags([Actual[..5], Actual[5..]], [Predicted[..5], Predicted[5..]]).ToString());
    }

    [Fact]
    public void Correlations_of_scikit_learn()
    {
        // The documentation of matthews_corrcoef, cohen_kappa_score and balanced_accuracy_score.
        Assert.Equal(-1.0 / 3, new ClassificationReport(["-1", "+1"], [1, 1, 1, 0], [1, 0, 1, 1]).MatthewsCorrelation, 1e-12);
        Assert.Equal(0.6875, ClassificationReport.Create(["negative", "positive", "negative", "neutral", "positive"], ["negative", "positive", "negative", "neutral", "negative"]).CohenKappa, 1e-12);
        Assert.Equal(0.625, new ClassificationReport(["0", "1"], [0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1]).BalancedAccuracy, 1e-12);
        var one = new ClassificationReport(["a", "b"], [0, 0], [0, 0]);
        Assert.Equal(0, one.MatthewsCorrelation);
        Assert.Equal(double.NaN, one.CohenKappa);
        Assert.Equal(1, one.BalancedAccuracy);
    }

    [Fact]
    public void What_is_zero_of_zero()
    {
        // "a" is never said, "c" is never so, "d" neither.
        ClassificationReport report = ClassificationReport.Create(["a", "b", "b"], ["b", "b", "c"], ["a", "b", "c", "d"]);
        Assert.Equal((0.0, 0.0, 0.0), Values(report.Scores[0]));
        Assert.Equal((0.0, 0.0, 0.0), Values(report.Scores[3]));
        ClassificationReport one = report.WithZeroDivision(1);
        // F1 is 0/0 for "d" alone, and not where one of precision and recall is 0.
        Assert.Equal((1.0, 0.0, 0.0), Values(one.Scores[0]));
        Assert.Equal((0.0, 1.0, 0.0), Values(one.Scores[2]));
        Assert.Equal((1.0, 1.0, 1.0), Values(one.Scores[3]));
        // scikit-learn's means leave NaN out: precision (0.5 + 0) / 2, recall (0 + 0.5) / 2, F1 (0 + 0.5 + 0) / 3.
        ClassificationReport none = report.WithZeroDivision(double.NaN);
        Assert.Equal((0.25, 0.25, 0.5 / 3), Values(none.MacroAverage));
        Assert.Equal((0.5, 1.0 / 3, 1.0 / 3), Values(none.WeightedAverage));
        Assert.Contains("           d        nan       nan       nan         0\n", none.Format());
        Assert.Equal("Precision of a, d is 0/0, since no example was predicted to be so; it counts as NaN.", none.ZeroDivisions[0]);
        // Only classes without examples: the weights are all 0, and the mean is the plain one.
        Assert.Equal((0.5, 1.0, 0.5), Values(one.Only("c", "d").WeightedAverage));
        Assert.Throws<ArgumentException>(() => report.WithZeroDivision(0.5));

        static (double, double, double) Values(ClassScore score) => (score.Precision, score.Recall, score.F1);
    }

    [Fact]
    public void Half_is_rounded_to_the_even_digit_and_names_make_room()
    {
        // 1/8, 3/8 and 5/8 are exact in binary: '%.2f' of them is 0.12, 0.38 and 0.62.
        int[] actual = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2], predicted = [0, 3, 3, 3, 3, 3, 3, 3, 1, 1, 1, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 3, 3, 3];
        string[] lines = new ClassificationReport(["a", "b", "a name of 25 characters 😀", "d"], actual, predicted).Format().Split('\n');
        Assert.Equal("                           precision    recall  f1-score   support", lines[0]);
        Assert.Equal("                        a       1.00      0.12      0.22         8", lines[2]);
        Assert.Equal("                        b       1.00      0.38      0.55         8", lines[3]);
        // One character for Python, which makes the line one longer here.
        Assert.Equal("a name of 25 characters 😀       1.00      0.62      0.77         8", lines[4]);
        Assert.Contains("           a          1         0         0         8", new ClassificationReport(["a", "b", "c", "d"], actual, predicted).Format(0));
        // The first column is as wide as there are digits.
        Assert.StartsWith("             a  1.00000000000000 1.00000000000000 ", new ClassificationReport(["a"], [0], [0]).Format(14).Split('\n')[2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClassificationReport(["a"], [0], [0]).Format(-1));
    }

    [Fact]
    public void What_does_not_fit_is_said()
    {
        Assert.Contains("2 classes that are so and 1 that were said", Assert.Throws<ArgumentException>(() => ClassificationReport.Create(["a", "b"], ["a"])).Message);
        Assert.Contains("at least one example, and there is none", Assert.Throws<ArgumentException>(() => ClassificationReport.Create([], [])).Message);
        Assert.Contains("label at index 1 is null", Assert.Throws<ArgumentException>(() => ClassificationReport.Create(["a", null!], ["a", "a"])).Message);
        Assert.Contains("'a' is there twice", Assert.Throws<ArgumentException>(() => ClassificationReport.Create(["a"], ["a"], ["a", "a"])).Message);
        Assert.Contains("no label", Assert.Throws<ArgumentException>(() => ClassificationReport.Create(["a"], ["a"], [])).Message);
        Assert.Contains("no class 'x'. The classes are a, b.", Assert.Throws<ArgumentException>(() => ClassificationReport.Create(["a"], ["b"]).Only("x")).Message);
        Assert.Contains("Example 1: class 0, said to be 2", Assert.Throws<ArgumentException>(() => new ClassificationReport(["a", "b"], [0, 0], [0, 2])).Message);
        Assert.Contains("Sentence 1, counted from 0, has 2 tags, and 1 were predicted", Assert.Throws<ArgumentException>(() => ClassificationReport.OfTags([["O"], ["O", "O"]], [["O"], ["O"]])).Message);
        Assert.Contains("the predictions end after 1", Assert.Throws<ArgumentException>(() => ClassificationReport.OfTags([["O"], ["O"]], [["O"]])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClassificationReport(["a"], [0], [0]).Confusion(0, 1));
    }

    static (string[] Actual, string[] Predicted) Random(RandomStream random, int examples, int classes)
    {
        string[] names = [.. Enumerable.Range(0, classes).Select(i => $"class {i:D5}")];
        string[] actual = [.. Enumerable.Range(0, examples).Select(_ => names[random.Below(1 + random.Below(classes))])];
        return (actual, [.. actual.Select(a => random.Below(3) == 0 ? names[random.Below(classes)] : a)]);
    }

    [Fact]
    public void Random_examples_counted_slowly()
    {
        var random = new RandomStream(20, "reports");
        for (int round = 0; round < 40; round++)
        {
            // Beyond 1024 classes pairs are held otherwise.
            (string[] actual, string[] predicted) = Random(random, 1 + random.Below(400), round == 39 ? 5000 : 1 + random.Below(200));
            ClassificationReport report = ClassificationReport.Create(actual, predicted);
            string[] classes = [.. actual.Concat(predicted).Distinct().Order(StringComparer.Ordinal)];
            Assert.Equal(classes, report.Classes);
            double macro = 0, weighted = 0;
            for (int c = 0; c < classes.Length; c++)
            {
                int right = actual.Zip(predicted).Count(p => p.First == classes[c] && p.Second == classes[c]), said = predicted.Count(p => p == classes[c]), are = actual.Count(p => p == classes[c]);
                double precision = said == 0 ? 0 : (double)right / said, recall = are == 0 ? 0 : (double)right / are, f1 = right == 0 ? 0 : 2 / (1 / precision + 1 / recall);
                ClassScore score = report.Scores[c];
                Assert.Equal((classes[c], are), (score.Name, (int)score.Support));
                Assert.Equal(precision, score.Precision, 1e-12);
                Assert.Equal(recall, score.Recall, 1e-12);
                Assert.Equal(f1, score.F1, 1e-12);
                (macro, weighted) = (macro + f1 / classes.Length, weighted + f1 * are / actual.Length);
                int other = random.Below(classes.Length);
                Assert.Equal(actual.Zip(predicted).Count(p => p.First == classes[c] && p.Second == classes[other]), report.Confusion(c, other));
            }
            Assert.Equal(macro, report.MacroAverage.F1, 1e-12);
            Assert.Equal(weighted, report.WeightedAverage.F1, 1e-12);
            double accuracy = (double)actual.Zip(predicted).Count(p => p.First == p.Second) / actual.Length;
            Assert.Equal(accuracy, report.Accuracy, 1e-12);
            Assert.Equal((accuracy, accuracy, accuracy), (report.MicroAverage.Precision, report.MicroAverage.Recall, report.MicroAverage.F1));
            Assert.Equal((double)actual.CountBy(a => a).Max(c => c.Value) / actual.Length, report.MajorityAccuracy, 1e-12);
            Assert.Equal(Correlation(actual, predicted, classes), report.MatthewsCorrelation, 1e-9);
        }
    }

    /// <summary>Gorodkin 2004, equation 8: covariances of indicator vectors.</summary>
    static double Correlation(string[] actual, string[] predicted, string[] classes)
    {
        double both = 0, first = 0, second = 0;
        foreach (string c in classes)
        {
            double[] x = [.. actual.Select(a => a == c ? 1.0 : 0)], y = [.. predicted.Select(p => p == c ? 1.0 : 0)];
            (double mx, double my) = (x.Average(), y.Average());
            both += x.Zip(y, (a, b) => (a - mx) * (b - my)).Sum();
            first += x.Sum(a => (a - mx) * (a - mx));
            second += y.Sum(b => (b - my) * (b - my));
        }
        return first * second < 1e-18 ? 0 : both / Math.Sqrt(first * second);
    }

    [Fact]
    public void Several_classes_an_example()
    {
        bool[][] actual = [.. new[] { "101", "010", "110", "000", "001" }.Select(Bits)], predicted = [.. new[] { "100", "011", "100", "000", "101" }.Select(Bits)];
        string[] classes = ["news", "sport", "art"];
        var report = new MultiLabelReport(classes, actual, predicted);
        // classification_report of these indicator matrices.
        Assert.Equal("""
                          precision    recall  f1-score   support

                    news     0.6667    1.0000    0.8000         2
                   sport     1.0000    0.5000    0.6667         2
                     art     0.5000    0.5000    0.5000         2

               micro avg     0.6667    0.6667    0.6667         6
               macro avg     0.7222    0.6667    0.6556         6
            weighted avg     0.7222    0.6667    0.6556         6
             samples avg     0.6000    0.6000    0.5333         6
            """.ReplaceLineEndings("\n"), report.ToString());
        // The fourth example has no class, and none was said.
        Assert.EndsWith(" samples avg     0.8000    0.8000    0.7333         6", new MultiLabelReport(classes, actual, predicted, zeroDivision: 1).ToString());
        Assert.EndsWith(" samples avg     0.7500    0.7500    0.6667         6", new MultiLabelReport(classes, actual, predicted, double.NaN).ToString());
        Assert.Equal((0.2, 4.0 / 15), (report.ExactMatch, report.HammingLoss));

        float[][] scores = [.. predicted.Select(p => p.Select((isSaid, c) => (c + 1) * 0.2f + (isSaid ? 0 : -0.1f)).ToArray())];
        Assert.Equal(report.ToString(), MultiLabelReport.FromScores(classes, actual, scores, [0.2f, 0.4f, 0.6f]).ToString());
        Assert.Equal(0, MultiLabelReport.FromScores(classes, actual, scores, [0.7f]).MicroAverage.Recall);
        Assert.Contains("2 thresholds for 3 classes", Assert.Throws<ArgumentException>(() => MultiLabelReport.FromScores(classes, actual, scores, [0.7f, 1f])).Message);
        scores[1][2] = float.NaN;
        Assert.Contains("The score of example 1 for class 'art' is NaN", Assert.Throws<ArgumentException>(() => MultiLabelReport.FromScores(classes, actual, scores, [0.7f])).Message);
        Assert.Contains("Example 0 has 3 values that are so and 2", Assert.Throws<ArgumentException>(() => new MultiLabelReport(classes, [[true, true, true]], [[true, true]])).Message);
        Assert.Throws<ArgumentException>(() => new MultiLabelReport(classes, [], []));
        Assert.Empty(report.ZeroDivisions);
        Assert.Equal(["Precision of art is 0/0, since no example was predicted to be so; it counts as 0."], new MultiLabelReport(classes, [Bits("111")], [Bits("110")]).ZeroDivisions);

        static bool[] Bits(string text) => [.. text.Select(c => c == '1')];
    }
}
