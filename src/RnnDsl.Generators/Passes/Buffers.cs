using RnnDsl.Generators.Emit;
using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Ops;

namespace RnnDsl.Generators.Passes;

/// <summary>
/// Gives every value that no register can hold a view of a buffer. The buffer has rows for all steps if another sweep reads the value, and for one block of rows if only its own
/// sweep does. Lifetimes are counted in sweeps. Buffers of equal size whose lifetimes do not overlap share memory.
/// </summary>
internal sealed partial class Buffers
{
    readonly Schedule schedule;
    readonly Names names;
    readonly BufferPlan plan = new();
    readonly Dictionary<int, bool> crossStage = [];
    readonly Dictionary<Stage, Positions> positions = [];
    readonly HashSet<int> productOutputs;

    Buffers(Schedule schedule, Names names)
    {
        this.schedule = schedule;
        this.names = names;
        productOutputs = [.. schedule.Stages.SelectMany(s => s.Phases).SelectMany(p => p.Products).SelectMany(g => g.Outputs).Select(o => o.Node)];
    }

    public static BufferPlan Run(Schedule schedule, Names names)
    {
        var pass = new Buffers(schedule, names);
        pass.AllocateCarries();
        foreach (ComputedGradient part in schedule.ComputedGradients.Where(p => p.InPlace))
        {
            pass.plan.Gradients.Add(part.Node, part.Parameter);
            if (!part.First)
                pass.plan.Added.Add(part.Node);
        }
        pass.ChooseOutput();
        pass.AllocateCrossStage();
        pass.AllocateForReplays();
        foreach (Stage stage in schedule.Stages)
            pass.AllocateLocal(stage);
        foreach (Stage stage in schedule.Stages.Where(s => s.Kind == StageKind.EachExample))
            pass.AllocatePacked(stage);
        return pass.plan;
    }

    /// <summary>Allocates the packed matrices of an example.</summary>
    void AllocatePacked(Stage stage)
    {
        foreach (Node product in stage.Nodes.Select(id => schedule[id]).Where(n => n.IsMatrixProduct && !plan.Packed.ContainsKey((stage, n.Inputs[0], n.Over))))
        {
            Node matrix = schedule.Graph.Input(product, 0);
            (Dim rows, Dim columns) = matrix.Sides;
            (string outputs, string depth) = product.Over == Over.Rows ? (Names.Capacity(columns), Names.Capacity(rows)) : (Names.Capacity(rows), Names.Capacity(columns));
            string name = names.Unique("packed_" + names.BaseName(matrix)), floats = $"PackedFloats({outputs}, {depth})";
            plan.Buffers.Add(new BufferDecl(name, RowSet.One, floats, floats, Index(stage), Index(stage), names.Describe(matrix) + ", packed"));
            plan.Packed.Add((stage, matrix.Id, product.Over), name);
        }
    }

    void AllocateCarries()
    {
        foreach (Stage stage in schedule.Stages)
        {
            var phases = new PhaseIndex(stage);
            foreach (int shift in stage.Nodes.Where(id => schedule[id].Op == Op.Shift))
            {
                int last = Math.Max(Index(stage), LastReader(shift));
                string name = names.Buffer([shift], "carry");
                RowSet rows = schedule.OneRow ? RowSet.One : RowSet.Batch;
                plan.Buffers.Add(new BufferDecl(name, rows, Stride(shift), Stride(shift), Index(stage), last, "carried from step to step", AxisOf(rows, schedule[shift])));
                plan.Carries.Add(shift, new BufferView(name, rows, Stride(shift), "0"));
                WriteProductIntoCarry(stage, phases, shift);
            }
        }
    }

