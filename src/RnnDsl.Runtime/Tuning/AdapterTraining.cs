using System.Runtime.CompilerServices;
using RnnDsl.Execution;
using RnnDsl.Memory;
using RnnDsl.Training;

namespace RnnDsl.Tuning;

/// <summary>
/// Adapters in training: chosen matrices are computed from what they were and from a few trained numbers, and some parameters may be trained as they are. The compiled programs need no change: the
/// matrices are written where they read them. While adapters are attached, they write the module's parameters.
/// </summary>
public abstract class AdapterTraining : ITrainable
{
    static readonly ConditionalWeakTable<Module, List<AdapterTraining>> Attached = new();

    readonly Adapter[] adapters;
    readonly (Parameter Module, Parameter Own)[] copies;
    readonly float[] original;
    readonly bool[] needed;
    readonly AlignedBuffer gradient = new();
    ulong baseFingerprint;
    bool attached = true;

    /// <param name="module">The trained module.</param>
    /// <param name="adapted">The adapted matrices, in any order, each of them once or more often.</param>
    /// <param name="trained">The trained numbers of a matrix.</param>
    /// <param name="adapt">Makes the adapter of a matrix over them.</param>
    /// <param name="alsoTrain">Patterns of parameters that are trained directly.</param>
    /// <param name="seed">The seed of random numbers.</param>
    private protected AdapterTraining(Module module, IEnumerable<Parameter> adapted, Func<Parameter, ParameterInfo[]> trained, Func<Parameter, ParameterStore, Adapter> adapt, IReadOnlyList<string>? alsoTrain, int seed)
    {
        if (module.Outermost != module)
            throw new ArgumentException($"{module.Info.Name} is a layer of {module.Outermost.Info.Name}: make adapters of that, for the layer alone with patterns such as \"{module.PathInOutermost}*\".", nameof(module));
        Module = module;
        original = module.Parameters.Snapshot();
        Parameter[] matrices = [.. adapted.Distinct().OrderBy(p => p.Offset)], plain = [.. (alsoTrain ?? []).SelectMany(pattern => Trained(module, pattern)).Distinct().OrderBy(p => p.Offset)];
        if (matrices.Intersect(plain).FirstOrDefault() is Parameter twice)
            throw new ArgumentException($"'{twice.Name}' has an adapter: it cannot also be trained as it is.", nameof(alsoTrain));
        if (matrices.Length + plain.Length == 0)
            throw new ArgumentException($"Nothing of {module.Info.Name} would be trained: name at least one matrix, such as \"*.U*\", or a parameter to train as it is.");
        HashSet<Parameter> changed = [.. matrices, .. plain];
        if (AttachedTo(module).SelectMany(other => other.Changed).FirstOrDefault(changed.Contains) is { } written)
            throw new InvalidOperationException($"Other adapters of {module.Info.Name} write '{written.Name}': {WayOut} first.");
        Parameters = ParameterStore.Create($"the adapters of {module.Info.Name}", [.. matrices.SelectMany(trained), .. plain.Select(p => p.Info)], seed);
        gradient.Reserve(Parameters.Length);
        adapters = [.. matrices.Select(matrix => adapt(matrix, Parameters))];
        copies = [.. plain.Select(p => (p, Parameters.Find(p.Name)))];
        foreach ((Parameter from, Parameter to) in copies)
            original.AsSpan(from.Offset, from.Length).CopyTo(Parameters.Of(to));
        needed = [.. module.Parameters.Slices.Select(changed.Contains)];
        baseFingerprint = BaseOf(module, original);
        Attached.GetOrCreateValue(module).Add(this);
    }

    /// <inheritdoc/>
    public Module Module { get; }

