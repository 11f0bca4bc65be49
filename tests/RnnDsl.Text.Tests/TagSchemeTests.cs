using RnnDsl.Metrics;

namespace RnnDsl.Text.Tests;

/// <summary>Entities written in each scheme, and read again.</summary>
public class TagSchemeTests
{
    [Fact]
    public void A_sentence_in_each_scheme()
    {
        EntitySpan[] spans = [new("PER", 0, 2), new("PER", 2, 3), new("LOC", 4, 5), new("ORG", 5, 8)];
        Assert.Equal("I-PER I-PER B-PER O I-LOC I-ORG I-ORG I-ORG", string.Join(' ', TagSchemes.Write(spans, 8, TagScheme.Iob1)));
        Assert.Equal("B-PER I-PER B-PER O B-LOC B-ORG I-ORG I-ORG", string.Join(' ', TagSchemes.Write(spans, 8, TagScheme.Iob2)));
        Assert.Equal("B-PER E-PER S-PER O S-LOC B-ORG I-ORG E-ORG", string.Join(' ', TagSchemes.Write(spans, 8, TagScheme.Bioes)));
        Assert.Throws<ArgumentException>(() => TagSchemes.Write([new("A", 0, 2), new("B", 1, 3)], 3, TagScheme.Iob2));
        Assert.Throws<ArgumentException>(() => TagSchemes.Write([new("A", 0, 4)], 3, TagScheme.Iob2));
    }

    [Fact]
    public void What_is_written_is_read_again_and_obeys_its_scheme()
    {
        var random = new Random(1);
        for (int round = 0; round < 2000; round++)
        {
            int length = random.Next(1, 12);
            var spans = new List<EntitySpan>();
            for (int at = random.Next(3); at < length;)
            {
                int end = Math.Min(length, at + random.Next(1, 4));
                spans.Add(new(random.Next(2) == 0 ? "A" : "B-c", at, end));
                at = end + random.Next(3);
            }
            foreach (TagScheme scheme in Enum.GetValues<TagScheme>())
            {
                string[] tags = TagSchemes.Write(spans, length, scheme);
                Assert.Equal(spans, EntitySpans.Of(tags));
                for (int i = 0; i <= length; i++)
                    Assert.True(TagSchemes.CanFollow(i == 0 ? null : tags[i - 1], i == length ? null : tags[i], scheme), $"{scheme}: {string.Join(' ', tags)} at {i}");
            }
        }
    }

    [Theory]
    [InlineData("O B-X I-X O", TagScheme.Iob2)]
    [InlineData("O I-X I-X O", TagScheme.Iob1)]
    [InlineData("I-X B-X O", TagScheme.Iob1)]
    [InlineData("S-X O B-X E-X", TagScheme.Bioes)]
    [InlineData("O U-X B-X L-X", TagScheme.Bioes)]
    [InlineData("O B-X M-X E-X", TagScheme.Bioes)]
    [InlineData("NOUN VERB", null)]
    [InlineData("O O", null)]
    public void The_scheme_is_found(string tags, TagScheme? scheme) => Assert.Equal(scheme, TagSchemes.Detect([tags.Split(' ')]));

    [Theory]
    [InlineData("O", "I-X", TagScheme.Iob2)]
    [InlineData(null, "I-X", TagScheme.Iob2)]
    [InlineData("B-Y", "I-X", TagScheme.Iob2)]
    [InlineData("B-X", null, TagScheme.Bioes)]
    [InlineData("B-X", "O", TagScheme.Bioes)]
    [InlineData("S-X", "I-X", TagScheme.Bioes)]
    [InlineData("E-X", "E-X", TagScheme.Bioes)]
    [InlineData("O", "B-X", TagScheme.Iob1)]
    public void What_breaks_a_scheme_may_not_follow(string? before, string? tag, TagScheme scheme) => Assert.False(TagSchemes.CanFollow(before, tag, scheme));
}
