using Microsoft.CodeAnalysis;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Generators.Tests;

/// <summary>The text in which a cell travels to other assemblies has a version.</summary>
public class CellTextTests
{
    /// <summary>As the first version wrote it, which gave it no number.</summary>
    const string First = """
        cell Earlier
        dim Input - Input
        dim Hidden - Hidden
        input vec[Input]
        output vec[(Hidden+Input)]
        parameter W mat[Hidden,Input] Orthogonal 1
        parameter U mat[Hidden,Hidden] Orthogonal 1
        parameter V mat[Input,Hidden] Orthogonal 1
        parameter b vec[Hidden] Constant 0
        parameter decay vec[Hidden] Constant 0
        parameter gain scalar Constant 2
        state h vec[Hidden] 0
        state level scalar 0.25
        layer norm Hidden global::RnnDsl.LayerNorm<Hidden>
        cell LayerNorm
        dim Hidden - D
        input vec[Hidden]
        output vec[Hidden]
        parameter g vec[Hidden] Constant 1
        parameter b vec[Hidden] Constant 0
        step
        # return g * Normalize(x) + b
        %0 = Input 'x' : vec[Hidden] @Batch
        %1 = Parameter 'g' : vec[Hidden] @Parameter #0
        %2 = Sum %0 : scalar @Batch #0
        %3 = Size 'Hidden' : scalar @Parameter #0
        %4 = Divide %2 %3 : scalar @Batch #0
        %5 = Subtract %0 %4 : vec[Hidden] @Batch #0
        %6 = Multiply %5 %5 : vec[Hidden] @Batch #0
        %7 = Sum %6 : scalar @Batch #0
        %8 = Divide %7 %3 : scalar @Batch #0
        %9 = Constant 1E-05 : scalar @Parameter #0
        %10 = Add %8 %9 : scalar @Batch #0
        %11 = Sqrt %10 : scalar @Batch #0
        %12 = Divide %5 %11 : vec[Hidden] @Batch #0
        %13 = Multiply %1 %12 : vec[Hidden] @Batch #0
        %14 = Parameter 'b' : vec[Hidden] @Parameter #0
        %15 = Add %13 %14 : vec[Hidden] @Batch #0
        result return %15
        end
        step
        # z = norm.Map(W * x + U * Dropout(h, 0.1)) + b
        # f = Gate(z)
        # return Sigmoid(z + decay)
        # level = 0.9 * level + 0.1 * Mean(z)
        # h = f * h + (1 - f) * Tanh(gain * z - Third * level)
        # return Concat(h, Transpose(W) * h + V * Max(h, 1e-7) - StopGradient(x))
        %0 = Input 'x' : vec[Input] @Batch
        %1 = Parameter 'W' : mat[Hidden,Input] @Parameter #0
        %2 = MatVec %1 %0 : vec[Hidden] @Batch #0
        %3 = Parameter 'U' : mat[Hidden,Hidden] @Parameter #0
        %4 = State 'h' : vec[Hidden] @Batch #0
        %5 = Dropout 0.1 %4 '0' : vec[Hidden] @Batch #0
        %6 = MatVec %3 %5 : vec[Hidden] @Batch #0
        %7 = Add %2 %6 : vec[Hidden] @Batch #0
        %8 = Map %7 'norm' : vec[Hidden] @Batch #0
        %9 = Parameter 'b' : vec[Hidden] @Parameter #0
        %10 = Add %8 %9 : vec[Hidden] @Batch "z" #0
        %11 = Parameter 'decay' : vec[Hidden] @Parameter #2
        %12 = Add %10 %11 : vec[Hidden] @Batch #2
        %13 = Sigmoid %12 : vec[Hidden] @Batch "f" #2
        %14 = Constant 0.9 : scalar @Parameter #3
        %15 = State 'level' : scalar @Batch #3
        %16 = Multiply %14 %15 : scalar @Batch #3
        %17 = Constant 0.1 : scalar @Parameter #3
        %18 = Sum %10 : scalar @Batch #3
        %19 = Size 'Hidden' : scalar @Parameter #3
        %20 = Divide %18 %19 : scalar @Batch #3
        %21 = Multiply %17 %20 : scalar @Batch #3
        %22 = Add %16 %21 : scalar @Batch "level" #3
        %23 = Multiply %4 %13 : vec[Hidden] @Batch #4
        %24 = Constant 1 : scalar @Parameter #4
        %25 = Subtract %24 %13 : vec[Hidden] @Batch #4
        %26 = Parameter 'gain' : scalar @Parameter #4
        %27 = Multiply %10 %26 : vec[Hidden] @Batch #4
        %28 = Constant 0.3333333333333333 : scalar @Parameter #4
        %29 = Multiply %22 %28 : scalar @Batch #4
        %30 = Subtract %27 %29 : vec[Hidden] @Batch #4
        %31 = Tanh %30 : vec[Hidden] @Batch #4
        %32 = Multiply %25 %31 : vec[Hidden] @Batch #4
        %33 = Add %23 %32 : vec[Hidden] @Batch "h" #4
        %34 = MatVecTransposed %1 %33 : vec[Input] @Batch #5
        %35 = Parameter 'V' : mat[Input,Hidden] @Parameter #5
        %36 = Constant 1E-07 : scalar @Parameter #5
        %37 = Max %33 %36 : vec[Hidden] @Batch #5
        %38 = MatVec %35 %37 : vec[Input] @Batch #5
        %39 = Add %34 %38 : vec[Input] @Batch #5
        %40 = StopGradient %0 : vec[Input] @Batch #5
        %41 = Subtract %39 %40 : vec[Input] @Batch #5
        %42 = Concat %33 %41 : vec[(Hidden+Input)] @Batch #5
        result return %42
        result h %33
        result level %22
        end
        """;