    /// <summary>The trained numbers of each matrix, "encoder.Ui.A" and so on, then the parameters that are trained directly.</summary>
    public ParameterStore Parameters { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Multipliers => [];

    /// <summary>What is trained.</summary>
    public TuningReport Report => TuningReport.Of(this);

    /// <summary>Makes the corrections permanent. The adapters no longer write the module's parameters.</summary>
    public void Merge()
    {
        Apply();
        Detach();
    }

    /// <summary>Restores the earlier values, to the last bit, of all that the adapters write.</summary>
    public void Remove()
    {
        RequireAttached();
        Span<float> values = Module.Parameters.Values;
        foreach (Parameter parameter in Changed)
            original.AsSpan(parameter.Offset, parameter.Length).CopyTo(values[parameter.Offset..]);
        Detach();
    }

    /// <summary>What is trained so far, without the model: to be saved, and applied to the same base. It shares nothing with these adapters, which train on.</summary>
    public ModelAdapter ToAdapter()
    {
        ReadOnlySpan<float> values = Parameters.ReadOnlyValues;
        var parts = new List<AdaptedParameter>();
        foreach (Adapter adapter in adapters)
            parts.Add(adapter.Part(original, values));
        foreach ((Parameter from, Parameter to) in copies)
            if (ModelAdapter.Difference(from, values.Slice(to.Offset, to.Length), original.AsSpan(from.Offset, from.Length)) is { } difference)
                parts.Add(difference);
        return new(Module.Info.Name, parts, baseFingerprint);
    }

    /// <inheritdoc/>
    public bool NeedsGradient(int parameter) => needed[parameter];

    /// <inheritdoc/>
    public Span<float> Gradient(Span<float> moduleGradient)
    {
        RequireAttached();
        Span<float> own = gradient.Span;
        foreach (Adapter adapter in adapters)
            adapter.Differentiate(moduleGradient, original, Parameters.ReadOnlyValues, own);
        foreach ((Parameter from, Parameter to) in copies)
            moduleGradient.Slice(from.Offset, from.Length).CopyTo(own[to.Offset..]);
        return own;
    }

    /// <inheritdoc/>
    public void Apply()
    {
        RequireAttached();
        Write(Parameters.ReadOnlyValues, Module.Parameters.Values);
    }

    /// <summary>What the module's parameters would be with other trained numbers.</summary>
    internal float[] Applied(ReadOnlySpan<float> trained)
    {
        float[] values = Module.Parameters.Snapshot();
        Write(trained, values);
        return values;
    }

    void Write(ReadOnlySpan<float> trained, Span<float> values)
    {
        foreach (Adapter adapter in adapters)
            adapter.Write(original, trained, values);
        foreach ((Parameter to, Parameter from) in copies)
            trained.Slice(from.Offset, from.Length).CopyTo(values[to.Offset..]);
    }

    /// <summary>The adapters that write a module's parameters, because they were neither merged nor removed.</summary>
    /// <param name="module">The module.</param>
    public static IReadOnlyList<AdapterTraining> AttachedTo(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return Attached.TryGetValue(module, out List<AdapterTraining>? list) ? [.. list] : [];
    }

    /// <summary>What messages say of a module with adapters.</summary>
    internal const string WayOut = $"merge or remove them ({nameof(AdapterTraining)}.{nameof(AttachedTo)} has them)";

    /// <summary>The weight of all corrections.</summary>
    internal virtual float Scale => 1;

    /// <summary>The values that the module's parameters would have without the adapters, in the module's layout.</summary>
    internal ReadOnlySpan<float> Original => original;

    /// <summary>The module's parameters that the adapters change.</summary>
    internal IEnumerable<Parameter> Changed => adapters.Select(a => a.Matrix).Concat(copies.Select(c => c.Module));

    /// <summary>Whether the adapters change a parameter of the module.</summary>
    internal bool Writes(int parameter) => needed[parameter];

    /// <summary>Continues from saved values.</summary>
    internal void Resume(ReadOnlySpan<float> without, ReadOnlySpan<float> own)
    {
        without.CopyTo(original);
        Module.Parameters.Restore(without);
        Parameters.Restore(own);
        Apply();
        baseFingerprint = BaseOf(Module, original, except: this);
    }

    /// <summary>The fingerprint of the base: of what the module's parameters would be without the adapters that are attached to it.</summary>
    /// <param name="module">The module.</param>
    /// <param name="values">The values of its parameters, in which other adapters may have written.</param>
    /// <param name="except">Adapters whose parameters have their values of before in <paramref name="values"/>.</param>
    private protected static ulong BaseOf(Module module, ReadOnlySpan<float> values, AdapterTraining? except = null)
    {
        float[] without = values.ToArray();
        foreach (AdapterTraining other in AttachedTo(module))
            if (other != except)
                foreach (Parameter written in other.Changed)
                    other.Original.Slice(written.Offset, written.Length).CopyTo(without.AsSpan(written.Offset));
        return BaseFingerprint.Of(module, without);
    }

    static IEnumerable<Parameter> Trained(Module module, string pattern) => NamePattern.SelectTrained(module.Parameters, pattern).Select(i => module.Parameters.Slices[i]);

    /// <summary>The matrices that match a pattern.</summary>
    private protected static Parameter[] Matrices(Module module, string pattern)
    {
        Parameter[] matrices = [.. Trained(module, pattern).Where(p => p.Info.Rank == 2)];
        return matrices.Length > 0 ? matrices : throw new ArgumentException($"'{pattern}' names no matrix of {module.Info.Name}: adapters are for matrices.", nameof(pattern));
    }

    void Detach()
    {
        attached = false;
        if (Attached.TryGetValue(Module, out List<AdapterTraining>? list))
            list.Remove(this);
    }

    void RequireAttached()
    {
        if (!attached)
            throw new InvalidOperationException("These adapters were merged or removed: make new ones.");
    }

    /// <summary>One matrix, and the numbers from which it is computed.</summary>
    private protected abstract class Adapter(Parameter matrix)
    {
        public Parameter Matrix => matrix;

        /// <summary>Writes the matrix. Arrays have the layouts of the module and of the trained numbers.</summary>
        public abstract void Write(ReadOnlySpan<float> original, ReadOnlySpan<float> trained, Span<float> values);

        /// <summary>Writes the gradient with respect to the trained numbers.</summary>
        public abstract void Differentiate(ReadOnlySpan<float> moduleGradient, ReadOnlySpan<float> original, ReadOnlySpan<float> trained, Span<float> own);

        /// <summary>What it adds to the matrix.</summary>
        public abstract AdaptedParameter Part(ReadOnlySpan<float> original, ReadOnlySpan<float> trained);
    }
}
