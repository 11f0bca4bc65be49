using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;

namespace RnnDsl.Generators.Parsing;

/// <summary>Conditions and loops that are decided when the equations are compiled. The equations of each iteration are read as if they were written one after another.</summary>
internal sealed partial class EquationParser
{
    /// <summary>The number of loop iterations so far, in all loops together.</summary>
    int iterations;

    void If(IfStatementSyntax choice)
    {
        if (Condition(choice.Condition, choice.IfKeyword, "An if statement") is not { } holds)
            return;
        if (holds)
            Statement(choice.Statement);
        else if (choice.Else is { } otherwise)
            Statement(otherwise.Statement);
    }

    void While(WhileStatementSyntax loop)
    {
        while (Condition(loop.Condition, loop.WhileKeyword, "A while loop") == true && ReadIteration(loop, loop.Statement))
        {
        }
        EndLoop();
    }

    void Do(DoStatementSyntax loop)
    {
        bool goesOn;
        do
            goesOn = ReadIteration(loop, loop.Statement);
        while (frame.Jump == Jump.None && Condition(loop.Condition, loop.WhileKeyword, "A do loop") == true && goesOn);
        EndLoop();
    }

    void For(ForStatementSyntax loop)
    {
        foreach (VariableDeclaratorSyntax declarator in loop.Declaration?.Variables ?? [])
            Declare(loop.Declaration!.Type, declarator);
        Each(loop.Initializers);
        while ((loop.Condition is null || Condition(loop.Condition, loop.ForKeyword, "A for loop") == true) && ReadIteration(loop, loop.Statement))
            Each(loop.Incrementors);
        EndLoop();

        void Each(SeparatedSyntaxList<ExpressionSyntax> expressions)
        {
            foreach (ExpressionSyntax expression in expressions)
            {
                bindings.Read(expression);
                Evaluate(expression, isStatement: true);
            }
        }
    }

    void ForEach(ForEachStatementSyntax loop)
    {
        bindings.Read(loop.Expression);
        Item? collection = Read(loop.Expression);
        IEnumerable<Item>? items = collection switch { ArrayItem array => array.Elements.Select(Item), TableItem table => table.Elements, _ => null };
        if (items is null)
        {
            if (collection is not null)
                reporter.Report(Descriptors.ControlFlow, loop.ForEachKeyword.GetLocation(), "A foreach loop",
                    $"{Text(loop.Expression)} is no array of the class. Over time and batch the compiled code loops by itself");
            return;
        }
        if (Semantics(loop).GetDeclaredSymbol(loop, cells.Cancellation) is not ILocalSymbol element)
            return;
        foreach (Item item in items)
        {
            frame.Values[element] = Converted(item, element.Type);
            if (!ReadIteration(loop, loop.Statement))
                break;
        }
        EndLoop();
    }

    /// <summary>Reads a loop's body once more. Returns false if the loop ends with it.</summary>
    bool ReadIteration(StatementSyntax loop, StatementSyntax body)
    {
        cells.Cancellation.ThrowIfCancellationRequested();
        if (builder.Count > MostNodes || ++iterations > MostInlined)
        {
            ReportTooLarge(loop.GetFirstToken().GetLocation(), "The loop", "turns of loops");
            return false;
        }
        Statement(body);
        if (frame.Jump == Jump.Continue)
            frame.Jump = Jump.None;
        // After a mistake, a loop might never end.
        return frame.Jump == Jump.None && !reporter.HasErrors;
    }

    void EndLoop()
    {
        if (frame.Jump == Jump.Break)
            frame.Jump = Jump.None;
    }

    /// <summary>Whether a condition holds; null after a diagnostic.</summary>
    bool? Condition(ExpressionSyntax condition, SyntaxToken keyword, string what)
    {
        bindings.Read(condition);
        if (bindings.Type(condition) is { SpecialType: SpecialType.System_Boolean })
            return Computed(condition) as bool?;
        if (bindings.Type(condition) is null or { TypeKind: TypeKind.Error })
            reporter.Invalidate(condition.GetLocation());
        else
            reporter.Report(Descriptors.ControlFlow, keyword.GetLocation(), what,
                $"{Text(condition)} is not known when the equations are compiled. Write a condition on values with Where, Min, Max or Clip");
        return null;
    }

    static bool IsIncrement(ExpressionSyntax expression) => expression.Kind() is SyntaxKind.PostIncrementExpression or SyntaxKind.PostDecrementExpression
        or SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression;
}
