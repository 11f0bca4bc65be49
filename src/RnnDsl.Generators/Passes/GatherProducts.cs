using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Splits each stage into phases (a region of elementwise work, then the products that read it) and gathers products: those of the same
/// operands are stacked into one, and products that are only added to each other become one over the stacked operands.
/// </summary>
internal sealed class GatherProducts
{
    readonly Schedule schedule;
    readonly Stage stage;
    readonly Dictionary<int, int> phaseOf = [];
    readonly Dictionary<int, List<int>> sums = [];
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

    /// <summary>Additions of products (or of such sums) that nothing else reads.</summary>
    void FindSums()
    {
        if (stage.Kind is StageKind.Outer)
            return;
        foreach (int id in stage.Nodes)
        {
            Node node = schedule[id];
            if (node.Op != Op.Add || node.Shape.IsMatrix || node.Inputs[0] == node.Inputs[1] || !node.Inputs.All(i => CanAbsorb(i, node)))
                continue;
            List<int> terms = [.. node.Inputs.SelectMany(i => sums.TryGetValue(i, out List<int>? inner) ? inner : [i])];
            // Two matrices of one operand would need the same place in the packed weights.
            if (terms.Select(t => schedule[t].Inputs[1]).Distinct().Count() < terms.Count)
                continue;
            foreach (int input in node.Inputs)
            {
                sums.Remove(input);
                absorbed.Add(input);
            }
            sums.Add(id, terms);
        }
    }

    bool CanAbsorb(int id, Node sum) =>
        stage.Nodes.Contains(id) && !absorbed.Contains(id) && IsProduct(id) && schedule[id].Space == sum.Space && !schedule.IsResult(id) && !schedule.Readers(id).Any()
        && stage.Nodes.Count(n => schedule[n].Inputs.Contains(id)) == 1;

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

    /// <summary>What only later phases read is computed there, where it need not be stored in between.</summary>
    void Delay()
    {
        foreach (int id in phaseOf.Keys.OrderByDescending(k => k).ToArray())
        {
            if (IsProduct(id) || OpTable.Kind(schedule[id]) is not (OpKind.Elementwise or OpKind.Reduction))
                continue;
            int[] readers = [.. phaseOf.Where(p => ReadsInPhase(p.Key, id)).Select(p => p.Value)];
            bool carried = stage.Nodes.Any(n => schedule[n].Op == Op.Shift && schedule[n].Inputs[0] == id);
            if (readers.Length > 0 && !carried)
                phaseOf[id] = readers.Min();
        }
    }

    /// <summary>A carried value may be replaced when its last reader has run and the new value is there.</summary>
    Dictionary<int, int> CarryPhases()
    {
        int[] shifts = [.. stage.Nodes.Where(id => schedule[id].Op == Op.Shift)];
        Dictionary<int, int> phases = shifts.ToDictionary(s => s, CarryPhase);
        // One state may become another's next value: then that one is replaced first, or at the same time.
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (int shift in shifts)
            {
                int next = schedule[shift].Inputs[0];
                if (phases.TryGetValue(next, out int earlier) && earlier < phases[shift])
                {
                    phases[next] = phases[shift];
                    changed = true;
                }
            }
        }
        return phases;
    }

    int CarryPhase(int shift)
    {
        int phase = 0;
        int next = schedule[shift].Inputs[0];
        if (phaseOf.TryGetValue(next, out int made))
            phase = IsProduct(next) ? made + 1 : made;
        foreach (int id in phaseOf.Keys)
            if (ReadsInPhase(id, shift))
                phase = Math.Max(phase, IsProduct(id) ? phaseOf[id] + 1 : phaseOf[id]);
        return phase;
    }

    bool ReadsInPhase(int id, int operand) => schedule[id].Op != Op.Shift
        && (sums.TryGetValue(id, out List<int>? terms) ? terms.Any(t => schedule[t].Inputs.Contains(operand)) : schedule[id].Inputs.Contains(operand));

    void AddProduct(Phase phase, Node node)
    {
        List<int> products = sums.TryGetValue(node.Id, out List<int>? terms) ? terms : [node.Id];
        bool outer = stage.Kind == StageKind.Outer;
        // The weight gradients that share the right operand are one product; so are the products of the same vectors.
        List<int> operands = outer ? [node.Inputs[1]] : [.. products.Select(p => schedule[p].Inputs[1]).Distinct()];
        ProductGroup? group = phase.Products.FirstOrDefault(g =>
            g.Operands.Count == operands.Count && g.Operands.All(operands.Contains) && schedule[g.Outputs[0].Node].Space == node.Space
            && (!outer || schedule.Graph.Input(schedule[g.Outputs[0].Node], 0).Space == schedule.Graph.Input(node, 0).Space));
        if (group is null)
        {
            phase.Products.Add(group = new ProductGroup());
            group.Operands.AddRange(operands);
        }
        group.Outputs.Add(new ProductOutput(node.Id, outer ? [] : [.. products.Select(p =>
            new ProductTerm(schedule[p].Inputs[0], schedule[p].Op == Op.MatVecTransposed, group.Operands.IndexOf(schedule[p].Inputs[1])))]));
    }
}
