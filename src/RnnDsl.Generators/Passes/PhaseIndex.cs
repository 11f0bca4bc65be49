using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Passes;

/// <summary>The numbers of the phases in which a stage makes, reads and replaces its values; -1 if there is none.</summary>
internal sealed class PhaseIndex
{
    readonly Dictionary<int, int> alone = [], carried = [], last = [], products = [];

    public PhaseIndex(Stage stage)
    {
        for (int p = 0; p < stage.Phases.Count; p++)
        {
            foreach (int id in stage.Phases[p].Nodes)
                last[id] = p;
            foreach (int shift in stage.Phases[p].Carries)
                if (!carried.ContainsKey(shift))
                    carried.Add(shift, p);
            foreach (ProductGroup group in stage.Phases[p].Products)
            {
                foreach (int operand in group.Operands)
                    products[operand] = p;
                if (group.Outputs.Count == 1)
                    alone[group.Outputs[0].Node] = p;
            }
        }
    }

    /// <summary>The phase with a product whose only output this is.</summary>
    public int MadeAlone(int id) => In(alone, id);

    /// <summary>The phase that replaces a carried value.</summary>
    public int Carried(int shift) => In(carried, shift);

    /// <summary>The last phase whose region computes a node.</summary>
    public int LastOf(int id) => In(last, id);

    /// <summary>The last phase with a product of this vector.</summary>
    public int LastProductOf(int operand) => In(products, operand);

    static int In(Dictionary<int, int> phases, int id) => phases.TryGetValue(id, out int phase) ? phase : -1;
}
