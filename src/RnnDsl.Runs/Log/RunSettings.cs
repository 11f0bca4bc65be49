using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using RnnDsl.Execution;
using RnnDsl.Training;
using Module = RnnDsl.Execution.Module;

namespace RnnDsl.Runs;

/// <summary>Collects the settings of a training, member by member: reading them by reflection would not outlive trimming.</summary>
static class RunSettings
{
    /// <summary>The number of points by which a schedule is described.</summary>
    const int SchedulePoints = 9;

    public static List<RunSetting> Of(Trainer trainer, RunOptions options)
    {
        var settings = new List<RunSetting>();
        Training(settings, trainer);
        Optimizer(settings, trainer.Optimizer);
        Model(settings, trainer.Trainable);
        Versions(settings);
        foreach ((string name, string value) in options.Notes.OrderBy(n => n.Key, StringComparer.Ordinal))
            settings.Add(new("notes", name, value));
        return settings;
    }

    static void Training(List<RunSetting> settings, Trainer trainer)
    {
        Add(nameof(Trainer.Method), trainer.Method);
        Add(nameof(Trainer.LossWeight), trainer.LossWeight);
        Add(nameof(Trainer.BatchSize), trainer.BatchSize);
        Add(nameof(Trainer.Epochs), trainer.Epochs);
        Add(nameof(Trainer.EpochsDone), trainer.EpochsDone);
        Add(nameof(Trainer.Seed), trainer.Seed);
        Add(nameof(Trainer.Shuffle), trainer.Shuffle);
        Add(nameof(Trainer.ShuffleBlock), trainer.ShuffleBlock);
        Add(nameof(Trainer.BucketByLength), trainer.BucketByLength);
        Add(nameof(Trainer.ChunkSteps), trainer.ChunkSteps);
        Add(nameof(Trainer.ClipNorm), trainer.ClipNorm);
        Add(nameof(Trainer.ClipValue), trainer.ClipValue);
        Add(nameof(Trainer.Patience), trainer.Patience);
        Add(nameof(Trainer.MinImprovement), trainer.MinImprovement);
        Add(nameof(Trainer.KeepBest), trainer.KeepBest);
        Add(nameof(Trainer.Averaging), trainer.Averaging);
        Add(nameof(Trainer.Schedule), ReferenceEquals(trainer.Schedule, Schedule.Constant) ? "constant" : "factors " + string.Join(" ", Enumerable.Range(0, SchedulePoints).Select(i =>
            trainer.Schedule.Factor((double)i / (SchedulePoints - 1) * trainer.Epochs, trainer.Epochs).ToString("G4", CultureInfo.InvariantCulture))));
        Add(nameof(Trainer.GradientRule), trainer.GradientRule?.GetType().Name);
        Add(nameof(Trainer.Metrics), trainer.Metrics.Count == 0 ? null : string.Join(", ", trainer.Metrics.Select(m => m.Name)));
        Add(nameof(Trainer.Threads), trainer.Threads);
        Add(nameof(Trainer.Communicator), trainer.Communicator is { } ranks ? string.Create(CultureInfo.InvariantCulture, $"rank {ranks.Rank} of {ranks.Ranks}") : null);
        Add(nameof(ExecutionOptions.ExamplesPerShard), trainer.Execution.ExamplesPerShard);
        Add(nameof(ExecutionOptions.MaxShards), trainer.Execution.MaxShards);
        Add(nameof(ExecutionOptions.ActivationBytes), trainer.Execution.ActivationBytes);

        void Add(string name, object? value) => settings.Add(new("training", name, Text(value)));
    }

    static void Optimizer(List<RunSetting> settings, Optimizer optimizer)
    {
        Add("Type", optimizer.GetType().Name);
        Add(nameof(optimizer.LearningRate), optimizer.LearningRate);
        Add(nameof(optimizer.WeightDecay), optimizer.WeightDecay);
        Add(nameof(optimizer.MovesAllRows), optimizer.MovesAllRows);
        switch (optimizer)
        {
            case Adam adam:
                Add(nameof(adam.Beta1), adam.Beta1);
                Add(nameof(adam.Beta2), adam.Beta2);
                Add(nameof(adam.Epsilon), adam.Epsilon);
                break;
            case AdaGrad adaGrad:
                Add(nameof(adaGrad.Epsilon), adaGrad.Epsilon);
                break;
            case RmsProp rmsProp:
                Add(nameof(rmsProp.Alpha), rmsProp.Alpha);
                Add(nameof(rmsProp.Epsilon), rmsProp.Epsilon);
                Add(nameof(rmsProp.Momentum), rmsProp.Momentum);
                break;
            case Sgd sgd:
                Add(nameof(sgd.Momentum), sgd.Momentum);
                Add(nameof(sgd.Nesterov), sgd.Nesterov);
                break;
        }

        void Add(string name, object value) => settings.Add(new("optimizer", name, Text(value)));
    }

