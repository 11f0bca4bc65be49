using RnnDsl.Memory;

namespace RnnDsl.Audio.Tests;

public class FeatureTests
{
    static readonly FeatureOptions plain = new() { SampleRate = 8000, Filters = 20, Normalization = Normalization.None };

    static Sound Noise(int count, int rate = 8000, int seed = 1)
    {
        var random = new RandomStream(seed);
        return new Sound([.. Enumerable.Range(0, count).Select(n => (float)(0.1 * random.Normal() + 0.3 * Math.Sin(0.001 * n * (1 + (n % 700)))))], rate, "noise");
    }

    /// <summary>The definition, written anew: a sum for each frequency of the transform, and triangles by their corners.</summary>
    static double[][] Direct(float[] samples, FeatureOptions o)
    {
        int length = (int)Math.Round(o.FrameLength * o.SampleRate), hop = (int)Math.Round(o.Hop * o.SampleRate), size = 1;
        while (size < length)
            size *= 2;
        double[] y = [.. samples.Select((x, n) => x - o.PreEmphasis * (n > 0 ? samples[n - 1] : 0))];
        double[] pitch = [Pitch(o.Lowest), Pitch(o.Highest ?? o.SampleRate / 2.0)];
        double half = o.SampleRate / 2.0, formants = Math.Min(4800, 0.9 * half) * Math.Min(o.Warp, 1);
        double[] corners = [.. Enumerable.Range(0, o.Filters + 2).Select(i => Hertz(pitch[0] + i * (pitch[1] - pitch[0]) / (o.Filters + 1)))
            .Select(f => f * o.Warp <= formants ? f * o.Warp : half - (half - formants) / (half - formants / o.Warp) * (half - f))];
        var rows = new List<double[]>();
        for (int start = 0; start + length <= y.Length; start += hop)
        {
            double[] power = [.. Enumerable.Range(0, size / 2 + 1).Select(k =>
            {
                double re = 0, im = 0;
                for (int n = 0; n < length; n++)
                {
                    double w = o.Window switch { WindowShape.Hann => Math.Pow(Math.Sin(Math.PI * n / length), 2), WindowShape.Hamming => 0.08 + 0.92 * Math.Pow(Math.Sin(Math.PI * n / length), 2), _ => 1 };
                    re += w * y[start + n] * Math.Cos(2 * Math.PI * k * n / size);
                    im -= w * y[start + n] * Math.Sin(2 * Math.PI * k * n / size);
                }
                return re * re + im * im;
            })];
            double[] mel = [.. Enumerable.Range(1, o.Filters).Select(m => Math.Log(Math.Max(o.Floor, power.Select((p, k) =>
            {
                double f = (double)k * o.SampleRate / size;
                double height = f <= corners[m - 1] || f >= corners[m + 1] ? 0 : f <= corners[m] ? (f - corners[m - 1]) / (corners[m] - corners[m - 1]) : (corners[m + 1] - f) / (corners[m + 1] - corners[m]);
                return p * height * 2 / (corners[m + 1] - corners[m - 1]);
            }).Sum())))];
            rows.Add(o.Coefficients is not { } count ? mel : [.. Enumerable.Range(0, count).Select(c =>
                mel.Select((v, m) => v * Math.Cos(Math.PI / o.Filters * (m + 0.5) * c)).Sum() * Math.Sqrt(2.0 / o.Filters) * (c == 0 ? Math.Sqrt(0.5) : 1))]);
        }
        return [.. rows];

        double Pitch(double f) => o.Scale == MelScale.Htk ? 1127.01048 * Math.Log(1 + f / 700) : f < 1000 ? f / (200.0 / 3) : 15 + Math.Log(f / 1000) / (Math.Log(6.4) / 27);
        double Hertz(double m) => o.Scale == MelScale.Htk ? 700 * (Math.Exp(m / 1127.01048) - 1) : m < 15 ? m * (200.0 / 3) : 1000 * Math.Pow(6.4, (m - 15) / 27);
    }

