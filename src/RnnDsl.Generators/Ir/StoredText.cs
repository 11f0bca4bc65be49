using System.Globalization;

namespace RnnDsl.Generators.Ir;

/// <summary>
/// The words for operations and arguments in the text of graphs and in fingerprints. Files and other assemblies contain these words, so a word here never changes, even if the
/// operation's own name does.
/// </summary>
internal static class StoredText
{
    const string Rows = "rows", Columns = "columns", Forward = "forward", Backward = "backward", Each = "each";

    public static string NameOf(Node node) => node.Op switch
    {
        Op.Product => node.Over switch { Over.Columns => "MatVec", Over.Rows => "MatVecTransposed", Over.Steps => "OuterSteps", _ => "Outer" },
        Op.Reduce => (node.Over, node.IsMax) switch
        {
            (Over.Units, false) => "Sum",
            (Over.Units, true) => "MaxAcross",
            (Over.Steps, false) => "SumTime",
            (Over.Steps, true) => "MaxTime",
            (Over.Domain, _) => "SumRows",
            (_, true) => "MaxOver",
            _ => "SumOver",
        },
        Op.Input => "Input",
        Op.Parameter => "Parameter",
        Op.Constant => "Constant",
        Op.State => "State",
        Op.Size => "Size",
        Op.Length => "Length",
        Op.Negate => "Negate",
        Op.Sigmoid => "Sigmoid",
        Op.Tanh => "Tanh",
        Op.Exp => "Exp",
        Op.Log => "Log",
        Op.Sqrt => "Sqrt",
        Op.Abs => "Abs",
        Op.Softplus => "Softplus",
        Op.Sin => "Sin",
        Op.Cos => "Cos",
        Op.Floor => "Floor",
        Op.StopGradient => "StopGradient",
        Op.Dropout => "Dropout",
        Op.Broadcast => "Spread",
        Op.OneHot => "OneHot",
        Op.Add => "Add",
        Op.Subtract => "Subtract",
        Op.Multiply => "Multiply",
        Op.Divide => "Divide",
        Op.Min => "Min",
        Op.Max => "Max",
        Op.SelectGreater => "SelectGreater",
        Op.Concat => "Concat",
        Op.Slice => "Slice",
        Op.Transpose => "Transpose",
        Op.Last => "Last",
        Op.First => "First",
        Op.Shift => "Shift",
        Op.Delay => "Delay",
        Op.Whole => "Whole",
        Op.Across => "Across",
        Op.Scan => "Scan",
        Op.ScanReversed => "ScanReversed",
        Op.Map => "Map",
        Op.End => "End",
        Op.Every => "Every",
        Op.InsertZeros => "Between",
        Op.Pad => "Embed",
        Op.AtLastStep => "PlaceLast",
        Op.AtFirstStep => "PlaceFirst",
        _ => node.Op.ToString(),
    };

    /// <summary>The argument unless it is a number; empty if there is none, or if the operation's name implies it.</summary>
    public static string ArgumentOf(Node node) => node.Argument switch
    {
        Argument.Named named => named.Name,
        Argument.Extent extent => extent.Dim.Text,
        Argument.Offset offset => offset.ToString(),
        Argument.Direction along => along.Forward ? Forward : Backward,
        Argument.Mask mask => mask.Id.ToString(CultureInfo.InvariantCulture),
        Argument.Stride stride => stride.Steps.ToString(CultureInfo.InvariantCulture),
        Argument.Side or Argument.Reduction when node.Op != Op.Product && node.Over is Over.Rows or Over.Columns => node.Over == Over.Rows ? Rows : Columns,
        Argument.PerExample => Each,
        _ => node.Op == Op.Broadcast ? node.Domain.Kind : "",
    };

    /// <summary>The number of an operation that has one.</summary>
    public static double? NumberOf(Node node) => node.Argument switch
    {
        Argument.Number number => number.Value,
        Argument.Mask mask => mask.Rate,
        _ => null,
    };

    /// <summary>Whether a number follows the operation's name.</summary>
    public static bool HasNumber(string name) => name is "Constant" or "Dropout";

    public static (Op Op, Argument Argument) Parse(string name, string text, double number) => name switch
    {
        "MatVec" => (Op.Product, new Argument.Side(Over.Columns)),
        "MatVecTransposed" => (Op.Product, new Argument.Side(Over.Rows)),
        "Outer" => (Op.Product, new Argument.Side(Over.Domain)),
        "OuterSteps" => (Op.Product, new Argument.Side(Over.Steps)),
        "Sum" => (Op.Reduce, new Argument.Reduction(Over.Units, Monoid.Sum)),
        "MaxAcross" => (Op.Reduce, new Argument.Reduction(Over.Units, Monoid.Max)),
        "SumTime" => (Op.Reduce, new Argument.Reduction(Over.Steps, Monoid.Sum)),
        "MaxTime" => (Op.Reduce, new Argument.Reduction(Over.Steps, Monoid.Max)),
        "SumRows" => (Op.Reduce, new Argument.Reduction(Over.Domain, Monoid.Sum)),
        "SumOver" => (Op.Reduce, new Argument.Reduction(Side(text), Monoid.Sum)),
        "MaxOver" => (Op.Reduce, new Argument.Reduction(Side(text), Monoid.Max)),
        "Spread" => (Op.Broadcast, Argument.None),
        "Between" => (Op.InsertZeros, Argument.None),
        "Embed" => Parse(Op.Pad, text, number),
        "PlaceLast" => (Op.AtLastStep, Argument.None),
        "PlaceFirst" => (Op.AtFirstStep, Argument.None),
        _ => Parse((Op)Enum.Parse(typeof(Op), name), text, number),
    };

    static (Op, Argument) Parse(Op op, string text, double number) => (op, ArgumentOf(op, text, number));

    static Argument ArgumentOf(Op op, string text, double number) => op switch
    {
        Op.Input or Op.Parameter or Op.State or Op.InitialState or Op.Scan or Op.ScanReversed or Op.Map or Op.End => new Argument.Named(text),
        Op.Constant => new Argument.Number(number),
        Op.Size => new Argument.Extent(Dim.Parse(text)),
        Op.Slice or Op.Pad => Argument.Offset.Parse(text),
        Op.Shift or Op.Delay => new Argument.Direction(text == Forward),
        Op.Dropout => new Argument.Mask(int.Parse(text, CultureInfo.InvariantCulture), number),
        Op.Gather or Op.Scatter or Op.Across => new Argument.Side(Side(text)),
        Op.Every => new Argument.Stride(int.Parse(text, CultureInfo.InvariantCulture)),
        Op.ExampleWeight when text == Each => new Argument.PerExample(),
        _ => Argument.None,
    };

    static Over Side(string text) => text == Rows ? Over.Rows : Over.Columns;
}
