using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Tests;

public class ComponentTests
{
    [Fact]
    public void A_chain_of_any_length_has_its_components_found_on_a_small_stack()
    {
        const int Length = 300_000;
        // Against the order of the nodes, so that the first asks for all others.
        var graph = new Graph(Enumerable.Range(0, Length).Select(i => new Node(i, i == 0 ? Op.Shift : Op.Tanh, new([(i + 1) % Length]), Shape.Scalar, Domain.Steps(), Argument.None)), [], []);
        Components? components = null;
        SmallStack.Run(() => components = new Components(graph));
        Assert.Equal(Length, Assert.Single(components!.Members).Count);
        Assert.True(components.IsLoop(0));
    }

    [Fact]
    public void Components_are_what_reaches_itself_and_come_after_what_they_need()
    {
        var random = new Random(1);
        for (int trial = 0; trial < 200; trial++)
        {
            int count = random.Next(1, 25);
            Node[] nodes = [.. Enumerable.Range(0, count).Select(i => random.Next(4) == 0 ? new Node(i, Op.Shift, new([random.Next(count)]), Shape.Scalar, Domain.Steps(), Argument.None)
                : new Node(i, Op.Add, i == 0 ? default : new([random.Next(i), random.Next(i)]), Shape.Scalar, Domain.Steps(), Argument.None))];
            var components = new Components(new Graph(nodes, [], []));
            var reaches = new bool[count, count];
            foreach (Node node in nodes)
                foreach (int input in node.Inputs)
                    reaches[node.Id, input] = true;
            for (int k = 0; k < count; k++)
                for (int i = 0; i < count; i++)
                    for (int j = 0; j < count; j++)
                        reaches[i, j] |= reaches[i, k] && reaches[k, j];
            for (int i = 0; i < count; i++)
                for (int j = 0; j < count; j++)
                {
                    Assert.Equal(i == j || (reaches[i, j] && reaches[j, i]), components.ComponentOf[i] == components.ComponentOf[j]);
                    Assert.True(!reaches[i, j] || components.ComponentOf[j] <= components.ComponentOf[i]);
                }
            Assert.All(components.Members, (members, c) => Assert.Equal(members.Any(m => nodes[m].Op == Op.Shift), components.IsLoop(c)));
        }
    }
}