    public static TheoryData<FeatureOptions> Kinds =>
    [
        plain, plain with { Scale = MelScale.Htk, Window = WindowShape.Hamming }, plain with { Window = WindowShape.Rectangular, PreEmphasis = 0, Lowest = 100, Highest = 3500 },
        plain with { Warp = 0.8 }, plain with { Warp = 1.25, Coefficients = 13, Lowest = 100 }, plain with { SampleRate = 16000, Filters = 40, Warp = 1.1, Scale = MelScale.Htk },
        plain with { Coefficients = 13 }, plain with { SampleRate = 16000, Filters = 40, FrameLength = 0.032, Coefficients = 40 }, plain with { Hop = 0.040, FrameLength = 0.0301 },
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Features_are_what_their_definition_says(FeatureOptions options)
    {
        Sound sound = Noise(3000, options.SampleRate);
        float[][] rows = new AudioFeatures(options).Rows(sound);
        double[][] direct = Direct(sound.Samples, options);
        Assert.Equal(direct.Length, rows.Length);
        for (int t = 0; t < rows.Length; t++)
            Assert.All(direct[t].Zip(rows[t]), pair => Assert.InRange(pair.Second, pair.First - 1e-5 * (1 + Math.Abs(pair.First)), pair.First + 1e-5 * (1 + Math.Abs(pair.First))));
    }

    /// <summary>A noise whose frequencies are all higher by a factor has the features of the noise before, if these are warped by that factor.</summary>
    [Fact]
    public void Warped_features_hear_a_voice_of_another_vocal_tract_length_as_the_same()
    {
        Sound voice = Vowel(1), child = Vowel(1.2);
        AudioFeatures features = AudioFeatures.Fit([voice, child], plain with { Normalization = Normalization.Fitted, Lowest = 100 }), warped = features.Warped(1.2);
        double before = Distance(features, features), changed = Distance(features, warped);
        Assert.True(changed < 0.25 * before, $"{changed} and {before}");
        Assert.Equal(features.Flat(voice), warped.Warped(1).Flat(voice));
        Assert.Equal(warped.Flat(voice), AudioFeatures.FromJson(warped.ToJson()).Flat(voice));
        Assert.DoesNotContain("warp", features.ToJson(), StringComparison.Ordinal);
        foreach (double wrong in new[] { 0, 0.49, 2.01, double.NaN, double.PositiveInfinity })
            Assert.Contains("from 0.5 to 2", Assert.Throws<ArgumentException>(() => features.Warped(wrong)).Message, StringComparison.Ordinal);

        // Of the shapes of the mean spectra, without their level.
        double Distance(AudioFeatures first, AudioFeatures second)
        {
            double[] differences = [.. Mean(first.Rows(voice)).Zip(Mean(second.Rows(child)), (a, b) => a - b)];
            return differences.Average(d => Math.Pow(d - differences.Average(), 2));
        }

        static double[] Mean(float[][] rows) => [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Average(r => r[i]))];

        // Three formants over the same noise.
        Sound Vowel(double factor)
        {
            var samples = new float[8000];
            var random = new RandomStream(3);
            foreach (double formant in new[] { 500.0, 1200, 2200 })
            {
                double angle = 2 * Math.PI * factor * formant / 8000, radius = Math.Exp(-Math.PI * 80 * factor / 8000), y1 = 0, y2 = 0;
                for (int n = 0; n < samples.Length; n++)
                {
                    double y = 0.01 * random.Normal() + 2 * radius * Math.Cos(angle) * y1 - radius * radius * y2;
                    samples[n] += (float)y;
                    (y2, y1) = (y1, y);
                }
            }
            return new Sound(samples, 8000, "a vowel");
        }
    }

    [Fact]
    public void Slopes_are_regressions_over_five_frames()
    {
        Sound sound = Noise(4000);
        float[][] rows = new AudioFeatures(plain with { Coefficients = 5, Deltas = 2 }).Rows(sound), still = new AudioFeatures(plain with { Coefficients = 5 }).Rows(sound);
        Assert.Equal(still.Length, rows.Length);
        double[][] slopes = Slopes([.. still.Select(r => r.Select(v => (double)v).ToArray())]), second = Slopes(slopes);
        for (int t = 0; t < rows.Length; t++)
            Assert.All(still[t].Select(v => (double)v).Concat(slopes[t]).Concat(second[t]).Zip(rows[t]), pair => Assert.InRange(pair.Second - pair.First, -1e-5, 1e-5));

        static double[][] Slopes(double[][] x) => [.. x.Select((_, t) => x[t].Select((_, i) =>
        {
            double At(int s) => x[Math.Clamp(s, 0, x.Length - 1)][i];
            return (At(t + 1) - At(t - 1) + 2 * (At(t + 2) - At(t - 2))) / 10;
        }).ToArray())];
    }

