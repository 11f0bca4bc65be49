using RnnDsl.Examples.Recommendation;

namespace RnnDsl.Text.Tests.Recommendation;

/// <summary>Files of sessions and items for <c>examples/Recommendation</c>, whole and broken.</summary>
public sealed class RecommendationFileTests : IDisposable
{
    const string Header = "InvoiceNo,InvoiceDate,CustomerID,Country,Items\n";

    readonly TemporaryFolder folder = new();

    [Fact]
    public void Sessions_are_read_in_the_order_of_time_and_parted_by_it()
    {
        SessionLog log = SessionLog.Read(Gzip(Header + "2,2011-01-02 09:00:00,,France,C A\n1,2011-01-01,17,\"Korea, South\",A B C\n3,2011-02-01 10:00,17,France,B A\n"), new SessionColumns());
        Assert.Equal(["17", "", "17"], log.Sessions.Select(s => s.User));
        Assert.Equal(["A", "B", "C"], log.Sessions[0].Items);
        SessionParts parts = log.Split(new DateTime(2011, 2, 1, 0, 0, 0, DateTimeKind.Utc), 0.5);
        Assert.Equal((1, 1, 1), (parts.Train.Count, parts.Validation.Count, parts.Test.Count));
        Assert.Contains("no session of two or more items is in the test, which begins on 2012-01-01. The sessions are from 2011-01-01 to 2011-02-01 10:00:00.",
            Assert.Throws<InvalidDataException>(() => log.Split(new DateTime(2012, 1, 1, 0, 0, 0, DateTimeKind.Utc), 0)).Message, StringComparison.Ordinal);
        Assert.Contains("before the test", Assert.Throws<InvalidDataException>(() => log.Split(new DateTime(2010, 1, 1, 0, 0, 0, DateTimeKind.Utc), 0)).Message, StringComparison.Ordinal);
        Assert.Equal(["", "", ""], SessionLog.Read(folder.Named("log.csv.gz"), new SessionColumns(User: "")).Sessions.Select(s => s.User));
    }

    [Theory]
    [InlineData("A B C", "A", "B", "C")]
    [InlineData(" A  B C ", "A", "B", "C")]
    [InlineData("A, B, C", "A", "B", "C")]
    [InlineData("A,B,,C,", "A", "B", "C")]
    [InlineData("red mug, bowl", "red mug", "bowl")]
    public void Items_stand_between_commas_or_spaces(string list, params string[] items)
    {
        Assert.Equal(items, SessionLog.Items(list));
        Assert.Equal(items, SessionLog.Read(Gzip($"{Header}1,2011-01-01,17,France,\"{list}\"\n"), new SessionColumns()).Sessions[0].Items);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(Header, "has a header and no record")]
    [InlineData("InvoiceNo,When,CustomerID,Country,Items\n1,2011-01-01,1,UK,A B\n", "has no column 'InvoiceDate'. Its columns are InvoiceNo, When, CustomerID, Country, Items; --time-column names another.")]
    [InlineData("InvoiceDate,Items\n2011-01-01,A B\n", "has no column 'CustomerID'")]
    [InlineData(Header + "1,2011-13-01,1,UK,A B\n", "line 2: '2011-13-01' in the column InvoiceDate is no date")]
    [InlineData(Header + "1,2011-01-01,1,UK\n", "line 2: there are 4 values, and the header names 5 columns")]
    [InlineData(Header + "1,2011-01-01,1,UK, \n", "line 2: the session has no item")]
    [InlineData(Header + "1,2011-01-01,1,\"UK,A B\n", "line 2: a text in quotes does not end")]
    [InlineData(Header + "1,2011-01-01,1,UK,A\n2,2011-01-02,1,UK,B\n", "every session has one item")]
    public void Broken_sessions_are_refused_with_a_sentence(string text, string part) =>
        Assert.Contains(part, Assert.Throws<InvalidDataException>(() => SessionLog.Read(Gzip(text), new SessionColumns())).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("StockCode,Name\nA,x\n", "has no column 'Description'")]
    [InlineData("StockCode,Description\nA,x\nA,y\n", "line 3: the item 'A' is there a second time")]
    [InlineData("StockCode,Description\n,x\n", "line 2: the item has no name")]
    public void Broken_items_are_refused_with_a_sentence(string text, string part)
    {
        folder.Write("items.csv", text);
        Assert.Contains(part, Assert.Throws<InvalidDataException>(() => Catalog.Read(folder.Named("items.csv"), new ItemColumns())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() => Assert.Contains("There is no file", Assert.Throws<InvalidDataException>(() => SessionLog.Read(folder.Named("none.csv"), new SessionColumns())).Message, StringComparison.Ordinal);

    [Fact]
    public void Items_have_texts_and_attributes_and_missing_ones_are_named()
    {
        folder.Write("items.csv", "StockCode,Description,Brand,Size\nA,\"a \"\"red\"\" mug, large\",Acme,\nB,bowl,Acme,big\n");
        List<CatalogEntry> items = Catalog.Read(folder.Named("items.csv"), new ItemColumns());
        Assert.Equal("a \"red\" mug, large", items[0].Text);
        Assert.Equal("Acme", items[1].Attributes["Brand"]);
        SessionLog log = SessionLog.Read(Gzip(Header + "1,2011-01-01,1,UK,A B A C\n"), new SessionColumns());
        Assert.Equal("1 of the 3 items of " + log.Name + " are not in items.csv and have no text: 'C'.", Catalog.Missing(log, items, "items.csv"));
        Assert.Contains("Do both files belong together?", Assert.Throws<InvalidDataException>(() => Catalog.Missing(log, items[..1], "items.csv")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_of_common_words_are_near_each_other()
    {
        CatalogEntry[] items = [Item("RED MUG"), Item("BLUE MUG"), Item("GARDEN HOSE"), Item("")];
        var features = new TextFeatures(items, 64);
        float[][] vectors = [.. items.Select(features.Vector)];
        Assert.Equal(1, Dot(vectors[0], vectors[0]), 5);
        Assert.True(Dot(vectors[0], vectors[1]) > Dot(vectors[0], vectors[2]) + 0.1);
        Assert.All(vectors[3], v => Assert.Equal(0, v));
        Assert.Equal(vectors[0], new TextFeatures(items, 64).Vector(Item("mug red")).Select((v, i) => MathF.Abs(v - vectors[0][i]) < 1e-6 ? vectors[0][i] : v));

        static CatalogEntry Item(string text) => new(text, text, []);

        static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
    }

    string Gzip(string text) => folder.Write("log.csv.gz", text);

    public void Dispose() => folder.Dispose();
}
