namespace RnnDsl.Execution.Tests;

internal abstract partial class RandomEquations
{
    /// <summary>Chooses matrices of a step, and looks into whole sequences, in programs of later seeds; null: none.</summary>
    protected Random? wholes;

    /// <summary>The first seed whose programs have them.</summary>
    protected const int FirstWithWholes = 918_000;

    /// <summary>Matrices that a cell carries, by name and type.</summary>
    protected readonly List<(string Name, string Rows, string Columns)> carried = [];

    /// <summary>Sequences that may be looked into, with their dimensions: of whichever axis.</summary>
    protected readonly List<(string Name, string Dim)> memories = [];

    /// <summary>Inputs that have a sequence at every step, with their dimensions.</summary>
    protected readonly List<(string Name, string Dim)> nested = [];

    /// <summary>The first seed whose programs have them.</summary>
    protected const int FirstNested = 919_000;

    /// <summary>The first seed whose programs have looks of further forms: other keys and values, masks, hops, several memories.</summary>
    protected const int FirstWithHops = 955_000;

    /// <summary>Whether the program has them.</summary>
    protected bool withHops;

    /// <summary>Chooses what functions of the sequence at a step give, in programs of later seeds; null: always vectors.</summary>
    protected Random? given;

    /// <summary>The first seed whose programs have functions that give scalars and sequences, and that read scalars beside.</summary>
    protected const int FirstWithGiven = 1_741_000;

    int looks;

    /// <summary>What is made of the sequence at every step.</summary>
    string OfEach(string dim, int depth)
    {
        (string name, string of) = nested[wholes!.Next(nested.Count)];
        (List<Variable> outside, string s) = (known, $"q{looks++}");
        (string Name, string Dim)[] looked = [.. memories], others = [.. nested];
        known = [.. known.Where(v => v.Reads != Reads.Sequence && !v.Name.Contains('(')), new(s, of, Reads.Sequence)];
        memories.Clear();
        memories.Add((s, of));
        string beside = "", of2 = "", weight = "";
        if (wholes.Next(4) == 0)
        {
            (List<Variable> inside, (string, string)[] own) = (known, [.. memories]);
            known = outside;
            memories.Clear();
            memories.AddRange(looked);
            string other = Pick(Dims);
            (beside, of2) = (Term(other, Reads.Sequence, 1) + ", ", $"b{looks}");
            bool isScalar = given?.Next(3) == 0;
            (beside, weight) = isScalar ? ($"0.3 * Sum({beside[..^2]}), ", $"{of2} * ") : (beside, "");
            known = isScalar ? inside : [.. inside, new(of2, other, Reads.Anything)];
            memories.Clear();
            memories.AddRange(own);
        }
        // A sequence from outside is not read for every sequence.
        if (withHops)
            nested.Clear();
        string made = Term(dim, Reads.Anything, depth);
        nested.Clear();
        nested.AddRange(others);
        if (!Mentions(made, s, 1))
            made = $"({made} + {Parameter($"Mat<{dim}, {of}>")} * {Pick("Last", "MeanOverSteps", "First")}({s}))";
        made = weight + made;
        (string head, string end) = ($"Each({name}, {(beside.Length == 0 ? s : $"{beside}({s}, {of2})")} => ", ")");
        string mixed = given?.Next(3) switch
        {
            0 => $"{head}Mean({made}){end} * ",
            1 => $"Each({head}{Parameter($"Mat<{dim}, {of}>")} * {s} + {made}{end}, r{looks} => {Pick("Last", "MeanOverSteps", "First")}(r{looks}))",
            _ => $"{head}{made}{end}",
        };
        known = outside;
        memories.Clear();
        memories.AddRange(looked);
        return mixed.EndsWith(" * ", StringComparison.Ordinal) ? $"({mixed}{Leaf(dim, Reads.Anything)})" : mixed;
    }

    /// <summary>A matrix of a step or an example, in parentheses or a call.</summary>
    protected string StepMatrix(string rows, string columns, int depth)
    {
        string Rows() => Term(rows, Reads.Anything, depth - 1);
        string Columns() => Term(columns, Reads.Anything, depth - 1);
        string Other() => StepMatrix(rows, columns, depth - 1);
        (string Name, string, string)[] there = [.. carried.Where(c => c.Rows == rows && c.Columns == columns)];
        if (there.Length > 0 && wholes!.Next(3) > 0)
            return there[wholes.Next(there.Length)].Name;
        if (depth <= 0)
            return wholes!.Next(3) switch
            {
                0 => $"Outer({Leaf(rows, Reads.Anything)}, {Leaf(columns, Reads.Anything)})",
                1 => $"OuterSum({Leaf(rows, Reads.Anything)}, {Leaf(columns, Reads.Anything)})",
                _ => Parameter($"Mat<{rows}, {columns}>"),
            };
        return wholes!.Next(14) switch
        {
            0 or 1 => $"Outer({Rows()}, {Columns()})",
            2 => $"OuterSum({Rows()}, {Columns()})",
            3 => $"ScaleRows({Other()}, {Rows()})",
            4 => $"ScaleColumns({Other()}, {Columns()})",
            5 => $"({Scalar(Reads.Anything, 1)} * {Other()})",
            6 => $"({Other()} + {Other()})",
            7 => $"({Other()} - {Other()})",
            8 => $"Hadamard({Other()}, Sigmoid({Other()}))",
            9 => $"Tanh({Other()})",
            10 => $"Transpose({StepMatrix(columns, rows, depth - 1)})",
            11 => $"({Other()} / (1.5 + Square({Other()})))",
            12 => $"Sigmoid({Other()})",
            _ => $"(0.5 * {Other()})",
        };
    }

