using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>Finds members of a class that its generated part would also declare.</summary>
internal static class GeneratedMemberNames
{
    static readonly (string Name, int Parameters)[] Overrides =
        [("Describe", 0), ("BindReference", 1), ("RunReference", 3), ("GetState", 0), ("SetState", 1)];

    /// <summary>Reports collisions. Returns false if not even the frame of the generated part can be written beside the class's members.</summary>
    /// <param name="programs">Names of the methods that become programs.</param>
    /// <param name="conditional">The names and axes of methods that may stream along an axis under a condition.</param>
    /// <param name="others">Other members of the generated part.</param>
    public static bool Check(INamedTypeSymbol type, IReadOnlyList<DimDecl> dims, IEnumerable<string> programs, IEnumerable<(string Program, int Axis)> conditional, Reporter reporter, params string[] others)
    {
        bool free = true;
        foreach (string other in others)
            if (type.GetMembers(other).FirstOrDefault() is { } member)
            {
                Report(member, $"the member {other}", "a member for the class that derives from it, or for a layer,", other);
                free = false;
            }
        foreach (DimDecl dim in dims.Where(d => d.FixedSize is null))
            if (type.GetMembers(DimScope.ArgumentName(dim.Name) + "Size").FirstOrDefault() is { } member)
            {
                Report(member, $"the member {member.Name}", $"the size of {dim.TypeName}", member.Name);
                free = false;
            }
        foreach ((string name, int parameters) in Overrides)
            if (type.GetMembers(name).FirstOrDefault(m => m is not IMethodSymbol method
                || (method.Parameters.Length == parameters && (parameters == 0 || method.IsOverride))) is { } member)
            {
                Report(member, $"the member {name}", "what the runtime calls", name);
                free = false;
            }
        int sizes = dims.Count(d => d.FixedSize is null);
        foreach (IMethodSymbol constructor in type.InstanceConstructors.Where(c => !c.IsImplicitlyDeclared))
            if (IsPrimary(constructor)
                || (constructor.Parameters.Length == sizes + 1 && constructor.Parameters.All(p => p.Type.SpecialType == SpecialType.System_Int32)))
            {
                Report(constructor, "this constructor", "the generated one, which takes the sizes,", type.Name);
                free = false;
            }
        foreach (string program in programs.Distinct())
            foreach (string generated in new[] { program + "Forward", program + "Training", program + "Step" })
                CheckProgram(program, generated);
        foreach ((string program, int axis) in conditional)
        {
            (string condition, string step) = MethodModel.ConditionalNamesOf(program, axis);
            CheckProgram(program, condition);
            CheckProgram(program, step);
        }
        return free;

        void CheckProgram(string program, string generated)
        {
            if ((type.GetMembers(generated).FirstOrDefault() ?? type.TypeParameters.FirstOrDefault(p => p.Name == generated)) is { } taken)
                Report(taken, $"the member {generated}", $"the program of {program}", generated);
        }

        void Report(ISymbol symbol, string one, string other, string name) =>
            reporter.Report(Descriptors.NameCollision, symbol.Locations[0], one, other, name, type.Name);
    }

    static bool IsPrimary(IMethodSymbol constructor) =>
        constructor.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is TypeDeclarationSyntax;
}
