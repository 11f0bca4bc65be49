#:package Microsoft.CodeAnalysis.CSharp

// Writes docs/api anew, one page a namespace, from the built assemblies and their XML documentation: dotnet run tools/ApiReference.cs
//
// With a folder as argument it takes the assemblies from there instead of building them, and with a second one it writes there. What is
// hidden from editors, and what only generated code calls (RnnDsl.CompilerServices), is left out. A test compares the pages.

using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

string root = args.Length > 1 ? "" : Path.GetDirectoryName(Path.GetDirectoryName(ThisFile()))!;
string[] libraries = ["RnnDsl.Runtime", "RnnDsl.Data", "RnnDsl.Terminal", "RnnDsl.Plots", "RnnDsl.Runs", "RnnDsl.Text", "RnnDsl.Audio", "RnnDsl.Onnx", "RnnDsl.Keras", "RnnDsl.Distributed"];
if (args.Length == 0)
    foreach (string library in libraries)
        using (var build = Process.Start(new ProcessStartInfo("dotnet", ["build", Path.Combine(root, "src", library), "-c", "Release", "-v:q"]))!)
        {
            build.WaitForExit();
            if (build.ExitCode != 0)
                return 1;
        }
string[] files = [.. libraries.Select(l => Path.Combine(args.Length > 0 ? args[0] : Path.Combine(root, "src", l, "bin", "Release", "net10.0"), l + ".dll"))];
string target = args.Length > 1 ? args[1] : Path.Combine(root, "docs", "api");
Directory.CreateDirectory(target);
foreach (string stale in Directory.GetFiles(target, "*.md"))
    File.Delete(stale);
foreach ((string name, string text) in new Reference(files).Pages())
    File.WriteAllText(Path.Combine(target, name), text);
return 0;

static string ThisFile([CallerFilePath] string path = "") => path;

/// <summary>The public surface of some assemblies as pages in Markdown.</summary>
sealed class Reference
{
    const string Cells = "RnnDsl.Cells";

    readonly INamedTypeSymbol[] types;
    readonly Prose prose;

