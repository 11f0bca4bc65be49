using static RnnDsl.Tests.Language.Samples;

namespace RnnDsl.Tests.Language;

public class MatTests
{
    readonly Random random = new(2);

    [Fact]
    public void TimesAVectorIsTheSumOverColumns()
    {
        for (int rows = 1; rows < 8; rows++)
            for (int columns = 1; columns < 8; columns++)
            {
                Mat<A, B> m = Matrix<A, B>(random, rows, columns);
                Seq<B> x = Sequence<B>(random, 3, columns);

                Seq<A> all = m * x;
                for (int t = 0; t < 3; t++)
                {
                    Vec<A> y = m * x[t];
                    for (int i = 0; i < rows; i++)
                    {
                        double sum = 0;
                        for (int j = 0; j < columns; j++)
                            sum += m[i, j] * x[t][j];
                        Close(sum, y[i]);
                        Close(sum, all[t][i]);
                    }
                }
            }
    }

    [Fact]
    public void TimesAMatrixIsTheSumOverWhatBothHave()
    {
        Mat<A, B> left = Matrix<A, B>(random, 2, 3);
        Mat<B, A> right = Matrix<B, A>(random, 3, 2);
        Mat<A, A> product = left * right;
        Vec<A> x = Vector<A>(random, 2);
        for (int i = 0; i < 2; i++)
        {
            for (int j = 0; j < 2; j++)
                Close(left[i, 0] * right[0, j] + left[i, 1] * right[1, j] + left[i, 2] * right[2, j], product[i, j]);
            Close((left * (right * x))[i], (product * x)[i]);
        }
        Assert.Throws<ArgumentException>(() => left * Matrix<B, A>(random, 4, 2));
    }

    [Fact]
    public void TransposedHasRowsAndColumnsExchanged()
    {
        Mat<A, B> m = Matrix<A, B>(random, 2, 3);
        Mat<B, A> t = Ops.Transpose(m);

        Assert.Equal((3, 2), (t.Rows, t.Columns));
        for (int i = 0; i < 2; i++)
            for (int j = 0; j < 3; j++)
                Assert.Equal(m[i, j], t[j, i]);
        Assert.Equal(m.ToArray(), Ops.Transpose(t).ToArray());
    }

    [Fact]
    public void RefusesWhatDoesNotFit()
    {
        string message = Assert.Throws<ArgumentException>(() => new Mat<A, B>(2, 3, 1, 2, 3, 4, 5)).Message;
        Assert.Contains("Mat<A, B> of 2 rows and 3 columns takes 6 values, but 5 were given", message);
        Mat<A, B> m = Matrix<A, B>(random, 2, 3);
        message = Assert.Throws<ArgumentException>(() => m * new Vec<B>(1, 2)).Message;
        Assert.Contains("Mat<A, B> * Vec<B>: the sizes 3 and 2 do not fit", message);
    }

    [Fact]
    public void AnUnboundMatrixSaysHowToBindIt()
    {
        Mat<A, B> unbound = default;
        foreach (Action use in new Action[]
            { () => _ = unbound * new Vec<B>(1), () => _ = unbound.Rows, () => unbound.ToArray(), () => Ops.Transpose(unbound) })
            Assert.Contains("This Mat<A, B> has no values", Assert.Throws<InvalidOperationException>(use).Message);
        Assert.Equal("Mat<A, B> without values", unbound.ToString());
    }
}
