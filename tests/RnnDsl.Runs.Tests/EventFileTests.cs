using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Google.Protobuf;

namespace RnnDsl.Runs.Tests;

/// <summary>Event files are read by a reader that shares nothing with their writer, and by TensorBoard's own where it is installed.</summary>
public class EventFileTests
{
    [Fact]
    public void An_independent_reader_finds_what_the_lines_say()
    {
        using var training = new Training();
        using (RunRecord run = training.Start(options: new RunOptions { StepEvery = 3 }))
        {
            run.Fit();
            run.AddMetric("error", 0.25);
            run.Add("Words", "a text");
        }
        RunLog log = RunLog.Read(training.Folder());
        string file = Directory.GetFiles(training.Folder(), "events.out.tfevents.*").Single();
        List<Event> events = [.. Records(File.ReadAllBytes(file)).Select(Event.Read)];
        Assert.Equal("brain.Event:2", events[0].Version);
        Assert.All(events, e => Assert.InRange(e.Time, (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds - 600, (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds + 1));
        (string, long, float)[] Scalars(string tag) => [.. events.Where(e => e.Tag == tag).Select(e => (tag, e.Step, e.Scalar!.Value))];
        Assert.Equal(log.Epochs.Select(e => ("loss/train", (long)e.Epoch, (float)e.TrainLoss)), Scalars("loss/train"));
        Assert.Equal(log.Epochs.Select(e => ("loss/validation", (long)e.Epoch, (float)e.ValidationLoss!)), Scalars("loss/validation"));
        Assert.Equal(log.Epochs.Select(e => ("epoch/accuracy", (long)e.Epoch, (float)e.Metrics[0].Value)), Scalars("epoch/accuracy"));
        Assert.Equal(log.Steps.Select(s => ("step/loss", s.Step, (float)s.Loss)), Scalars("step/loss"));
        Assert.Equal(log.Steps.Select(s => ("step/gradient_norm", s.Step, (float)s.GradientNorm)), Scalars("step/gradient_norm"));
        Assert.Equal(0.25f, Scalars("metric/error").Single().Item3);
        Assert.Contains("a text", events.Single(e => e.Tag == "report/Words").Text);
        Assert.Contains("| training | BatchSize | 4 |", events.Single(e => e.Tag == "settings").Text);
        foreach (var parameter in training.Model.Parameters.Slices)
        {
            Event[] histograms = [.. events.Where(e => e.Tag == "parameters/" + parameter.Name)];
            Assert.Equal(log.Epochs.Count, histograms.Length);
            Assert.All(histograms, h => Assert.Equal((parameter.Length, parameter.Length), ((int)h.Numbers[3], (int)h.Buckets.Sum())));
            Assert.All(histograms, h => Assert.Equal(h.Limits.Order(), h.Limits));
            Assert.All(histograms, h => Assert.Equal(h.Numbers[2], h.Limits[^1]));
        }
        Assert.Contains(events, e => e.Tag == "_hparams_/session_start_info");
        Assert.Contains(events, e => e.Tag == "_hparams_/session_end_info");
    }

    [TensorBoardFact]
    public void TensorBoard_itself_reads_the_same()
    {
        using var training = new Training();
        using (RunRecord run = training.Start(options: new RunOptions { StepEvery = 3 }))
            run.Fit();
        RunLog log = RunLog.Read(training.Folder());
        string[] lines = Tool.Python(Path.Combine(AppContext.BaseDirectory, "read_events.py"), training.Folder())!.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] Scalars(string tag) => [.. lines.Where(l => l.StartsWith($"scalar\t{tag}\t", StringComparison.Ordinal))];
        Assert.Equal(log.Epochs.Select(e => $"scalar\tloss/train\t{e.Epoch}\t{Single(e.TrainLoss)}"), Scalars("loss/train").Select(Same));
        Assert.Equal(log.Steps.Select(s => $"scalar\tstep/loss\t{s.Step}\t{Single(s.Loss)}"), Scalars("step/loss").Select(Same));
        Assert.Equal(log.Epochs.Count, lines.Count(l => l.StartsWith("histogram\tparameters/encoder.Wi\t", StringComparison.Ordinal)));
        Assert.Contains("text\tsettings", lines);
        Assert.Contains("hparam\ttraining/BatchSize\tnumber_value", lines);
        Assert.Contains("hparam\toptimizer/Type\tstring_value", lines);
        Assert.Contains("end\t1", lines);

        static string Single(double value) => ((float)value).ToString("R", CultureInfo.InvariantCulture);

        static string Same(string line) => line[..(line.LastIndexOf('\t') + 1)] + Single(float.Parse(line[(line.LastIndexOf('\t') + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>Records of the format TFRecord: length, masked CRC-32C of it, data, masked CRC-32C of them.</summary>
    static IEnumerable<byte[]> Records(byte[] file)
    {
        for (int at = 0; at < file.Length;)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            Assert.Equal(Masked(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            Assert.Equal(Masked(file.AsSpan(at + 12, length)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            yield return file[(at + 12)..(at + 12 + length)];
            at += 16 + length;
        }
    }

    static uint Masked(ReadOnlySpan<byte> data)
    {
        uint crc = Crc(data);
        return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
    }

    /// <summary>CRC-32C (Castagnoli), bit by bit.</summary>
    static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = 0xffffffff;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82f63b78 : crc >> 1;
        }
        return ~crc;
    }

    [Fact]
    public void The_checksum_of_the_test_is_the_known_one() => Assert.Equal(0xe3069283u, Crc(Encoding.ASCII.GetBytes("123456789")));

    /// <summary>An Event of event.proto with one value of summary.proto.</summary>
    sealed class Event
    {
        public double Time { get; private set; }
        public long Step { get; private set; }
        public string? Version { get; private set; }
        public string? Tag { get; private set; }
        public float? Scalar { get; private set; }
        public string? Text { get; private set; }
        public double[] Numbers { get; } = new double[6];
        public List<double> Limits { get; } = [];
        public List<double> Buckets { get; } = [];

        public static Event Read(byte[] bytes)
        {
            var result = new Event();
            Each(bytes, (field, input) =>
            {
                switch (field)
                {
                    case 1: result.Time = input.ReadDouble(); break;
                    case 2: result.Step = input.ReadInt64(); break;
                    case 3: result.Version = input.ReadString(); break;
                    case 5: Each(Inner(input), (_, summary) => Each(Inner(summary), result.Value)); break;
                    default: Assert.Fail($"field {field} of an Event"); break;
                }
            });
            return result;
        }

        void Value(int field, CodedInputStream input)
        {
            switch (field)
            {
                case 1: Tag = input.ReadString(); break;
                case 2: Scalar = input.ReadFloat(); break;
                case 5: Each(Inner(input), Histogram); break;
                case 8:
                    Each(Inner(input), (part, tensor) =>
                    {
                        if (part == 8)
                            Text = tensor.ReadString();
                        else
                            tensor.SkipLastField();
                    });
                    break;
                case 9: input.SkipLastField(); break;
                default: Assert.Fail($"field {field} of a Value"); break;
            }
        }

        void Histogram(int field, CodedInputStream input)
        {
            if (field <= 5)
                Numbers[field] = input.ReadDouble();
            else
                for (var packed = new CodedInputStream(Inner(input)); !packed.IsAtEnd;)
                    (field == 6 ? Limits : Buckets).Add(packed.ReadDouble());
        }

        static byte[] Inner(CodedInputStream input) => input.ReadBytes().ToByteArray();

        static void Each(byte[] bytes, Action<int, CodedInputStream> read)
        {
            var input = new CodedInputStream(bytes);
            for (uint tag; (tag = input.ReadTag()) != 0;)
                read((int)(tag >> 3), input);
        }
    }
}
