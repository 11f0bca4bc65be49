namespace RnnDsl.Generators.Ir;

/// <summary>How a parameter starts; Auto leaves it to the compiler: orthogonal if it multiplies a state, else Xavier; vectors zero.</summary>
internal enum InitialKind
{
    Auto,
    Constant,
    Xavier,
    Orthogonal,
    Uniform,
    Normal,
}

/// <summary>A parameter of a cell or model, with the path of the layer that owns it ("encoder.Wi").</summary>
internal sealed record ParameterDecl(string Name, Shape Shape, InitialKind Initial, double InitialValue)
{
    /// <summary>Never a negative zero: models that are equal give equal text, and the two zeros are equal.</summary>
    public double InitialValue { get; init; } = InitialValue + 0.0;

    /// <summary>Whether it is not trained, so that no gradient of it is computed.</summary>
    public bool IsFixed { get; init; }

    /// <summary>What computes its first values in place of <see cref="Initial"/>, or null.</summary>
    public ParameterFunction? Function { get; init; }
}

/// <summary>A static method of the user's that computes a parameter, value by value.</summary>
/// <param name="Method">The method with its class, as C# takes it; empty for a parameter of a layer, whose own half calls the method.</param>
/// <param name="Arguments">How many arguments it takes.</param>
internal sealed record ParameterFunction(string Method, int Arguments)
{
    public static readonly ParameterFunction OfLayer = new("", 0);
}

/// <summary>A state of a cell: a vector or a scalar, and the constant it starts from.</summary>
internal sealed record StateDecl(string Name, Shape Shape, double Initial)
{
    /// <summary>Never a negative zero, as with parameters.</summary>
    public double Initial { get; init; } = Initial + 0.0;

    /// <summary>The name of the state that counts the steps where equations read <c>StepNumber</c>. It is of no field: the base class has its value.</summary>
    public const string StepNumber = "StepNumber";

    /// <summary>Whether it is the count of steps.</summary>
    public bool CountsSteps { get; init; }

    public static StateDecl OfSteps { get; } = new(StepNumber, Shape.Scalar, 0) { CountsSteps = true };
}

/// <summary>A dimension that a module's constructor asks for, or one of a size fixed by [Size].</summary>
/// <param name="Name">Its name in the graph, unique in the module.</param>
/// <param name="TypeName">The fully qualified C# type.</param>
/// <param name="FixedSize">Size from [Size(n)], or null.</param>
internal sealed record DimDecl(string Name, string TypeName, int? FixedSize);

/// <summary>
/// One step of a cell. The graph's leaves are Input "x" and State nodes over examples (one step of each example; a scan lifts them to
/// sequences) and Parameter nodes; its results are "return" and, for each state, the state's name: the value after the step.
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
    /// <summary>Of a cell that is a type parameter of an abstract model its name. Nothing is known of it but input, output and memory; what a class gives in its place stands there then.</summary>
    public string? Parameter { get; init; }

    /// <summary>Of a cell that looks into a memory the shape of a step of it. The graph has it as Input "memory", a sequence, which stands as a whole beside the one step.</summary>
    public Shape? Memory { get; init; }

    public const string MemoryName = "memory";

    /// <summary>The states that are handed on: all but those that are sequences, which are of one memory alone.</summary>
    public IEnumerable<StateDecl> CarriedStates => States.Where(s => !s.Shape.IsSequence);

    /// <summary>The states that the class declares and hands on: all of those but the number of the step.</summary>
    public IEnumerable<StateDecl> DeclaredStates => CarriedStates.Where(s => !s.CountsSteps);
}

/// <summary>A field of a cell's or model's class that is itself a cell.</summary>
/// <param name="Field">The field's name.</param>
/// <param name="TypeName">Its fully qualified C# type, with type arguments.</param>
/// <param name="Cell">The cell, its dimensions already renamed to those of the module that owns the field.</param>
/// <param name="Arguments">The sizes that its constructor takes, in order, as dimensions of the owner.</param>
internal sealed record LayerDecl(string Field, string TypeName, CellModel Cell, EquatableArray<Dim> Arguments);

