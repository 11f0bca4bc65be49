using RnnDsl.CompilerServices;

namespace RnnDsl.Execution.Tests;

internal abstract partial class RandomEquations
{
    /// <summary>Through a layer, or from a sequence to a vector; null where there is no way.</summary>
    string? Through(string dim, Reads reads, int depth)
    {
        if (reads == Reads.Anything && Chance(0.6) && known.Any(v => v.Reads == Reads.Sequence))
            return $"{Pick("Last", "First", "Mean", "Last")}({Term(dim, Reads.Sequence, depth)})";
        if (reads == Reads.Anything && scans > 0 && starts?.Next(2) == 0 && known.Any(v => v.Reads == Reads.Sequence) && layers.Where(l => l.Out == dim && l.Starts > 0).ToArray() is { Length: > 0 } ending)
            return Ending(ending[starts.Next(ending.Length)], depth);
        Layer[] fitting = [.. layers.Where(l => l.Out == dim && (!l.Steps || reads == Reads.Sequence && scans > 0))];
        if (fitting.Length == 0)
            return null;
        Layer layer = Pick(fitting);
        if (layer.Steps)
            scans--;
        string how = layer.Steps ? Chance(0.25) ? "ScanReversed" : "Scan" : "Map";
        string[] parts = layer.In.Split(["Cat<", ", ", ">"], StringSplitOptions.RemoveEmptyEntries);
        return $"{layer.Field}.{how}({(parts.Length == 2 ? Side(parts[0], parts[1], reads, depth) : Term(layer.In, reads, depth))}{(layer.Steps ? Begin(layer, depth) : "")})";
    }

    /// <summary>A state that a scan leaves.</summary>
    string Ending(Layer layer, int depth)
    {
        scans--;
        return $"{layer.Field}.{(starts!.Next(4) == 0 ? "EndReversed" : "End")}({Term(layer.In, Reads.Sequence, depth)}{Begin(layer, depth)}).Vector<{layer.Out}>({starts.Next(layer.Starts)})";
    }

    /// <summary>A number of what a layer makes that starts from given values.</summary>
    protected string Begun(Layer layer)
    {
        if (starts!.Next(2) == 0)
            return $"Mean(Square({Ending(layer, 2)}))";
        scans--;
        return $"Mean(Mean(Square({layer.Field}.{(starts.Next(4) == 0 ? "ScanReversed" : "Scan")}({Term(layer.In, Reads.Sequence, 2)}{Begin(layer, 2)}))))";
    }

    /// <summary>By chance a second argument of a scan: values from which its states start, or what another scan leaves.</summary>
    string Begin(Layer layer, int depth)
    {
        if (layer.Starts == 0 || starts?.Next(3) is null or 0)
            return "";
        if (scans > 0 && starts.Next(3) == 0 && layers.Where(l => l.Starts == layer.Starts && l.Out == layer.Out).ToArray() is { Length: > 0 } others && known.Any(v => v.Reads == Reads.Sequence))
        {
            Layer other = others[starts.Next(others.Length)];
            scans--;
            return $", {other.Field}.End({Term(other.In, Reads.Sequence, depth - 1)})";
        }
        return $", Start({string.Join(", ", Enumerable.Range(0, 1 + starts.Next(layer.Starts)).Select(_ => Term(layer.Out, Reads.Anything, depth - 1)))})";
    }

    string? Call(string? dim, Reads reads, int depth)
    {
        Helper[] fitting = [.. helpers.Where(h => h.Dim == dim && reads != Reads.Sequence && (reads == Reads.Anything || h.Reads == Reads.Parameters))];
        if (fitting.Length == 0)
            return null;
        Helper helper = Pick(fitting);
        int given = helper.Numbers == 0 ? 0 : helper.Numbers - (Chance(0.5) ? 1 : 0);
        return $"{helper.Name}({string.Join(", ", [.. helper.Dims.Select(d => d is null ? Scalar(reads, depth - 1) : Term(d, reads, depth - 1)), .. Enumerable.Range(0, given).Select(_ => Pick("2", "1", "3"))])})";
    }

    /// <summary>Helpers that return numbers, and helpers of values that may call those before.</summary>
    protected void WriteHelpers()
    {
        if (Chance(0.25))
        {
            methods.AppendLine("    const double Half = 0.5;");
            numbers.Add("Half");
        }
        for (int i = 0; i < 2; i++)
            if (Chance(0.2))
            {
                string type = Pick("double", "int", "float"), value = type switch { "int" => Pick("2", "1", "-1"), "float" => "0.75f", _ => Pick("0.25", "2", "-0.5") };
                methods.AppendLine($"    {Pick("static ", "")}{type} Number{i}() => {value};");
                numbers.Add($"Number{i}()");
            }
        int count = Chance(0.4) ? 1 + random.Next(3) : 0;
        for (int i = 0; i < count; i++)
            WriteHelper($"Help{i}");
    }

    void WriteHelper(string name)
    {
        (List<Variable> outside, double often) = (known, rare);
        bool alone = Chance(0.4);
        string? dim = Chance(0.25) ? null : Pick(Dims);
        string?[] dims = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Chance(0.25) ? null : Pick(Dims))];
        known = [.. dims.Select((d, i) => new Variable($"a{i}", d, alone ? Reads.Parameters : Reads.Anything)), .. alone ? [] : outside.Where(v => v.Reads == Reads.Anything && v.Name.StartsWith('s'))];
        rare = 0;
        List<string> arguments = [.. dims.Select((d, i) => $"{(d is null ? "Scalar" : $"Vec<{d}>")} a{i}")];
        int count = 0;
        if (Chance(0.4))
        {
            string type = Pick("double", "int", "float", "Scalar");
            arguments.Add($"{type} n = {(type == "Scalar" ? "default" : Pick("2", "1", "3"))}");
            count = 1;
        }
        Reads reads = alone ? Reads.Parameters : Reads.Anything;
        string result = dim is null ? Scalar(reads, 2) : Term(dim, reads, 2);
        if (count > 0)
            result = Pick($"n * {result}", $"{result} + n", $"{result} * (1.0 + n)", $"Tanh(n * {result})");
        string type2 = dim is null ? "Scalar" : $"Vec<{dim}>";
        if (Chance(0.3))
            methods.AppendLine($"    {type2} {name}({string.Join(", ", arguments)})\n    {{\n        var t = {result};\n        return t{Pick("", " * 0.5", " + t")};\n    }}");
        else
            methods.AppendLine($"    {type2} {name}({string.Join(", ", arguments)}) => {result};");
        helpers.Add(new(name, dim, dims, count, reads));
        (known, rare) = (outside, often);
    }
}
