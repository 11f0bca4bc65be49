using System.Diagnostics;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace RnnDsl.Generators.Diagnostics;

/// <summary>Every diagnostic of the language. Each has a page in <c>docs/diagnostics</c>, which is part of the package. There is no help link, because the pages have no known address.</summary>
internal static class Descriptors
{
    // 1xxx: shapes. The last argument of a message is a hint that begins with a full stop, or empty text.
    public static readonly DiagnosticDescriptor Product = Error("RNN1001", "A matrix does not fit what it multiplies",
        "{0} is {1} and multiplies {2}; {3} is {4}{5}");

    public static readonly DiagnosticDescriptor Elementwise = Error("RNN1002", "Operands of different dimensions",
        "{0} is {1}, but {2} is {3}: '{4}' works unit by unit and needs one dimension{5}");

    public static readonly DiagnosticDescriptor Return = Error("RNN1003", "A result of the wrong shape",
        "{0} returns {1}, but {2} is {3}{4}");

    public static readonly DiagnosticDescriptor Assignment = Error("RNN1004", "An assignment of the wrong shape",
        "{0} is {1} and cannot hold {2}, which is {3}{4}");

    public static readonly DiagnosticDescriptor HelperArgument = Error("RNN1005", "An argument of the wrong shape",
        "{0} takes {1} as '{2}', but {3} is {4}{5}");

    public static readonly DiagnosticDescriptor LayerInput = Error("RNN1006", "A layer does not fit its input",
        "{0} takes {1}, but {2} is {3}{4}");

    public static readonly DiagnosticDescriptor OperationArgument = Error("RNN1007", "An operation does not fit its argument",
        "{0} takes {1}, but {2} is {3}{4}");

    // 2xxx: declarations.
    public static readonly DiagnosticDescriptor NotPartial = Error("RNN2001", "A cell or model must be partial",
        "{0} must be {1}: the compiled part of {2} is generated into it");

    public static readonly DiagnosticDescriptor WrongBase = Error("RNN2002", "Wrong base class",
        "{0} is marked [{1}] and must derive directly from {2}");

    public static readonly DiagnosticDescriptor NoEquations = Error("RNN2003", "No equations",
        "{0} has no equations: {1}");

    public static readonly DiagnosticDescriptor SeveralSteps = Error("RNN2004", "Several Step methods",
        "{0} has several methods Step: a cell has one, which overrides that of its base; give helpers another name");

    public static readonly DiagnosticDescriptor StateNeverAssigned = Error("RNN2005", "A state is never assigned",
        "State {0} is never assigned, so it would stay at its initial value: assign it in Step, or drop [State] to make it a parameter");

    public static readonly DiagnosticDescriptor StateNeverRead = Warning("RNN2006", "A state is never read",
        "State {0} is assigned, but its value of the previous step is never read: make it a local");

    public static readonly DiagnosticDescriptor UnusedMember = Warning("RNN2007", "A parameter or layer is never used",
        "{0} {1} is used in no equation, so it would never be trained");

    public static readonly DiagnosticDescriptor UnusedLocal = Warning("RNN2008", "A value is never used",
        "{0} is computed but never used");

    public static readonly DiagnosticDescriptor Captured = Error("RNN2009", "Neither parameter nor state",
        "{0} cannot stand in an equation: {1}");

    public static readonly DiagnosticDescriptor UnknownDimension = Error("RNN2010", "A dimension whose size cannot be known",
        "The size of {0} cannot be known here: {1}");

    public static readonly DiagnosticDescriptor NameCollision = Error("RNN2011", "Names collide in the generated part",
        "{0} and {1} would both be called '{2}' in the generated part of {3}: rename one");

    public static readonly DiagnosticDescriptor StatefulLayer = Error("RNN2012", "A layer with states needs a sequence",
        "{0} is {1}, which carries states from step to step ({2}): {3}");

    public static readonly DiagnosticDescriptor NotACompiledCell = Error("RNN2013", "A layer that is not compiled",
        "{0} is {1}, which is not a compiled {2}: {3}");

    public static readonly DiagnosticDescriptor FirstValue = Error("RNN2014", "An impossible first value",
        "{0} cannot start from {1}: {2}");

    public static readonly DiagnosticDescriptor Computed = Error("RNN2015", "A parameter that cannot be fixed or computed",
        "{0} cannot be {1}: {2}");

    public static readonly DiagnosticDescriptor ArrayCount = Error("RNN2016", "An array whose size cannot be known",
        "{0} cannot be an array of the equations: {1}");

