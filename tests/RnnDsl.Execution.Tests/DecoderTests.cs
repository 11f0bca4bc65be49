using RnnDsl.Execution.Tests.Cells;
using RnnDsl.Prediction;
using RnnDsl.Sequences;

namespace RnnDsl.Execution.Tests;

/// <summary>Greedy decoding, sampling and beam search against all sequences that there are.</summary>
public class DecoderTests
{
    const int Symbols = 4, End = 0, Most = 5;

    static Predictor SymbolPredictor(int seed, string method = "Logits") => new(new SymbolModel(Symbols, 6, seed: seed), method);

    static LookingModel Looking(int seed) => new(source: 7, symbol: 5, hidden: 6, seed: seed);

    static Dataset Sources(params int[][] sources) => new(Column.OneHot("x", 7, sources), Column.OneHot("places", 12, [.. sources.Select(s => Enumerable.Range(0, s.Length).ToArray())]));

    static Predictor LookingPredictor(int seed) => new(Looking(seed), "Next", streamed: "before");

    /// <summary>All sequences that end within the most steps, with the logarithms of their probabilities and the values behind the scores.</summary>
    static List<(int[] Symbols, double Log, float[][] Beside)> All(PredictionStream stream, int symbols, int most, int begin = -1, Func<int[], int, bool>? allows = null)
    {
        var all = new List<(int[], double, float[][])>();
        Go(stream, [], begin, 0, []);
        return all;

        void Go(PredictionStream here, int[] before, int last, double log, float[][] beside)
        {
            var answer = new float[here.Predictor.OutputWidth];
            here.Step([last], answer);
            double sum = Math.Log(answer.Take(symbols).Sum(v => Math.Exp(v)));
            float[][] longer = [.. beside, answer[symbols..]];
            for (int symbol = 0; symbol < symbols; symbol++)
                if (allows?.Invoke(before, symbol) ?? true)
                {
                    if (symbol == End)
                        all.Add((before, log + answer[symbol] - sum, longer));
                    else if (before.Length + 1 < most)
                        Go(here.Fork(), [.. before, symbol], symbol, log + answer[symbol] - sum, longer);
                }
        }
    }

    static double Score(double log, int symbols, double penalty) => log / Math.Pow((5 + symbols) / 6.0, penalty);

