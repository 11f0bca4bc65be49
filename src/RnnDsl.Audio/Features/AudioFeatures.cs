using RnnDsl.Sequences;

namespace RnnDsl.Audio;

/// <summary>Makes of sounds the rows that a model reads: log-mel spectra or MFCC. A model's file holds it, so that a program that loads the model hears alike.</summary>
/// <remarks>Frames begin at the first sample, and only whole frames count; a sound that is shorter than one is followed by silence. Any thread may call.</remarks>
public sealed partial class AudioFeatures
{
    internal readonly float[]? means, scales;
    readonly MelFilters filters;

    /// <summary>Features that are not fitted to data.</summary>
    /// <param name="options">What to compute, with a <see cref="FeatureOptions.Normalization"/> other than <see cref="Normalization.Fitted"/>, which is the usual one.</param>
    /// <exception cref="ArgumentException">The options make no sense, or ask for <see cref="Normalization.Fitted"/>, which <see cref="Fit"/> does.</exception>
    public AudioFeatures(FeatureOptions options) : this(options, null, null)
    {
    }

    AudioFeatures(FeatureOptions options, float[]? means, float[]? scales)
    {
        Check(options);
        if (options.Normalization == Normalization.Fitted && means is null)
            throw new ArgumentException($"{nameof(Normalization)}.{nameof(Normalization.Fitted)} needs clips to fit to: call {nameof(AudioFeatures)}.{nameof(Fit)}, " +
                $"or ask for another one, such as {nameof(Normalization)}.{nameof(Normalization.Running)}.", nameof(options));
        Options = options;
        (FrameSamples, HopSamples) = (Samples(options.FrameLength, options), Samples(options.Hop, options));
        filters = new MelFilters(options, FrameAnalysis.Size(FrameSamples));
        Width = (options.Coefficients ?? options.Filters) * (1 + options.Deltas);
        (this.means, this.scales) = (means, scales);
    }

    /// <summary>What is computed.</summary>
    public FeatureOptions Options { get; }

    /// <summary>The numbers of a row, the size of the model's input.</summary>
    public int Width { get; }

    /// <summary>Samples of a frame.</summary>
    public int FrameSamples { get; }

    /// <summary>Samples from one frame to the next.</summary>
    public int HopSamples { get; }

    /// <summary>Features whose numbers have mean 0 and variance 1 over clips, if the options ask for that. Give it training clips alone.</summary>
    /// <param name="clips">At least one.</param>
    /// <param name="options">What to compute.</param>
    /// <exception cref="ArgumentException">The options make no sense, or there is no clip to fit to.</exception>
    public static AudioFeatures Fit(IEnumerable<Sound> clips, FeatureOptions options)
    {
        if (options.Normalization != Normalization.Fitted)
            return new AudioFeatures(options);
        var plain = new AudioFeatures(options with { Normalization = Normalization.None });
        var moments = new Moments(plain.Width);
        foreach (Sound clip in clips)
            moments.Add(plain.Flat(clip));
        if (moments.Count == 0)
            throw new ArgumentException("There is no clip to fit the features to.", nameof(clips));
        (float[] means, float[] scales) = moments.Result();
        return new AudioFeatures(options, means, scales);
    }

    /// <summary>
    /// The same features with warped frequencies, and with the same means and spreads: of a clip they are about what a speaker with another vocal tract has. Train on clips with several
    /// factors, usually from 0.9 to 1.1.
    /// </summary>
    /// <param name="factor">From 0.5 to 2, see <see cref="FeatureOptions.Warp"/>. It replaces the one of these features.</param>
    /// <exception cref="ArgumentException">The factor is outside of 0.5 to 2, or leaves a filter without a frequency.</exception>
    public AudioFeatures Warped(double factor) => new(Options with { Warp = factor }, means, scales);

    /// <summary>How many rows a sound of so many samples has, at the sample rate of the options.</summary>
    public int Rows(int samples) => samples == 0 ? 0 : samples < FrameSamples ? 1 : 1 + (samples - FrameSamples) / HopSamples;

    /// <summary>The rows of a clip. A clip with another sample rate is resampled.</summary>
    /// <exception cref="ArgumentException">The clip is empty.</exception>
    public float[][] Rows(Sound clip)
    {
        float[] flat = Flat(clip);
        return [.. flat.Chunk(Width)];
    }

    /// <summary>The rows of a clip, one behind the other.</summary>
    /// <exception cref="ArgumentException">The clip is empty.</exception>
    public float[] Flat(Sound clip)
    {
        float[] samples = clip.Resample(Options.SampleRate).Samples;
        if (samples.Length == 0)
            throw new ArgumentException($"{clip.Name} has no samples.", nameof(clip));
        var flat = new float[Rows(samples.Length) * Width];
        FeatureStream stream = Begin();
        stream.Push(samples);
        stream.End();
        for (int at = 0; at < flat.Length; at += Width)
            if (!stream.TryRead(flat.AsSpan(at, Width)))
                throw new InvalidOperationException($"{clip.Name} has fewer rows than its length says.");
        if (Options.Normalization == Normalization.Clip)
        {
            var moments = new Moments(Width);
            moments.Add(flat);
            (float[] mean, float[] scale) = moments.Result();
            for (int i = 0; i < flat.Length; i++)
                flat[i] = (flat[i] - mean[i % Width]) / scale[i % Width];
        }
        return flat;
    }