    public static readonly DiagnosticDescriptor UnusedDimension = Warning("RNN2017", "A dimension is never used",
        "No field, input or value is of dimension {0}{1}");

    public static readonly DiagnosticDescriptor AbstractModel = Error("RNN2018", "An abstract model that cannot be used this way",
        "{0} cannot be {1}: {2}");

    public static readonly DiagnosticDescriptor Overridden = Error("RNN2019", "Compiled equations are overridden",
        "{0} overrides {1}, but what is compiled are the equations of {2} as they stand there: write {0} as a cell or model of its own, or give {2} a layer or a parameter by which they differ");

    public static readonly DiagnosticDescriptor UnknownVersion = Error("RNN2020", "A cell of a later version",
        "{0} is {1} of {2}, which a later version of RnnDsl compiled; {3}");

    // 3xxx: what equations may contain.
    public static readonly DiagnosticDescriptor UnsupportedStatement = Error("RNN3001", "A statement that is not an equation",
        "{0} cannot be compiled: equations are declarations, assignments and one return at the end");

    public static readonly DiagnosticDescriptor UnsupportedExpression = Error("RNN3002", "An expression that cannot be compiled",
        "{0} cannot be compiled: {1}");

    public static readonly DiagnosticDescriptor ControlFlow = Error("RNN3003", "A loop or condition that is not known when it is compiled",
        "{0} cannot be compiled: {1}.");

    public static readonly DiagnosticDescriptor Recursion = Error("RNN3004", "A definition that needs itself",
        "{0} needs itself: {1}");

    public static readonly DiagnosticDescriptor ReadOnlyTarget = Error("RNN3005", "An assignment to a parameter or layer",
        "{0} is {1} and cannot be assigned in an equation: use a state or a local");

    public static readonly DiagnosticDescriptor ConstantOutOfRange = Error("RNN3006", "A constant that an operation cannot take",
        "{0} cannot be computed: {1}");

    public static readonly DiagnosticDescriptor TooLarge = Error("RNN3007", "Too many equations",
        "{0} cannot be inlined here: {1}; write what is repeated as a cell, and its repetition as steps of a sequence");

    public static readonly DiagnosticDescriptor OneHotWrittenOut = Info("RNN3008", "A one-hot vector is written out",
        "{0} needs the one-hot vector of {1} written out, one number for each unit{2}; a matrix or table that multiplies it would read one column or row instead{3}");

    public static readonly DiagnosticDescriptor Internal = Error("RNN9999", "The compiler failed",
        "Compiling {0} failed through a fault of the compiler, not of the equations: {1}");

    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        Product, Elementwise, Return, Assignment, HelperArgument, LayerInput, OperationArgument,
        NotPartial, WrongBase, NoEquations, SeveralSteps, StateNeverAssigned, StateNeverRead, UnusedMember, UnusedLocal, Captured,
        UnknownDimension, NameCollision, StatefulLayer, NotACompiledCell, FirstValue, Computed, ArrayCount, UnusedDimension, AbstractModel, Overridden, UnknownVersion,
        UnsupportedStatement, UnsupportedExpression, ControlFlow, Recursion, ReadOnlyTarget, ConstantOutOfRange, TooLarge, OneHotWrittenOut, Internal,
    ];

    /// <summary>The description of an exception for <see cref="Internal"/>. It names the method of the compiler in which the exception occurred.</summary>
    public static string Describe(Exception fault)
    {
        MethodBase? method = new StackTrace(fault).GetFrames()?.Select(f => f.GetMethod()).FirstOrDefault(m => m?.DeclaringType?.Assembly == typeof(Descriptors).Assembly) ?? fault.TargetSite;
        return $"{fault.GetType().Name} in {method?.DeclaringType?.Name}.{method?.Name}: {fault.Message}";
    }

    static DiagnosticDescriptor Error(string id, string title, string message) => Make(id, title, message, DiagnosticSeverity.Error);

    static DiagnosticDescriptor Warning(string id, string title, string message) => Make(id, title, message, DiagnosticSeverity.Warning);

    static DiagnosticDescriptor Info(string id, string title, string message) => Make(id, title, message, DiagnosticSeverity.Info);

    static DiagnosticDescriptor Make(string id, string title, string message, DiagnosticSeverity severity) =>
        new(id, title, message, "RnnDsl", severity, isEnabledByDefault: true, description: $"{title}. The page docs/diagnostics/{id}.md in the package says more.");
}
