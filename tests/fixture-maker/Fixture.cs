using System.Globalization;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace RnnDsl.FixtureMaker;

/// <summary>One fixture file in the making: settings and named arrays in the order in which they were added.</summary>
sealed class Fixture(string about)
{
    readonly StringBuilder settings = new();
    readonly StringBuilder arrays = new();

    public void Set(string name, double value)
    {
        settings.Append(settings.Length == 0 ? "" : ", ");
        settings.Append(CultureInfo.InvariantCulture, $"\"{name}\": {value:R}");
    }

    public void Add(string name, Tensor tensor)
    {
        using Tensor dense = tensor.detach().to(float64).contiguous();
        Add(name, dense.shape, dense.data<double>().ToArray());
    }

    public void Add(string name, IEnumerable<long> shape, IEnumerable<double> values)
    {
        // Ten digits: a hundred times finer than a float resolves. Inputs have at most eight decimals and so are exact.
        string numbers = string.Join(",", values.Select(v => Number(name, v)));
        string sizes = string.Join(", ", shape);
        arrays.Append(arrays.Length == 0 ? "" : ",\n");
        arrays.Append($"    \"{name}\": {{ \"shape\": [{sizes}], \"values\": [{numbers}] }}");
    }

    public void Save(string path) => File.WriteAllText(path,
        $$"""
        {
          "about": "{{about}}",
          "settings": { {{settings}} },
          "arrays": {
        {{arrays}}
          }
        }

        """);

    static string Number(string name, double value) => double.IsFinite(value)
        ? value.ToString("G10", CultureInfo.InvariantCulture)
        : throw new InvalidOperationException($"'{name}' holds {value}, which a fixture must not.");
}
