namespace RnnDsl.Generators.Tests;

/// <summary>Abstract models, and what derives from them, with mistakes.</summary>
static class WrongClosings
{
    const string Dims = "class Word : Dim; class Hidden : Dim; class Tag : Dim;\n";

    const string TaggerOf = Dims + """
        abstract partial class TaggerOf<TCell> : Model where TCell : Cell<Word, Hidden>
        {
            protected TCell cell;
            Linear<Hidden, Tag> head;
            protected Seq<Tag> Scores(Seq<Word> x) => head.Map(cell.Scan(x));
        }

        """;

    const string Both = Dims + """
        abstract partial class Both<TFirst, TNext> : Model where TFirst : Cell<Word, Hidden> where TNext : Cell<Hidden, Hidden>
        {
            TFirst first; TNext next;
            Seq<Hidden> Run(Seq<Word> x) => next.Scan(first.Scan(x), first.End(x));
        }

        """;

    public static readonly (string Name, string Source)[] All =
    [
        ("a cell of other dimensions", TaggerOf + "[Model] partial class Wrong : TaggerOf<{|RNN2018:Gru<Word, Tag>|}>;"),
        ("a type that is no cell", TaggerOf + "[Model] partial class Wrong : TaggerOf<{|RNN2018:BiGru<Word, Hidden>|}>;"),
        ("a dimension for a cell", TaggerOf + "[Model] partial class Wrong : TaggerOf<{|RNN2018:Word|}>;"),
        ("a cell that is not marked", TaggerOf + "class Mine : Cell<Word, Hidden> { protected override Vec<Hidden> Step(Vec<Word> x) => default; }\n[Model] partial class Wrong : TaggerOf<{|RNN2013:Mine|}>;"),
        ("a model that is not closed", TaggerOf + "[Model] partial class Wrong<{|RNN2018:TCell|}> : TaggerOf<TCell> where TCell : Cell<Word, Hidden>;"),
        ("a cell over a cell", "[Cell] partial class Wrong<{|RNN2018:TCell|}, A> : Cell<A, A> where TCell : Cell<A, A> { TCell cell; protected override Vec<A> Step(Vec<A> x) => x; }"),
        ("a base that is not partial", Dims + "abstract class TaggerOf<TCell> : Model where TCell : Cell<Word, Hidden> { TCell cell; }\n[Model] partial class {|RNN2018:Wrong|} : TaggerOf<Gru<Word, Hidden>>;"),
        ("a base that is marked", "[Model] abstract partial class Base<A> : Model { Vec<A> b; Vec<A> Of(Vec<A> x) => x + b; }\n" + Dims + "[Model] partial class {|RNN2018:Wrong|} : Base<Word>;"),
        ("states for a layer without", Dims + """
            abstract partial class Mapping<TCell> : Model where TCell : Cell<Word, Hidden>
            {
                TCell cell;
                Seq<Hidden> Run(Seq<Word> x) => cell.Map(x);
            }
            [Model] partial class Right : Mapping<Linear<Word, Hidden>>;
            [Model] partial class Wrong : Mapping<{|RNN2018:Lstm<Word, Hidden>|}>;
            """),
        ("states from which no scan starts", Both + "[Model] partial class Right : Both<Gru<Word, Hidden>, Lstm<Hidden, Hidden>>;\n"
            + "[Model] partial class Wrong : Both<Lstm<Word, Hidden>, {|RNN2018:Gru<Hidden, Hidden>|}>;"),
        ("a state that is not there", Dims + """
            abstract partial class Taking<TCell> : Model where TCell : Cell<Word, Hidden>
            {
                TCell cell;
                Vec<Hidden> Run(Seq<Word> x) => cell.End(x).Vector<Hidden>(1);
            }
            [Model] partial class Right : Taking<Lstm<Word, Hidden>>;
            [Model] partial class Wrong : Taking<{|RNN2018:Gru<Word, Hidden>|}>;
            """),
        ("values from which no scan starts", Dims + """
            abstract partial class Started<TCell> : Model where TCell : Cell<Word, Hidden>
            {
                [Count(2)] TCell[] cells; Vec<Tag> tag; Vec<Hidden> start;
                Seq<Hidden> Run(Seq<Word> x) => cells[0].Scan(x, Start(start)) + cells[1].Scan(x, Start(start, tag));
            }
            [Model] partial class Wrong : Started<{|RNN2018:Lstm<Word, Hidden>|}>;
            """),
        ("methods that something overrides", Dims + """
            abstract partial class Open<TCell> : Model where TCell : Cell<Word, Hidden>
            {
                TCell cell;
                protected abstract Vec<Hidden> {|RNN2018:Head|}(Vec<Hidden> h);
                protected virtual Vec<Hidden> {|RNN2018:Tail|}(Vec<Hidden> h) => h;
                Vec<Hidden> Run(Seq<Word> x) => Tail(Last(cell.Scan(x)));
            }
            """),
        ("names of the abstract model", TaggerOf + """
            [Model] partial class Wrong : TaggerOf<Gru<Word, Hidden>>
            {
                Vec<Tag> {|RNN2011:head|};
                Seq<Tag> {|RNN2011:Scores|}(Seq<Word> x, Seq<Tag> y) => y + head;
            }
            """),
        ("members of the half", Dims + """
            abstract partial class Named<TCell> : Model where TCell : Cell<Word, Hidden>
            {
                TCell cell;
                BiOf<Word, Hidden, TCell> both;
                Seq<Hidden> Run(Seq<Word> x) => cell.Scan(x) + Left(both.Run(x));
                void {|RNN2011:BindFields|}() { }
                int {|RNN2011:LayerOfBoth|} => 1;
            }
            """),
        ("equations of an abstract model", TaggerOf + """
            abstract partial class Wrong<TCell> : TaggerOf<TCell> where TCell : Cell<Word, Hidden>
            {
                [Fixed(nameof(One))] Vec<Hidden> {|RNN2015:one|};
                Linear<Tag, Tag> {|RNN2007:unused|};
                Seq<Hidden> Run(Seq<Tag> x) => cell.Scan({|RNN1006:x|}) + one;
                Seq<Tag> Again(Seq<Word> x, Seq<Tag> y) => Scores({|RNN1006:y|});
                static double One(int unit) => 1;
            }
            """),
        ("an abstract model that contains what derives from it", Dims + """
            abstract partial class Circle<TCell> : Model where TCell : Cell<Word, Hidden>
            {
                TCell cell;
                Closed {|RNN3004:closed|};
                protected Seq<Hidden> Run(Seq<Word> x) => cell.Scan(x);
            }
            [Model] partial class Closed : {|RNN3004:Circle<Gru<Word, Hidden>>|};
            """),
        ("layers that contain each other", """
            [Model] partial class One<A> : Model { Other<A> {|RNN3004:other|}; Vec<A> b; public Vec<A> Run(Vec<A> x) => b * x; }
            [Model] partial class Other<A> : Model { One<A> {|RNN3004:one|}; Vec<A> b; public Vec<A> Run(Vec<A> x) => b * x; }
            """),
        ("a cell of a layer", Dims + """
            [Model] partial class Wrong : Model
            {
                BiOf<Word, Hidden, {|RNN2018:Gru<Word, Tag>|}> context;
                Seq<Cat<Hidden, Hidden>> Run(Seq<Word> x) => context.Run(x);
            }
            """),
    ];
}
