using Microsoft.CodeAnalysis;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Tests;

/// <summary>A model over any cell, once its cell is given, is the model that one would have written.</summary>
public class AbstractModelTests
{
    const string Dims = "public class Word : Dim; public class Hidden : Dim; public class Tag : Dim;\n";

    const string Equations = """
        protected Linear<Hidden, Tag> head;
        [Count(2)] Vec<Tag>[] bias;
        Vec<Hidden> first;
        protected Seq<Tag> Scores([OneHot] Seq<Word> x) => head.Map(Dropout(cell.Scan(x), 0.25)) + bias[0];
        Seq<Hidden> Continued(Seq<Word> x, Seq<Word> y) => deep[1].Scan(deep[0].Scan(cell.Scan(y, cell.End(x))), deep[0].End(cell.ScanReversed(y, Start(first))));
        Vec<Hidden> Taken(Seq<Word> x) => cell.End(x).Vector<Hidden>(1) + Last(Continued(x, x));
        protected Scalar Loss([OneHot] Seq<Word> x, [OneHot] Seq<Tag> y) => CrossEntropy(Scores(x), y) + 0.1 * Sum(Square(bias[1]));
        """;

    const string Abstract = Dims + "public abstract partial class TaggerOf<TCell, TDeep> : Model where TCell : Cell<Word, Hidden> where TDeep : Cell<Hidden, Hidden>\n{\nprotected TCell cell; [Count(2)] TDeep[] deep;\n" + Equations + "\n}\n";

    const string Own = """
        Linear<Hidden, Word> own;
        Vec<Word> Owned([OneHot] Seq<Word> x, [OneHot] Seq<Tag> y) => Last(own.Map(cell.Scan(x))) * Sum(Last(Scores(x))) + Loss(x, y);
        """;

    const string Closed = "[Model] public partial class Tagger : TaggerOf<Lstm<Word, Hidden>, Gru<Hidden, Hidden>>\n{\n" + Own + "\n}\n";

    const string Written = Dims + "[Model] public partial class Tagger : Model\n{\nLstm<Word, Hidden> cell; [Count(2)] Gru<Hidden, Hidden>[] deep;\n" + Equations + Own + "\n}\n";

    [Fact]
    public void A_closed_model_is_the_model_written_out() => AssertAlike(GeneratorHarness.Valid(Written), GeneratorHarness.Valid(Abstract + Closed));

    [Fact]
    public void An_abstract_model_of_another_assembly_is_closed_too() => AssertAlike(GeneratorHarness.Valid(Written), GeneratorHarness.Valid(Closed, Library(Abstract)));

    /// <summary>One cell is given in between, and the dimensions are type parameters.</summary>
    [Fact]
    public void An_abstract_model_derives_from_another()
    {
        string generic = "public abstract partial class TaggerOf<TCell, TDeep, Word, Hidden, Tag>" + Abstract[(Dims.Length + "public abstract partial class TaggerOf<TCell, TDeep>".Length)..];
        const string Between = "public abstract partial class Between<TCell, Word, Hidden, Tag> : TaggerOf<TCell, Gru<Hidden, Hidden>, Word, Hidden, Tag> where TCell : Cell<Word, Hidden>;\n";
        string closed = Dims + "[Model] public partial class Tagger : Between<Lstm<Word, Hidden>, Word, Hidden, Tag>\n{\n" + Own + "\n}\n";
        AssertAlike(GeneratorHarness.Valid(Written), GeneratorHarness.Valid(generic + Between + closed));
        AssertAlike(GeneratorHarness.Valid(Written), GeneratorHarness.Valid(closed, Library(generic + Between)));
    }

    [Fact]
    public void An_abstract_model_of_another_assembly_is_a_layer()
    {
        const string Library = "public abstract partial class Deep<D, TCell> : Model where TCell : Cell<D, D>\n{\n[Count(2)] TCell[] cells; BiOf<D, D, TCell> both;\npublic Seq<D> Run(Seq<D> x) => cells[0].Scan(x) + cells[1].Scan(x) + Left(both.Run(x));\n}\n";
        const string Owner = "[Model] public partial class Owner : Model { public class Hidden : Dim; Deep<Hidden, Lstm<Hidden, Hidden>> deep; Seq<Hidden> Run(Seq<Hidden> x) => deep.Run(x); }\n";
        GeneratorRun one = GeneratorHarness.Valid(Library + Owner), other = GeneratorHarness.Valid(Owner, AbstractModelTests.Library(Library));
        Assert.Equal(one.Generated["Owner.g.cs"], other.Generated["Owner.g.cs"]);
        Assert.Equal(["deep.cells.0", "deep.cells.1", "deep.both.forward", "deep.both.backward"], other.Models.Single(m => m.Type.Name == "Owner").Layers.Select(l => l.Field));
    }

    /// <summary>A size that is too small is named as the class that derives names it, before anything is made.</summary>
    [Fact]
    public void The_generated_constructor_asks_for_the_sizes_by_name() =>
        Assert.Contains("public Tagger(int word, int hidden, int tag, int seed = 0) : base((word < 1 ? throw", GeneratorHarness.Valid(Abstract + Closed).Generated["Tagger.g.cs"]);

    static void AssertAlike(GeneratorRun written, GeneratorRun closed)
    {
        ModuleModel one = written.Models.Single(m => m.Type.Name == "Tagger"), other = closed.Models.Single(m => m.Type.Name == "Tagger");
        Assert.Equal(one.Dims.Select(d => d.Name), other.Dims.Select(d => d.Name));
        Assert.Equal(one.Parameters, other.Parameters);
        Assert.Equal(one.Layers.Select(l => (l.Field, l.Cell)), other.Layers.Select(l => (l.Field, l.Cell)));
        Assert.Equal(one.Methods.Select(m => m.Name), other.Methods.Select(m => m.Name));
    }

    static MetadataReference Library(string source)
    {
        using var stream = new MemoryStream();
        Assert.True(GeneratorHarness.Valid(source).Output.WithAssemblyName("Library").Emit(stream).Success);
        stream.Position = 0;
        return MetadataReference.CreateFromStream(stream);
    }
}
