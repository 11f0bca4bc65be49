using System.Globalization;
using System.Runtime.Intrinsics;

// Seven columns of made-up numbers, each a wave with noise: what the README's example takes.
const int Length = 240;
string[] columns = ["a", "b", "c", "d", "e", "f", "g"];
var random = new Random(1);
var values = new float[Length * columns.Length];
for (int i = 0; i < values.Length; i++)
    values[i] = MathF.Sin(i / columns.Length / (2f + i % columns.Length)) + 0.1f * random.NextSingle();
ForecastData data = ForecastData.Create(
    new TimeSeries(columns, values),
    new WindowOptions { Length = 16, Horizon = 24, Targets = ["a"] },
    new ChronologicalSplit(140, 50, 50));

History history = Example.Run(data);
foreach (EpochReport epoch in history.Epochs)
    Console.WriteLine("loss " + epoch.TrainLoss.ToString("R", CultureInfo.InvariantCulture));
Console.WriteLine("lanes " + (Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4));
