using RnnDsl.Execution;
using RnnDsl.Memory;

namespace RnnDsl.Tests.Training;

public class ParameterStoreTests
{
    static ParameterStore Store(int seed, params ParameterInfo[] parameters) => ParameterStore.Create("Test", parameters, seed);

    [Fact]
    public unsafe void Slices_are_aligned_and_the_gaps_zero()
    {
        ParameterStore store = Store(1,
            new("a", 0, 1, 1, Initial.Constant, 2), new("b", 1, 17, 1, Initial.Constant, 3), new("c", 2, 5, 7, Initial.Constant, 4));
        Assert.Equal(0u, (ulong)store.Pointer.Pointer % 64);
        Assert.Equal([0, 16, 48], store.Slices.Select(s => s.Offset));
        Assert.Equal((1 + 17 + 35, 96), (store.Count, store.Length));
        Assert.Equal(2 + 17 * 3 + 35 * 4, store.Snapshot().Sum());
        Assert.Equal(Enumerable.Repeat(4f, 35), store["c"].ToArray());
    }

    [Fact]
    public void Initial_values_depend_on_seed_and_name_alone()
    {
        ParameterInfo a = new("a", 2, 4, 3, Initial.Xavier, 1), b = new("b", 2, 4, 4, Initial.Orthogonal, 1),
            c = new("c", 1, 9, 1, Initial.Normal, 1);
        ParameterStore one = Store(7, a, b, c), two = Store(7, c, b, a), other = Store(8, a, b, c);
        foreach (string name in new[] { "a", "b", "c" })
        {
            Assert.Equal(one[name].ToArray(), two[name].ToArray());
            Assert.NotEqual(one[name].ToArray(), other[name].ToArray());
        }
    }

    [Theory]
    [InlineData(1, 1), InlineData(5, 5), InlineData(3, 8), InlineData(9, 4), InlineData(64, 64)]
    public void Orthogonal_rows_or_columns(int rows, int columns)
    {
        const double gain = 1.5;
        float[] w = Store(2, new ParameterInfo("w", 2, rows, columns, Initial.Orthogonal, gain))["w"].ToArray();
        int count = Math.Min(rows, columns);
        for (int i = 0; i < count; i++)
            for (int j = 0; j < count; j++)
            {
                double dot = 0;
                for (int k = 0; k < Math.Max(rows, columns); k++)
                    dot += rows <= columns ? w[i * columns + k] * w[j * columns + k] : w[k * columns + i] * w[k * columns + j];
                Assert.Equal(i == j ? gain * gain : 0, dot, 1e-5);
            }
    }

    [Fact]
    public void Random_values_have_the_spread_that_they_should()
    {
        ParameterStore store = Store(3,
            new("x", 2, 100, 50, Initial.Xavier, 2), new("u", 1, 5000, 1, Initial.Uniform, 0.3), new("n", 1, 5000, 1, Initial.Normal, 0.2));
        double limit = 2 * Math.Sqrt(6 / 150.0);
        Assert.InRange(store["x"].ToArray().Max(), 0.99 * limit, limit);
        Assert.InRange(store["x"].ToArray().Min(), -limit, -0.99 * limit);
        Assert.InRange(store["u"].ToArray().Max(Math.Abs), 0.297, 0.3);
        Assert.Equal(0.2, Math.Sqrt(store["n"].ToArray().Average(v => v * v)), 2);
    }

    [Fact]
    public void Whoever_may_write_changes_the_version()
    {
        ParameterStore store = Store(1, new ParameterInfo("a", 1, 3, 1, Initial.Constant, 1));
        int version = store.Version;
        _ = store.ReadOnlyValues;
        _ = store.Snapshot();
        Assert.Equal(version, store.Version);
        store["a"].Fill(2);
        Assert.NotEqual(version, store.Version);
        version = store.Version;
        store.Restore(store.Snapshot());
        Assert.NotEqual(version, store.Version);
    }

    [Fact]
    public void Snapshots_bring_the_values_back()
    {
        ParameterStore store = Store(1, new ParameterInfo("a", 2, 3, 3, Initial.Normal, 1)), other = Store(2, store.Slices[0].Info);
        float[] before = store.Snapshot();
        store["a"].Clear();
        store.Restore(before);
        Assert.Equal(before, store.Snapshot());
        other.CopyFrom(store);
        Assert.Equal(before, other.Snapshot());
        Assert.Equal((double)before[5], other.ToReference()["a"][5]);
    }

    [Fact]
    public void Errors_name_the_parameter()
    {
        ParameterStore store = Store(1, new ParameterInfo("encoder.Wi", 1, 3, 1, Initial.Constant, 1));
        Assert.Contains("Did you mean 'encoder.Wi'", Assert.Throws<ArgumentException>(() => store["encoder.W"].Length).Message);
        Assert.Contains("another model's", Assert.Throws<ArgumentException>(() => store.Restore(new float[3])).Message);
        Assert.Contains("does not fit", Assert.Throws<ArgumentException>(
            () => store.CopyFrom(Store(1, new ParameterInfo("encoder.Wi", 1, 4, 1, Initial.Constant, 1)))).Message);
        Assert.Contains("two parameters named 'a'", Assert.Throws<ArgumentException>(
            () => Store(1, new("a", 0, 1, 1, Initial.Constant, 1), new("a", 0, 1, 1, Initial.Constant, 1))).Message);
    }
}
