using System.ComponentModel;
using RnnDsl.CompilerServices;
using RnnDsl.Execution;

namespace RnnDsl;

/// <summary>
/// Base of models: cells, parameters, and methods. The methods define the model's predictions and its loss by equations over whole sequences. A model may be a layer of another
/// one, which calls these methods.
/// </summary>
public abstract class Model : Module
{
    /// <summary>For generated code: the sizes of the type arguments with the parts of concatenations. It is set if the model is a layer; the model by itself knows only the sums of
    /// the parts.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Extent[]? Extents { get; set; }

    /// <summary>Written by the generator: the layer of that name, or null.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual Module? LayerAt(string name) => null;

    /// <summary>The function that computes a parameter of a layer, or null. An abstract model that is a layer has no description of its own; its layers have.</summary>
    internal Func<int, int, double>? FunctionOf(string path)
    {
        for (int dot = path.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = path.IndexOf('.', dot + 1))
            if (LayerAt(path[..dot]) is { } layer)
                return layer is Model model && model.FunctionOf(path[(dot + 1)..]) is { } below ? below : layer.Info.Parameters.First(p => p.Name == path[(dot + 1)..]).Function;
        return null;
    }

    /// <summary>For generated code: a cell that is a layer of this model, or of a model that is one.</summary>
    /// <exception cref="ArgumentException">There is none at that path.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ICarriesStates CellAt(string path)
    {
        if (LayerAt(path) is ICarriesStates cell)
            return cell;
        for (int dot = path.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = path.IndexOf('.', dot + 1))
            if (LayerAt(path[..dot]) is Model model)
                return model.CellAt(path[(dot + 1)..]);
        throw new ArgumentException($"{GetType().Name} has no cell '{path}'.", nameof(path));
    }
}
