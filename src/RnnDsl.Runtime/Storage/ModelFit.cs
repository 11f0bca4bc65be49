using RnnDsl.Execution;
using RnnDsl.Sequences;

namespace RnnDsl.Storage;

/// <summary>
/// How a file fits a model. It fits if everything that gives the numbers their meaning is the same: the names and shapes of parameters, and the equations of the layers with
/// parameters, apart from dropouts. All other differences are reported.
/// </summary>
sealed class ModelFit
{
    const int MostDifferences = 12;

    readonly ModelFileInfo saved;
    readonly ModuleInfo info;
    readonly IReadOnlyDictionary<string, string> names;
    readonly List<string> obstacles = [], warnings = [], missing = [], unexpected = [];

    /// <param name="saved">The file's description.</param>
    /// <param name="info">The description of the model.</param>
    /// <param name="names">For a layer or a parameter of the model: its name in the file.</param>
    public ModelFit(ModelFileInfo saved, ModuleInfo info, IReadOnlyDictionary<string, string> names)
    {
        this.saved = saved;
        this.info = info;
        this.names = names;
        foreach (string name in names.Keys.Where(key => !info.Parameters.Any(p => KeyCovers(key, p.Name))))
            throw new ArgumentException($"{info.Name} has no layer or parameter '{name}'. " +
                NearestName.Hint(name, [.. info.Equations.Where(IsLayer).Select(e => e.Part).Where(part => part.Length > 0).Concat(info.Parameters.Select(p => p.Name))]), nameof(names));
        Match();
        bool told = saved.Equations.Count > 0 && info.Equations.Count > 0;
        if (told)
            CompareEquations();
        else if (saved.Fingerprint != info.Fingerprint)
            obstacles.Add($"the equations may be others: {(saved.Equations.Count > 0 ? "the model's class" : "the file")} is of the first version, which does not say of which part " +
                $"(fingerprint {saved.Fingerprint} in the file, {info.Fingerprint} in the model)");
        if (saved.Model != info.Name)
            warnings.Add($"the file is of {saved.Model}, the model is {info.Name}");
        foreach (Dimension dimension in info.Dimensions)
            if (saved.Dimensions.FirstOrDefault(d => d.Name == dimension.Name) is not Dimension other)
                warnings.Add($"dimension {dimension.Name} is not in the file");
            else if (other.Size != dimension.Size)
                warnings.Add($"dimension {dimension.Name}: {other.Size} in the file, {dimension.Size} in the model");
        foreach (Dimension dimension in saved.Dimensions)
            if (!info.Dimensions.Any(d => d.Name == dimension.Name))
                warnings.Add($"the file's dimension {dimension.Name} is not in the model");
        if (told)
            CompareMethods();
    }

    /// <summary>The parameters for which the file has values, and their names in the file.</summary>
    public List<FoundParameter> Found { get; } = [];

    /// <summary>The result, as the caller sees it.</summary>
    public ModelFileInfo Report() => saved with { Warnings = [.. obstacles, .. warnings], Missing = missing, Unexpected = unexpected };

    /// <param name="wayOut">The sentence that says what the caller's user can do.</param>
    /// <exception cref="InvalidDataException">Something that gives the numbers their meaning differs.</exception>
    public void Require(string wayOut)
    {
        if (obstacles.Count == 0)
            return;
        List<string> all = [.. obstacles, .. warnings];
        throw new InvalidDataException($"It does not fit {info.Name}: {string.Join("; ", all.Take(MostDifferences))}" +
            (all.Count > MostDifferences ? $"; and {all.Count - MostDifferences} more" : "") + $". {wayOut}");
    }

    void Match()
    {
        var taken = new HashSet<string>();
        foreach (ParameterInfo parameter in info.Parameters)
        {
            string name = NameInFile(parameter.Name);
            Tensor? tensor = saved.Parameters.FirstOrDefault(t => t.Name == name);
            long[] shape = StoredParameters.Shape(parameter);
            if (tensor is not null)
                taken.Add(name);
            if (tensor is not null && tensor.Shape.SequenceEqual(shape))
            {
                Found.Add(new FoundParameter(parameter, name));
                continue;
            }
            missing.Add(parameter.Name);
            string called = name == parameter.Name ? parameter.Name : $"{parameter.Name} (in the file {name})";
            obstacles.Add(tensor is null ? $"parameter {called} is missing in the file"
                : $"parameter {called}: [{string.Join(", ", tensor.Shape)}] in the file, [{string.Join(", ", shape)}] in the model");
        }
        foreach (Tensor tensor in saved.Parameters.Where(t => !taken.Contains(t.Name)))
        {
            unexpected.Add(tensor.Name);
            obstacles.Add($"the file's {tensor} is not in the model");
        }
    }

