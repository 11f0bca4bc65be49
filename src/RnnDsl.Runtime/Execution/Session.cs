using RnnDsl.CompilerServices;
using RnnDsl.Memory;
using RnnDsl.Sequences;

namespace RnnDsl.Execution;

/// <summary>
/// One method on one batch, with access to everything: results, states before and after, and the gradient of everything that has one. It is for tests and research. Training needs
/// less, see <see cref="Executor"/>. Like an executor, it takes one caller at a time.
/// <para>Everything is dense and in the order of the data set's examples: a vector is [examples × width]; the steps of a sequence are [steps × width] for each example, one example
/// after another.</para>
/// </summary>
public sealed class Session : IDisposable
{
    readonly Executor executor;
    readonly int[] examples;
    readonly Dataset data;
    readonly AlignedBuffer output = new(), outputGradient = new();
    readonly AlignedBuffer[] inputGradients;
    readonly Floats[] inputGradientPointers;
    bool differentiated;

    /// <summary>Creates a session for one method and one batch.</summary>
    /// <param name="module">The module. Its parameters may change between runs.</param>
    /// <param name="method">Name of the method.</param>
    /// <param name="data">The batch: all examples of it.</param>
    /// <param name="options">How to divide the batch.</param>
    public Session(Module module, string method, Dataset data, ExecutionOptions? options = null)
    {
        executor = new Executor(module, method, options);
        this.data = data;
        examples = [.. Enumerable.Range(0, data.Count)];
        MethodInfo info = executor.Method;
        InitialStates = new StateBatch(info, data.Count);
        FinalStates = new StateBatch(info, data.Count);
        InitialStateGradients = new StateBatch(info, data.Count);
        executor.Begin(data, examples, null, gradient: false);
        output.Reserve(executor.Current.Length(info.Result));
        inputGradients = new AlignedBuffer[info.Inputs.Count];
        inputGradientPointers = new Floats[inputGradients.Length];
        for (int i = 0; i < inputGradients.Length; i++)
            inputGradientPointers[i] = (inputGradients[i] = new AlignedBuffer()).Reserve(executor.Current.Length(info.Inputs[i]));
        if (!IsLoss)
            outputGradient.Reserve(output.Length);
    }

    /// <summary>The method that runs: its inputs, result and states.</summary>
    public MethodInfo Method => executor.Method;

    /// <inheritdoc cref="Executor.Noise"/>
    public ulong Noise { get => executor.Noise; set => executor.Noise = value; }

    /// <summary>The states before the first step. They are the initial constants until they are set.</summary>
    public StateBatch InitialStates { get; }

    /// <summary>The states after the last step of the last run.</summary>
    public StateBatch FinalStates { get; }

    /// <summary>The results of the last run; for a loss, one value for each example.</summary>
    public ReadOnlySpan<float> Output => output.Span;

    /// <summary>The gradient of the results, to be set before <see cref="Backward"/>; zero at first. It is empty for a loss, because the mean over the examples is differentiated then.</summary>
    public Span<float> OutputGradient => outputGradient.Span;

    /// <summary>After <see cref="Backward"/>: the gradient of the states before the first step. It is zero for a loss.</summary>
    public StateBatch InitialStateGradients { get; }

    /// <summary>After <see cref="Backward"/>: the gradient of all parameters, laid out like them.</summary>
    public ReadOnlySpan<float> Gradients => differentiated ? executor.Gradients : throw NotYet();

    bool IsLoss => Method.Result.Kind == ValueKind.Scalar;

    /// <summary>The mean of the results of a loss.</summary>
    public double MeanLoss
    {
        get
        {
            double sum = 0;
            foreach (float loss in Output)
                sum += loss;
            return sum / Output.Length;
        }
    }

    /// <summary>Runs the program without gradients.</summary>
    public void Forward()
    {
        using OneCaller.Call call = executor.Enter();
        Begin(gradient: false);
        executor.RunForward();
        differentiated = false;
    }

    /// <summary>Runs the program with gradients, backward from <see cref="OutputGradient"/> or from the mean of a loss.</summary>
    /// <exception cref="InvalidOperationException">The method was compiled without gradients.</exception>
    public void Backward()
    {
        using OneCaller.Call call = executor.Enter();
        Begin(gradient: true);
        BatchRun run = executor.Current;
        run.OutputGradient = outputGradient.Floats;
        if (!IsLoss)
        {
            run.InputGradients = inputGradientPointers;
            run.InitialStateGradients = InitialStateGradients;
        }
        executor.Differentiate();
        differentiated = true;
    }

    /// <summary>After <see cref="Backward"/>: the gradient of one parameter, row-major.</summary>
    public ReadOnlySpan<float> Gradient(string parameter)
    {
        Parameter slice = executor.Module.Parameters.Find(parameter);
        return Gradients.Slice(slice.Offset, slice.Length);
    }

    /// <summary>After <see cref="Backward"/>: the gradient of one input.</summary>
    /// <exception cref="InvalidOperationException">The method is a loss. Losses are differentiated by parameters alone.</exception>
    public ReadOnlySpan<float> InputGradient(string input)
    {
        if (!differentiated)
            throw NotYet();
        if (IsLoss)
            throw new InvalidOperationException($"{Method.Name} is a loss: losses are differentiated by their parameters, not by inputs.");
        for (int i = 0; i < inputGradients.Length; i++)
            if (Method.Inputs[i].Name == input)
                return inputGradients[i].Span;
        throw new ArgumentException(
            $"{Method.Name} has no input '{input}'. {NearestName.Hint(input, [.. Method.Inputs.Select(v => v.Name)])}", nameof(input));
    }

    /// <summary>Frees the memory, and ends the threads.</summary>
    public void Dispose() => executor.Dispose(this);

    void Begin(bool gradient)
    {
        executor.Begin(data, examples, null, gradient);
        BatchRun run = executor.Current;
        run.Output = output.Floats;
        run.InitialStates = InitialStates;
        run.FinalStates = FinalStates;
        run.OutputGradient = Floats.Null;
        run.InputGradients = null;
        run.InitialStateGradients = null;
    }

    InvalidOperationException NotYet() => new($"There are no gradients of {Method.Name} before {nameof(Backward)} was called.");
}
