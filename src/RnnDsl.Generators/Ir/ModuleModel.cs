namespace RnnDsl.Generators.Ir;

/// <summary>How a parameter starts. With Auto, the compiler chooses: orthogonal if it multiplies a state, otherwise Xavier; zero for vectors.</summary>
internal enum InitialKind
{
    Auto,
    Constant,
    Xavier,
    Orthogonal,
    Uniform,
    Normal,
}

/// <summary>A parameter of a cell or model. Its name begins with the path of the layer that owns it ("encoder.Wi").</summary>
internal sealed record ParameterDecl(string Name, Shape Shape, InitialKind Initial, double InitialValue)
{
    /// <summary>Never a negative zero: the two zeros are equal, and equal models must give equal text.</summary>
    public double InitialValue { get; init; } = InitialValue + 0.0;

    /// <summary>Whether it is not trained, so that no gradient of it is computed.</summary>
    public bool IsFixed { get; init; }

    /// <summary>The function that computes its first values in place of <see cref="Initial"/>, or null.</summary>
    public ParameterFunction? Function { get; init; }
}

/// <summary>A static method of the user's that computes a parameter, value by value.</summary>
/// <param name="Method">The method with its class, as C# writes it; empty for a parameter of a layer, whose own generated part calls the method.</param>
/// <param name="Arguments">The number of its arguments.</param>
internal sealed record ParameterFunction(string Method, int Arguments)
{
    public static readonly ParameterFunction OfLayer = new("", 0);
}

/// <summary>A state of a cell: a vector or a scalar, and the constant it starts from.</summary>
internal sealed record StateDecl(string Name, Shape Shape, double Initial)
{
    /// <summary>Never a negative zero, as for parameters.</summary>
    public double Initial { get; init; } = Initial + 0.0;

    /// <summary>The name of the state that counts the steps where equations read <c>StepNumber</c>. No field holds it: the base class has its value.</summary>
    public const string StepNumber = "StepNumber";

    /// <summary>Whether it counts the steps.</summary>
    public bool CountsSteps { get; init; }

    public static StateDecl OfSteps { get; } = new(StepNumber, Shape.Scalar, 0) { CountsSteps = true };
}

/// <summary>A dimension that a module's constructor asks for, or whose size [Size] fixes.</summary>
/// <param name="Name">Its name in the graph, unique in the module.</param>
/// <param name="TypeName">The fully qualified C# type.</param>
/// <param name="FixedSize">The size from [Size(n)], or null.</param>
internal sealed record DimDecl(string Name, string TypeName, int? FixedSize);

/// <summary>
/// One step of a cell. The leaves of its graph are the Input "x" and State nodes over examples (one step of each example; a scan lifts them to sequences), and Parameter nodes. Its
/// results are "return" and, under the name of each state, that state's value after the step.
/// </summary>
internal sealed record CellModel(
    string Name,
    EquatableArray<DimDecl> Dims,
    Shape Input,
    Shape Output,
    EquatableArray<ParameterDecl> Parameters,
    EquatableArray<StateDecl> States,
    EquatableArray<LayerDecl> Layers,
    Graph Step)
{
    /// <summary>For a cell that is a type parameter of an abstract model: the name of that parameter. Only its input, output and memory are known; a derived class replaces it by a
    /// real cell.</summary>
    public string? Parameter { get; init; }

    /// <summary>For a cell that looks into a memory: the shape of a step of that memory. The graph has the memory as Input "memory", a sequence that stands as a whole beside the
    /// single step.</summary>
    public Shape? Memory { get; init; }

    public const string MemoryName = "memory";

    /// <summary>The states that are carried on. States that are sequences are not, because they belong to one memory alone.</summary>
    public IEnumerable<StateDecl> CarriedStates => States.Where(s => !s.Shape.IsSequence);

    /// <summary>The states that the class declares and carries on: all carried states except the number of the step.</summary>
    public IEnumerable<StateDecl> DeclaredStates => CarriedStates.Where(s => !s.CountsSteps);
}

/// <summary>A field of a cell's or model's class that is itself a cell.</summary>
/// <param name="Field">The field's name.</param>
/// <param name="TypeName">Its fully qualified C# type, with type arguments.</param>
/// <param name="Cell">The cell, with its dimensions renamed to those of the module that owns the field.</param>
/// <param name="Arguments">The sizes that its constructor takes, in order, as dimensions of the owner.</param>
internal sealed record LayerDecl(string Field, string TypeName, CellModel Cell, EquatableArray<Dim> Arguments);

