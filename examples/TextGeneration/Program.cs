using System.CommandLine;
using RnnDsl.Examples;
using RnnDsl.Examples.TextGeneration;
using RnnDsl.Training;

var text = new Option<string?>("--text") { Description = "The text to learn, UTF-8, also .gz; without it one that comes along" };
var second = new Option<string?>("--second") { Description = "A second author's text, to fine-tune on; 'none' for none" };
var load = new Option<string?>("--load") { Description = "Write with the model of this folder, learn nothing" };
var output = new Option<string>("--output") { Description = "Folder for the model", DefaultValueFactory = _ => "text-model" };
var prompt = new Option<string>("--prompt") { Description = "What the text begins with", DefaultValueFactory = _ => "" };
var temperature = new Option<double>("--temperature") { Description = "0: the likeliest letters; 1: as the model expects", DefaultValueFactory = _ => 0.7 };
var count = new Option<int>("--count") { Description = "Letters to write", DefaultValueFactory = _ => 400 };
var hidden = new Option<int>("--hidden") { Description = "Units of the LSTM", DefaultValueFactory = _ => 128 };
var epochs = new Option<int>("--epochs") { Description = "How often the text is read", DefaultValueFactory = _ => 24 };
var batch = new Option<int>("--batch") { Description = "Stretches of 2000 letters that are read side by side", DefaultValueFactory = _ => 16 };
var rate = new Option<double>("--rate") { Description = "Learning rate of Adam at the start; it falls to a tenth", DefaultValueFactory = _ => 4e-3 };
var average = new Option<double?>("--average") { Description = "Leave the exponential average of the parameters over the steps with this decay, such as 0.999" };
var seed = new Option<int>("--seed") { Description = "Of all that is random", DefaultValueFactory = _ => 1 };
var threads = new Option<int>("--threads") { Description = "0: one for each processor" };
foreach (Option<int> positive in new[] { count, hidden, epochs, batch })
    positive.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1)
            result.AddError($"{positive.Name} must be at least 1.");
    });
var command = new RootCommand("A character model: learns a text, shows what it learns, writes on.")
{
    text, second, load, output, prompt, temperature, count, hidden, epochs, batch, rate, average, seed, threads,
};
command.SetAction(given => Failures.Guard(() =>
{
    var write = new WriteOptions(given.GetValue(prompt)!, given.GetValue(count), given.GetValue(temperature), given.GetValue(seed));
    if (given.GetValue(load) is { } folder)
        Lessons.Write(folder, write);
    else
        Lessons.Learn(given.GetValue(text), given.GetValue(second), given.GetValue(output)!, write,
            new LearnOptions(given.GetValue(hidden), given.GetValue(epochs), given.GetValue(batch), given.GetValue(rate), given.GetValue(average), given.GetValue(threads)));
}));
return command.Run(args);
