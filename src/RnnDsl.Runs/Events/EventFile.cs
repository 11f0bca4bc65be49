using System.Globalization;
using System.Numerics;
using System.Text;
using Google.Protobuf;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Storage;
using RnnDsl.Training;

namespace RnnDsl.Runs;

/// <summary>
/// An event file as TensorBoard reads it: records in the framing of TFRecord (length, its checksum, data, their checksum), whose data are messages "Event" of event.proto. The numbers of the fields are those of
/// event.proto, summary.proto, tensor.proto, histogram.proto, and of the plugin hparams, plugin_data.proto.
/// </summary>
sealed class EventFile : IDisposable
{
    const WireFormat.WireType Varint = WireFormat.WireType.Varint, Fixed64 = WireFormat.WireType.Fixed64, Fixed32 = WireFormat.WireType.Fixed32, Bytes = WireFormat.WireType.LengthDelimited;

    const int Float = 1, Text7 = 7, HistogramBuckets = 30;

    readonly FileStream stream;

    public EventFile(string folder)
    {
        // TensorBoard finds files by "tfevents" in their name, and reads those of one run in the order of their names.
        string name = string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{DateTimeOffset.UtcNow.ToUnixTimeSeconds():D10}.{Host()}.{Environment.ProcessId}.0");
        stream = OutputFolder.NewFile(Path.Combine(folder, name));
        Write(0, event_ =>
        {
            event_.WriteTag(3, Bytes);
            event_.WriteString("brain.Event:2");
        });
    }

    /// <summary>A number at a step.</summary>
    public void Scalar(long step, string tag, double value) => Value(step, tag, summary =>
    {
        summary.WriteTag(2, Fixed32);
        summary.WriteFloat((float)value);
    });

    /// <summary>The curves of an epoch, and histograms of the parameters.</summary>
    public void Epoch(EpochReport report, ParameterStore? parameters)
    {
        Scalar(report.Epoch, "loss/train", report.TrainLoss);
        if (report.ValidationLoss is { } loss)
            Scalar(report.Epoch, "loss/validation", loss);
        Scalar(report.Epoch, "epoch/learning_rate", report.LearningRate);
        Scalar(report.Epoch, "epoch/gradient_norm", report.GradientNorm);
        foreach (MetricValue metric in report.Metrics)
            Scalar(report.Epoch, "epoch/" + metric.Name, metric.Value);
        if (parameters is null)
            return;
        foreach (Parameter parameter in parameters.Slices)
            Histogram(report.Epoch, "parameters/" + parameter.Name, parameters.ReadOnlyValues.Slice(parameter.Offset, parameter.Length));
    }

    /// <summary>A text, which TensorBoard shows as Markdown.</summary>
    public void Text(long step, string tag, string text) => Value(step, tag, summary =>
    {
        Plugin(summary, "text", []);
        Message(summary, 8, tensor =>
        {
            tensor.WriteTag(1, Varint);
            tensor.WriteEnum(Text7);
            Message(tensor, 2, _ => { });
            tensor.WriteTag(8, Bytes);
            tensor.WriteBytes(ByteString.CopyFromUtf8(text));
        });
    });

    /// <summary>The settings as a table, and as hyper-parameters for the plugin that compares runs.</summary>
    public void Settings(IReadOnlyList<RunSetting> settings)
    {
        var table = new StringBuilder("| | setting | value |\n| --- | --- | --- |\n");
        foreach (RunSetting setting in settings)
            table.Append(CultureInfo.InvariantCulture, $"| {Cell(setting.Section)} | {Cell(setting.Name)} | {Cell(setting.Value)} |\n");
        Text(0, "settings", table.ToString());
        Hyperparameters("_hparams_/session_start_info", 3, start =>
        {
            foreach (RunSetting setting in settings.Where(s => s.Section is "training" or "optimizer" or "notes"))
                Message(start, 1, entry =>
                {
                    entry.WriteTag(1, Bytes);
                    entry.WriteString($"{setting.Section}/{setting.Name}");
                    Message(entry, 2, value => Setting(value, setting.Value));
                });
            start.WriteTag(5, Fixed64);
            start.WriteDouble(Now());
        });
    }

    /// <summary>How the training ended.</summary>
    public void End(RunOutcome outcome) => Hyperparameters("_hparams_/session_end_info", 4, end =>
    {
        end.WriteTag(1, Varint);
        end.WriteEnum(outcome is RunOutcome.Finished or RunOutcome.Patience or RunOutcome.Canceled ? 1 : 2);
        end.WriteTag(2, Fixed64);
        end.WriteDouble(Now());
    });

    public void Dispose() => stream.Dispose();