/// <summary>A field that the generated constructor sets: a cell or a model, or an array of them.</summary>
/// <param name="Field">The field's name.</param>
/// <param name="Count">The number of elements of an array; null if the field is no array.</param>
/// <param name="Sizes">The sizes that the layer's own constructor takes, in order, as dimensions of the owner.</param>
/// <param name="Extents">The output of a cell, or the type arguments of a model. An uncompiled run passes them to the layer, with the parts of which they consist.</param>
/// <param name="IsModel">Whether it is a model.</param>
internal sealed record LayerField(string Field, int? Count, EquatableArray<Dim> Sizes, EquatableArray<Dim> Extents, bool IsModel)
{
    /// <summary>For a field whose type is a cell parameter of the owner: that parameter.</summary>
    public string? Parameter { get; init; }

    /// <summary>For a layer that is an abstract model: the name of its class in the generated part of the owner.</summary>
    public string ClassName => "LayerOf" + char.ToUpperInvariant(Field[0]) + Field.Substring(1);

    /// <summary>For a field whose type is an abstract model: what its owner makes of it; otherwise null.</summary>
    public AbstractLayer? Abstract { get; init; }
}

/// <summary>An abstract model used as a layer. The generated part of its owner contains a class for it.</summary>
/// <param name="TypeName">Its fully qualified C# type, with type arguments.</param>
/// <param name="Dims">Its dimensions.</param>
/// <param name="Cells">The cells that it is built from.</param>
internal sealed record AbstractLayer(string TypeName, EquatableArray<DimDecl> Dims, EquatableArray<MadeCell> Cells);

/// <summary>A function that makes a cell, which the constructor of an abstract model is given for one of its cell parameters.</summary>
/// <param name="TypeName">The fully qualified C# type of the cell, or the name of a type parameter.</param>
/// <param name="Sizes">The sizes that the cell's constructor takes, as dimensions of the class that gives it.</param>
/// <param name="IsParameter">Whether the cell is a type parameter of that class too. That class was then given such a function itself.</param>
internal sealed record MadeCell(string TypeName, EquatableArray<Dim> Sizes, bool IsParameter);

/// <summary>The abstract model that a model derives from.</summary>
/// <param name="Sizes">The sizes that its constructor takes, as dimensions of the derived class.</param>
/// <param name="Cells">The cells that its constructor takes.</param>
/// <param name="Methods">The names of its compiled methods.</param>
/// <param name="Parameters">Names of its parameters.</param>
internal sealed record BaseClass(EquatableArray<Dim> Sizes, EquatableArray<MadeCell> Cells, EquatableArray<string> Methods, EquatableArray<string> Parameters);

/// <summary>An input or the result of a method. For an input that is the target of a loss, also what that loss requires of it.</summary>
/// <param name="Domain">Over examples, or over the steps of an axis. Sequences of one axis have equal lengths.</param>
/// <param name="Units">For a one-hot input: the dimension of its vectors. Its shape is then a scalar, the number of the unit that is 1.</param>
internal sealed record ValueDecl(string Name, Shape Shape, Domain Domain, string? Target = null, Dim? Units = null)
{
    public int Axis => Domain.Axis;

    /// <summary>The shape that the user wrote.</summary>
    public Shape Written => Units is null ? Shape : Shape.Vector(Units);
}

/// <summary>A method to compile, or one element of a method that returns a tuple. The result of its graph is "return".</summary>
/// <param name="Name">"Predict", or for an element "Predict.Tags".</param>
/// <param name="IsLoss">Whether its gradient is wanted (a model's method that returns a scalar).</param>
internal sealed record MethodModel(string Name, EquatableArray<ValueDecl> Inputs, ValueDecl Result, bool IsLoss, Graph Graph)
{
    /// <summary>The name of the C# method, and the text after the call that takes the element.</summary>
    public (string Method, string Element) Call => Name.IndexOf('.') is >= 0 and var dot ? (Name.Substring(0, dot), Name.Substring(dot)) : (Name, "");

    /// <summary>The beginning of its programs' names.</summary>
    public string ProgramName => ProgramNameOf(Name);

    public static string ProgramNameOf(string name) => name.Replace(".", "");

