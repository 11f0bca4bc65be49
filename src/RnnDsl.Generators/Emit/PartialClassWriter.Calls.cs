using RnnDsl.Generators.Ir;
using RnnDsl.Generators.Parsing;

namespace RnnDsl.Generators.Emit;

/// <summary>
/// Compiled methods as calls with arrays: for one example, for several, with class names, and as streams. They are overloads of the user's methods: <c>model.Predict(rows)</c>
/// computes what the equations <c>Predict(x)</c> say.
/// </summary>
internal sealed partial class PartialClassWriter
{
    const string Calls = "global::RnnDsl.CompilerServices.Calls", Scaler = "global::RnnDsl.Sequences.Scaler?", Answer = "global::RnnDsl.Prediction.ClassAnswer",
        Names = "global::System.Collections.Generic.IReadOnlyList<string>", Weights = "global::RnnDsl.Prediction.WeightFormat";

    void TypedCalls()
    {
        foreach (IGrouping<string, (MethodModel Method, CompiledMethodText Compiled)> elements in methods.GroupBy(m => m.Method.Call.Method))
        {
            if (elements.First().Method.Inputs.Count == 0)
                continue;
            if (!module.WithoutCalls.Contains(elements.Key))
                Overloads(elements.Key, [.. elements.Select(e => e.Method)]);
            foreach ((MethodModel method, CompiledMethodText compiled) in elements)
                if (!method.IsLoss && !module.WithoutCalls.Contains(method.StreamsName) && Streamed(method, compiled) is { Length: > 0 } streamed)
                    Streams(method, streamed);
        }
    }

    /// <param name="name">The user's method.</param>
    /// <param name="elements">The compiled results: the method itself, or each element of its tuple.</param>
    void Overloads(string name, MethodModel[] elements)
    {
        MethodModel method = elements[0];
        bool isTuple = method.Call.Element.Length > 0, isScaled = !isTuple && !method.IsLoss;
        string inputs = Free(method, "inputScaler"), outputs = Free(method, "outputScaler");
        string scaled = $"{Scaler} {inputs} = null" + (isScaled ? $", {Scaler} {outputs} = null" : ""), scalers = inputs + (isScaled ? ", " + outputs : "");
        string[] results = [.. elements.Select(e => ArrayType(e.Result))];
        string answer = isTuple ? $"({string.Join(", ", elements.Zip(results, (e, r) => $"{r} {TypeDecls.Identifier(e.Call.Element.Substring(1))}"))})" : results[0];
        Describe(method, many: false, isScaled ? outputs : null);
        Header(answer, method, many: false, scaled);
        code.Indented($"{TypeDecls.Identifier(name)}({Single(method)}, {scalers})[0];");
        Describe(method, many: true, isScaled ? outputs : null);
        if (isTuple)
            OfTuple(answer, elements, scaled, inputs);
        else
        {
            Header(answer + "[]", method, many: true, scaled);
            code.Indented($"{Calls}.{Reader(method.Result)}(this, {Literal(method.Name)}, {inputs}, {(isScaled ? outputs : "null")}, {Given(method)});");
        }
        if (isScaled && !method.Result.Shape.IsScalar)
            OfClasses(method, inputs);
    }

    void OfTuple(string answer, MethodModel[] elements, string scaled, string inputs)
    {
        MethodModel method = elements[0];
        string[] parts = [.. elements.Select(e => Free(method, "of" + e.Call.Element.Substring(1)))];
        string example = Free(method, "example");
        code.Open($"public {answer}[] {TypeDecls.Identifier(method.Call.Method)}({Declared(method, many: true)}, {scaled})");
        for (int i = 0; i < parts.Length; i++)
            code.Line($"var {parts[i]} = {Calls}.{Reader(elements[i].Result)}(this, {Literal(elements[i].Name)}, {inputs}, null, {Given(method)});");
        code.Line($"return global::System.Linq.Enumerable.ToArray(global::System.Linq.Enumerable.Select({parts[0]}, (_, {example}) => ({string.Join(", ", parts.Select(p => $"{p}[{example}]"))})));");
        code.Close();
    }