    static void Model(List<RunSetting> settings, ITrainable trainable)
    {
        Module module = trainable.Module;
        ModelSummary summary = module.Summary();
        Add("Name", summary.Model);
        foreach (Dimension dimension in summary.Dimensions)
            Add(dimension.Name, dimension.Size);
        Add("Parameters", summary.Trained + summary.Fixed);
        Add("Trained", Trained(trainable));
        Add("Trained as", trainable.GetType().Name);
        Add("Bytes", summary.Bytes);
        Add("Operations a step", summary.StepOperations);
        foreach (RnnDsl.Execution.MethodInfo method in module.Info.Methods)
            Add($"{method.Name}()", $"{string.Join(", ", method.Inputs.Select(Describe))} -> {Describe(method.Result)}");
        Add("Initial parameters", DataFingerprint.Of(module.Parameters.ReadOnlyValues));
        foreach (LayerSummary layer in summary.Layers)
            settings.Add(new("layers", layer.Name.Length == 0 ? "own" : layer.Name, string.Join(", ", layer.Parameters)));

        void Add(string name, object value) => settings.Add(new("model", name, Text(value)));
    }

    /// <summary>The values that the optimizer moves.</summary>
    static long Trained(ITrainable trainable)
    {
        long count = 0;
        for (int i = 0; i < trainable.Parameters.Slices.Count; i++)
            if (!trainable.Parameters.Slices[i].Info.IsFixed && (trainable.Multipliers.IsEmpty || trainable.Multipliers[i] != 0))
                count += trainable.Parameters.Slices[i].Length;
        return count;
    }

    static string Describe(ValueInfo value) => string.Create(CultureInfo.InvariantCulture, $"{(value.Name.Length == 0 || value.Name == "return" ? "" : value.Name + ": ")}{Kind(value)}{(value.IsOneHot ? $" one-hot of {value.Units}" : value.IsScalar ? "" : $" of {value.Width}")}");

    static string Kind(ValueInfo value) => value.Kind switch { ValueKind.Sequence => "sequence", ValueKind.Sequences => "sequences", ValueKind.Vector => "vector", _ => "scalar" };

    static void Versions(List<RunSetting> settings)
    {
        Add("RnnDsl", Version(typeof(Module).Assembly));
        if (Assembly.GetEntryAssembly() is { } program)
            Add("Program", $"{program.GetName().Name} {Version(program)}");
        Add(".NET", RuntimeInformation.FrameworkDescription);
        Add("Operating system", RuntimeInformation.OSDescription);
        Add("Architecture", RuntimeInformation.ProcessArchitecture);
        Add("Processor", Processor());
        Add("Processors", Environment.ProcessorCount);
        Add("Instruction sets", string.Join(" ", InstructionSets()));

        void Add(string name, object value) => settings.Add(new("versions", name, Text(value)));
    }

    /// <summary>The version of an assembly. Behind a plus sign it has the commit, where the build has written it there.</summary>
    static string Version(Assembly assembly) => assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString() ?? "unknown";

    static string Processor()
    {
        const string Cpu = "/proc/cpuinfo";
        try
        {
            if (OperatingSystem.IsLinux() && File.ReadLines(Cpu).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line)
                return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A container may hide it.
        }
        return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown";
    }

    static IEnumerable<string> InstructionSets()
    {
        foreach ((string name, bool isThere) in new[]
            {
                ("AVX-512", Avx512F.IsSupported && Vector512.IsHardwareAccelerated), ("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported), ("AVX-VNNI", AvxVnni.IsSupported), ("SSE4.2", Sse42.IsSupported),
                ("NEON", AdvSimd.IsSupported), ("DotProd", Dp.IsSupported),
            })
            if (isThere)
                yield return name;
    }

    static string Text(object? value) => value is null ? "none" : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
