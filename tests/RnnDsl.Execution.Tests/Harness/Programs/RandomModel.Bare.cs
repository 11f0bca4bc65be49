namespace RnnDsl.Execution.Tests;

/// <summary>A method whose result is a number just as a layer, a step or a sum over steps leaves it: its gradient is then the weight of an example and nothing else.</summary>
internal sealed partial class RandomModel
{
    /// <summary>Chooses such a method, in programs of later seeds; null: there is none.</summary>
    readonly Random? bare;

    /// <summary>The first seed whose programs have them.</summary>
    const int FirstBare = 1_800_000;

    void WriteBare(string model, string inputs)
    {
        string Choose(params string[] texts) => texts[bare!.Next(texts.Length)];
        string from = dims[bare!.Next(3)];
        string grown = Choose("0.2 * Sum(x)", "Mean(x) * Tanh(k + s)", "Dot(v, x)", "Max(x)"), kept = Choose("s", "0.5 * s", "k * s", "Sigmoid(s)");
        cells.AppendLine($$"""
            [Cell]
            public partial class {{model}}_counter<A> : Cell<A, A>
            {
                Vec<A> v;
                Scalar k;
                [State{{Choose("", ", Init(0.3)")}}] Scalar s;
                [State] Scalar t;
                protected override Vec<A> Step(Vec<A> x)
                {
                    s = {{kept}} + {{grown}};
                    t {{Choose("= s * ", "+= ", "= 0.5 * t + ")}}{{Choose("Mean(x)", "Tanh(s)", "k", "s")}};
                    return {{Choose("x * t", "v * s", "Tanh(x + v * t)")}};
                }
            }
            """);
        fields.AppendLine($"    {model}_counter<{from}> counter;");
        string steps = Term(from, Reads.Sequence, 2), number = Choose("0", "1");
        var results = new List<string>
        {
            $"counter.End({steps}).Number({number})", $"counter.EndReversed({steps}).Number({number})", $"counter.End({steps}, Start({Scalar(Reads.Anything, 1)}, {Scalar(Reads.Anything, 1)})).Number({number})",
            $"{Choose("Last", "First", "SumOverSteps", "MeanOverSteps", "MaxOverSteps", "LogSumExpOverSteps")}({Choose("Sum", "Max")}({steps}))",
            $"{Choose("Mean", "Sum", "Max")}({Choose("Last", "First", "SumOverSteps", "MeanOverSteps", "MaxOverSteps")}(counter.Scan({steps})))",
        };
        if (memories.Count > 0)
        {
            (string memory, string of) = memories[bare.Next(memories.Count)];
            string scores = Choose("Dot(v, memory)", "Dot(v, memory) * Mean(x)", "Dot(v, memory) + Mean(x)"), seen = Choose("SumOverSteps(c)", "SumOverSteps(Min(c, Sigmoid(Dot(v, memory))))", "Last(c) * k", "0.3 * MaxOverSteps(c) + s");
            cells.AppendLine($$"""
                [Cell]
                public partial class {{model}}_coverer<A, M> : Cell<A, A, M>
                {
                    Vec<M> v;
                    Scalar k;
                    [State] Seq c;
                    [State] Scalar s;
                    protected override Vec<A> Step(Vec<A> x, Seq<M> memory)
                    {
                        c {{Choose("= 0.5 * c + ", "+= ", "= ")}}{{scores}};
                        s {{Choose("+= ", "= 0.5 * s + ", "= ")}}{{seen}};
                        return {{Choose("x * s", "x + k", "Tanh(x) * s")}};
                    }
                }
                """);
            fields.AppendLine($"    {model}_coverer<{from}, {of}> coverer;");
            results.AddRange(Enumerable.Repeat($"coverer.{Choose("End", "End", "EndReversed")}({steps}, {memory}).Number(0)", 3));
        }
        if (nested.Count > 0)
        {
            (string sequences, string of) = nested[bare.Next(nested.Count)];
            fields.AppendLine($"    {model}_counter<{of}> within;");
            results.AddRange(Enumerable.Repeat($"{Choose("Last", "First", "SumOverSteps", "MeanOverSteps", "MaxOverSteps")}(Each({sequences}, w => within.{Choose("End", "EndReversed")}(w).Number({number})))", 2));
        }
        methods.AppendLine($"\n    Scalar Bare({inputs}) => {results[bare.Next(results.Count)]};");
        WriteTuple(inputs);
    }

    /// <summary>A method whose steps look into sequences that a tuple holds.</summary>
    void WriteTuple(string inputs)
    {
        if (memories.Count == 0 || bare!.Next(3) > 0)
            return;
        (string memory, string of) = memories[bare.Next(memories.Count)];
        string look = bare.Next(2) == 0 ? "{ var (v, (k, c)) = kept; return Attend(q, k, v) * c; }" : "0.5 * SumOverSteps(Sigmoid(Dot(kept.Item2.Item1, q)) * kept.Item1)";
        // To write it may add helpers before.
        string steps = Term(of, Reads.Sequence, 2);
        methods.AppendLine($"\n    Scalar Tuple({inputs}) {{ var kept = ({memory} * 0.3, ({memory}, 2)); return Mean(Last(Each({steps}, q => {look}))); }}");
    }
}
