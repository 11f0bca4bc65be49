using RnnDsl.CompilerServices;
using RnnDsl.Execution;

namespace RnnDsl.Tests.Training;

/// <summary>Sizes whose products leave the range of an int.</summary>
public class LargeSizesTests
{
    [Theory]
    [InlineData(100_000, 100_000), InlineData(65_536, 65_536), InlineData(46_341, 46_341), InlineData(2, 1_073_741_824)]
    public void Too_many_parameters_are_told_with_their_number(int inputs, int outputs)
    {
        string message = Assert.Throws<InvalidOperationException>(() => new LinearModule(inputs, outputs).Parameters).Message;
        Assert.Contains($"Linear has {(long)inputs * outputs + outputs} parameters", message);
        Assert.Contains($"'layer.W' ({outputs}×{inputs})", message);
        Assert.Contains("choose smaller sizes", message);
    }

    [Fact]
    public void A_parameter_beyond_an_array_says_so()
    {
        var info = new ParameterInfo("W", 2, 100_000, 100_000, Initial.Xavier, 1);
        Assert.Contains("10000000000 values (100000×100000)", Assert.Throws<InvalidOperationException>(() => info.Length).Message);
    }

    [Fact]
    public void States_beyond_an_array_say_so()
    {
        MethodInfo method = new LeakyModule(100_000).Method("Scan");
        Assert.Contains("of 100000 examples is 10000000000 floats", Assert.Throws<ArgumentException>(() => new StateBatch(method, 100_000)).Message);
    }

    class Input : Dim;
    class Hidden : Dim;

    /// <summary>An arena that is counted too small would be written beyond its end.</summary>
    [Theory]
    [InlineData(1 << 20, 1 << 20, 1024), InlineData(1 << 22, 1 << 10, 4096), InlineData(1 << 18, 1 << 18, 8192)]
    public void Working_memory_is_counted_beyond_the_range_of_an_int(int rows, int batch, int hidden)
    {
        MethodInfo method = new Lstm<Input, Hidden>(1, hidden).Method("Scan");
        foreach (CompiledProgram program in new[] { method.Forward, method.Training! })
        {
            // The carried states and the rows of a block at least; each more row and example takes as much again.
            Assert.True(Floats(rows, batch) >= 4L * hidden * batch);
            Assert.True(Floats(rows, batch) > Floats(rows / 2, batch / 2));

            long Floats(int rows, int batch) => program.ArenaFloats(new Shard { Rows = rows, Batch = batch, Steps = Math.Max(1, rows / batch), MostKept = long.MaxValue });
        }
    }
}