    /// <summary>A column of a model's data, a sequence for each clip.</summary>
    /// <param name="name">The parameter of the model's methods.</param>
    /// <param name="clips">Clips of any lengths.</param>
    /// <exception cref="ArgumentException">A clip is empty.</exception>
    public Column Encode(string name, IEnumerable<Sound> clips) => Column.Sequences(name, Width, [.. clips.Select(Flat)]);

    /// <summary>A stream of features.</summary>
    /// <exception cref="InvalidOperationException">The options normalize over clips, whose end a stream does not know.</exception>
    public FeatureStream Start() => Options.Normalization == Normalization.Clip
        ? throw new InvalidOperationException($"A stream cannot normalize over the clip, which has not ended: take {nameof(Normalization)}.{nameof(Normalization.Running)} or {nameof(Normalization.Fitted)}.")
        : Begin();

    FeatureStream Begin() => new(this, new FrameAnalysis(Options, FrameSamples, filters));

    static int Samples(double seconds, FeatureOptions options) => (int)Math.Round(seconds * options.SampleRate);

    static void Check(FeatureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        double highest = options.Highest ?? options.SampleRate / 2.0;
        string? wrong =
            options.SampleRate is < 100 or > 10_000_000 ? $"{nameof(options.SampleRate)} is {options.SampleRate}; it must be from 100 to 10,000,000 Hz." :
            !(options.FrameLength * options.SampleRate is >= 2 and <= 1 << 20) ? $"{nameof(options.FrameLength)} is {options.FrameLength} seconds; a frame must have 2 to 1,048,576 samples." :
            !(options.Hop * options.SampleRate is >= 1 and <= 1 << 20) ? $"{nameof(options.Hop)} is {options.Hop} seconds; it must be 1 to 1,048,576 samples." :
            options.Filters is < 1 or > 1024 ? $"{nameof(options.Filters)} is {options.Filters}; it must be from 1 to 1,024." :
            !(options.Lowest >= 0 && highest <= options.SampleRate / 2.0 && options.Lowest < highest) ?
                $"The filters lie from {options.Lowest} to {highest} Hz; they must lie between 0 and half of the sample rate, {options.SampleRate / 2.0} Hz." :
            options.Coefficients is { } count && (count < 1 || count > options.Filters) ? $"{nameof(options.Coefficients)} is {count}; of {options.Filters} filters there are 1 to {options.Filters}." :
            options.Deltas is < 0 or > 2 ? $"{nameof(options.Deltas)} is {options.Deltas}; it must be 0, 1 or 2." :
            !(options.Warp is >= 0.5 and <= 2) ? $"{nameof(options.Warp)} is {options.Warp}; it must be from 0.5 to 2." :
            !(options.PreEmphasis is >= 0 and <= 1) ? $"{nameof(options.PreEmphasis)} is {options.PreEmphasis}; it must be from 0 to 1." :
            !(options.Floor is > 0 and < 1) ? $"{nameof(options.Floor)} is {options.Floor}; it must be above 0 and below 1." :
            !(options.RunningSeconds is > 0 and <= 86400) ? $"{nameof(options.RunningSeconds)} is {options.RunningSeconds}; it must be above 0 and at most a day." :
            !Enum.IsDefined(options.Scale) || !Enum.IsDefined(options.Window) || !Enum.IsDefined(options.Normalization) ? "An option has a value that its kind does not have." : null;
        if (wrong is not null)
            throw new ArgumentException(wrong, nameof(options));
    }

    /// <summary>Means and standard deviations of the numbers of rows, by Welford's method.</summary>
    sealed class Moments(int width)
    {
        readonly double[] mean = new double[width], squares = new double[width];

        public long Count { get; private set; }

        public void Add(ReadOnlySpan<float> flat)
        {
            for (int at = 0; at < flat.Length; at += width)
            {
                Count++;
                for (int i = 0; i < width; i++)
                {
                    double difference = flat[at + i] - mean[i];
                    mean[i] += difference / Count;
                    squares[i] += difference * (flat[at + i] - mean[i]);
                }
            }
        }

        /// <summary>A number that hardly varies, as in silence, is not divided.</summary>
        public (float[] Means, float[] Scales) Result() =>
            ([.. mean.Select(m => (float)m)], [.. squares.Select(s => Math.Sqrt(s / Count)).Select(d => d < 1e-4 ? 1 : (float)d)]);
    }
}