    public Reference(string[] files)
    {
        MetadataReference[] own = [.. files.Select(f => MetadataReference.CreateFromFile(f, documentation: new Comments(Path.ChangeExtension(f, ".xml"))))];
        IEnumerable<MetadataReference> framework = Directory.GetFiles(RuntimeEnvironment.GetRuntimeDirectory(), "System*.dll").Select(f => MetadataReference.CreateFromFile(f));
        var compilation = CSharpCompilation.Create("Reference", null, [.. own, .. framework], new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        types = [.. own.Select(o => (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(o)!).SelectMany(a => TypesOf(a.GlobalNamespace)).OrderBy(Declarations.Name, StringComparer.Ordinal)];
        prose = new Prose(compilation, type => types.Contains(type, SymbolEqualityComparer.Default) ? $"{PageOf(type)}.md#{Slug(Declarations.Name(type))}" : null);
    }

    /// <summary>Names and texts: an overview, and a page for each namespace; the library's cells have one of their own.</summary>
    public IEnumerable<(string Name, string Text)> Pages()
    {
        var overview = new StringBuilder("# Reference\n\nWritten by `tools/ApiReference.cs` from the comments of the sources: change those.\n");
        foreach (IGrouping<string, INamedTypeSymbol> page in types.GroupBy(PageOf).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            string title = page.Key == Cells ? "Cells and models of the library" : page.Key;
            string about = page.Key == Cells ? "\nAll of them are in the namespace `RnnDsl`. [The layers of the library](../layers.md) shows which one is for what.\n" : "";
            var text = new StringBuilder($"# {title}\n{about}");
            overview.Append($"\n## [{title}]({page.Key}.md)\n\n");
            foreach (INamedTypeSymbol type in page)
            {
                overview.Append($"- [`{Declarations.Name(type)}`]({page.Key}.md#{Slug(Declarations.Name(type))}): {FirstSentence(prose.Summary(type))}\n");
                Write(text, type);
            }
            yield return (page.Key + ".md", text.ToString());
        }
        yield return ("README.md", overview.ToString());
    }

    void Write(StringBuilder text, INamedTypeSymbol type)
    {
        text.Append($"\n## {Prose.Escape(Declarations.Name(type))}\n\n```csharp\n{Declarations.Of(type)}\n```\n").Append(prose.Of(type));
        ISymbol[] members = [.. type.GetMembers().Concat(type.GetTypeMembers().Where(t => t.IsExtension).SelectMany(t => t.GetMembers())).Where(m => IsShown(m, type)).OrderBy(Rank).ThenBy(m => m.Name, StringComparer.Ordinal).ThenBy(Declarations.Of, StringComparer.Ordinal)];
        if (type.TypeKind == TypeKind.Enum)
            members = [.. members.OrderBy(m => ((IFieldSymbol)m).ConstantValue)];
        var values = members.Where(m => Rank(m) == 1).ToList();
        if (values.Count > 0)
            text.Append('\n');
        foreach (ISymbol value in values)
            text.Append($"- `{Declarations.Of(value)}`{prose.After(value)}\n");
        foreach (IGrouping<string, ISymbol> group in members.Where(m => Rank(m) != 1).GroupBy(m => Title(m, type)))
        {
            text.Append($"\n### {Prose.Escape(group.Key)}\n");
            foreach (IGrouping<string, ISymbol> same in group.GroupBy(prose.Of))
                text.Append($"\n```csharp\n{string.Join('\n', same.Select(Declarations.Of))}\n```\n{same.Key}");
        }
    }

    static string PageOf(INamedTypeSymbol type) =>
        type.GetAttributes().Any(a => a.AttributeClass?.Name is "CellGraphAttribute" or "ModelGraphAttribute" or "CellAttribute" or "ModelAttribute") ? Cells : type.ContainingNamespace.ToDisplayString();

    static IEnumerable<INamedTypeSymbol> TypesOf(INamespaceOrTypeSymbol place) => place.GetMembers().SelectMany(m => m switch
    {
        INamespaceSymbol { Name: "CompilerServices" } => [],
        INamespaceSymbol inner => TypesOf(inner),
        INamedTypeSymbol type when IsPublic(type) && !IsHidden(type) && !type.IsExtension => TypesOf(type).Prepend(type),
        _ => [],
    });

    static bool IsPublic(ISymbol symbol) => symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    static bool IsHidden(ISymbol symbol) => symbol.GetAttributes().Any(a =>
        a.AttributeClass?.Name is "CompilerGeneratedAttribute" || (a.AttributeClass?.Name == "EditorBrowsableAttribute" && a.ConstructorArguments is [{ Value: 1 }]));

    /// <summary>Accessors stand with their properties, and operators of other types, which an extension adds, as operators; what overrides is shown by what it overrides; what records and structs get from the compiler is not shown.</summary>
    static bool IsShown(ISymbol member, INamedTypeSymbol type) => IsPublic(member) && !IsHidden(member) && !(type.IsSealed && member.DeclaredAccessibility == Accessibility.Protected) && member switch
    {
        INamedTypeSymbol => false,
        _ when member.IsOverride => false,
        IMethodSymbol { MethodKind: MethodKind.Constructor } constructor => constructor.Parameters.Length > 0 || !string.IsNullOrEmpty(constructor.GetDocumentationCommentXml()),
        IMethodSymbol method => method.MethodKind is MethodKind.Ordinary or MethodKind.UserDefinedOperator or MethodKind.Conversion && method.Name is not ("Deconstruct" or "<Clone>$") && !(method.MethodKind == MethodKind.Ordinary && method.Name.StartsWith("op_", StringComparison.Ordinal)),
        IFieldSymbol field => field.Name != "value__",
        _ => true,
    };

    static int Rank(ISymbol member) => member switch
    {
        IMethodSymbol { MethodKind: MethodKind.Constructor } => 0,
        IFieldSymbol or IPropertySymbol or IEventSymbol => 1,
        IMethodSymbol { MethodKind: MethodKind.Ordinary } => 2,
        _ => 3,
    };

    static string Title(ISymbol member, INamedTypeSymbol type) => Rank(member) switch
    {
        0 => $"new {type.Name}",
        2 => $"{type.Name}.{member.Name}",
        _ => $"Operators of {type.Name}",
    };

    static string FirstSentence(string text) => Regex.Match(text, @"^.*?(?<!\b(al|e\.g|i\.e|vs))\.(?=\s|$)", RegexOptions.Singleline) is { Success: true } sentence ? sentence.Value : text;

    /// <summary>The anchor that a heading gets.</summary>
    static string Slug(string heading) => Regex.Replace(heading.ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-');
}

/// <summary>Types and members as C# declares them.</summary>
static class Declarations
{
    static readonly SymbolDisplayFormat Short = new(
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        memberOptions: SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeRef
            | SymbolDisplayMemberOptions.IncludeConstantValue,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeExtensionThis,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        kindOptions: SymbolDisplayKindOptions.IncludeMemberKeyword,
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameOnly,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.AllowDefaultLiteral | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    static readonly SymbolDisplayFormat Bare = Short.RemoveGenericsOptions(SymbolDisplayGenericsOptions.IncludeTypeConstraints);

    /// <summary>With its type parameters, and the type that it is nested in.</summary>
    public static string Name(INamedTypeSymbol type) => (type.ContainingType is { } outer ? Name(outer) + "." : "") + type.ToDisplayString(Bare);

    public static string Of(ISymbol symbol) => symbol is INamedTypeSymbol type ? OfType(type)
        : symbol is IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum } value ? $"{value.Name} = {value.ConstantValue}"
        : (symbol.DeclaredAccessibility is Accessibility.Protected or Accessibility.ProtectedOrInternal ? "protected " : "") + symbol.ToDisplayString(Short);

    static string OfType(INamedTypeSymbol type)
    {
        if (type.TypeKind == TypeKind.Delegate)
            return $"public delegate {type.DelegateInvokeMethod!.ReturnType.ToDisplayString(Bare)} {Name(type)}({string.Join(", ", type.DelegateInvokeMethod.Parameters.Select(p => p.ToDisplayString(Short)))})";
        string modifier = type.IsStatic ? "static " : type.TypeKind != TypeKind.Class ? "" : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        string kind = type.TypeKind switch
        {
            TypeKind.Struct => (type.IsReadOnly ? "readonly " : "") + (type.IsRefLikeType ? "ref " : "") + (type.IsRecord ? "record struct" : "struct"),
            TypeKind.Interface => "interface",
            TypeKind.Enum => "enum",
            _ => type.IsRecord ? "record" : "class",
        };
        IEnumerable<INamedTypeSymbol> bases = type.BaseType is { SpecialType: not (SpecialType.System_Object or SpecialType.System_ValueType or SpecialType.System_Enum) } parent ? [parent] : [];
        string[] listed = [.. bases.Concat(type.Interfaces.Where(i => i.Name != "IEquatable")).Select(b => b.ToDisplayString(Bare))];
        string declared = type.ToDisplayString(Short);
        int constraints = declared.IndexOf(" where ", StringComparison.Ordinal);
        string inherits = listed.Length > 0 && type.TypeKind != TypeKind.Enum ? " : " + string.Join(", ", listed) : "";
        return $"public {modifier}{kind} {(constraints < 0 ? declared + inherits : declared[..constraints] + inherits + declared[constraints..])}";
    }
}

/// <summary>The comments of an assembly, as the compiler wrote them into a file.</summary>
sealed class Comments(string file) : DocumentationProvider
{
    readonly Dictionary<string, string> members = XDocument.Load(file, LoadOptions.PreserveWhitespace).Descendants("member")
        .ToDictionary(m => (string)m.Attribute("name")!, m => m.ToString(SaveOptions.DisableFormatting));

    protected override string? GetDocumentationForSymbol(string documentationMemberID, CultureInfo preferredCulture, CancellationToken cancellationToken = default) =>
        members.GetValueOrDefault(documentationMemberID);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => members.GetHashCode();
}

/// <summary>Comments as Markdown.</summary>
/// <param name="compilation">Finds what comments name.</param>
/// <param name="address">Where the pages have a type; null if they do not.</param>
sealed class Prose(Compilation compilation, Func<INamedTypeSymbol, string?> address)
{
    public string Summary(ISymbol symbol) => Comment(symbol)?.Element("summary") is { } summary ? Text(summary) : "";

    /// <summary>Behind a declaration on a line of its own: a colon and the summary; further paragraphs are indented.</summary>
    public string After(ISymbol symbol)
    {
        string text = Of(symbol).Trim('\n');
        return text.Length == 0 ? "" : ": " + text.Replace("\n", "\n  ").Replace("\n  \n", "\n\n");
    }

    /// <summary>Summary, parameters, result, errors and remarks, each in a paragraph that begins with an empty line.</summary>
    public string Of(ISymbol symbol)
    {
        if (Comment(symbol) is not { } comment)
            return "";
        var text = new StringBuilder();
        // The compiler gives a primary constructor the comment of the type; parameters of a record are its properties.
        XElement? type = symbol is IMethodSymbol { MethodKind: MethodKind.Constructor } ? Comment(symbol.ContainingType) : null;
        if (type is null || type.Element("summary")?.Value != comment.Element("summary")?.Value)
            Paragraph(comment.Element("summary"));
        var list = new List<string>();
        list.AddRange(comment.Elements("typeparam").Concat(comment.Elements("param").Where(p => IsShown((string?)p.Attribute("name")))).Select(p => $"- `{(string?)p.Attribute("name")}`: {Indented(p)}"));
        list.AddRange(comment.Elements("returns").Concat(comment.Elements("value")).Select(r => $"- Returns: {Indented(r)}"));
        list.AddRange(comment.Elements("exception").Select(e => $"- Throws {Named((string?)e.Attribute("cref"))}: {Indented(e)}"));
        if (list.Count > 0)
            text.Append('\n').AppendJoin('\n', list).Append('\n');
        if (type is null || type.Element("remarks")?.Value != comment.Element("remarks")?.Value)
            Paragraph(comment.Element("remarks"));
        return text.ToString();

        bool IsShown(string? parameter) => symbol is INamedTypeSymbol named ? named.TypeKind == TypeKind.Delegate : type is null || symbol.ContainingType.GetMembers(parameter!).IsEmpty;

        void Paragraph(XElement? element)
        {
            if (element is not null && Text(element) is { Length: > 0 } content)
                text.Append('\n').Append(content).Append('\n');
        }

        string Indented(XElement element) => Text(element).Replace("\n", "\n  ").Replace("\n  \n", "\n\n");
    }

    /// <summary>Its own, or of what it takes its comment from: named, overridden, or implemented.</summary>
    XElement? Comment(ISymbol symbol, int depth = 0)
    {
        if (depth > 8 || symbol.GetDocumentationCommentXml() is not { Length: > 0 } xml)
            return null;
        XElement comment = XElement.Parse(xml, LoadOptions.PreserveWhitespace);
        if (comment.Element("inheritdoc") is not { } inherited)
            return comment;
        ISymbol? source = (string?)inherited.Attribute("cref") is { } named ? DocumentationCommentId.GetFirstSymbolForDeclarationId(named, compilation)
            : symbol.ContainingType?.AllInterfaces.SelectMany(i => i.GetMembers()).FirstOrDefault(m => SymbolEqualityComparer.Default.Equals(symbol.ContainingType.FindImplementationForInterfaceMember(m), symbol));
        if (source is null || Comment(source.OriginalDefinition, depth + 1) is not { } taken)
            return comment;
        // What it says itself counts.
        XElement[] own = [.. comment.Elements().Where(e => e.Name != "inheritdoc")];
        return new XElement("member", own, taken.Elements().Where(t => !own.Any(o => o.Name == t.Name && (string?)o.Attribute("name") == (string?)t.Attribute("name"))));
    }

    string Text(XElement element)
    {
        var text = new StringBuilder();
        foreach (XNode node in element.Nodes())
            Append(text, node);
        return Regex.Replace(Regex.Replace(text.ToString(), @" +\n", "\n"), @"\n{3,}", "\n\n").Trim();
    }

    void Append(StringBuilder text, XNode node)
    {
        if (node is XText words)
        {
            string line = Escape(Regex.Replace(words.Value, @"\s+", " "));
            text.Append(text.Length > 0 && text[^1] == '\n' ? line.TrimStart() : line);
        }
        else if (node is XElement element)
            text.Append(element.Name.LocalName switch
            {
                "see" or "seealso" when (string?)element.Attribute("langword") is { } word => $"`{word}`",
                "see" or "seealso" => Named((string?)element.Attribute("cref")),
                "paramref" or "typeparamref" => $"`{(string?)element.Attribute("name")}`",
                "c" => $"`{element.Value}`",
                "code" => $"\n\n```\n{Code(element.Value)}\n```\n\n",
                "para" => $"\n\n{Text(element)}\n\n",
                "list" => "\n\n" + string.Join('\n', element.Elements("item").Select(i => "- " + Item(i).Replace("\n", "\n  "))) + "\n\n",
                _ => Text(element),
            });
    }

    string Item(XElement item) => item.Element("term") is { } term ? $"{Text(term)}: {(item.Element("description") is { } d ? Text(d) : "")}" : Text(item);

    /// <summary>Without the lines around it and without the indentation that all lines share.</summary>
    static string Code(string text)
    {
        string[] lines = [.. text.Trim('\n').TrimEnd().Split('\n').Select(l => l.TrimEnd())];
        int indent = lines.Where(l => l.Length > 0).Select(l => l.Length - l.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select(l => l.Length > indent ? l[indent..] : ""));
    }

    /// <summary>What a comment refers to, by its short name, with a link where the pages have it.</summary>
    string Named(string? id)
    {
        ISymbol? symbol = id is null ? null : DocumentationCommentId.GetFirstSymbolForDeclarationId(id, compilation);
        if (symbol is null)
            return $"`{Regex.Replace(id ?? "", @"^.:|\(.*$|``?\d+", "").Split('.')[^1]}`";
        INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol.ContainingType;
        string name = symbol is INamedTypeSymbol named ? named.SpecialType == SpecialType.None ? named.Name : named.ToDisplayString() : symbol is IMethodSymbol { MethodKind: MethodKind.Constructor } ? type!.Name : $"{type?.Name}.{symbol.Name}";
        return type is not null && address(type) is { } link ? $"[`{name}`]({link})" : $"`{name}`";
    }

    public static string Escape(string text) => Regex.Replace(text, @"[<*_\[\]|`\\]", m => "\\" + m.Value);
}