    const string Model = """
        [Model]
        partial class Whole : Model
        {
            class Feature : Dim;
            class Hidden : Dim;
            Earlier<Feature, Hidden> {|RNN2020:encoder|};
            Seq<Cat<Hidden, Feature>> Predict(Seq<Feature> x) => encoder.Scan(x);
        }
        """;

    /// <summary>An assembly with the cell, whose half is there in its text alone.</summary>
    static PortableExecutableReference Library(string text)
    {
        using var stream = new MemoryStream();
        Assert.True(GeneratorHarness.Compile($$""""
            [CellGraph("""
            {{text}}
            """)]
            public class Earlier<Input, Hidden> : Cell<Input, Cat<Hidden, Input>>
            {
                public Earlier(int input, int hidden) { }
                protected override Vec<Cat<Hidden, Input>> Step(Vec<Input> x) => throw new NotSupportedException();
            }
            """").WithAssemblyName("Library").Emit(stream).Success);
        stream.Position = 0;
        return MetadataReference.CreateFromStream(stream);
    }

    [Fact]
    public void A_cell_that_the_first_version_compiled_is_read()
    {
        CellModel cell = CellModelText.Parse(First);
        Assert.Equal(cell, CellModelText.Parse(CellModelText.Write(cell)));
        Assert.StartsWith("version 2\ncell Earlier\n", CellModelText.Write(cell));
        GeneratorRun run = GeneratorHarness.Valid(Markup.Parse(Model).Source, Library(First));
        Assert.Contains("encoder.norm.g", Assert.Single(run.Generated.Values));
    }

    /// <summary>A compiler that does not know the operation says so by the version, and not by what it cannot read.</summary>
    [Fact]
    public void A_cell_that_multiplies_matrices_is_of_the_version_that_can()
    {
        const string Body = "Mat<Hidden, Input> A; Mat<Input, Hidden> B; Mat<Hidden, Hidden> U; [State] Vec<Hidden> h; protected override Vec<Hidden> Step(Vec<Input> x) => h = Tanh(A * x + U * h + {0} * h);";
        foreach ((string product, string version) in new[] { ("(A * B)", "version 6\n"), ("A * (B * h) + Transpose(A * B)", "version 6\n"), ("A * (B * h) + Hadamard(U, U)", "version 2\n") })
            Assert.Contains(version, Assert.Single(GeneratorHarness.Valid(Markup.Parse(WrongPrograms.Cell(Body.Replace("{0}", product))).Source).Generated.Values).Replace("    ", ""));
    }

    [Fact]
    public void A_cell_of_a_later_version_is_a_diagnostic_that_says_what_to_update()
    {
        Markup markup = Markup.Parse(Model);
        GeneratorRun run = GeneratorHarness.Run(markup.Source, references: Library("version 1000\nwhatever\ncomes"));
        Assert.Equal(markup.ExpectedText, markup.ActualText(run.Diagnostics));
        Assert.Equal("encoder is Earlier<Feature, Hidden> of Library, which a later version of RnnDsl compiled; its equations are stored in version 1000, and this compiler reads up to " +
            "version 6: update the package RnnDsl of this project to the version that Library was compiled with, or a later one", Assert.Single(run.Diagnostics).GetMessage());
        Assert.Throws<LaterVersionException>(() => ModelText.Parse("version 1000"));
    }

    [Fact]
    public void Every_number_comes_back_with_all_its_bits()
    {
        var random = new Random(1);
        foreach (double number in new[] { 0, -0.0, 0.1, 1.0 / 3, 1e-5, double.Epsilon, double.MaxValue, -2.2250738585072014E-308 }
            .Concat(Enumerable.Range(0, 10_000).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64()))).Where(double.IsFinite))
            Assert.Equal(BitConverter.DoubleToInt64Bits(number),
                BitConverter.DoubleToInt64Bits(double.Parse(GraphText.Number(number), System.Globalization.CultureInfo.InvariantCulture)));
    }
}
