using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Splits each stage into phases (a region of elementwise work, then the products that read it) and merges products. Products with the same operands are stacked into one, and
/// products that are only added to each other become one product over the stacked operands.
/// </summary>
internal sealed class GatherProducts
{
    readonly Schedule schedule;
    readonly Stage stage;
    readonly Dictionary<int, int> phaseOf = [];
    readonly Dictionary<int, List<int>> sums = [];
    readonly Dictionary<int, HashSet<int>> operandsOf = [];
    readonly Dictionary<int, int> sumOf = [];
    readonly Dictionary<(Phase, EquatableArray<int>, Domain, Domain), ProductGroup> groups = [];
    readonly HashSet<int> absorbed = [];

    GatherProducts(Schedule schedule, Stage stage)
    {
        this.schedule = schedule;
        this.stage = stage;
    }

    public static void Run(Schedule schedule)
    {
        foreach (Stage stage in schedule.Stages)
            new GatherProducts(schedule, stage).Run();
    }

    void Run()
    {
        FindSums();
        foreach (int id in stage.Nodes)
            if (!absorbed.Contains(id))
                phaseOf[id] = PhaseOf(schedule[id]);
        foreach (KeyValuePair<int, List<int>> sum in sums)
            foreach (int term in sum.Value)
                sumOf.Add(term, sum.Key);
        Delay();
        foreach (KeyValuePair<int, int> pair in phaseOf.OrderBy(p => p.Key))
        {
            Node node = schedule[pair.Key];
            if (IsProduct(pair.Key))
                AddProduct(Phase(pair.Value), node);
            else if (node.Op is not (Op.Shift or Op.Final))
                Phase(pair.Value).Nodes.Add(pair.Key);
        }
        foreach (KeyValuePair<int, int> pair in CarryPhases())
        {
            Phase phase = Phase(pair.Value);
            phase.Carries.Add(pair.Key);
            // A carried value that other stages read is stored for them before it is replaced.
            if (schedule.Crosses(pair.Key))
                phase.Nodes.Add(pair.Key);
        }
        foreach (Phase phase in stage.Phases)
            phase.Nodes.Sort();
    }

    Phase Phase(int index)
    {
        while (stage.Phases.Count <= index)
            stage.Phases.Add(new Phase());
        return stage.Phases[index];
    }

    bool IsProduct(int id) => OpTable.Kind(schedule[id]) == OpKind.Product || sums.ContainsKey(id);

    /// <summary>Finds additions of products, or of such sums, whose operands nothing else reads.</summary>
    void FindSums()
    {
        if (stage.Kind is StageKind.Outer or StageKind.EachExample)
            return;
        foreach (int id in stage.Nodes)
        {
            Node node = schedule[id];
            if (node.Op != Op.Add || node.Shape.IsMatrix || node.Inputs[0] == node.Inputs[1] || !node.Inputs.All(i => CanAbsorb(i, node)))
                continue;
            List<int> terms = TermsOf(node.Inputs[0]), others = TermsOf(node.Inputs[1]);
            HashSet<int> operands = OperandsOf(node.Inputs[0]), more = OperandsOf(node.Inputs[1]);
            if (operands.Count < more.Count)
                (operands, more) = (more, operands);
            // Two matrices with one operand would need the same place in the packed weights.
            if (more.Any(operands.Contains))
                continue;
            foreach (int input in node.Inputs)
            {
                sums.Remove(input);
                operandsOf.Remove(input);
                absorbed.Add(input);
            }
            terms.AddRange(others);
            operands.UnionWith(more);
            sums.Add(id, terms);
            operandsOf.Add(id, operands);
        }
    }

    List<int> TermsOf(int id) => sums.TryGetValue(id, out List<int>? terms) ? terms : [id];

    HashSet<int> OperandsOf(int id) => operandsOf.TryGetValue(id, out HashSet<int>? operands) ? operands : [schedule[id].Inputs[1]];

    bool CanAbsorb(int id, Node sum) =>
        stage.Nodes.Contains(id) && !absorbed.Contains(id) && IsProduct(id) && schedule[id].Domain == sum.Domain && !schedule.IsResult(id) && !schedule.Readers(id).Any()
        && schedule.Users(stage, id).Take(2).Count() == 1;

