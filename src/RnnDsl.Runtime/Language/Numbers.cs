using System.Globalization;
using System.Text;

namespace RnnDsl;

/// <summary>Text for messages and for the debugger, the same in every culture.</summary>
static class Numbers
{
    const int Shown = 12;

    public static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>The first few values: "[0.5, -1, …]".</summary>
    public static string Text(ReadOnlySpan<double> values)
    {
        var text = new StringBuilder("[");
        for (int i = 0; i < Math.Min(values.Length, Shown); i++)
            text.Append(i == 0 ? "" : ", ").Append(Text(values[i]));
        return text.Append(values.Length > Shown ? ", …]" : "]").ToString();
    }

    /// <summary>A value's type as the equations write it: "Vec&lt;Cat&lt;A, B&gt;&gt;".</summary>
    public static string Text(Type type)
    {
        int arity = type.Name.IndexOf('`', StringComparison.Ordinal);
        return arity < 0 ? type.Name : $"{type.Name[..arity]}<{string.Join(", ", type.GetGenericArguments().Select(Text))}>";
    }

    public static InvalidOperationException Unbound(Type type) => new(
        $"This {Text(type)} has no values: its field is not bound. Call BindReference(Parameters.ToReference()) of the model first, which gives its fields their values, and " +
        $"then run the equations by RunReference; or make the value with new {Text(type)}(…).");
}