    [Theory]
    [InlineData(0, Normalization.None)]
    [InlineData(1, Normalization.Fitted)]
    [InlineData(2, Normalization.Running)]
    public void A_stream_gives_the_rows_of_the_clip_to_the_bit(int deltas, Normalization normalization)
    {
        foreach (int count in new[] { 1, 50, 199, 200, 201, 280, 281, 440, 5003 })
        {
            Sound sound = Noise(count, seed: count);
            AudioFeatures features = AudioFeatures.Fit([Noise(8000)], plain with { Deltas = deltas, Normalization = normalization });
            float[][] rows = features.Rows(sound);
            Assert.Equal(features.Rows(count), rows.Length);
            FeatureStream stream = features.Start();
            var random = new RandomStream(deltas);
            for (int round = 0; round < 3; round++, stream.Reset())
            {
                var heard = new List<float[]>();
                for (int first = 0, block; first < count; first += block)
                {
                    block = Math.Min(1 + random.Below(round == 0 ? 3 : 700), count - first);
                    stream.Push(sound.Samples.AsSpan(first, block));
                    if (round < 2)
                        Take();
                }
                stream.End();
                Take();
                Assert.Equal(rows.Length, heard.Count);
                Assert.All(rows.Zip(heard), pair => Assert.Equal(pair.First, pair.Second));

                void Take()
                {
                    for (var row = new float[features.Width]; stream.TryRead(row); row = new float[features.Width])
                        heard.Add(row);
                }
            }
        }
    }

    [Fact]
    public void Bytes_of_a_pipe_are_samples_however_they_are_cut()
    {
        short[] whole = [.. Noise(3001).Samples.Select(s => (short)(32000 * Math.Clamp(s, -1, 1)))];
        byte[] bytes = [.. whole.SelectMany(s => Bytes.U16(s))];
        var features = new AudioFeatures(plain);
        float[] expected = features.Flat(new Sound([.. whole.Select(s => s / 32768f)], 8000));
        foreach (int block in new[] { 1, 3, 320, 4097, 100000 })
        {
            FeatureStream stream = features.Start();
            foreach (byte[] part in bytes.Chunk(block))
                stream.PushPcm16(part);
            var heard = new List<float>();
            for (var row = new float[20]; stream.TryRead(row);)
                heard.AddRange(row);
            Assert.Equal(expected, heard);
        }
    }

