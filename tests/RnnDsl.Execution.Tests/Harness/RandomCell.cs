using System.Globalization;
using System.Text;

namespace RnnDsl.Execution.Tests;

/// <summary>Writes random cells: any number of states, parameters and statements, products of anything, reductions, scalars, helpers.</summary>
internal sealed class RandomCell
{
    readonly Random random;
    readonly List<string> vectors = [], scalars = [], states = [], scalarStates = [];
    readonly StringBuilder fields = new(), body = new();
    readonly HashSet<string> read = [];
    int parameters;

    RandomCell(int seed) => random = new Random(seed);

    /// <summary>Source of <c>partial class {name}&lt;Input, Hidden&gt;</c>.</summary>
    public static string Write(string name, int seed) => new RandomCell(seed).Write(name);

    string Write(string name)
    {
        int stateCount = random.Next(4);
        for (int i = 0; i < stateCount; i++)
        {
            bool scalar = random.Next(5) == 0;
            (scalar ? scalarStates : states).Add($"s{i}");
            fields.AppendLine(scalar ? $"    [State, Init(0.25)] Scalar s{i};" : $"    [State] Vec<Hidden> s{i};");
        }
        vectors.AddRange(states);
        scalars.AddRange(scalarStates);
        int locals = 1 + random.Next(4);
        for (int i = 0; i < locals; i++)
        {
            bool scalar = random.Next(6) == 0;
            body.AppendLine($"        var v{i} = {(scalar ? Scalar(2) : Vector(3))};");
            (scalar ? scalars : vectors).Add($"v{i}");
        }
        foreach (string state in states.Concat(scalarStates).OrderBy(_ => random.Next()))
        {
            bool scalar = scalarStates.Contains(state);
            string own = $"0.5 * {state}";
            read.Add(state);
            body.AppendLine(scalar ? $"        {state} = Tanh({own} + {Scalar(1)});" : $"        {state} = {(random.Next(3) == 0 ? $"{own} + 0.3 * Tanh({Vector(2)})" : $"Tanh({own} + {Vector(2)})")};");
        }
        string result = Vector(2);
        // No warning about what is never used: it all goes into the result.
        foreach (string unused in vectors.Where(v => !read.Contains(v)))
            result += $" + 0.1 * {unused}";
        foreach (string unused in scalars.Where(v => !read.Contains(v)))
            result += $" * (1 + 0.1 * {unused})";
        return $$"""
            [Cell]
            public partial class {{name}}<Input, Hidden> : Cell<Input, Hidden>
            {
            {{fields}}
                protected override Vec<Hidden> Step(Vec<Input> x)
                {
            {{body}}
                    return {{result}};
                }
            }
            """;
    }

    string Vector(int depth)
    {
        if (depth == 0 || random.Next(8) == 0)
            return random.Next(3) switch
            {
                0 when vectors.Count > 0 => Read(vectors[random.Next(vectors.Count)]),
                1 => Parameter("Vec<Hidden>"),
                _ => $"{Parameter("Mat<Hidden, Input>")} * x",
            };
        return random.Next(15) switch
        {
            0 => $"Sigmoid({Vector(depth - 1)})",
            1 => $"Tanh({Vector(depth - 1)})",
            2 => $"Softplus({Vector(depth - 1)})",
            3 or 4 => $"({Vector(depth - 1)} + {Vector(depth - 1)})",
            5 => $"({Vector(depth - 1)} - {Vector(depth - 1)})",
            6 or 7 => $"Tanh({Vector(depth - 1)}) * ({Vector(depth - 1)})",
            8 => $"({Vector(depth - 1)}) / (1.5 + Square({Vector(depth - 1)}))",
            9 or 10 => $"{Parameter("Mat<Hidden, Hidden>")} * Tanh({Vector(depth - 1)})",
            11 => $"Tanh({Scalar(depth - 1)}) * ({Vector(depth - 1)})",
            12 => random.Next(2) == 0 ? $"Softmax({Vector(depth - 1)})" : $"Normalize({Vector(depth - 1)}, 0.3)",
            13 => random.Next(2) == 0 ? $"Left(Concat(Tanh({Vector(depth - 1)}), x))" : $"Transpose({Parameter("Mat<Input, Hidden>")}) * Tanh(x + {Parameter("Vec<Input>")})",
            _ => random.Next(3) switch { 0 => $"Relu({Vector(depth - 1)})", 1 => $"Min({Vector(depth - 1)}, {Vector(depth - 1)})", _ => $"Silu({Vector(depth - 1)})" },
        };
    }

    string Scalar(int depth)
    {
        if (depth == 0 || random.Next(5) == 0)
            return random.Next(3) switch
            {
                0 when scalars.Count > 0 => Read(scalars[random.Next(scalars.Count)]),
                1 => Parameter("Scalar"),
                _ => (random.NextDouble() - 0.5).ToString("F3", CultureInfo.InvariantCulture),
            };
        return random.Next(6) switch
        {
            0 => $"Mean({Vector(depth - 1)})",
            1 => $"0.2 * Dot(Tanh({Vector(depth - 1)}), Tanh({Vector(depth - 1)}))",
            2 => $"Tanh({Scalar(depth - 1)})",
            3 => $"({Scalar(depth - 1)} + {Scalar(depth - 1)})",
            4 => $"{Scalar(depth - 1)} * {Scalar(depth - 1)}",
            _ => $"Max(Tanh({Vector(depth - 1)}))",
        };
    }

    string Read(string name)
    {
        read.Add(name);
        return name;
    }

    string Parameter(string type)
    {
        string name = $"p{parameters++}";
        fields.AppendLine($"    {type} {name};");
        return name;
    }
}
