using System.Numerics;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RnnDsl.Generators.Parsing;

/// <summary>
/// C#'s own arithmetic, on boxed values of C#'s own types. It throws what C# would throw. It returns null for results that C# leaves unspecified, and for unknown operators.
/// </summary>
internal static class Arithmetic
{
    /// <summary>True for the types whose values the compiler computes: numbers, characters, booleans and enums.</summary>
    public static bool IsKnown(ITypeSymbol? type) => SpecialOf(type) is { } special && (special == SpecialType.System_Boolean || Reflected(special) is not null);

    /// <summary>The value as a double, as C# converts it implicitly to a scalar.</summary>
    public static double ToDouble(object value) => value is bool known ? known ? 1 : 0 : (double)Convert(value, SpecialType.System_Double, isChecked: false)!;

    public static object? Convert(object value, ITypeSymbol? type, bool isChecked) =>
        SpecialOf(type) is { } special ? Convert(value, special, isChecked) : null;

    static object? Convert(object value, SpecialType type, bool isChecked)
    {
        if (type == SpecialType.System_Boolean || value is bool)
            return type == SpecialType.System_Boolean && value is bool ? value : null;
        switch (type)
        {
            case SpecialType.System_Double:
                return value is char letter ? (double)letter : System.Convert.ToDouble(value, Invariant);
            case SpecialType.System_Single:
                return value is char sign ? (float)sign : System.Convert.ToSingle(value, Invariant);
            case SpecialType.System_Decimal:
                return value is float or double or decimal ? System.Convert.ToDecimal(value, Invariant) : (decimal)Whole(value);
        }
        if (value is float or double && !(Math.Abs(System.Convert.ToDouble(value, Invariant)) < 1e20))
            return isChecked ? throw new OverflowException() : null;
        BigInteger whole = value is float or double ? new BigInteger(Math.Truncate(System.Convert.ToDouble(value, Invariant)))
            : value is decimal money ? new BigInteger(decimal.Truncate(money)) : Whole(value);
        object? wrapped = Wrap(whole, type);
        if (wrapped is null || Whole(wrapped) == whole)
            return wrapped;
        // Beyond the range of the type, C# wraps integers around and leaves the results of other types unspecified.
        return isChecked || value is decimal ? throw new OverflowException() : value is float or double ? null : wrapped;
    }

    public static object? Unary(UnaryOperatorKind kind, object x, bool isChecked) => (kind, x) switch
    {
        (UnaryOperatorKind.Plus, not bool) => x,
        (UnaryOperatorKind.Not, bool known) => !known,
        (UnaryOperatorKind.Minus, double number) => -number,
        (UnaryOperatorKind.Minus, float number) => -number,
        (UnaryOperatorKind.Minus, decimal number) => -number,
        (UnaryOperatorKind.Minus, int or long) => Fitted(-Whole(x), x, isChecked),
        (UnaryOperatorKind.BitwiseNegation, int or uint or long or ulong) => Fitted(-Whole(x) - 1, x, isChecked: false),
        _ => null,
    };

    /// <param name="kind">The operator.</param>
    /// <param name="x">The left operand, already converted to the operator's type as C# does.</param>
    /// <param name="y">The right operand, likewise.</param>
    /// <param name="isChecked">Whether integer overflow throws.</param>
    public static object? Binary(BinaryOperatorKind kind, object x, object y, bool isChecked) => (x, y) switch
    {
        (double a, double b) => Real(kind, a, b),
        // With double operands and one rounding to float, these operators give the same results as in float.
        (float a, float b) => Real(kind, a, b) is var result && result is double wide ? (float)wide : result,
        (decimal a, decimal b) => Decimals(kind, a, b),
        (bool a, bool b) => Truth(kind, a, b),
        (not (double or float or decimal or bool), not (double or float or decimal or bool)) => Integers(kind, Whole(x), Whole(y), x, isChecked),
        _ => null,
    };

    /// <summary>True if the quotient of two integers is not an integer.</summary>
    public static bool IsRounded(object x, object y) => x is not (double or float or decimal or bool) && y is not (double or float or decimal or bool)
        && !Whole(y).IsZero && !BigInteger.Remainder(Whole(x), Whole(y)).IsZero;