/// <summary>A field that the generated constructor sets: a cell or a model, or an array of them.</summary>
/// <param name="Field">The field's name.</param>
/// <param name="Count">How many elements the array has; null if the field is none.</param>
/// <param name="Sizes">What the layer's own constructor takes, in order, as dimensions of the owner.</param>
/// <param name="Extents">Of a cell its output, of a model its type arguments. Where the layer is run uncompiled, it is told of which parts they consist.</param>
/// <param name="IsModel">Whether it is a model.</param>
internal sealed record LayerField(string Field, int? Count, EquatableArray<Dim> Sizes, EquatableArray<Dim> Extents, bool IsModel)
{
    /// <summary>Of a field whose type is a cell parameter of the owner, that parameter.</summary>
    public string? Parameter { get; init; }

    /// <summary>The class of a layer that is an abstract model, in the half of its owner.</summary>
    public string ClassName => "LayerOf" + char.ToUpperInvariant(Field[0]) + Field.Substring(1);

    /// <summary>Of a field whose type is an abstract model, what its owner makes of it; else null.</summary>
    public AbstractLayer? Abstract { get; init; }
}

/// <summary>An abstract model as a layer: the owner's half has a class of its own for it.</summary>
/// <param name="TypeName">Its fully qualified C# type, with type arguments.</param>
/// <param name="Dims">Its dimensions.</param>
/// <param name="Cells">The cells that it is made over.</param>
internal sealed record AbstractLayer(string TypeName, EquatableArray<DimDecl> Dims, EquatableArray<MadeCell> Cells);

/// <summary>What the constructor of an abstract model is given for one of its cell parameters: a function that makes a cell.</summary>
/// <param name="TypeName">The fully qualified C# type of the cell, or the name of a type parameter.</param>
/// <param name="Sizes">What the cell's constructor takes, as dimensions of the class that gives it.</param>
/// <param name="IsParameter">Whether the cell is a type parameter of that class too, which has then been given such a function.</param>
internal sealed record MadeCell(string TypeName, EquatableArray<Dim> Sizes, bool IsParameter);

/// <summary>The abstract model that a model derives from.</summary>
/// <param name="Sizes">The sizes that its constructor takes, as dimensions of the class that derives from it.</param>
/// <param name="Cells">The cells that its constructor takes.</param>
/// <param name="Methods">Names of what is compiled of it.</param>
/// <param name="Parameters">Names of its parameters.</param>
internal sealed record BaseClass(EquatableArray<Dim> Sizes, EquatableArray<MadeCell> Cells, EquatableArray<string> Methods, EquatableArray<string> Parameters);

/// <summary>An input or the result of a method; for an input that is a loss's target, what that loss asks of it.</summary>
/// <param name="Domain">Over examples, or over the steps of an axis: sequences of one axis have one length.</param>
/// <param name="Units">Of a one-hot input the dimension of its vectors; its shape is then a scalar, the number of the unit that is 1.</param>
internal sealed record ValueDecl(string Name, Shape Shape, Domain Domain, string? Target = null, Dim? Units = null)
{
    public int Axis => Domain.Axis;

    /// <summary>The shape that the user wrote.</summary>
    public Shape Written => Units is null ? Shape : Shape.Vector(Units);
}

/// <summary>A method to compile, or of one that returns a tuple an element. Its graph's result is "return".</summary>
/// <param name="Name">"Predict", of an element "Predict.Tags".</param>
/// <param name="IsLoss">The gradient is wanted (a model's method that returns a scalar).</param>
internal sealed record MethodModel(string Name, EquatableArray<ValueDecl> Inputs, ValueDecl Result, bool IsLoss, Graph Graph)
{
    /// <summary>The name of the C# method, and behind it what takes the element.</summary>
    public (string Method, string Element) Call => Name.IndexOf('.') is >= 0 and var dot ? (Name.Substring(0, dot), Name.Substring(dot)) : (Name, "");

    /// <summary>What the names of its programs begin with.</summary>
    public string ProgramName => ProgramNameOf(Name);

    public static string ProgramNameOf(string name) => name.Replace(".", "");