    int PhaseOf(Node node)
    {
        IEnumerable<int> operands = node.Op == Op.Shift ? []
            : sums.TryGetValue(node.Id, out List<int>? terms) ? terms.SelectMany(t => schedule[t].Inputs)
            : node.Inputs;
        int phase = 0;
        foreach (int operand in operands)
            if (phaseOf.TryGetValue(operand, out int earlier))
                phase = Math.Max(phase, IsProduct(operand) ? earlier + 1 : earlier);
        return phase;
    }

    /// <summary>Moves a value that only later phases read to these phases, so that it need not be stored in between.</summary>
    void Delay()
    {
        foreach (int id in phaseOf.Keys.OrderByDescending(k => k).ToArray())
        {
            if (IsProduct(id) || OpTable.Kind(schedule[id]) is not (OpKind.Elementwise or OpKind.Reduction))
                continue;
            int[] readers = [.. ReadersInPhases(id).Select(r => phaseOf[r])];
            bool carried = schedule.Users(stage, id).Any(n => n.Op == Op.Shift && n.Inputs[0] == id);
            if (readers.Length > 0 && !carried)
                phaseOf[id] = readers.Min();
        }
    }

    /// <summary>The phase in which each carried value may be replaced: its last reader has run, and its next value is made.</summary>
    Dictionary<int, int> CarryPhases()
    {
        int[] shifts = [.. stage.Nodes.Where(id => schedule[id].Op == Op.Shift)];
        Dictionary<int, int> phases = shifts.ToDictionary(s => s, CarryPhase);
        // If one state's old value becomes another's next value, that other state is replaced first, or at the same time.
        foreach (int first in shifts)
            for (int shift = first, next = schedule[first].Inputs[0]; phases.TryGetValue(next, out int earlier) && earlier < phases[shift]; next = schedule[shift].Inputs[0])
            {
                phases[next] = phases[shift];
                shift = next;
            }
        return phases;
    }

    int CarryPhase(int shift)
    {
        int phase = 0;
        int next = schedule[shift].Inputs[0];
        if (phaseOf.TryGetValue(next, out int made))
            phase = IsProduct(next) ? made + 1 : made;
        foreach (int id in ReadersInPhases(shift))
            phase = Math.Max(phase, IsProduct(id) ? phaseOf[id] + 1 : phaseOf[id]);
        return phase;
    }

    /// <summary>The nodes that read a node in some phase. A sum of products reads what its terms read.</summary>
    IEnumerable<int> ReadersInPhases(int operand)
    {
        foreach (int id in schedule.Graph.Users(operand))
            if (sumOf.TryGetValue(id, out int sum))
                yield return sum;
            else if (schedule[id].Op != Op.Shift && phaseOf.ContainsKey(id) && !sums.ContainsKey(id))
                yield return id;
    }

    void AddProduct(Phase phase, Node node)
    {
        if (stage.Kind == StageKind.EachExample)
        {
            phase.Products.Add(OfExamples(node));
            return;
        }
        List<int> products = sums.TryGetValue(node.Id, out List<int>? terms) ? terms : [node.Id];
        bool outer = stage.Kind == StageKind.Outer;
        // Weight gradients that share the right operand are one product, and so are products of the same vectors.
        List<int> operands = outer ? [node.Inputs[1]] : [.. products.Select(p => schedule[p].Inputs[1]).Distinct()];
        var key = (phase, operands.OrderBy(o => o).ToEquatable(), node.Domain, outer ? schedule.Graph.Input(node, 0).Domain : node.Domain);
        if (!groups.TryGetValue(key, out ProductGroup? group))
        {
            groups.Add(key, group = new ProductGroup());
            phase.Products.Add(group);
            group.Operands.AddRange(operands);
        }
        group.Outputs.Add(new ProductOutput(node.Id, outer ? [] : [.. products.Select(p =>
            new ProductTerm(schedule[p].Inputs[0], schedule[p].Over == Over.Rows, group.Operands.IndexOf(schedule[p].Inputs[1])))]));
    }

    /// <summary>A product within each example is a group by itself.</summary>
    static ProductGroup OfExamples(Node node)
    {
        var group = new ProductGroup();
        group.Operands.AddRange(node.IsSumOfSteps ? node.Inputs : [node.Inputs[1]]);
        group.Outputs.Add(new ProductOutput(node.Id, node.IsSumOfSteps ? [] : [new ProductTerm(node.Inputs[0], node.Over == Over.Rows, 0)]));
        return group;
    }
}
