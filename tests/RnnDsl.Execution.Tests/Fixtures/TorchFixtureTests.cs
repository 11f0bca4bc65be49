using RnnDsl.CompilerServices;

namespace RnnDsl.Execution.Tests;

public class TorchFixtureTests
{
    public static TheoryData<string> Layers => [.. TorchFixture.Names().Where(n => !n.StartsWith("optimizer", StringComparison.Ordinal) && !n.StartsWith("ctc", StringComparison.Ordinal))];

    [Fact]
    public void Every_file_is_embedded() => Assert.Equal(25, TorchFixture.Names().Count);

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_gradient_has_the_shape_of_what_it_belongs_to(string name)
    {
        TorchFixture fixture = TorchFixture.Load(name);
        Assert.Equal([fixture.Size("steps"), fixture.Size("batch"), fixture.Size("input")], fixture.Shape("x"));
        string[] differentiated = [.. fixture.ArrayNames.Where(
            n => n is "x" or "h0" or "c0" || n.Split('_', '.')[0] is "weight" or "bias" or "head")];
        Assert.True(differentiated.Length >= 5);
        foreach (string array in differentiated)
            Assert.Equal(fixture.Shape(array), fixture.Shape("d" + array));
    }

    [Fact]
    public void Inputs_are_the_same_number_as_float_and_as_double()
    {
        TorchFixture fixture = TorchFixture.Load("lstm-i17-h19-t12-b2");
        foreach (string array in new[] { "x", "h0", "c0", "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "dy" })
            Assert.Equal(fixture.Doubles(array), fixture.Floats(array).Select(v => (double)v));
    }

    [Fact]
    public void What_is_past_the_end_of_a_sequence_is_zero()
    {
        TorchFixture fixture = TorchFixture.Load("gru-lengths-mixed");
        double[] lengths = fixture.Doubles("lengths"), y = fixture.Doubles("y"), dx = fixture.Doubles("dx");
        int hidden = fixture.Size("hidden"), input = fixture.Size("input"), batch = fixture.Size("batch");
        for (int t = 0; t < fixture.Size("steps"); t++)
            for (int b = 0; b < batch; b++)
            {
                Assert.Equal(t >= lengths[b], y.AsSpan((t * batch + b) * hidden, hidden).IndexOfAnyExcept(0) < 0);
                Assert.Equal(t >= lengths[b], dx.AsSpan((t * batch + b) * input, input).IndexOfAnyExcept(0) < 0);
            }
    }

    [Fact]
    public void Block_is_a_gate()
    {
        TorchFixture fixture = TorchFixture.Load("gru-i3-h5-t7-b4");
        float[] all = fixture.Floats("weight_hh_l0");
        Assert.Equal(all[25..50], fixture.Block("weight_hh_l0", 1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => fixture.Block("weight_hh_l0", 3, 3));
    }

    [Fact]
    public void A_wrong_name_is_answered_with_the_right_ones()
    {
        TorchFixture fixture = TorchFixture.Load("lstm-bidirectional");
        Assert.Contains("lstm-bidirectional", Assert.Throws<ArgumentException>(() => TorchFixture.Load("lstm")).Message);
        Assert.Contains("weight_ih_l0", Assert.Throws<ArgumentException>(() => fixture.Floats("Wi")).Message);
        Assert.Contains("hidden", Assert.Throws<ArgumentException>(() => fixture.Setting("units")).Message);
    }
}