    /// <summary>The type in which C# computes with numbers of two given types.</summary>
    public static SpecialType Promoted(object x, object y)
    {
        bool Either(SpecialType type) => Kind(x) == type || Kind(y) == type;
        foreach (SpecialType type in new[] { SpecialType.System_Decimal, SpecialType.System_Double, SpecialType.System_Single, SpecialType.System_UInt64, SpecialType.System_Int64 })
            if (Either(type))
                return type;
        return !Either(SpecialType.System_UInt32) ? SpecialType.System_Int32
            : x is sbyte or short or int || y is sbyte or short or int ? SpecialType.System_Int64 : SpecialType.System_UInt32;
    }

    public static object? Promote(object value, SpecialType type) => Convert(value, type, isChecked: false);

    /// <summary>The result of a function of Math or MathF, if the compiler's own runtime has the function.</summary>
    public static object? Function(IMethodSymbol method, object?[] arguments)
    {
        Type? host = method.ContainingType.Name == "Math" ? typeof(Math) : Type.GetType("System.MathF");
        MethodInfo? function = host?.GetMethods(BindingFlags.Public | BindingFlags.Static).FirstOrDefault(m => m.Name == method.Name
            && m.GetParameters() is var parameters && parameters.Length == arguments.Length
            && parameters.Select((p, i) => p.ParameterType.IsEnum ? p.ParameterType.Name == method.Parameters[i].Type.Name
                : p.ParameterType == Reflected(method.Parameters[i].Type.SpecialType)).All(same => same));
        if (function is null)
            return null;
        object?[] given = function.GetParameters().Select((p, i) => p.ParameterType.IsEnum ? Enum.ToObject(p.ParameterType, arguments[i]) : arguments[i]).ToArray();
        try
        {
            return function.Invoke(null, given);
        }
        catch (TargetInvocationException thrown)
        {
            throw new ArithmeticException(thrown.InnerException!.Message);
        }
    }

    public static bool IsFunction(IMethodSymbol method) =>
        method is { IsStatic: true, ContainingType: { Name: "Math" or "MathF", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } }
        && method.Parameters.All(p => p.RefKind == RefKind.None);

    static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;

    static SpecialType? SpecialOf(ITypeSymbol? type) => type is INamedTypeSymbol { EnumUnderlyingType: { } underlying } ? underlying.SpecialType : type?.SpecialType;

    static Type? Reflected(SpecialType type) => type switch
    {
        SpecialType.System_Double => typeof(double),
        SpecialType.System_Single => typeof(float),
        SpecialType.System_Decimal => typeof(decimal),
        SpecialType.System_Int32 => typeof(int),
        SpecialType.System_UInt32 => typeof(uint),
        SpecialType.System_Int64 => typeof(long),
        SpecialType.System_UInt64 => typeof(ulong),
        SpecialType.System_Int16 => typeof(short),
        SpecialType.System_UInt16 => typeof(ushort),
        SpecialType.System_SByte => typeof(sbyte),
        SpecialType.System_Byte => typeof(byte),
        SpecialType.System_Char => typeof(char),
        _ => null,
    };

    static SpecialType Kind(object value) => value switch
    {
        double => SpecialType.System_Double,
        float => SpecialType.System_Single,
        decimal => SpecialType.System_Decimal,
        long => SpecialType.System_Int64,
        ulong => SpecialType.System_UInt64,
        uint => SpecialType.System_UInt32,
        _ => SpecialType.System_Int32,
    };

    static BigInteger Whole(object value) => value switch
    {
        char letter => letter,
        ulong large => large,
        _ => System.Convert.ToInt64(value, Invariant),
    };

    static object? Wrap(BigInteger value, SpecialType type) => type switch
    {
        SpecialType.System_Int32 => unchecked((int)Low(value)),
        SpecialType.System_UInt32 => unchecked((uint)Low(value)),
        SpecialType.System_Int64 => unchecked((long)Low(value)),
        SpecialType.System_UInt64 => Low(value),
        SpecialType.System_Int16 => unchecked((short)Low(value)),
        SpecialType.System_UInt16 => unchecked((ushort)Low(value)),
        SpecialType.System_SByte => unchecked((sbyte)Low(value)),
        SpecialType.System_Byte => unchecked((byte)Low(value)),
        SpecialType.System_Char => unchecked((char)Low(value)),
        _ => null,
    };

