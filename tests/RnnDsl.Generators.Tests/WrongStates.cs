namespace RnnDsl.Generators.Tests;

/// <summary>Mistakes about where scans start and what they leave.</summary>
static class WrongStates
{
    public static readonly (string Name, string Source)[] All =
    [
        ("starts that do not fit", WrongPrograms.Model("""
            class Feature : Dim; class Hidden : Dim;
            Lstm<Feature, Hidden> lstm; Gru<Feature, Hidden> gru;
            Seq<Hidden> Wrong(Seq<Feature> x, Vec<Feature> f, Vec<Hidden> h) => lstm.Scan(x, Start({|RNN1006:f|}, h));
            Seq<Hidden> Sequence(Seq<Feature> x) => gru.Scan(x, Start({|RNN1006:Last(x)|}));
            Seq<Hidden> More(Seq<Feature> x, Vec<Hidden> h) => gru.Scan(x, {|RNN3002:Start(h, h)|});
            Seq<Hidden> Other(Seq<Feature> x) => gru.Scan(x, {|RNN3002:lstm.End(x)|});
            Seq<Hidden> Fewer(Seq<Feature> x) => lstm.Scan(x, gru.End(x));
            """)),
        ("no states", WrongPrograms.Model("""
            class Feature : Dim; class Hidden : Dim;
            Gru<Feature, Hidden> gru;
            Seq<Hidden> Nothing(Seq<Feature> x) => gru.Scan(x, {|RNN3002:null|}!);
            """)),
        ("states that are not there", WrongPrograms.Model("""
            class Feature : Dim; class Hidden : Dim;
            Lstm<Feature, Hidden> lstm;
            Vec<Hidden> Third(Seq<Feature> x) => {|RNN3002:lstm.End(x).Vector<Hidden>(2)|};
            Vec<Feature> Dimension(Seq<Feature> x) => {|RNN3002:lstm.End(x).Vector<Feature>(1)|};
            Vec<Hidden> Scaled(Seq<Feature> x) => last * {|RNN3002:lstm.End(x).Number(0)|};
            Vec<Hidden> last;
            """)),
        ("a layer without states", WrongPrograms.Model("""
            class Feature : Dim; class Hidden : Dim;
            Linear<Feature, Hidden> linear;
            Vec<Hidden> b;
            Seq<Hidden> Begun(Seq<Feature> x) => linear.Scan(x, {|RNN3002:Start(b)|});
            Seq<Hidden> Mapped(Seq<Feature> x) => linear.Map(x);
            """)),
    ];
}