    [Fact]
    public void A_stream_allocates_nothing_after_its_first_frames()
    {
        FeatureStream stream = new AudioFeatures(plain with { Coefficients = 13, Deltas = 2, Normalization = Normalization.Running }).Start();
        float[] samples = Noise(80).Samples, row = new float[39];
        byte[] bytes = new byte[161];
        for (int i = 0; i < 200; i++)
            Round();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 2000; i++)
            Round();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round()
        {
            stream.Push(samples);
            stream.PushPcm16(bytes);
            while (stream.TryRead(row))
            {
            }
        }
    }

    [Fact]
    public void Normalization_takes_level_and_spread_away()
    {
        Sound quiet = Noise(8000), loud = new([.. quiet.Samples.Select(s => 4 * s)], 8000);
        AudioFeatures clip = new(plain with { Normalization = Normalization.Clip });
        float[][] rows = clip.Rows(quiet);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(0, rows.Average(r => r[i]), 4);
            Assert.Equal(1, rows.Average(r => r[i] * r[i]), 3);
        }
        Assert.All(rows.Zip(clip.Rows(loud)), pair => Assert.All(pair.First.Zip(pair.Second), p => Assert.InRange(p.First - p.Second, -1e-3, 1e-3)));
        AudioFeatures fitted = AudioFeatures.Fit([quiet, loud], plain with { Normalization = Normalization.Fitted });
        float[][] both = [.. fitted.Rows(quiet), .. fitted.Rows(loud)];
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(0, both.Average(r => r[i]), 4));
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(1, both.Average(r => r[i] * r[i]), 3));
        // The mean of what was heard: of all rows at first.
        float[][] running = new AudioFeatures(plain with { Normalization = Normalization.Running, RunningSeconds = 1000 }).Rows(quiet), raw = new AudioFeatures(plain).Rows(quiet);
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(0, running[0][i], 5));
        Assert.Equal(raw[9][3] - raw.Take(10).Average(r => r[3]), running[9][3], 4);
        Assert.Contains("Running", Assert.Throws<InvalidOperationException>(() => clip.Start()).Message);
        Assert.Contains("Fit", Assert.Throws<ArgumentException>(() => new AudioFeatures(new FeatureOptions())).Message);
        Assert.Throws<ArgumentException>(() => AudioFeatures.Fit([], new FeatureOptions()));
    }

    [Fact]
    public void A_clip_of_another_rate_is_resampled_and_an_empty_one_refused()
    {
        var features = new AudioFeatures(plain);
        Sound sound = Noise(16000, 16000);
        Assert.Equal(features.Rows(sound.Resample(8000)), features.Rows(sound));
        Assert.Contains("'nothing'", Assert.Throws<ArgumentException>(() => features.Flat(new Sound([], 8000, "'nothing'"))).Message);
        Assert.Equal(2, features.Encode("x", [sound, sound]).Count);
    }

    [Theory]
    [InlineData("SampleRate is 5")]
    [InlineData("FrameLength is NaN")]
    [InlineData("Hop is 0 seconds")]
    [InlineData("Filters is 0")]
    [InlineData("The filters lie from 5000 to 4000 Hz")]
    [InlineData("The filters lie from 20 to 9000 Hz")]
    [InlineData("Coefficients is 21; of 20 filters")]
    [InlineData("Deltas is 3")]
    [InlineData("PreEmphasis is -1")]
    [InlineData("Floor is 0")]
    [InlineData("RunningSeconds is 0")]
    [InlineData("Take fewer filters or longer frames")]
    [InlineData("An option has a value that its kind does not have")]
    public void Options_that_make_no_sense_are_refused(string message)
    {
        FeatureOptions[] wrong =
        [
            plain with { SampleRate = 5 }, plain with { FrameLength = double.NaN }, plain with { Hop = 0 }, plain with { Filters = 0 }, plain with { Lowest = 5000 }, plain with { Highest = 9000 },
            plain with { Coefficients = 21 }, plain with { Deltas = 3 }, plain with { PreEmphasis = -1 }, plain with { Floor = 0 }, plain with { RunningSeconds = 0 }, plain with { Filters = 500 },
            plain with { Scale = (MelScale)9 },
        ];
        Assert.Contains(wrong, options => Assert.Throws<ArgumentException>(() => new AudioFeatures(options)).Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Streams_refuse_what_is_wrong()
    {
        FeatureStream stream = new AudioFeatures(plain).Start();
        Assert.Contains("Sample 1 of the block is NaN", Assert.Throws<ArgumentException>(() => stream.Push([0, float.NaN])).Message);
        Assert.Throws<ArgumentException>(() => stream.TryRead(new float[3]));
        stream.End();
        Assert.Throws<InvalidOperationException>(() => stream.Push([0]));
        Assert.Throws<InvalidOperationException>(() => stream.PushPcm16([0]));
        Assert.False(stream.TryRead(new float[20]));
    }

    [Fact]
    public void Json_holds_all_that_is_needed_to_hear_alike()
    {
        Sound sound = Noise(4000);
        foreach (FeatureOptions options in new[]
        {
            plain, plain with { Coefficients = 12, Deltas = 2, Normalization = Normalization.Fitted, Highest = 3800.5 },
            plain with { Scale = MelScale.Htk, Window = WindowShape.Hamming, Normalization = Normalization.Running, RunningSeconds = 1.5, PreEmphasis = 0.9, Floor = 1e-7 },
        })
        {
            AudioFeatures features = AudioFeatures.Fit([sound], options), again = AudioFeatures.FromJson(features.ToJson());
            Assert.Equal(options, again.Options);
            Assert.Equal(features.Flat(sound), again.Flat(sound));
            Assert.Equal(features.ToJson(), again.ToJson());
        }
        string json = AudioFeatures.Fit([sound], plain with { Normalization = Normalization.Fitted }).ToJson();
        foreach (string bad in new[] { "", "[]", "{}", json.Replace("\"version\":1", "\"version\":2"), json.Replace("\"means\":[", "\"means\":[1,"), json.Replace("Slaney", "Bark"), json.Replace("\"filters\":20", "\"filters\":-1"), json.Replace("\"scales\":[", "\"scales\":[0,") })
            Assert.StartsWith("This is not the JSON of audio features:", Assert.Throws<InvalidDataException>(() => AudioFeatures.FromJson(bad)).Message);
    }
}
