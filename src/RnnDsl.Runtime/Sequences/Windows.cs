using RnnDsl.CompilerServices;
using RnnDsl.Execution;

namespace RnnDsl.Sequences;

/// <summary>Examples of the training, validation and test part.</summary>
/// <param name="Train">To train on.</param>
/// <param name="Validation">Decides which epoch is best, and when to stop.</param>
/// <param name="Test">For the errors that are reported. No setting should be chosen by them.</param>
public sealed record DatasetParts(Dataset Train, Dataset Validation, Dataset Test);

/// <summary>
/// Cuts a series into overlapping windows. The windows share two buffers, the features [rows × features] and the targets [rows × targets]. They differ only in their start, so a
/// thousand windows cost a thousand integers.
/// <para>The target of a window that begins at row s is one vector of horizon × targets values. The values of row s + length come first, and the targets of a row lie next to each
/// other. The buffer begins at row 0, so a naive forecast finds the history before a target.</para>
/// </summary>
public static class Windows
{
    /// <summary>All windows of the series.</summary>
    /// <exception cref="ArgumentException">The series is too short for one window, or an option does not fit.</exception>
    /// <exception cref="InvalidDataException">A value is missing.</exception>
    public static Dataset Create(TimeSeries series, WindowOptions options) =>
        new Cutter(series, options).Part("series", 0, series.Rows);

    /// <summary>
    /// The windows of each part. A window belongs to the part that holds all of its target rows. A window with targets in two parts is left out, so that the parts share no target row.
    /// </summary>
    /// <exception cref="ArgumentException">A part is too short for one window, or an option does not fit.</exception>
    /// <exception cref="InvalidDataException">A value is missing.</exception>
    public static DatasetParts Create(TimeSeries series, WindowOptions options, ChronologicalSplit split)
    {
        if (split.Rows > series.Rows)
            throw new ArgumentException(
                $"The split needs {split.Rows} rows ({split.Train} + {split.Validation} + {split.Test}), but the series has {series.Rows}.",
                nameof(split));
        var cutter = new Cutter(series, options);
        int validation = split.Train, test = validation + split.Validation;
        return new DatasetParts(
            cutter.Part("training part", 0, validation),
            cutter.Part("validation part", validation, test),
            cutter.Part("test part", test, test + split.Test));
    }

    /// <summary>The one window that ends with the last row, without a target: the input of a forecast of the future.</summary>
    public static Dataset Latest(TimeSeries series, WindowOptions options) => new Cutter(series, options).Latest();

    /// <summary>Holds the buffers that the windows of all parts share.</summary>
    sealed class Cutter
    {
        readonly WindowOptions options;
        readonly TimeSeries features;
        readonly TimeSeries targets;

        public Cutter(TimeSeries series, WindowOptions options)
        {
            if (options.Length < 1 || options.Horizon < 1 || options.Stride < 1)
                throw new ArgumentException(
                    $"Length {options.Length}, horizon {options.Horizon} and stride {options.Stride} must be at least 1.", nameof(options));
            if (options.Targets.Count == 0)
                throw new ArgumentException("Name at least one target column.", nameof(options));
            this.options = options;
            features = series.Select(options.Features ?? series.Columns).Resolve();
            targets = series.Select(options.Targets).Resolve();
        }

        public Dataset Part(string name, int begin, int end)
        {
            // Rows from a window's start to its first target row, and to the row after its last target row.
            int lead = options.TargetPerStep ? 1 : options.Length;
            long extent = (long)options.Length + options.Horizon;
            int first = options.LookBack ? Math.Max(0, begin - lead) : begin;
            long last = end - extent;
            if (begin == end)
                return Examples([]);
            if (last < first)
                throw new ArgumentException(
                    $"The {name} has {end - begin} rows, but one window needs {first + extent - begin} there " +
                    $"(length {options.Length}, horizon {options.Horizon}): shorten the window or enlarge the part.");
            var starts = new int[((int)last - first) / options.Stride + 1];
            for (int i = 0; i < starts.Length; i++)
                starts[i] = first + i * options.Stride;
            return Examples(starts);
        }

        public Dataset Latest()
        {
            if (features.Rows < options.Length)
                throw new ArgumentException($"The series has {features.Rows} rows, but a window has {options.Length}.");
            return new Dataset(Input([features.Rows - options.Length]));
        }

        Dataset Examples(int[] starts) => new(Input(starts), Target(starts));

        Column Input(int[] starts) => new()
        {
            Name = options.InputName,
            Kind = ValueKind.Sequence,
            Width = features.Width,
            Values = features.Values,
            Stride = features.Width,
            Starts = [.. starts.Select(start => start * features.Width)],
            Lengths = Repeat(options.Length, starts.Length),
        };

        Column Target(int[] starts)
        {
            int lead = options.TargetPerStep ? 1 : options.Length;
            return new Column
            {
                Name = options.TargetName,
                Kind = options.TargetPerStep ? ValueKind.Sequence : ValueKind.Vector,
                Width = options.Horizon * targets.Width,
                Values = targets.Values,
                Stride = targets.Width,
                Starts = [.. starts.Select(start => (start + lead) * targets.Width)],
                Lengths = Repeat(options.TargetPerStep ? options.Length : 1, starts.Length),
            };
        }

        static int[] Repeat(int value, int count)
        {
            var result = new int[count];
            Array.Fill(result, value);
            return result;
        }
    }
}