    /// <summary>A product that is nothing but a state's next value is written over the state, if the old value has been read by then.</summary>
    void WriteProductIntoCarry(Stage stage, PhaseIndex phases, int shift)
    {
        int next = schedule[shift].Inputs[0];
        int made = phases.MadeAlone(next), carried = phases.Carried(shift);
        if (made < 0 || carried != made + 1 || schedule.Crosses(shift) || schedule.Crosses(next) || schedule.Users(stage, next).Take(2).Count() > 1)
            return;
        bool readLater = schedule.Graph.Users(shift).Any(n => phases.LastOf(n) >= carried) || phases.LastProductOf(shift) >= made;
        bool becomesAnother = schedule.Users(stage, shift).Any(n => n.Op == Op.Shift && n.Inputs[0] == shift);
        if (readLater || becomesAnother)
            return;
        plan.Local.Add((stage, next), plan.Carries[shift]);
        Phase phase = stage.Phases[carried];
        phase.Carries.Remove(shift);
        foreach (RegionLevel level in phase.Region.Levels)
        {
            foreach (RegionLoop loop in level.Loops)
                loop.Carries.Remove(shift);
            level.Loops.RemoveAll(l => l.Nodes.Count + l.Carries.Count == 0);
        }
        phase.Region.Levels.RemoveAll(l => l.Loops.Count + l.Before.Count + l.ScalarCarries.Count == 0);
    }

    /// <summary>Writes a gradient that is a sum directly to the caller's memory, and so the result if its row holds no other value.</summary>
    void ChooseOutput()
    {
        // The values that a condition gives are copied.
        if (schedule.Graph.Results.All(r => r.Name != "return"))
            return;
        Node result = schedule.Graph.Result("return");
        Stage? home = Home(result.Id);
        if (home is null || result.Op is Op.Shift or Op.Final || home.Kind == StageKind.Prepare)
            return;
        if (!IsOneOfSeveral(home, result.Id))
            plan.Output.Add(result.Id);
        foreach (Result gradient in schedule.Graph.Results)
        {
            Node node = schedule[gradient.Node];
            if (gradient.IsGradient && !plan.Gradients.ContainsKey(node.Id) && !node.Shape.IsMatrix
                && (node.Reduces(Over.Domain) || (Home(node.Id) is { Kind: StageKind.Epilogue } epilogue && !IsOneOfSeveral(epilogue, node.Id))))
                plan.Gradients.Add(node.Id, gradient.Parameter);
        }
    }

    /// <summary>True for an output of a product that has several outputs. They are written together, into rows of their own.</summary>
    static bool IsOneOfSeveral(Stage home, int id) => home.Phases.Any(p => p.Products.Any(g => g.Outputs.Count > 1 && g.Outputs.Any(o => o.Node == id)));

    void AllocateCrossStage()
    {
        foreach (Stage stage in schedule.Stages)
            foreach (int id in stage.Nodes)
                if (Home(id) == stage && schedule.Crosses(id) && schedule[id].Op != Op.Final && (!OpTable.IsOuter(schedule[id]) || schedule.HasOwnBuffer(id)) && !IsExternal(id))
                    crossStage[id] = true;
        var clusters = new Clusters();
        foreach (Stage stage in schedule.Stages)
            foreach (Phase phase in stage.Phases)
                foreach (ProductGroup group in phase.Products.Where(g => stage.Kind != StageKind.Outer && g.Outputs.Any(o => crossStage.ContainsKey(o.Node))))
                {
                    foreach (ProductOutput output in group.Outputs)
                        crossStage[output.Node] = true;
                    clusters.AddOutputs([.. group.Outputs.Select(o => o.Node).Where(n => !plan.Output.Contains(n))]);
                }
        foreach (IReadOnlyList<int> operands in OperandSets(schedule.Stages))
            clusters.AddOperands(operands, id => crossStage.ContainsKey(id) && !IsProductOutput(id) && schedule[id].Shape.IsVector && !IsSummedAgain(id));
        Assign(crossStage.Keys.OrderBy(id => id), clusters, (id, view) => plan.CrossStage.Add(id, view), id => schedule[id].Domain switch
        {
            _ when schedule.KeptPerStretch.Contains(id) => RowSet.Stretch,
            { IsSteps: true } when !schedule.OneRow => StaysInSweep(id) && !schedule[id].Shape.IsSequence ? RowSet.Block : RowSet.Sequence,
            { IsExamples: true } when !schedule.OneRow => RowSet.Batch,
            _ => RowSet.One,
        }, id => (Index(Home(id)!), LastReader(id)), LastRead);
    }