    void OfClasses(MethodModel method, string inputs)
    {
        bool eachStep = method.Result.Domain.IsSteps;
        string classes = Free(method, "classes"), answer = Answer + (eachStep ? "[]" : ""), others = $"{Names} {classes}, {Scaler} {inputs} = null";
        Describe(method, many: false, null, classes);
        Header(answer, method, many: false, others);
        code.Indented($"{TypeDecls.Identifier(method.Name)}({Single(method)}, {classes}, {inputs})[0];");
        Describe(method, many: true, null, classes);
        Header(answer + "[]", method, many: true, others);
        code.Indented($"{Calls}.{(eachStep ? "ClassSequences" : "Classes")}(this, {Literal(method.Name)}, {inputs}, {classes}, {Given(method)});");
    }

    void Header(string type, MethodModel method, bool many, string others)
    {
        // A number in the user's equations means a Scalar. Without this, it would choose the call with floats.
        if (!many && method.Inputs.All(i => ArrayType(i) is "float" or "int"))
            code.Line("[global::System.Runtime.CompilerServices.OverloadResolutionPriority(-1)]");
        code.Line($"public {type} {TypeDecls.Identifier(method.Call.Method)}({Declared(method, many)}, {others}) =>");
    }

    /// <summary>The inputs that come step by step in the streams of a method; none if it has no streams, or if several choices are possible.</summary>
    static ValueDecl[] Streamed(MethodModel method, CompiledMethodText compiled)
    {
        int? axis = compiled.Step is not null ? 0 : method.Result.Domain.IsSteps
            ? compiled.Conditional.Any(c => c.Step is not null && c.Axis == method.Result.Axis) ? method.Result.Axis : null
            : compiled.Conditional.Where(c => c.Step is not null).ToList() is [var only] ? only.Axis : null;
        return [.. method.Inputs.Where(i => i.Domain is { IsSteps: true, IsNested: false } && i.Axis == axis)];
    }

    void Streams(MethodModel method, ValueDecl[] streamed)
    {
        ValueDecl[] condition = [.. method.Inputs.Except(streamed)];
        string step = Together(streamed, ofStep: true), answer = ArrayType(method.Result, ofStep: true), read = $"{Calls}.{(answer == "float" ? "Scalar" : "Vector")}";
        string under = condition.Length == 0 ? "" : Together(condition, ofStep: false) + ", ", type = $"global::RnnDsl.Prediction.Streams<{under}{step}, {answer}>";
        code.Line();
        code.Line($"/// <summary>Streams of <c>{method.Name}</c>, which take {Named(streamed)} step by step{(condition.Length == 0 ? "" : $", and {Named(condition)} at the start")}. They share a copy of the parameters as they are now.</summary>");
        code.Line("/// <param name=\"inputScaler\">How raw values of the inputs are scaled: a column for each value, or one for all; null: they come scaled.</param>");
        code.Line("/// <param name=\"outputScaler\">Undone on each answer; null: it is as the model gives it.</param>");
        code.Line("/// <param name=\"weights\">How the matrices of a step are stored.</param>");
        code.Line($"public {type} {method.StreamsName}({Scaler} inputScaler = null, {Scaler} outputScaler = null, {Weights} weights = {Weights}.Float32) =>");
        string names = condition.Length == 0 ? "" : $", static given => {ArrayOf("given", condition)}, {string.Join(", ", streamed.Select(s => Literal(s.Name)))}";
        code.Indented($"{Calls}.Streams<{under}{step}, {answer}>(this, {Literal(method.Name)}, inputScaler, outputScaler, weights, static step => {ArrayOf("step", streamed)}, {read}{names});");
    }

    static string Named(ValueDecl[] values) => string.Join(" and ", values.Select(v => $"<c>{v.Name}</c>"));

