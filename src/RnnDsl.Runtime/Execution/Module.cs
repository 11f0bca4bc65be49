using System.ComponentModel;
using RnnDsl.CompilerServices;
using RnnDsl.Storage;

namespace RnnDsl.Execution;

/// <summary>The base class of everything that the generator compiles: cells and models.</summary>
public abstract class Module
{
    readonly Lock making = new();
    Module? owner;
    string path = "";
    ModuleInfo? info;
    ParameterStore? parameters;
    Dictionary<string, Executor>? executors;
    Workers? workers;

    OneCaller? trainers;

    /// <summary>Admits one of its trainers at a time, since its parameters would become a mixture of two trainings. The first trainer makes it. A layer shares that of its owner.</summary>
    internal ref OneCaller? Trainers => ref Outermost.trainers;

    /// <summary>The module that is no layer: this one, or what it is a layer of.</summary>
    internal Module Outermost => owner?.Outermost ?? this;

    /// <summary>What the names of a layer's parameters begin with in <see cref="Outermost"/>: "encoder.forward."; "" for a module that is no layer.</summary>
    internal string PathInOutermost => owner is null ? "" : owner.PathInOutermost + path + ".";

    /// <summary>The seed of the initial parameters.</summary>
    protected int Seed { get; init; }

    /// <summary>Sizes, parameters and compiled methods.</summary>
    /// <exception cref="InvalidOperationException">The class was not compiled, or was compiled by a version of RnnDsl whose code this version cannot run.</exception>
    public ModuleInfo Info => info ?? Make(ref info, Described);

    /// <summary>All parameters, in one flat buffer. They are created and initialized once, at the first use on any thread. Those of a layer are a part of those of the module that it belongs to: what changes one, changes the other.</summary>
    /// <exception cref="InvalidOperationException">The class was not compiled, or it is a layer that was compiled by an older version than the module that it belongs to.</exception>
    public ParameterStore Parameters => parameters ?? (owner is null ? Make(ref parameters, () => ParameterStore.Create(Info.Name, Info.Parameters, Seed)) : MakePart());

    /// <summary>The parameters of a layer. Those of the owner, whose lock its layers' descriptions are made under, are asked for before this module's lock is taken.</summary>
    ParameterStore MakePart()
    {
        (ParameterStore all, ModuleInfo own) = (Outermost.Parameters, Info);
        return Make(ref parameters, () => all.Part(own.Name, own.Parameters, PathInOutermost));
    }

    /// <summary>For generated code: takes a module as a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="path">Its name: "encoder", or "deep.2" for an element of an array.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected void AddLayer(Module layer, string path) => (layer.owner, layer.path) = (this, path);

    /// <summary>Replaces the values of some parameters. If the parameters have not been created, their initial values are not computed, which may take long for large orthogonal matrices.</summary>
    internal void SetParameters(List<FoundParameter> values)
    {
        if (owner is not null)
            _ = Parameters;
        lock (making)
            if (parameters is null)
                parameters = ParameterStore.Create(Info.Name, Info.Parameters, Seed, values);
            else
                foreach (FoundParameter found in values)
                    found.Values.CopyTo(parameters[found.Parameter.Name]);
    }

    /// <summary>The compiled method of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public MethodInfo Method(string name)
    {
        foreach (MethodInfo method in Info.Methods)
            if (method.Name == name)
                return method;
        string known = string.Join(", ", Info.Methods.Select(m => m.Name));
        throw new ArgumentException($"{Info.Name} has no compiled method '{name}'; it has: {known}.", nameof(name));
    }

    /// <summary>Runs the method for calls with arrays. It is created at the first such call and lives as long as the module.</summary>
    internal Executor ExecutorOf(string method)
    {
        lock (making)
        {
            executors ??= [];
            if (!executors.TryGetValue(method, out Executor? executor))
                executors[method] = executor = new Executor(this, method, workers: workers ??= new Workers());
            return executor;
        }
    }

    T Make<T>(ref T? made, Func<T> make) where T : class
    {
        lock (making)
            return made ??= make();
    }

    /// <summary>Written by the generator: the version of the interface to the runtime for which the class was compiled.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual int CompiledFor => 0;

    /// <summary>Written by the generator.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected virtual ModuleInfo Describe() => throw NotCompiled();

    /// <summary>The description. A class compiled for another version fails on a missing member, and the exception says why.</summary>
    ModuleInfo Described()
    {
        if (CompiledFor > Description.Version)
            throw OtherVersion("a newer", "update the package RnnDsl of this program", null);
        try
        {
            return Describe();
        }
        catch (Exception fault) when (CompiledFor < Description.Version && fault is TypeLoadException or MissingMemberException)
        {
            throw OtherVersion("an older", $"build {GetType().Assembly.GetName().Name} again with the package of that version", fault);
        }
    }

    InvalidOperationException OtherVersion(string which, string wayOut, Exception? fault) => new(
        $"{GetType().Name} was compiled by {which} RnnDsl than this program runs with ({typeof(Module).Assembly.GetName().Version!.ToString(3)}): {wayOut}.", fault);

    /// <summary>Written by the generator: gives the fields of the equations their values, in double precision.</summary>
    public virtual void BindReference(ReferenceParameters parameters) => throw NotCompiled();

    /// <summary>
    /// Written by the generator: runs the equations themselves, uncompiled and in double precision, on one example.
    /// </summary>
    /// <param name="method">The name of the method.</param>
    /// <param name="inputs">One array for each input, row-major [steps × width], [width] or [1].</param>
    /// <param name="states">One array for each state: its value before the first step, or null for the initial constants. They are overwritten with the values after the last step.</param>
    /// <returns>The result, row-major.</returns>
    public virtual double[] RunReference(string method, double[][] inputs, double[][]? states = null) => throw NotCompiled();

    InvalidOperationException NotCompiled() => new(
        $"{GetType().Name} was not compiled: mark it [Cell] or [Model], make it partial, and see the build's RNN diagnostics.");
}