    /// <summary>The axis whose rows a buffer has. All axes that are not within others have equally many sequences.</summary>
    static int AxisOf(RowSet rows, Node node) => rows is RowSet.Sequence or RowSet.Block or RowSet.Steps or RowSet.Stretch or RowSet.Border || (rows == RowSet.Batch && node.Domain.IsNested) ? node.Axis : 0;

    bool StaysInSweep(int id)
    {
        Sweep sweep = schedule.Sweeps[Index(Home(id)!)];
        return sweep.IsSequence && !schedule.IsResult(id) && schedule.Readers(id).All(s => s.Sweep == sweep && (s.Replay is null || s.Replay == Home(id)!.Replay));
    }

    void AllocateLocal(Stage stage)
    {
        var locals = new NodeList();
        locals.AddRange(stage.Nodes.Where(id => !plan.IsThere(schedule, id, stage) && !plan.Local.ContainsKey((stage, id)) && NeedsMemory(stage, id)));
        var clusters = new Clusters();
        foreach (Phase phase in stage.Phases)
            foreach (ProductGroup group in phase.Products)
                clusters.AddOutputs([.. group.Outputs.Select(o => o.Node).Where(locals.Contains)]);
        foreach (IReadOnlyList<int> operands in OperandSets([stage]))
            clusters.AddOperands(operands, id => locals.Contains(id) && !IsProductOutput(id));
        Assign(locals, clusters, (id, view) => plan.Local.Add((stage, id), view),
            id => schedule.OneRow || schedule[id].Domain.IsParameters || StaysInRow(stage, id) ? RowSet.One : stage.Kind == StageKind.EachExample ? RowSet.Steps : stage.Kind == StageKind.AllExamples || stage.ByStep ? RowSet.Batch : RowSet.Block,
            _ => (Index(stage), Index(stage)), _ => LastRun(stage));
    }

    /// <summary>True if one loop over rows makes and reads the value, level by level. The next row may then use the same memory, which is still in the L1 cache.</summary>
    bool StaysInRow(Stage stage, int id) => (OpTable.Kind(schedule[id]) == OpKind.Elementwise || schedule[id].ReducesSide) && In(stage).Of(id).Select(p => p.Phase).Distinct().ToArray() is [int phase]
        && schedule.Users(stage, id).All(n => n.Op == Op.Shift
            ? In(stage).OfCarry(n.Id)?.Phase == phase
            : In(stage).Of(n.Id).Select(p => p.Phase).Distinct().ToArray() is [int reader] && reader == phase);

    void Assign(IEnumerable<int> ids, Clusters clusters, Action<int, BufferView> assign, Func<int, RowSet> rows, Func<int, (int, int)> life, Func<int, int> until)
    {
        var done = new HashSet<int>();
        foreach (int id in ids)
        {
            if (done.Contains(id))
                continue;
            List<int> members = clusters.Of(id) ?? [id];
            string name = names.Buffer(members, null);
            RowSet kind = members.Min(rows);
            // A value that is not made again with the others is not there in each stretch.
            if (kind == RowSet.Stretch && members.Any(m => Home(m)!.Replay != Home(members[0])!.Replay))
                kind = RowSet.Sequence;
            string floats = Names.Sum(members.Select(Stride));
            string stride = members.Count > 1 && kind != RowSet.One ? names.Stride(members.Select(m => schedule[m].Shape.Rows!)) : floats;
            var before = new RunningSum();
            for (int i = 0; i < members.Count; i++)
            {
                done.Add(members[i]);
                // A value that a stage makes again has a place of its own there, and its order among others elsewhere.
                if (!plan.Order.ContainsKey(members[i]))
                    plan.Order.Add(members[i], i);
                assign(members[i], new BufferView(name, kind, stride, before.ToString()));
                before.Add(Stride(members[i]));
            }
            plan.Buffers.Add(new BufferDecl(name, kind, floats, stride, members.Min(m => life(m).Item1), members.Max(m => life(m).Item2),
                string.Join(", ", members.Select(m => names.Describe(schedule[m]))), AxisOf(kind, schedule[members[0]]))
            {
                Until = members.Max(m => Math.Max(life(m).Item2, until(m))),
            });
        }
    }