    [Theory]
    [InlineData(0)]
    [InlineData(0.6)]
    [InlineData(1)]
    public void A_beam_that_is_wide_enough_finds_the_best_sequences_of_all(double penalty)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Predictor predictor = SymbolPredictor(seed);
            var all = All(predictor.Start(), Symbols, Most).OrderByDescending(s => Score(s.Log, s.Symbols.Length + 1, penalty)).ToList();
            var decoder = new SequenceDecoder(predictor, new DecodingOptions { End = End, MostSteps = Most });
            Hypothesis[] best = decoder.Beam(predictor.Start(), new BeamOptions { Beams = 400, Best = 20, LengthPenalty = penalty });
            Assert.Equal(20, best.Length);
            for (int i = 0; i < best.Length; i++)
            {
                Assert.Equal(all[i].Symbols, best[i].Symbols);
                Assert.Equal(all[i].Log, best[i].LogProbability, 1e-4);
                Assert.Equal(Score(all[i].Log, all[i].Symbols.Length + 1, penalty), best[i].Score, 1e-4);
                Assert.True(best[i].Ended);
            }
        }
    }

    [Fact]
    public void Constraints_and_shortest_lengths_hold_in_all_ways_of_decoding()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            Predictor predictor = SymbolPredictor(seed);
            // No symbol comes twice in succession, and the end needs two symbols.
            bool Allows(int[] before, int symbol) => (before.Length == 0 || before[^1] != symbol) && (symbol != End || before.Length >= 2);
            var decoder = new SequenceDecoder(predictor, new DecodingOptions
            {
                End = End, MostSteps = Most, LeastSymbols = 2,
                Constraint = (_, before, allowed) => { if (before.Length > 0) allowed[before[^1]] = false; },
            });
            var all = All(predictor.Start(), Symbols, Most, allows: Allows).OrderByDescending(s => Score(s.Log, s.Symbols.Length + 1, 0.6)).ToList();
            Assert.Equal(all.Take(8).Select(s => string.Join(' ', s.Symbols)), decoder.Beam(predictor.Start(), new BeamOptions { Beams = 400, Best = 8 }).Select(h => string.Join(' ', h.Symbols)));
            foreach (Hypothesis one in new[] { decoder.Greedy(predictor.Start()), decoder.Sample(predictor.Start(), new SamplingOptions(), seed), decoder.Beam(predictor.Start(), new BeamOptions { Beams = 2 })[0] })
            {
                Assert.True(one.Symbols.Count >= 2);
                Assert.DoesNotContain(one.Symbols.Zip(one.Symbols.Skip(1)), p => p.First == p.Second);
                if (one.Ended)
                    Assert.Equal(all.Single(s => s.Symbols.SequenceEqual(one.Symbols)).Log, one.LogProbability, 1e-4);
            }
        }
    }

    [Fact]
    public void Greedy_takes_the_likeliest_symbol_and_says_if_it_was_cut_off()
    {
        bool anyCut = false, anyEnded = false;
        for (int seed = 0; seed < 100; seed++)
        {
            Predictor predictor = SymbolPredictor(seed), dense = SymbolPredictor(seed, "Dense");
            Hypothesis greedy = new SequenceDecoder(predictor, new DecodingOptions { End = End, MostSteps = Most }).Greedy(predictor.Start());
            PredictionStream stream = predictor.Start();
            var symbols = new List<int>();
            var logits = new float[Symbols];
            double log = 0;
            for (int last = -1; symbols.Count < Most;)
            {
                stream.Step([last], logits);
                last = Array.IndexOf(logits, logits.Max());
                log += logits[last] - Math.Log(logits.Sum(v => Math.Exp(v)));
                if (last == End)
                    break;
                symbols.Add(last);
            }
            Assert.Equal(symbols, greedy.Symbols);
            Assert.Equal(log, greedy.LogProbability, 1e-4);
            Assert.Equal(symbols.Count < Most, greedy.Ended);
            Assert.Equal(symbols, new SequenceDecoder(dense, new DecodingOptions { End = End, MostSteps = Most }).Greedy(dense.Start()).Symbols);
            anyCut |= !greedy.Ended;
            anyEnded |= greedy.Ended;
        }
        Assert.True(anyCut && anyEnded);
    }

    [Fact]
    public void What_is_cut_off_is_returned_if_nothing_ended()
    {
        Predictor predictor = SymbolPredictor(1);
        var decoder = new SequenceDecoder(predictor, new DecodingOptions { End = -1, MostSteps = 3 });
        Hypothesis[] best = decoder.Beam(predictor.Start(), new BeamOptions { Beams = 64, Best = 5 });
        var all = Enumerable.Range(0, Symbols * Symbols * Symbols).Select(n => new[] { n / 16, n / 4 % 4, n % 4 }).Select(symbols =>
        {
            PredictionStream stream = predictor.Start();
            var logits = new float[Symbols];
            double log = 0;
            for (int i = 0; i < 3; i++)
            {
                stream.Step([i == 0 ? -1 : symbols[i - 1]], logits);
                log += logits[symbols[i]] - Math.Log(logits.Sum(v => Math.Exp(v)));
            }
            return (symbols, log);
        }).OrderByDescending(s => s.log).Take(5).ToList();
        Assert.All(best.Zip(all), p => Assert.True(p.First.Symbols.SequenceEqual(p.Second.symbols) && !p.First.Ended && Math.Abs(p.First.LogProbability - p.Second.log) < 1e-4));
        Assert.Equal(3, decoder.Greedy(predictor.Start()).Symbols.Count);
    }

    [Fact]
    public void Streams_that_are_decoded_together_give_what_each_gives_alone()
    {
        Predictor predictor = LookingPredictor(3);
        var random = new Random(5);
        Dataset data = Sources([.. Enumerable.Range(0, 90).Select(_ => Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(7)).ToArray())]);
        PredictionStream[] starts = [.. Enumerable.Range(0, data.Count).Select(i => predictor.Start(data, i))];
        var options = new DecodingOptions { End = End, Symbols = 5, MostSteps = 9 };
        var decoder = new SequenceDecoder(predictor, options);
        foreach (BeamOptions beam in new[] { new BeamOptions { Beams = 4, Best = 3, CoveragePenalty = 0.3 }, new BeamOptions { Beams = 7, Best = 2, StopsEarly = true }, new BeamOptions { Beams = 1 } })
        {
            Hypothesis[][] together = decoder.Beam(starts, beam);
            for (int i = 0; i < starts.Length; i++)
                AssertSame(new SequenceDecoder(predictor, options).Beam(starts[i], beam), together[i]);
        }
        Hypothesis[] drawn = decoder.Sample(starts, new SamplingOptions { Temperature = 1.5 }, seed: 100), greedy = decoder.Greedy(starts);
        for (int i = 0; i < starts.Length; i++)
        {
            AssertSame([new SequenceDecoder(predictor, options).Sample(starts[i], new SamplingOptions { Temperature = 1.5 }, seed: 100 + i)], [drawn[i]]);
            AssertSame([new SequenceDecoder(predictor, options).Greedy(starts[i])], [greedy[i]]);
        }
    }

    static void AssertSame(Hypothesis[] expected, Hypothesis[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        foreach ((Hypothesis one, Hypothesis other) in expected.Zip(found))
        {
            Assert.Equal(one.Symbols, other.Symbols);
            Assert.Equal(one.LogProbability, other.LogProbability, 1e-4);
            Assert.Equal(one.Score, other.Score, 1e-4);
            Assert.Equal(one.Ended, other.Ended);
            Assert.Equal(one.Beside.Count, other.Beside.Count);
            for (int i = 0; i < one.Beside.Count; i++)
                Assert.All(one.Beside[i].Zip(other.Beside[i]), p => Assert.Equal(p.First, p.Second, 1e-4f));
        }
    }

    [Fact]
    public void Coverage_counts_what_attention_gave_each_position()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            Predictor predictor = LookingPredictor(seed);
            Dataset data = Sources([1, 5, 2, 6, 3], [4]);
            var decoder = new SequenceDecoder(predictor, new DecodingOptions { End = End, Symbols = 5, MostSteps = 4 });
            for (int example = 0; example < 2; example++)
            {
                int length = data["x"].Lengths[example];
                var all = All(predictor.Start(data, example), 5, 4).Select(s => (s.Symbols, s.Beside,
                    Score: Score(s.Log, s.Symbols.Length + 1, 0.6) + 0.4 * Enumerable.Range(0, length).Sum(p => Math.Log(Math.Min(1, s.Beside.Sum(row => (double)row[p]))))))
                    .OrderByDescending(s => s.Score).ToList();
                Hypothesis[] best = decoder.Beam(predictor.Start(data, example), new BeamOptions { Beams = 200, Best = 10, CoveragePenalty = 0.4 });
                for (int i = 0; i < best.Length; i++)
                {
                    Assert.Equal(all[i].Score, best[i].Score, 1e-4);
                    Assert.Equal(all[i].Symbols, best[i].Symbols);
                    Assert.Equal(all[i].Beside.Length, best[i].Beside.Count);
                    Assert.All(best[i].Beside.Zip(all[i].Beside), rows => Assert.All(rows.First.Zip(rows.Second), p => Assert.Equal(p.First, p.Second, 1e-4f)));
                    Assert.All(best[i].Beside, row => Assert.Equal(1, row.Sum(), 1e-4f));
                }
            }
        }
    }

    [Fact]
    public void A_wider_beam_and_the_proven_end_find_no_worse_score()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Predictor predictor = SymbolPredictor(seed);
            var decoder = new SequenceDecoder(predictor, new DecodingOptions { End = End, MostSteps = 12 });
            double early = decoder.Beam(predictor.Start(), new BeamOptions { Beams = 3, StopsEarly = true })[0].Score, proven = decoder.Beam(predictor.Start(), new BeamOptions { Beams = 3 })[0].Score;
            Assert.True(proven >= early);
        }
    }

    [Fact]
    public void A_copy_goes_on_like_a_fork_also_under_another_condition()
    {
        Predictor predictor = LookingPredictor(8);
        Dataset data = Sources([3], [1, 2, 3, 4, 5, 6, 0, 1, 2, 3], [6, 6]);
        PredictionStream copy = predictor.Start(data, 0);
        float[] expected = new float[predictor.OutputWidth], found = new float[predictor.OutputWidth];
        copy.Step([1], found);
        foreach (int example in new[] { 1, 2, 0, 1 })
        {
            PredictionStream other = predictor.Start(data, example);
            for (int i = 0; i < 20; i++)
                other.Step([i % 5], expected);
            copy.CopyFrom(other);
            PredictionStream fork = other.Fork();
            for (int i = 0; i < 20; i++)
            {
                fork.Step([(i + example) % 5], expected);
                copy.Step([(i + example) % 5], found);
                Assert.Equal(expected, found);
            }
        }
        var error = Assert.Throws<ArgumentException>(() => copy.CopyFrom(LookingPredictor(8).Start(data, 0)));
        Assert.Contains("another predictor", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void After_the_first_sequence_a_beam_search_allocates_for_its_result_alone()
    {
        Predictor predictor = SymbolPredictor(2);
        long Bytes(SequenceDecoder decoder)
        {
            PredictionStream start = predictor.Start();
            decoder.Beam(start);
            decoder.Beam(start);
            long before = GC.GetAllocatedBytesForCurrentThread();
            decoder.Beam(start);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        long few = Bytes(new SequenceDecoder(predictor, new DecodingOptions { End = -1, MostSteps = 10 })), many = Bytes(new SequenceDecoder(predictor, new DecodingOptions { End = -1, MostSteps = 210 }));
        // 200 symbols more in the result; a few bytes for what the runtime itself may do.
        Assert.InRange(many - few, 0, 200 * sizeof(int) + 64);
    }

    [Fact]
    public void Options_that_do_not_fit_are_refused()
    {
        Predictor predictor = SymbolPredictor(2), looking = LookingPredictor(2);
        Refused("End is 4, but it is a symbol from 0 to 3, or -1", () => new SequenceDecoder(predictor, new DecodingOptions { End = 4 }));
        Refused("Symbols is 5, but it is a number from 1 to 4, the values of an answer of SymbolModel.Logits", () => new SequenceDecoder(predictor, new DecodingOptions { End = 0, Symbols = 5 }));
        Refused("MostSteps is 0", () => new SequenceDecoder(predictor, new DecodingOptions { End = 0, MostSteps = 0 }));
        Refused("LeastSymbols is 3", () => new SequenceDecoder(predictor, new DecodingOptions { End = 0, MostSteps = 3, LeastSymbols = 3 }));
        Refused("cannot be each of 17 symbols: set Input", () => new SequenceDecoder(looking, new DecodingOptions { End = 0 }));
        var decoder = new SequenceDecoder(predictor, new DecodingOptions { End = 0 });
        Refused("Best is 6, but it is from 1 to Beams, 5", () => decoder.Beam(predictor.Start(), new BeamOptions { Best = 6 }));
        foreach (int beams in new[] { int.MaxValue, 1 << 25, 10_001 })
            Refused($"Beams is {beams}, but it is at most ", () => decoder.Beam(predictor.Start(), new BeamOptions { Beams = beams }));
        Refused("at most 512 with this model: the states and answers of a hypothesis take 4194304 bytes, and those of all must fit into 2 GiB", () => new BeamOptions { Beams = 513 }.Check(beside: 0, hypothesis: 1 << 20));
        Refused("Beams is 0", () => decoder.Beam(predictor.Start(), new BeamOptions { Beams = 0 }));
        foreach (double penalty in new[] { -1, double.NaN, double.PositiveInfinity })
        {
            Refused("LengthPenalty is", () => decoder.Beam(predictor.Start(), new BeamOptions { LengthPenalty = penalty }));
            Refused("CoveragePenalty is", () => decoder.Beam(predictor.Start(), new BeamOptions { CoveragePenalty = penalty }));
            Refused("Temperature is", () => decoder.Sample(predictor.Start(), new SamplingOptions { Temperature = penalty }, 1));
            Refused("RepetitionPenalty is", () => decoder.Sample(predictor.Start(), new SamplingOptions { RepetitionPenalty = penalty }, 1));
        }
        Refused("CoveragePenalty is 0.1, but it needs attention", () => decoder.Beam(predictor.Start(), new BeamOptions { CoveragePenalty = 0.1 }));
        Refused("Nucleus is 0, but it is a probability above 0", () => decoder.Sample(predictor.Start(), new SamplingOptions { Nucleus = 0 }, 1));
        Refused("another predictor", () => decoder.Greedy(SymbolPredictor(2).Start()));
        var none = new SequenceDecoder(predictor, new DecodingOptions { End = 0, Constraint = (_, before, allowed) => { if (before.Length == 2) allowed.Clear(); } });
        Refused("allows no symbol in step 3", () => none.Beam(predictor.Start(), new BeamOptions { Beams = 3, LengthPenalty = 0, Best = 3 }), mayEnd: true);
        var never = new SequenceDecoder(predictor, new DecodingOptions { End = 0, Constraint = (_, _, allowed) => allowed.Clear() });
        Refused("allows no symbol in step 1", () => never.Beam(predictor.Start()));
        Refused("No symbol is allowed", () => never.Greedy(predictor.Start()));
    }

    static void Refused(string message, Action act, bool mayEnd = false)
    {
        if (Record.Exception(act) is { } error)
            Assert.Contains(message, Assert.IsAssignableFrom<ArgumentException>(error).Message, StringComparison.Ordinal);
        else
            Assert.True(mayEnd);
    }
}
