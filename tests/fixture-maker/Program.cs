// Writes the parity fixtures into the folder given as the only argument.
using RnnDsl.FixtureMaker;
using TorchSharp;

if (args.Length != 1 || !Directory.Exists(args[0]))
{
    Console.Error.WriteLine("Usage: FixtureMaker FOLDER, the folder being there already.");
    return 1;
}
torch.set_num_threads(1);

(int Input, int Hidden, int Steps, int Batch)[] shapes = [(3, 5, 7, 4), (1, 8, 1, 3), (17, 19, 12, 2)];
(Kind Kind, string Name)[] kinds = [(Kind.Lstm, "lstm"), (Kind.Gru, "gru"), (Kind.RnnTanh, "rnn-tanh"), (Kind.RnnRelu, "rnn-relu")];
int seed = 1;
foreach (var (kind, name) in kinds)
    foreach (var (input, hidden, steps, batch) in shapes)
        Save($"{name}-i{input}-h{hidden}-t{steps}-b{batch}", Recurrent.Layer(kind, seed++, input, hidden, steps, batch));

Save("lstm-lengths-falling", Recurrent.Layer(Kind.Lstm, seed++, 3, 6, 7, 5, lengths: [7, 5, 5, 2, 1]));
Save("gru-lengths-mixed", Recurrent.Layer(Kind.Gru, seed++, 2, 9, 8, 4, lengths: [3, 8, 1, 6]));
Save("lstm-bidirectional", Recurrent.Layer(Kind.Lstm, seed++, 4, 6, 5, 3, bidirectional: true));
Save("lstm-bidirectional-lengths", Recurrent.Layer(Kind.Lstm, seed++, 4, 6, 5, 3, bidirectional: true, lengths: [5, 3, 1]));
Save("forecaster", Recurrent.Forecaster(seed++, input: 3, hidden: 7, steps: 9, batch: 5, output: 2));

Save("optimizer-adam", Optimizers.Adam(seed++));
Save("optimizer-adamw", Optimizers.AdamW(seed++));
Save("optimizer-sgd-momentum", Optimizers.Sgd(seed++));
Save("optimizer-sgd-nesterov", Optimizers.Nesterov(seed++));
Save("optimizer-rmsprop", Optimizers.RmsProp(seed++));
Save("optimizer-adagrad", Optimizers.AdaGrad(seed++));

Save("ctc-few-symbols", Alignments.Ctc(seed++, symbols: 3, lengths: [1, 5, 9, 14, 7], labelLengths: [1, 2, 3, 7, 1]));
Save("ctc-many-symbols", Alignments.Ctc(seed++, symbols: 29, lengths: [40, 25, 60], labelLengths: [12, 9, 20]));
return 0;

void Save(string name, Fixture fixture) => fixture.Save(Path.Combine(args[0], name + ".json"));
