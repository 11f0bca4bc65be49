namespace RnnDsl.Generators.Ir;

/// <summary>The names under which operations go into fingerprints. Files hold those: a name here never changes, whatever becomes of the operation's own.</summary>
internal static class StoredNames
{
    public static string Of(Op op) => op switch
    {
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
        Op.Spread => "Spread",
        Op.Add => "Add",
        Op.Subtract => "Subtract",
        Op.Multiply => "Multiply",
        Op.Divide => "Divide",
        Op.Min => "Min",
        Op.Max => "Max",
        Op.SelectGreater => "SelectGreater",
        Op.Sum => "Sum",
        Op.MaxAcross => "MaxAcross",
        Op.MatVec => "MatVec",
        Op.MatVecTransposed => "MatVecTransposed",
        Op.Concat => "Concat",
        Op.Slice => "Slice",
        Op.Last => "Last",
        Op.First => "First",
        Op.SumTime => "SumTime",
        Op.Scan => "Scan",
        Op.ScanReversed => "ScanReversed",
        Op.Map => "Map",
        _ => op.ToString(),
    };
}