    /// <summary>Of a result that is no loss, which reads several lengths: the axes that a stream might go along while all other inputs are there before.</summary>
    public IEnumerable<int> StreamedAxes => IsLoss || Inputs.All(i => i.Axis == 0) ? []
        : Inputs.Where(i => i.Domain is { IsSteps: true, IsNested: false }).Select(i => i.Axis).Distinct().OrderBy(a => a);

    /// <summary>The name of the call that makes streams of it.</summary>
    public string StreamsName => ProgramName + "Streams";

    /// <summary>The names of the two programs for streams of a program's method along one axis.</summary>
    public static (string Condition, string Step) ConditionalNamesOf(string program, int axis) => (FormattableString.Invariant($"{program}Condition{axis}"), FormattableString.Invariant($"{program}Step{axis}"));

    /// <summary>Of a loss: which steps count in a mean over all steps of a batch. Null where no loss function is called, so that nothing says so.</summary>
    public StepCount? Counts { get; init; }
}

/// <summary>Which steps of an example count in a loss.</summary>
/// <param name="Input">The input that has them; null if no target is a sequence: then the example counts once.</param>
/// <param name="Labels">Only steps with a label count, else all.</param>
/// <param name="First">Of steps with a label, so many at the beginning are no target, since the sequence is shifted.</param>
/// <param name="Last">As many at the end.</param>
internal sealed record StepCount(string? Input, bool Labels = false, int First = 0, int Last = 0);

/// <summary>A C# type declaration as the generated half has to repeat it.</summary>
/// <param name="Namespace">Empty for the global namespace.</param>
/// <param name="Containing">Declarations of the types around it, outermost first: "partial class Outer&lt;T&gt;".</param>
/// <param name="Declaration">"partial class PeepholeLstm&lt;Input, Hidden&gt;".</param>
/// <param name="Name">"PeepholeLstm".</param>
/// <param name="Accessibility">Of the constructor: "public" or "internal".</param>
/// <param name="HintName">Unique in the compilation; with namespace and containing types.</param>
/// <param name="Hides">Names of runtime types that mean something else inside the class.</param>
internal sealed record TypeDecl(
    string Namespace, EquatableArray<string> Containing, string Declaration, string Name, string Accessibility, string HintName,
    EquatableArray<string> Hides);

/// <summary>
/// Everything that the passes and the printer need to know of one class; holds no symbol and no syntax. Equal models give equal code.
/// </summary>
/// <param name="Cell">The cell itself, if the class is one; Methods is then empty.</param>
/// <param name="Dims">All dimensions of the module, in the order in which the constructor takes them.</param>
/// <param name="Parameters">Parameters declared by the class itself and by models that are its layers, under their paths (cells hold their own).</param>
/// <param name="Layers">All cells, those of models that are layers under their paths.</param>
/// <param name="IsValid">False if an error was reported: then only a constructor and the bindings are generated.</param>
internal sealed record ModuleModel(
    TypeDecl Type,
    CellModel? Cell,
    EquatableArray<DimDecl> Dims,
    EquatableArray<ParameterDecl> Parameters,
    EquatableArray<LayerDecl> Layers,
    EquatableArray<MethodModel> Methods,
    bool IsValid)
{
    /// <summary>Of an abstract model its type parameters that are cells; else null. Nothing is compiled of it by itself.</summary>
    public EquatableArray<string>? CellParameters { get; init; }

    public bool IsAbstract => CellParameters is not null;

    /// <summary>The abstract model that it derives from, or null. Parameters, layers and methods are also those of this.</summary>
    public BaseClass? Base { get; init; }

    /// <summary>Whether a parameter is one of the abstract model.</summary>
    public bool IsInherited(string parameter) => Base is { } above && above.Parameters.Contains(parameter);

    /// <summary>The fields that hold layers.</summary>
    public EquatableArray<LayerField> Fields { get; init; }

    /// <summary>Names that calls with arrays would have, where the class has members of its own of that name: it goes without these calls.</summary>
    public EquatableArray<string> WithoutCalls { get; init; }

    /// <summary>The fields that are arrays of parameters or states.</summary>
    public EquatableArray<ArrayField> Arrays { get; init; }
}

/// <summary>A field that is an array of parameters or states: its elements are "R.0", "R.1" and so on.</summary>
internal sealed record ArrayField(string Field, int Count);
