using Microsoft.CodeAnalysis;
using RnnDsl.Generators.Diagnostics;
using RnnDsl.Generators.Ir;

namespace RnnDsl.Generators.Parsing;

/// <summary>Checks what a model must not have in common with its abstract base model, and what an abstract model must not leave open.</summary>
internal static class InheritanceRules
{
    public static void Check(INamedTypeSymbol type, IReadOnlyList<IMethodSymbol> compiled, Members members, bool isAbstract, Reporter reporter)
    {
        if (isAbstract)
            CheckClosed(type, members, reporter);
        if (members.Base is not { } above)
            return;
        HashSet<string> programs = [.. above.Text.Methods.Select(m => m.ProgramName)];
        foreach (IMethodSymbol method in compiled)
            foreach (string program in ModelParser.ProgramsOf(method).Select(MethodModel.ProgramNameOf).Where(programs.Contains))
                reporter.Report(Descriptors.NameCollision, method.Locations[0], $"This {method.Name}", $"that of {above.Type.Name}", program + "Forward", type.Name);
        HashSet<string> names = [.. above.Text.Parameters.Select(p => p.Name).Concat(above.Text.Layers.Select(l => l.Field)).Select(n => n.Split('.')[0])];
        foreach (IFieldSymbol field in members.ParameterFields.Concat(members.LayerFields).Where(f => names.Contains(f.Name)))
            reporter.Report(Descriptors.NameCollision, field.Locations[0], $"This {field.Name}", $"that of {above.Type.Name}", field.Name, type.Name);
    }

    /// <summary>Checks that a derived class does not change the abstract model's equations or the initial values of its parameters.</summary>
    static void CheckClosed(INamedTypeSymbol type, Members members, Reporter reporter)
    {
        foreach (IFieldSymbol field in members.ParameterFields.Where(f => ParameterFunctions.NamesMethod(KnownSymbols.Fixed(f)) || ParameterFunctions.NamesMethod(KnownSymbols.Init(f))))
            reporter.Report(Descriptors.Computed, field.Locations[0], field.Name, "computed by a method", $"{type.Name} is abstract; make the parameter one of a cell, or of the class that derives from it");
        foreach (IMethodSymbol method in type.GetMembers().OfType<IMethodSymbol>().Where(m => m.MethodKind == MethodKind.Ordinary && (m.IsAbstract || m.IsVirtual || m.IsOverride)))
            if (KnownSymbols.IsVec(method.ReturnType) || KnownSymbols.IsSeq(method.ReturnType) || KnownSymbols.IsScalar(method.ReturnType) || method.ReturnType.IsTupleType)
                reporter.Report(Descriptors.AbstractModel, method.Locations[0], method.Name, method.IsAbstract ? "abstract" : method.IsVirtual ? "virtual" : "an override",
                    $"the equations of {type.Name} are those that stand here, and what differs is a cell that it is given as a type argument");
    }
}