    /// <summary>Sets of operands that should lie side by side: the operands of one product, and the left operands of weight gradients that share a right operand.</summary>
    IEnumerable<IReadOnlyList<int>> OperandSets(IEnumerable<Stage> stages)
    {
        var sets = new List<IReadOnlyList<int>>();
        foreach (Stage stage in stages.Where(s => s.Kind != StageKind.EachExample))
            foreach (Phase phase in stage.Phases)
                foreach (ProductGroup group in phase.Products)
                {
                    int[] operands = stage.Kind == StageKind.Outer
                        ? [.. group.Outputs.Select(o => schedule[o.Node].Inputs[0]).Distinct()]
                        : [.. group.Operands];
                    if (operands.Length > 1)
                        sets.Add(operands);
                }
        return sets.OrderByDescending(s => s.Count);
    }

    bool IsExternal(int id) => plan.Output.Contains(id) || plan.Gradients.ContainsKey(id);

    bool IsProductOutput(int id) => productOutputs.Contains(id);

    /// <summary>Valid only after the carries are allocated, because carries of products leave their loops then.</summary>
    Positions In(Stage stage)
    {
        if (!positions.TryGetValue(stage, out Positions? found))
            positions.Add(stage, found = new Positions(stage));
        return found;
    }

    /// <summary>True if a value that stays in its stage cannot stay in a register there.</summary>
    bool NeedsMemory(Stage stage, int id)
    {
        Node node = schedule[id];
        if (node.Op is Op.Shift or Op.Final || OpTable.IsOuter(node))
            return false;
        // A sum that is a parameter's gradient lies in that gradient; the writer adds it up there.
        if (OpTable.Kind(node) is OpKind.RowReduction or OpKind.Structure || node.ReducesSide || IsProductOutput(id) || node.Op is Op.Last or Op.First or Op.Reorder or Op.Every or Op.InsertZeros or Op.Whole || OpTable.IsWrittenByExample(node.Op))
            return true;
        IReadOnlyList<Position> made = In(stage).Of(id);
        if (made.Count == 0)
            return false;
        if (In(stage).IsOperand(id))
            return true;
        foreach (Node reader in schedule.Users(stage, id))
            if (reader.Op != Op.Shift && In(stage).Of(reader.Id).Any(at => !InRegister(node, made, at)))
                return true;
        foreach (Node shift in schedule.Users(stage, id))
            if (shift.Op == Op.Shift && shift.Inputs[0] == id && In(stage).OfCarry(shift.Id) is Position carried && !InRegister(node, made, carried))
                return true;
        return false;
    }

    static bool InRegister(Node node, IReadOnlyList<Position> made, Position read) =>
        node.Shape.IsScalar ? made.Any(m => m.Phase == read.Phase) : made.Contains(read);

    string Stride(int id) => schedule[id].Shape switch { { IsScalar: true } => "1", { IsMatrix: true } matrix when schedule[id].Domain.IsParameters => ProgramWriter.Length(matrix), var shape => names.PaddedSize(shape) };

    Stage? Home(int id) => schedule.Stages.HomeOf(id);

    static int Index(Stage stage) => stage.Sweep!.Index;

    /// <summary>The last sweep that reads a value. A value that a loop leaves in its carry is read wherever the final value is read.</summary>
    int LastReader(int id)
    {
        if (schedule.IsResult(id))
            return schedule.Sweeps.Count;
        int last = schedule.Stages.ReadersOf(id).Select(Index).DefaultIfEmpty(0).Max();
        foreach (int final in schedule.Graph.Users(id))
            if (schedule[final].Op == Op.Final)
                last = Math.Max(last, LastReader(final));
        return last;
    }
}