    /// <summary>For a method that reads several lengths and is no loss: the axes along which it could stream, if all other inputs are given before.</summary>
    public IEnumerable<int> StreamedAxes => IsLoss || Inputs.All(i => i.Axis == 0) ? []
        : Inputs.Where(i => i.Domain is { IsSteps: true, IsNested: false }).Select(i => i.Axis).Distinct().OrderBy(a => a);

    /// <summary>The name of the method that creates streams of it.</summary>
    public string StreamsName => ProgramName + "Streams";

    /// <summary>The names of the two programs that stream a method along one axis.</summary>
    public static (string Condition, string Step) ConditionalNamesOf(string program, int axis) => (FormattableString.Invariant($"{program}Condition{axis}"), FormattableString.Invariant($"{program}Step{axis}"));

    /// <summary>For a loss: which steps count in a mean over all steps of a batch. Null if it calls no loss function, because then nothing says which steps count.</summary>
    public StepCount? Counts { get; init; }
}

/// <summary>Which steps of an example count in a loss.</summary>
/// <param name="Input">The input that has the steps; null if no target is a sequence, so that the example counts once.</param>
/// <param name="Labels">Whether only steps with a label count, rather than all.</param>
/// <param name="First">The number of steps with a label at the beginning that are no targets, because the sequence is shifted.</param>
/// <param name="Last">The number of such steps at the end.</param>
internal sealed record StepCount(string? Input, bool Labels = false, int First = 0, int Last = 0);

/// <summary>A C# type declaration, as the generated part repeats it.</summary>
/// <param name="Namespace">Empty for the global namespace.</param>
/// <param name="Containing">The declarations of the types around it, outermost first: "partial class Outer&lt;T&gt;".</param>
/// <param name="Declaration">"partial class PeepholeLstm&lt;Input, Hidden&gt;".</param>
/// <param name="Name">"PeepholeLstm".</param>
/// <param name="Accessibility">The accessibility of the constructor: "public" or "internal".</param>
/// <param name="HintName">Unique in the compilation; it contains the namespace and the containing types.</param>
/// <param name="Hides">Names of runtime types that have another meaning inside the class.</param>
internal sealed record TypeDecl(
    string Namespace, EquatableArray<string> Containing, string Declaration, string Name, string Accessibility, string HintName,
    EquatableArray<string> Hides);

/// <summary>Everything that the passes and the printer need to know about one class. It holds no symbol and no syntax. Equal models give equal code.</summary>
/// <param name="Cell">The cell, if the class is one; Methods is empty then.</param>
/// <param name="Dims">All dimensions of the module, in the order in which the constructor takes them.</param>
/// <param name="Parameters">Parameters that the class itself declares, and those of models that are its layers, under their paths. Cells hold their own.</param>
/// <param name="Layers">All cells, including those of models that are layers, under their paths.</param>
/// <param name="IsValid">False if an error was reported. Then only a constructor and the bindings are generated.</param>
internal sealed record ModuleModel(
    TypeDecl Type,
    CellModel? Cell,
    EquatableArray<DimDecl> Dims,
    EquatableArray<ParameterDecl> Parameters,
    EquatableArray<LayerDecl> Layers,
    EquatableArray<MethodModel> Methods,
    bool IsValid)
{
    /// <summary>For an abstract model: its type parameters that are cells; otherwise null. An abstract model is not compiled by itself.</summary>
    public EquatableArray<string>? CellParameters { get; init; }

    public bool IsAbstract => CellParameters is not null;

    /// <summary>The abstract model that it derives from, or null. Parameters, layers and methods include those of the base.</summary>
    public BaseClass? Base { get; init; }

    /// <summary>Whether a parameter belongs to the abstract base model.</summary>
    public bool IsInherited(string parameter) => Base is { } above && above.Parameters.Contains(parameter);

    /// <summary>The fields that hold layers.</summary>
    public EquatableArray<LayerField> Fields { get; init; }

    /// <summary>Names of array calls that are not generated, because the class has members of those names.</summary>
    public EquatableArray<string> WithoutCalls { get; init; }

    /// <summary>The fields that are arrays of parameters or states.</summary>
    public EquatableArray<ArrayField> Arrays { get; init; }
}

/// <summary>A field that is an array of parameters or states. Its elements are named "R.0", "R.1" and so on.</summary>
internal sealed record ArrayField(string Field, int Count);
