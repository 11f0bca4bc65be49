using RnnDsl.Onnx.Equations;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Runs;

/// <summary>The equations of a model as text.</summary>
static class ModelEquations
{
    /// <summary>More equations are left out: nobody reads them.</summary>
    const int Most = 300;

    /// <summary>The equations of each layer and of each method ("Predict()"). If the model carries none that this version can read, the only entry says why.</summary>
    public static IReadOnlyList<(string Layer, string Equation)> Texts(Module module)
    {
        ModuleEquations equations;
        try
        {
            equations = ModuleEquations.Of(module);
        }
        catch (ArgumentException e)
        {
            return [("", e.Message)];
        }
        var layers = equations.AllLayers().Where(l => l.Path.Length > 0 || equations.Layers.Count == 1).SelectMany(l => l.Cell.Step.Equations.Select(text => (l.Path.Length > 0 ? l.Path : l.Cell.Name, text)));
        var methods = equations.Methods.SelectMany(m => m.Graph.Equations.Select(text => (m.Name + "()", text)));
        return [.. layers.Concat(methods).Take(Most)];
    }
}
