using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;

namespace RnnDsl.Examples.Tests;

/// <summary>What stands where a number belongs, in all options of all examples.</summary>
public sealed partial class NumericOptionTests
{
    /// <summary>Each program with System.CommandLine, its subcommand, and how many of their options are numbers, which are found by trying.</summary>
    [Theory]
    [InlineData("Classification", "", 7)]
    [InlineData("ContinualLearning", "", 11)]
    [InlineData("Dialogue", "", 10)]
    [InlineData("Dialogue", "serve", 3)]
    [InlineData("Forecasting", "", 8)]
    [InlineData("HyperparameterSearch", "", 5)]
    [InlineData("Monitoring", "", 18)]
    [InlineData("Recommendation", "", 16)]
    [InlineData("Recommendation", "serve", 2)]
    [InlineData("RemainingLife", "", 7)]
    [InlineData("Speech", "", 9)]
    [InlineData("Speech", "strings", 9)]
    [InlineData("Tagging", "", 11)]
    [InlineData("TextClassification", "", 10)]
    [InlineData("text-generation", "", 9)]
    [InlineData("Translation", "", 18)]
    public void A_word_and_a_decimal_comma_are_refused_in_a_sentence(string program, string subcommand, int numbers)
    {
        string[] before = subcommand.Length == 0 ? [] : [subcommand];
        Ran help = Ran.Of(program, [.. before, "--help"]);
        Assert.Equal(0, help.ExitCode);
        int found = 0;
        foreach (Match option in Valued().Matches(help.Output))
        {
            string name = option.Groups[1].Value;
            // Unknown options keep a program from starting where the value is a text that it takes. The first one may count as its argument.
            Ran word = Ran.Of(program, [.. before, "--no-such-option", "--nor-this-one", name, "abc"]);
            Assert.Equal(1, word.ExitCode);
            Assert.DoesNotContain("Cannot parse argument 'abc' for option '" + name + "' as expected type 'System.", word.Error, StringComparison.Ordinal);
            bool isNumber = word.Error.Contains($"{name}: 'abc' is no", StringComparison.Ordinal);
            // Columns have names or numbers.
            Assert.True(isNumber || name.EndsWith("-column", StringComparison.Ordinal) || !Numeric().IsMatch(option.Value), $"{name} has a number by default, and takes 'abc'.");
            if (!isNumber)
                continue;
            found++;
            Ran comma = Ran.Of(program, [.. before, name, "0,003"]);
            Assert.Equal(1, comma.ExitCode);
            Assert.Contains($"{name}: '0,003' is no ", comma.Error, StringComparison.Ordinal);
            if (word.Error.Contains($"{name}: 'abc' is no number.", StringComparison.Ordinal))
                Assert.Contains("Write 0.003.", comma.Error, StringComparison.Ordinal);
        }
        Assert.Equal(numbers, found);
    }

    /// <summary>The native predictor reads its command line itself: a library would make it half as large again.</summary>
    [Theory]
    [InlineData("edge-predictor", "--epochs")]
    public void So_are_those_of_other_programs(string program, string options)
    {
        foreach (string option in options.Split(' '))
            foreach (string text in new[] { "abc", "0,003", "1,0", "1e1" })
            {
                Ran ran = Ran.Of(program, [option, text]);
                Assert.Equal(2, ran.ExitCode);
                Assert.Contains($"{option} needs a whole number", ran.Error, StringComparison.Ordinal);
            }
    }

    [Theory]
    [InlineData("--whole 12 --real 0.003", 12, 0.003, null, null)]
    [InlineData("--whole -1 --real -2.5E-3 inner --other 7 --share .5", -1, -0.0025, 7, 0.5)]
    [InlineData("inner", 5, 0.0, null, null)]
    public void Numbers_are_read_alike_in_every_country(string line, int whole, double real, int? other, double? share)
    {
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = Ran.WithComma;
            (int, double, int?, double?) read = default;
            Option<int> first = new("--whole") { DefaultValueFactory = _ => 5, Recursive = true };
            Option<double> second = new("--real") { Recursive = true };
            Option<int?> third = new("--other");
            Option<double?> fourth = new("--share");
            var inner = new Command("inner") { third, fourth };
            var root = new RootCommand { first, second, inner };
            first.Validators.Add(result => Assert.IsType<int>(result.GetValueOrDefault<int>()));
            root.SetAction(given => read = (given.GetValue(first), given.GetValue(second), null, null));
            inner.SetAction(given => read = (given.GetValue(first), given.GetValue(second), given.GetValue(third), given.GetValue(fourth)));
            Assert.Equal(0, root.Run(line.Split(' ')));
            Assert.Equal((whole, real, other, share), read);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [InlineData("abc", "'abc' is no number.")]
    [InlineData("0,003", "'0,003' is no number. Write 0.003.")]
    [InlineData("1,000.5", "'1,000.5' is no number.")]
    [InlineData("nan", "'nan' is no finite number.")]
    [InlineData("1e999", "'1e999' is no finite number.")]
    [InlineData("", "'' is no number.")]
    [InlineData("0.003", null)]
    public void Reals(string text, string? error) => Assert.Equal(error, Numbers.Real(text, out _));

    [Theory]
    [InlineData("1,000", "'1,000' is no whole number.")]
    [InlineData("1e1", "'1e1' is no whole number.")]
    [InlineData("3000000000", "'3000000000' is not from -2147483648 to 2147483647.")]
    [InlineData("-7", null)]
    public void Whole_numbers(string text, string? error) => Assert.Equal(error, Numbers.Whole(text, out _));

    [Fact]
    public void A_long_text_is_cut_in_the_message() => Assert.InRange(Numbers.Real(new string('x', 1_000_000), out _)!.Length, 60, 100);

    /// <summary>An option with a value in the text of a program's help, with its description.</summary>
    [GeneratedRegex(@"^  (?:-\w, )?(--[\w-]+) <[^|>]*>.*(?:\n {4,}.*)*", RegexOptions.Multiline)]
    private static partial Regex Valued();

    [GeneratedRegex(@"\[default: -?[\d.,]+(E-?\d+)?\]")]
    private static partial Regex Numeric();
}