    static ulong Low(BigInteger value) => (ulong)(value & ulong.MaxValue);

    /// <summary>The number, converted to the type of another.</summary>
    static object Fitted(BigInteger value, object like, bool isChecked)
    {
        object wrapped = Wrap(value, Kind(like))!;
        return isChecked && Whole(wrapped) != value ? throw new OverflowException() : wrapped;
    }

    static object? Integers(BinaryOperatorKind kind, BigInteger a, BigInteger b, object like, bool isChecked)
    {
        int bits = like is long or ulong ? 63 : 31;
        return kind switch
        {
            BinaryOperatorKind.Add => Fitted(a + b, like, isChecked),
            BinaryOperatorKind.Subtract => Fitted(a - b, like, isChecked),
            BinaryOperatorKind.Multiply => Fitted(a * b, like, isChecked),
            BinaryOperatorKind.Divide => Fitted(BigInteger.Divide(a, b), like, isChecked: true),
            BinaryOperatorKind.Remainder => Fitted(BigInteger.Remainder(a, b), like, isChecked: true),
            BinaryOperatorKind.And => Fitted(a & b, like, isChecked: false),
            BinaryOperatorKind.Or => Fitted(a | b, like, isChecked: false),
            BinaryOperatorKind.ExclusiveOr => Fitted(a ^ b, like, isChecked: false),
            BinaryOperatorKind.LeftShift => Fitted(a << ((int)b & bits), like, isChecked: false),
            BinaryOperatorKind.RightShift => Fitted(a >> ((int)b & bits), like, isChecked: false),
            BinaryOperatorKind.UnsignedRightShift => Fitted((a & (bits == 63 ? ulong.MaxValue : uint.MaxValue)) >> ((int)b & bits), like, isChecked: false),
            _ => Compared(kind, a.CompareTo(b)),
        };
    }

    static object? Compared(BinaryOperatorKind kind, int order) => kind switch
    {
        BinaryOperatorKind.Equals => order == 0,
        BinaryOperatorKind.NotEquals => order != 0,
        BinaryOperatorKind.LessThan => order < 0,
        BinaryOperatorKind.LessThanOrEqual => order <= 0,
        BinaryOperatorKind.GreaterThan => order > 0,
        BinaryOperatorKind.GreaterThanOrEqual => order >= 0,
        _ => null,
    };

    static object? Real(BinaryOperatorKind kind, double a, double b) => kind switch
    {
        BinaryOperatorKind.Add => a + b,
        BinaryOperatorKind.Subtract => a - b,
        BinaryOperatorKind.Multiply => a * b,
        BinaryOperatorKind.Divide => a / b,
        BinaryOperatorKind.Remainder => a % b,
        // NaN is neither less nor greater than any number.
        BinaryOperatorKind.NotEquals => a != b,
        _ => double.IsNaN(a) || double.IsNaN(b) ? Compared(kind, 0) is null ? null : false : Compared(kind, a.CompareTo(b)),
    };

    static object? Decimals(BinaryOperatorKind kind, decimal a, decimal b) => kind switch
    {
        BinaryOperatorKind.Add => a + b,
        BinaryOperatorKind.Subtract => a - b,
        BinaryOperatorKind.Multiply => a * b,
        BinaryOperatorKind.Divide => a / b,
        BinaryOperatorKind.Remainder => a % b,
        _ => Compared(kind, a.CompareTo(b)),
    };

    static object? Truth(BinaryOperatorKind kind, bool a, bool b) => kind switch
    {
        BinaryOperatorKind.And or BinaryOperatorKind.ConditionalAnd => a && b,
        BinaryOperatorKind.Or or BinaryOperatorKind.ConditionalOr => a || b,
        BinaryOperatorKind.ExclusiveOr or BinaryOperatorKind.NotEquals => a != b,
        BinaryOperatorKind.Equals => a == b,
        _ => null,
    };
}
