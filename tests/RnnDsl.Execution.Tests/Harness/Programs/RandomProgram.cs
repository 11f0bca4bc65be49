namespace RnnDsl.Execution.Tests;

/// <summary>Which writer makes a program.</summary>
internal enum ProgramKind { Plain, Wide, Model, OneHot, Axes, Flow }

/// <summary>A random program: what it is called, its source, and how it is made.</summary>
/// <param name="Kind">Its writer.</param>
/// <param name="Seed">Its seed; with the kind it decides everything.</param>
/// <param name="Name">Name of its class; its namespace is called the same with an underscore.</param>
/// <param name="Source">A file of its own, in a namespace of its own.</param>
internal sealed record RandomProgram(ProgramKind Kind, int Seed, string Name, string Source)
{
    sealed class In : Dim;
    sealed class Hid : Dim;

    /// <summary>Whether StopGradient stands in it: then differences of the equations are no derivatives.</summary>
    public bool Stops => Source.Contains("StopGradient(", StringComparison.Ordinal);

    /// <summary>Whether it drops units while it is trained.</summary>
    public bool Drops => Source.Contains("Dropout(", StringComparison.Ordinal);

    public static RandomProgram Write(ProgramKind kind, int seed)
    {
        string name = $"{kind}{seed}";
        string source = kind switch
        {
            ProgramKind.Plain => RandomCell.Write(name, seed),
            ProgramKind.Wide => WideCell.Write(name, seed).Source,
            ProgramKind.Flow => RandomFlow.Write(name, seed),
            ProgramKind.OneHot => RandomModel.WriteOneHot(name, seed),
            ProgramKind.Axes => RandomModel.WriteAxes(name, seed),
            _ => RandomModel.Write(name, seed),
        };
        return new(kind, seed, name, $"#pragma warning disable CS1717 // A state may be given its own value.\nusing RnnDsl;\nusing static RnnDsl.Ops;\nnamespace {name}_;\n\n{source}\n");
    }

    /// <summary>One of random sizes.</summary>
    public Module Make(System.Reflection.Assembly assembly, Random random, int most)
    {
        int Size() => 1 + random.Next(random.Next(3) switch { 0 => 4, 1 => Math.Min(most, 20), _ => most });
        string type = $"{Name}_.{Name}";
        if (Kind is ProgramKind.Plain or ProgramKind.Wide or ProgramKind.Flow)
            return Compiled.Make(assembly, type + "`2", [typeof(In), typeof(Hid)], Size(), Size());
        int sizes = assembly.GetType(type, throwOnError: true)!.GetConstructors().Single().GetParameters().Count(p => p.ParameterType == typeof(int) && !p.HasDefaultValue);
        return Compiled.Make(assembly, type, [], [.. Enumerable.Range(0, sizes).Select(_ => (object)Size())]);
    }
}