    /// <summary>Several values as one: a single value as it is, or a tuple.</summary>
    static string Together(ValueDecl[] values, bool ofStep) =>
        values is [var one] ? ArrayType(one, ofStep) : $"({string.Join(", ", values.Select(v => $"{ArrayType(v, ofStep)} {TypeDecls.Identifier(v.Name)}"))})";

    static string ArrayOf(string value, ValueDecl[] values) => values.Length == 1 ? $"[{value}]" : $"[{string.Join(", ", values.Select(v => $"{value}.{TypeDecls.Identifier(v.Name)}"))}]";

    static string Declared(MethodModel method, bool many) => string.Join(", ", method.Inputs.Select(i =>
        $"{(many ? $"global::System.Collections.Generic.IReadOnlyList<{ArrayType(i)}>" : ArrayType(i))} {TypeDecls.Identifier(i.Name)}"));

    static string Given(MethodModel method) => string.Join(", ", method.Inputs.Select(i => TypeDecls.Identifier(i.Name)));

    /// <summary>Wraps one example as a list of examples.</summary>
    static string Single(MethodModel method) => string.Join(", ", method.Inputs.Select(i => $"new[] {{ {TypeDecls.Identifier(i.Name)} }}"));

    /// <summary>The array type of a value: over steps, and within a step over units. A one-hot vector is the number of its unit.</summary>
    static string ArrayType(ValueDecl value, bool ofStep = false)
    {
        int depth = (value.Domain.IsSteps && !ofStep ? 1 : 0) + (value.Domain.IsNested ? 1 : 0) + (value.Units is null && !value.Shape.IsScalar ? 1 : 0);
        return (value.Units is null ? "float" : "int") + string.Concat(Enumerable.Repeat("[]", depth));
    }

    static string Reader(ValueDecl result) => (result.Domain.IsSteps, result.Shape.IsScalar) switch
    {
        (false, true) => "Scalars", (false, false) => "Vectors", (true, true) => "ScalarSequences", _ => "Sequences",
    };

    /// <summary>A name that no input has.</summary>
    static string Free(MethodModel method, string name)
    {
        while (method.Inputs.Any(i => i.Name == name))
            name += "_";
        return name;
    }

    void Describe(MethodModel method, bool many, string? outputs, string? classes = null)
    {
        code.Line();
        code.Line($"/// <summary><c>{method.Call.Method}</c>{(many ? " of many examples" : "")}{(classes is null ? "" : " as classes with their probabilities")}, by the compiled program with the parameters as they are now. Any thread may call; callers take turns.</summary>");
        foreach (ValueDecl input in method.Inputs)
            code.Line($"/// <param name=\"{input.Name}\">{InWords(input, many)}</param>");
        if (classes is not null)
            code.Line($"/// <param name=\"{classes}\">Names of the classes, in the order of {method.Result.Shape.Rows}.</param>");
        code.Line($"/// <param name=\"{Free(method, "inputScaler")}\">How raw values of the inputs are scaled: a column for each value, or one for all; null: they come scaled.</param>");
        if (outputs is not null)
            code.Line($"/// <param name=\"{outputs}\">Undone on the result: a column for each value, or fewer that repeat; null: it is as the model gives it.</param>");
        code.Line("/// <exception cref=\"global::System.ArgumentException\">The values do not fit, or are not finite; the message says where.</exception>");
    }

    static string InWords(ValueDecl input, bool many)
    {
        string of = input.Units is not null ? $"the number of a unit of {input.Units}, or -1 for none" : input.Shape.IsScalar ? "a value" : $"the values of {input.Shape.Rows}";
        string text = input.Domain.IsNested ? $"for each step and each step there {of}" : input.Domain.IsSteps ? $"for each step {of}" : of;
        return many ? $"For each example {text}." : $"{char.ToUpperInvariant(text[0])}{text.Substring(1)}.";
    }
}