    /// <summary>A vector of such a matrix.</summary>
    protected string OfStepMatrix(string dim, int depth)
    {
        string other = Pick(Dims);
        return wholes!.Next(9) switch
        {
            0 => $"(0.2 * SumOverColumns({StepMatrix(dim, other, depth)}))",
            1 => $"(0.2 * SumOverRows({StepMatrix(other, dim, depth)}))",
            2 => $"(0.2 * LogSumExpOverRows({StepMatrix(other, dim, depth)}))",
            3 => $"(0.2 * LogSumExpOverColumns({StepMatrix(dim, other, depth)}))",
            // Of the sum with a matrix of parameters, so that no two entries tie.
            4 => $"(0.2 * MaxOverRows({StepMatrix(other, dim, depth)} + {Parameter($"Mat<{other}, {dim}>")}))",
            5 => $"(0.2 * Tanh(Sum({StepMatrix(dim, other, depth)})) * {Leaf(dim, Reads.Anything)})",
            6 => $"(Transpose({StepMatrix(other, dim, depth)}) * {Term(other, Reads.Anything, depth - 1)})",
            _ => $"({StepMatrix(dim, other, depth)} * {Term(other, Reads.Anything, depth - 1)})",
        };
    }

    /// <summary>From every step of one sequence a look into another.</summary>
    protected virtual string Look(string dim, int depth)
    {
        string from = Pick(Dims), over = Term(from, Reads.Sequence, depth), q = $"q{looks++}";
        (string memory, string of) = memories[wholes!.Next(memories.Count)];
        string[] heads = [$"{q} => ", $"{q} => {{ var asked = Tanh({q}); return "];
        bool block = wholes.Next(3) == 0;
        string asked = block ? "asked" : q;
        return $"Each({over}, {heads[block ? 1 : 0]}{Found(asked, from, memory, of, dim)}{(block ? "; }" : "")})";
    }

    /// <summary>What a step finds in a memory.</summary>
    /// <param name="asked">The step's vector.</param>
    /// <param name="from">Its dimension.</param>
    /// <param name="memory">The sequence.</param>
    /// <param name="of">Its dimension.</param>
    /// <param name="dim">The dimension of what is found.</param>
    protected string Found(string asked, string from, string memory, string of, string dim)
    {
        string Query(string to) => to == from && wholes!.Next(2) == 0 ? asked : $"({Parameter($"Mat<{to}, {from}>")} * {asked})";
        string Out(string vector) => of == dim ? vector : $"({Parameter($"Mat<{dim}, {of}>")} * {vector})";
        string inner = Pick(Dims);
        string scores = wholes!.Next(4) switch
        {
            0 => $"Dot({memory}, {Query(of)})",
            1 => $"Dot({Parameter($"Vec<{inner}>")}, Tanh({Parameter($"Mat<{inner}, {of}>")} * {memory} + {Query(inner)}))",
            2 => $"Sum({memory} * Sigmoid({Query(of)}))",
            _ => $"({Parameter("Scalar")} * Dot({Parameter($"Mat<{inner}, {of}>")} * {memory}, {Query(inner)}))",
        };
        string Linear(string to, string matrixOf, string vector) => $"({Parameter($"Mat<{to}, {matrixOf}>")} * {vector})";
        return wholes.Next(withHops ? 13 : 8) switch
        {
            8 => $"Attend({Query(inner)} * 0.4, {Linear(inner, of, memory)}, {Linear(dim, of, memory)})",
            9 => Out($"SumOverSteps(SoftmaxOverSteps(Dot({memory}, {Query(of)}) - Softplus(Dot({Parameter($"Vec<{of}>")}, {memory}))) * {memory})"),
            10 => Out($"Attend({Query(of)} + Attend({Query(of)}, {memory}, {memory}), {memory}, {memory})"),
            11 when memories[wholes.Next(memories.Count)] is var other =>
                $"({Out($"Attend({Query(of)}, {memory}, {memory})")} + {Linear(dim, other.Dim, $"Attend({Query(other.Dim)}, {other.Name}, {other.Name})")})",
            12 => Out($"(0.2 * SumOverSteps(Dot({memory}, {Query(of)}) * {memory}))"),
            0 => Out($"Attend({Query(of)}, {memory}, {memory})"),
            1 => Out($"MeanOverSteps(Tanh({memory} - {Query(of)}))"),
            2 => Out($"(0.1 * MaxOverSteps({memory} * {Query(of)}))"),
            3 => $"(LogSumExpOverSteps({scores}) * {Query(dim)})",
            4 => Out($"SumOverSteps(SoftmaxOverSteps({memory} + {Query(of)}) * {memory})"),
            5 => $"({Query(dim)} + {Out($"SumOverSteps(SoftmaxOverSteps({scores}) * {memory})")})",
            6 => Out($"MeanOverSteps(Sigmoid({scores}) * Softmax({memory} * {Query(of)}))"),
            _ => Out($"SumOverSteps(SoftmaxOverSteps({scores}) * {memory})"),
        };
    }
}
