using static RnnDsl.Ops;

namespace RnnDsl.Execution.Tests.Cells;

/// <summary>Says after each symbol how likely each next one is.</summary>
[Model]
public partial class SymbolModel : Model
{
    public class Symbol : Dim;
    public class Hidden : Dim;

    [Init(Initial.Orthogonal)] Mat<Hidden, Symbol> table;
    [Init(nameof(Offset))] Vec<Hidden> offset;
    Gru<Hidden, Hidden> layer;
    Linear<Hidden, Symbol> head;

    static double Offset(int unit, int size) => Math.Sin(unit + 1);

    public Seq<Symbol> Logits([OneHot] Seq<Symbol> before) => 5 * head.Map(layer.Scan(table * before + offset));

    /// <summary>The symbols as vectors.</summary>
    public Seq<Symbol> Dense(Seq<Symbol> before) => 5 * head.Map(layer.Scan(table * before + offset));
}

/// <summary>Writes one sequence while it looks into another, and says where it looks.</summary>
[Model]
public partial class LookingModel : Model
{
    public class Source : Dim;
    public class Symbol : Dim;
    public class Hidden : Dim;
    [Size(12)] public class Position : Dim;

    Mat<Hidden, Source> sources;
    Mat<Hidden, Symbol> symbols;
    Gru<Hidden, Hidden> encoder, decoder;
    Linear<Cat<Hidden, Hidden>, Symbol> head;

    public Seq<Cat<Symbol, Position>> Next([OneHot] Seq<Source> x, [OneHot] Seq<Position> places, [OneHot] Seq<Symbol> before)
    {
        var memory = encoder.Scan(3 * (sources * x));
        var h = decoder.Scan(3 * (symbols * before), Start(Last(memory)));
        return Concat(4 * head.Map(Concat(h, Each(h, q => Attend(q, memory, memory)))), Each(h, q => Attend(q, memory, places)));
    }
}
