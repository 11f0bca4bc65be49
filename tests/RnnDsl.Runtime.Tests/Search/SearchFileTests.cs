using System.Text;
using RnnDsl.Runtime.Tests.Storage;
using RnnDsl.Search;

namespace RnnDsl.Tests.Search;

public sealed class SearchFileTests : IDisposable
{
    const int Trials = 12;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A search without training, whose second trial fails.</summary>
    static HyperparameterSearch Make(string? file, int trials = Trials, int seed = 1, int sideBySide = 3, TrialSampler? sampler = null, StoppingRule? stopping = null,
        SearchSpace? space = null, string task = "", SearchGoal goal = SearchGoal.Minimize, IReadOnlyList<TrialValues>? first = null) => new(space ?? MadeUpSearch.Space, trial =>
    {
        trial.Report(trial.Number("rate"));
        if (trial.Id == 2)
            throw new IOException("lost \"it\" and ü");
        trial.Report(trial.Number("rate") / 3);
    })
        { File = file, Trials = trials, Seed = seed, SideBySide = sideBySide, Threads = 1, Sampler = sampler ?? new TpeSampler { Startup = 3 },
            Stopping = stopping, Task = task, Goal = goal, First = first ?? [] };

    [Fact]
    public void A_file_that_ends_anywhere_goes_on_to_the_same_end()
    {
        string file = folder.File("search.jsonl");
        SearchResult whole = Make(null).Run();
        Assert.Equal(MadeUpSearch.Text(whole), MadeUpSearch.Text(Make(file).Run()));
        byte[] bytes = File.ReadAllBytes(file);
        Assert.Equal(Trials + 1, Encoding.UTF8.GetString(bytes).Count(c => c == '\n'));
        for (int length = 0; length <= bytes.Length; length += length < 30 ? 1 : 29)
        {
            File.WriteAllBytes(file, bytes[..length]);
            Assert.Equal(MadeUpSearch.Text(whole), MadeUpSearch.Text(Make(file).Run()));
            Assert.Equal(Trials + 1, File.ReadAllLines(file).Length);
        }
        // A search that has ended runs nothing.
        SearchResult again = new HyperparameterSearch(MadeUpSearch.Space, _ => Assert.Fail("It ran.")) { File = file, Trials = Trials, SideBySide = 3, Sampler = new TpeSampler { Startup = 3 } }.Run();
        Assert.Equal(MadeUpSearch.Text(whole), MadeUpSearch.Text(again));
    }

    [Fact]
    public void More_trials_go_on_and_fewer_are_the_first_ones()
    {
        string file = folder.File("search.jsonl");
        Make(file).Run();
        Assert.Equal(MadeUpSearch.Text(Make(null, trials: 20).Run()), MadeUpSearch.Text(Make(file, trials: 20).Run()));
        Assert.Equal(MadeUpSearch.Text(Make(null, trials: 5).Run()), MadeUpSearch.Text(Make(file, trials: 5).Run()));
    }

    [Fact]
    public void A_trial_whose_line_was_removed_runs_again()
    {
        string file = folder.File("search.jsonl");
        SearchResult whole = Make(file).Run();
        string[] lines = File.ReadAllLines(file);
        File.WriteAllText(file, string.Concat(lines.Where((_, i) => i is not (4 or 7)).Select(l => l + "\n")));
        Assert.Equal(MadeUpSearch.Text(whole), MadeUpSearch.Text(Make(file).Run()));
        Assert.Equal(lines.Select(WithoutSeconds).Order(), File.ReadAllLines(file).Select(WithoutSeconds).Order());

        static string WithoutSeconds(string line) => System.Text.RegularExpressions.Regex.Replace(line, "\"seconds\":[^,}]+", "");
    }

