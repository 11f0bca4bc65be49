using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using RnnDsl.Generators.Diagnostics;

namespace RnnDsl.Generators.Parsing;

/// <summary>Switches over numbers, which are decided when the equations are compiled, and the patterns of their cases.</summary>
internal sealed partial class EquationParser
{
    /// <summary>The item of the arm that a switch expression chooses.</summary>
    Item? Chosen(SwitchExpressionSyntax choice)
    {
        bindings.Read(choice);
        if (bindings.Operation(choice) is not ISwitchExpressionOperation { Type: { } type } operation)
        {
            reporter.Invalidate(choice.GetLocation());
            return null;
        }
        ExpressionSyntax? chosen = Arm(operation, choice) is { } arm ? choice.Arms.First(a => a == arm.Syntax).Expression : null;
        return chosen is null ? null : Converted(Read(chosen), type);
    }

    /// <summary>The first arm whose pattern and condition hold; null after a diagnostic.</summary>
    ISwitchExpressionArmOperation? Arm(ISwitchExpressionOperation choice, ExpressionSyntax whole)
    {
        if (Switched(choice.Value, whole) is not { } value)
            return null;
        foreach (ISwitchExpressionArmOperation arm in choice.Arms)
            if (Holds(arm.Pattern, arm.Guard, value, whole) is not { } holds)
                return null;
            else if (holds)
                return arm;
        ReportExpression(whole, $"none of its cases takes {Shown(value)}");
        return null;
    }

    void Switch(SwitchStatementSyntax choice)
    {
        bindings.Read(choice);
        if (Semantics(choice).GetOperation(choice, cells.Cancellation) is not ISwitchOperation operation)
        {
            reporter.Invalidate(choice.GetLocation());
            return;
        }
        if (Switched(operation.Value, choice.Expression) is not { } value)
            return;
        ISwitchCaseOperation? chosen = null;
        foreach (ISwitchCaseOperation section in operation.Cases)
            foreach (ICaseClauseOperation clause in section.Clauses)
            {
                bool? holds = clause switch
                {
                    IDefaultCaseClauseOperation => false,
                    ISingleValueCaseClauseOperation single => Compute(single.Value, choice.Expression) is { } one ? AreEqual(value, one) : null,
                    IPatternCaseClauseOperation pattern => Holds(pattern.Pattern, pattern.Guard, value, choice.Expression),
                    _ => null,
                };
                if (holds is null)
                    return;
                if (holds.Value)
                    chosen ??= section;
                if (chosen is not null)
                    break;
            }
        chosen ??= operation.Cases.FirstOrDefault(s => s.Clauses.Any(c => c is IDefaultCaseClauseOperation));
        if (chosen?.Syntax is not SwitchSectionSyntax statements)
            return;
        Statements(statements.Statements);
        if (frame.Jump == Jump.Break)
            frame.Jump = Jump.None;
    }

    /// <summary>The number that a switch asks; null after a diagnostic.</summary>
    object? Switched(IOperation asked, ExpressionSyntax whole)
    {
        if (Arithmetic.IsKnown(asked.Type))
            return Compute(asked, whole);
        if (asked.Type is null or { TypeKind: TypeKind.Error })
            reporter.Invalidate(whole.GetLocation());
        else
            reporter.Report(Descriptors.ControlFlow, asked.Syntax.GetLocation(), "A switch",
                $"{EquationText.Of(asked.Syntax)} is no number that is known when the equations are compiled. Write a condition on values with Where, Min, Max or Clip");
        return null;
    }

    bool? Holds(IPatternOperation pattern, IOperation? guard, object value, ExpressionSyntax whole) =>
        Matches(pattern, value, whole) is not { } matches ? null : !matches || guard is null ? matches : Compute(guard, whole) as bool?;

    /// <summary>Whether a number matches a pattern; null after a diagnostic.</summary>
    bool? Matches(IPatternOperation pattern, object value, ExpressionSyntax whole)
    {
        switch (pattern)
        {
            case IDiscardPatternOperation:
                return true;
            case IConstantPatternOperation constant:
                return Compute(constant.Value, whole) is { } one ? AreEqual(value, one) : null;
            case IRelationalPatternOperation relation:
                return Compute(relation.Value, whole) is { } bound ? Arithmetic.Binary(relation.OperatorKind, value, bound, isChecked: false) as bool? : null;
            case INegatedPatternOperation { Pattern: var inner }:
                return !Matches(inner, value, whole);
            case IBinaryPatternOperation both:
                return Matches(both.LeftPattern, value, whole) is not { } left ? null
                    : left == (both.OperatorKind == BinaryOperatorKind.Or) ? left : Matches(both.RightPattern, value, whole);
            case IDeclarationPatternOperation { MatchedType: var matched, DeclaredSymbol: var symbol } when matched is null || SymbolEqualityComparer.Default.Equals(matched, pattern.InputType):
                if (symbol is not null)
                    frame.Values[symbol] = Known(value, null);
                return true;
            default:
                ReportExpression(pattern.Syntax as ExpressionSyntax ?? whole, "of patterns only constants, comparisons, not, and, or, var and _ are known when the equations are compiled");
                return null;
        }
    }

    /// <summary>As a case compares: NaN equals itself.</summary>
    static bool AreEqual(object a, object b) => a.Equals(b) || Arithmetic.Binary(BinaryOperatorKind.Equals, a, b, isChecked: false) is true;

    static string Shown(object value) => System.Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!;
}