    /// <summary>Buckets of equal width from the least value to the largest.</summary>
    void Histogram(long step, string tag, ReadOnlySpan<float> values)
    {
        double least = double.PositiveInfinity, most = double.NegativeInfinity, sum = 0, squares = 0;
        foreach (float value in values)
        {
            (least, most) = (Math.Min(least, value), Math.Max(most, value));
            sum += value;
            squares += (double)value * value;
        }
        if (!double.IsFinite(sum))
            return;
        double width = (most - least) / HistogramBuckets;
        var counts = new double[width > 0 ? HistogramBuckets : 1];
        foreach (float value in values)
            counts[width > 0 ? Math.Min(HistogramBuckets - 1, (int)((value - least) / width)) : 0]++;
        int count = values.Length;
        Value(step, tag, summary => Message(summary, 5, histogram =>
        {
            double[] numbers = [least, most, count, sum, squares];
            for (int i = 0; i < numbers.Length; i++)
            {
                histogram.WriteTag(i + 1, Fixed64);
                histogram.WriteDouble(numbers[i]);
            }
            Doubles(histogram, 6, [.. Enumerable.Range(1, counts.Length).Select(i => i == counts.Length ? most : least + i * width)]);
            Doubles(histogram, 7, counts);
        }));
    }

    void Hyperparameters(string tag, int field, Action<CodedOutputStream> write)
    {
        byte[] content = Message(data => Message(data, field, write));
        Value(0, tag, summary =>
        {
            Plugin(summary, "hparams", content);
            // The plugin asks for a tensor, whatever it is.
            Message(summary, 8, tensor =>
            {
                tensor.WriteTag(1, Varint);
                tensor.WriteEnum(Float);
                Message(tensor, 2, _ => { });
                tensor.WriteTag(5, Bytes);
                tensor.WriteLength(sizeof(float));
                tensor.WriteFloat(0);
            });
        });
    }

    /// <summary>A setting as a number, a truth or a text.</summary>
    static void Setting(CodedOutputStream value, string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
        {
            value.WriteTag(2, Fixed64);
            value.WriteDouble(number);
        }
        else if (bool.TryParse(text, out bool truth))
        {
            value.WriteTag(4, Varint);
            value.WriteBool(truth);
        }
        else
        {
            value.WriteTag(3, Bytes);
            value.WriteString(text);
        }
    }

    static void Plugin(CodedOutputStream summary, string name, byte[] content) => Message(summary, 9, metadata => Message(metadata, 1, plugin =>
    {
        plugin.WriteTag(1, Bytes);
        plugin.WriteString(name);
        if (content.Length == 0)
            return;
        plugin.WriteTag(2, Bytes);
        plugin.WriteBytes(ByteString.CopyFrom(content));
    }));

    static void Doubles(CodedOutputStream message, int field, double[] values)
    {
        message.WriteTag(field, Bytes);
        message.WriteLength(values.Length * sizeof(double));
        foreach (double value in values)
            message.WriteDouble(value);
    }

    /// <summary>A value of a summary: a tag, and what is written.</summary>
    void Value(long step, string tag, Action<CodedOutputStream> write) => Write(step, event_ => Message(event_, 5, summary => Message(summary, 1, value =>
    {
        value.WriteTag(1, Bytes);
        value.WriteString(tag);
        write(value);
    })));

    void Write(long step, Action<CodedOutputStream> write)
    {
        byte[] data = Message(event_ =>
        {
            event_.WriteTag(1, Fixed64);
            event_.WriteDouble(Now());
            event_.WriteTag(2, Varint);
            event_.WriteInt64(step);
            write(event_);
        });
        var record = new byte[sizeof(ulong) + sizeof(uint) + data.Length + sizeof(uint)];
        BitConverter.TryWriteBytes(record, (ulong)data.Length);
        BitConverter.TryWriteBytes(record.AsSpan(sizeof(ulong)), Checksum(record.AsSpan(0, sizeof(ulong))));
        data.CopyTo(record, sizeof(ulong) + sizeof(uint));
        BitConverter.TryWriteBytes(record.AsSpan(record.Length - sizeof(uint)), Checksum(data));
        stream.Write(record);
    }

    /// <summary>CRC-32C, masked as TFRecord masks it, so that the checksum of data with checksums in them is no constant.</summary>
    static uint Checksum(ReadOnlySpan<byte> data)
    {
        uint checksum = uint.MaxValue;
        foreach (byte value in data)
            checksum = BitOperations.Crc32C(checksum, value);
        return BitOperations.RotateRight(~checksum, 15) + 0xA282EAD8;
    }

    static void Message(CodedOutputStream outer, int field, Action<CodedOutputStream> write)
    {
        outer.WriteTag(field, Bytes);
        outer.WriteBytes(ByteString.CopyFrom(Message(write)));
    }

    static byte[] Message(Action<CodedOutputStream> write)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
            write(output);
        return buffer.ToArray();
    }

    /// <summary>A text in a table of Markdown.</summary>
    static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    static double Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;

    /// <summary>The machine's name, which may be part of a file's name.</summary>
    static string Host() => string.Concat(Environment.MachineName.Select(c => char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '-'));
}