    /// <summary>Compares the equations of layers with parameters. Other layers give no number its meaning.</summary>
    void CompareEquations()
    {
        foreach (EquationsInfo mine in info.Equations)
        {
            if (!IsLayer(mine))
                continue;
            var found = Found.Where(f => Part(f.Parameter.Name, info.Equations) == mine.Part).ToList();
            EquationsInfo[] theirs = [.. found.Select(f => Part(f.Name, saved.Equations)).Distinct()
                .Select(part => saved.Equations.FirstOrDefault(e => e.Part == part)).OfType<EquationsInfo>()];
            string layer = mine.Part.Length == 0 ? info.Name : $"layer {mine.Part}";
            if (found.Count > 0 && theirs.Length == 0)
                obstacles.Add($"{layer}: in the file its parameters are in no layer, so that its equations cannot be compared");
            else if (found.Count > 0 && (theirs.Length > 1 || found.Any(f => Relative(f.Parameter.Name, mine.Part) != Relative(f.Name, theirs[0].Part))))
                obstacles.Add($"{layer}: its parameters have other names in the file, so that its equations cannot be compared");
            else if (found.Count > 0 && !AreEqual(theirs[0], mine))
                obstacles.Add($"the equations of {layer} are others than in the file");
            else if (theirs is [{ } same] && !TrainEqually(same, mine))
                warnings.Add($"{layer} drops other units in training, or stops other gradients, than in the file");
            else if (found.Count == 0 && !info.Parameters.Any(p => Part(p.Name, info.Equations) == mine.Part))
                CompareOther(mine, layer);
        }
    }

    void CompareMethods()
    {
        foreach (EquationsInfo mine in info.Equations)
        {
            if (IsLayer(mine))
                continue;
            CompareOther(mine, $"method {mine.Part}");
            MethodInfo? method = info.Methods.FirstOrDefault(m => m.Name + "()" == mine.Part);
            if (method is not null && saved.Inputs.TryGetValue(mine.Part, out string[]? inputs) && !inputs.SequenceEqual(method.Inputs.Select(i => i.Name)))
                warnings.Add($"method {mine.Part} takes {string.Join(", ", method.Inputs.Select(i => i.Name))}, in the file {string.Join(", ", inputs)}");
        }
        foreach (EquationsInfo other in saved.Equations)
            if (!info.Equations.Any(e => e.Part == other.Part) && !Found.Any(f => Part(f.Name, saved.Equations) == other.Part))
                warnings.Add($"the file's {(IsLayer(other) ? "layer" : "method")} {other.Part} is not in the model");
    }

    /// <summary>Compares a part on which no parameter's meaning depends.</summary>
    void CompareOther(EquationsInfo mine, string name)
    {
        EquationsInfo? other = saved.Equations.FirstOrDefault(e => e.Part == mine.Part);
        if (other is null)
            warnings.Add($"{name} is not in the file");
        else if (!AreEqual(other, mine))
            warnings.Add($"the equations of {name} are others than in the file");
        else if (!TrainEqually(other, mine))
            warnings.Add($"{name} drops other units in training, or stops other gradients, than in the file");
    }

    static bool AreEqual(EquationsInfo saved, EquationsInfo mine) => saved.Values == mine.Values || saved.Values == mine.Earlier.Values;

    static bool TrainEqually(EquationsInfo saved, EquationsInfo mine) => saved.Training == mine.Training || saved.Training == mine.Earlier.Training;

    string NameInFile(string name)
    {
        string? key = names.Keys.Where(k => KeyCovers(k, name)).MaxBy(k => k.Length);
        return key is null ? name : $"{names[key]}{(key.Length == 0 ? "." : "")}{name[key.Length..]}".TrimStart('.');
    }

    /// <summary>Whether the key names this parameter, or a layer that contains it. The key "" names the whole model.</summary>
    static bool KeyCovers(string key, string name) =>
        name.StartsWith(key, StringComparison.Ordinal) && (key.Length == 0 || name.Length == key.Length || name[key.Length] == '.');

    static bool IsLayer(EquationsInfo equations) => !equations.Part.EndsWith("()", StringComparison.Ordinal);

    /// <summary>The part whose equations use a parameter, which is its innermost layer; null for a model's own parameter.</summary>
    static string? Part(string name, IReadOnlyList<EquationsInfo> parts) => parts.Select(p => p.Part)
        .Where(p => p.Length == 0 || name.StartsWith(p + ".", StringComparison.Ordinal)).MaxBy(p => p.Length);

    static string Relative(string name, string part) => part.Length == 0 ? name : name[(part.Length + 1)..];
}

/// <summary>A parameter of a model for which a file has values.</summary>
/// <param name="parameter">The model's parameter.</param>
/// <param name="name">Its name in the file.</param>
sealed class FoundParameter(ParameterInfo parameter, string name)
{
    public ParameterInfo Parameter { get; } = parameter;

    public string Name { get; } = name;

    /// <summary>The values, once they have been read.</summary>
    public float[] Values { get; set; } = [];
}