    public static TheoryData<string, Func<string, object>> Others => new()
    {
        { "Its seed is \"1\", and this search has \"2\"", file => Make(file, seed: 2) },
        { "Its side by side is \"3\"", file => Make(file, sideBySide: 4) },
        { "Its sampler is \"TPE, startup 3, candidates 24\", and this search has \"random\"", file => Make(file, sampler: new RandomSampler()) },
        { "Its stopping is \"none\"", file => Make(file, stopping: new SuccessiveHalving()) },
        { "Its task is \"\", and this search has \"other data\"", file => Make(file, task: "other data") },
        { "Its goal is \"minimize\"", file => Make(file, goal: SearchGoal.Maximize) },
        { "Its ranges is", file => Make(file, space: new SearchSpace(SearchRange.LogUniform("rate", 1e-3, 1e2))) },
        { "Its first is \"\"", file => Make(file, first: [MadeUpSearch.Space.Values(("rate", 1), ("batch", 2), ("optimizer", "AdamW"))]) },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void A_file_of_another_search_is_refused_and_left(string message, Func<string, object> other)
    {
        string file = folder.File("search.jsonl");
        Make(file).Run();
        byte[] before = File.ReadAllBytes(file);
        string said = Assert.Throws<InvalidDataException>(() => ((HyperparameterSearch)other(file)).Run()).Message;
        Assert.StartsWith(file, said);
        Assert.Contains(message, said);
        Assert.Equal(before, File.ReadAllBytes(file));
    }

    [Theory]
    [InlineData("version\":1", "version\":2", "version 2, this library reads version 1")]
    [InlineData("rnndsl-search", "rnndsl-others", "not a file of a search")]
    [InlineData("{\"trial\":3", "{\"trial\":4", "is no trial of this search")]
    [InlineData("{\"trial\":3", "{\"trial\":-3", "is no trial of this search")]
    [InlineData("{\"trial\":3", "{\"trial\":3e99", "is no trial of this search")]
    [InlineData("{\"trial\":3", "[[[[[[[[[[", "is no trial of this search")]
    [InlineData("\"state\":\"finished\"", "\"state\":\"done\"", "Its state is 'done'")]
    [InlineData("\"reports\":[", "\"reports\":[-77,", "Its best value is none of its reports, or not the best of them")]
    [InlineData("\"trial\":3", "\"trail\":3", "It lacks one of trial, seed, state, values, reports and seconds")]
    [InlineData("\"reports\":[", "\"reports\":[1e999,", "line 2 is no trial of this search")]
    [InlineData("\"reports\":[", "\"reports\":[null,", "line 2 is no trial of this search")]
    [InlineData("\"rate\":", "\"rat\":", "Did you mean 'rate'?")]
    [InlineData("\"rate\":", "\"rate\":9999", "is no value of rate")]
    [InlineData("\"optimizer\":\"SGD\"", "\"optimizer\":\"AdamW\"", "where it does not exist")]
    [InlineData("\"seconds\":", "\"minutes\":", "line 2 is no trial of this search")]
    public void A_damaged_file_is_refused_and_left(string from, string to, string message)
    {
        string file = folder.File("search.jsonl");
        Make(file).Run();
        string text = File.ReadAllText(file);
        int at = text.IndexOf(from, StringComparison.Ordinal);
        Assert.True(at >= 0);
        File.WriteAllText(file, text[..at] + to + text[(at + from.Length)..]);
        byte[] before = File.ReadAllBytes(file);
        string said = Assert.Throws<InvalidDataException>(() => Make(file).Run()).Message;
        Assert.Contains(message, said);
        Assert.Contains(file, said);
        Assert.DoesNotContain('\n', said);
        Assert.Equal(before, File.ReadAllBytes(file));
    }

    [Fact]
    public void What_is_no_file_of_a_search_is_left()
    {
        foreach (string text in new[] { "time,load\n1,2\n", "time,load", "{\"version\":1}\n", "{\"version\":1,", "\n" })
        {
            string file = folder.File("other.csv");
            File.WriteAllText(file, text);
            if (text == "{\"version\":1,")
                // The beginning of the first line: that of a search that was killed with it.
                Assert.Equal(Trials, Make(file).Run().Trials.Count);
            else
            {
                Assert.Throws<InvalidDataException>(() => Make(file).Run());
                Assert.Equal(text, File.ReadAllText(file));
            }
        }
        string large = folder.File("large.bin");
        using (FileStream stream = File.Create(large))
            stream.SetLength(1L << 32);
        Assert.Contains("a line is longer", Assert.Throws<InvalidDataException>(() => Make(large).Run()).Message);
        Assert.Equal(1L << 32, new FileInfo(large).Length);
        Assert.Throws<IOException>(() => Make(folder.Path).Run());
        Assert.Throws<IOException>(() => Make(Path.Combine(folder.Path, "none", "search.jsonl")).Run());
    }

    [Fact]
    public void Two_searches_do_not_share_a_file()
    {
        string file = folder.File("search.jsonl");
        bool refused = false;
        new HyperparameterSearch(MadeUpSearch.Space, trial =>
        {
            refused |= Record.Exception(() => Make(file).Run()) is IOException;
            trial.Report(1);
        })
        { File = file, Trials = 1 }.Run();
        Assert.True(refused);
    }

    [Fact]
    public void A_second_line_of_a_trial_is_refused()
    {
        string file = folder.File("search.jsonl");
        Make(file).Run();
        File.AppendAllText(file, File.ReadAllLines(file)[1] + "\n");
        Assert.Contains("a second line of trial 1", Assert.Throws<InvalidDataException>(() => Make(file).Run()).Message);
    }
}
