using System.Buffers.Binary;
using System.Globalization;
using RnnDsl.Terminal;

namespace RnnDsl.Runs;

/// <summary>
/// The values of units over time as a heat map: time runs to the right, the units stand below each other. Values from 0 to 1 go from white to dark blue. Where some are negative, colors go from
/// blue over white to red, which color-blind readers tell apart (RdBu of ColorBrewer, Harrower &amp; Brewer 2003).
/// </summary>
static class ActivityPicture
{
    const int Left = 34, Top = 8, Font = 11, Space = 440, LongestLabel = 14, Levels = 255;

    /// <summary>The number of the color of a value that is not finite.</summary>
    const byte Missing = Levels;

    /// <summary>A gate that is nearer to its ends than this hardly changes: it is open or closed.</summary>
    const double Near = 0.05;

    /// <summary>The figure of a value with its caption.</summary>
    public static string Draw(UnitTrace trace, IReadOnlyList<string> labels)
    {
        int steps = trace.Values.Length, units = trace.Values[0].Length;
        float[] finite = [.. trace.Values.SelectMany(v => v).Where(float.IsFinite)];
        float least = finite.Length > 0 ? finite.Min() : 0, most = finite.Length > 0 ? finite.Max() : 0;
        bool isSigned = least < 0;
        double end = isSigned ? Math.Max(-least, most) : most <= 1 ? 1 : most;
        if (isSigned && end is > 0.5 and < 1)
            end = 1;
        double across = Math.Clamp((double)Space / steps, 3, 28), down = units <= 8 ? 14 : units <= 32 ? 9 : 6;
        // As many labels as fit below each other when they stand slanted.
        int every = Math.Max(1, (int)Math.Ceiling(14 / across));
        string[] shown = [.. labels.Take(steps).Select(l => l.Length <= LongestLabel ? l : l[..(LongestLabel - 1)] + "…")];
        double label = shown.Select(l => l.Length).DefaultIfEmpty(0).Max() * SvgText.Letter * Font + 6, width = Left + steps * across + label * 0.3 + 8, bottom = Top + units * down, height = bottom + label + Font + 4;
        string of = trace.Units > units ? string.Create(CultureInfo.InvariantCulture, $"{units} of {trace.Units} units") : string.Create(CultureInfo.InvariantCulture, $"{units} unit{(units == 1 ? "" : "s")}");
        string over = trace.Steps > steps ? string.Create(CultureInfo.InvariantCulture, $"the first {steps} of {trace.Steps} steps") : string.Create(CultureInfo.InvariantCulture, $"{steps} steps");
        string words = string.Create(CultureInfo.InvariantCulture, $"{trace.Name} of {trace.Layer}: {of} over {over}, from {least:G3} to {most:G3}, mean {(finite.Length > 0 ? finite.Average() : 0):G3}");
        string closed = !isSigned && most <= 1 && finite.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {100.0 * finite.Count(v => v < Near) / finite.Length:F0} % are below {Near}, {100.0 * finite.Count(v => v > 1 - Near) / finite.Length:F0} % above {1 - Near}") : "";
        if (finite.Length < steps * units)
            closed += string.Create(CultureInfo.InvariantCulture, $"; {steps * units - finite.Length} values are not finite and gray");

        var svg = new SvgText();
        svg.Line($"<svg viewBox=\"0 0 {width:F0} {height:F0}\" width=\"{width:F0}\" height=\"{height:F0}\" font-size=\"{Font}\" role=\"img\" aria-label=\"{Html.Escape(words)}\">");
        svg.Line($"<image class=\"map\" x=\"{Left}\" y=\"{Top}\" width=\"{steps * across:F1}\" height=\"{units * down:F1}\" preserveAspectRatio=\"none\" href=\"data:image/bmp;base64,{Convert.ToBase64String(Bitmap(trace.Values, end, isSigned))}\"/>");
        svg.Line($"<rect x=\"{Left}\" y=\"{Top}\" width=\"{steps * across:F1}\" height=\"{units * down:F1}\" fill=\"none\" stroke=\"#808080\"/>");
        svg.Text(Left - 4, Top + Font * 0.8, "0", "text-anchor=\"end\"");
        if (units > 1)
            svg.Text(Left - 4, bottom, (units - 1).ToString(CultureInfo.InvariantCulture), "text-anchor=\"end\"");
        for (int t = 0; t < shown.Length; t += every)
            svg.Turned(Left + (t + 0.5) * across - 2, bottom + 10, 65, shown[t], "", labels[t]);
        svg.Line($"</svg>");
        return new Html().Line($"<figure><figcaption><strong>{Html.Escape(trace.Name)}</strong> {Html.Escape(words[(trace.Name.Length + 1)..] + closed)}. {Scale(end, isSigned)}</figcaption><div class=\"wide\">").Raw(svg.ToString()).Raw("</div></figure>").ToString();
    }

    /// <summary>The colors and what they mean.</summary>
    static string Scale(double end, bool isSigned)
    {
        var svg = new SvgText();
        svg.Line($"<svg width=\"80\" height=\"10\" viewBox=\"0 0 80 10\" aria-hidden=\"true\" style=\"vertical-align:middle\">");
        for (int i = 0; i < 20; i++)
        {
            (byte red, byte green, byte blue) = Color((byte)(i * (Levels - 1) / 19), isSigned);
            svg.Line($"<rect x=\"{i * 4}\" width=\"4.5\" height=\"10\" fill=\"#{red:x2}{green:x2}{blue:x2}\"/>");
        }
        svg.Line($"</svg>");
        return string.Create(CultureInfo.InvariantCulture, $"<span class=\"scale\">{(isSigned ? -end : 0):G3} {svg} {end:G3}</span>");
    }

    /// <summary>A picture in the format BMP with a palette of 256 colors, one pixel for each value.</summary>
    static byte[] Bitmap(float[][] values, double end, bool isSigned)
    {
        const int Head = 14, Info = 40, Palette = 256 * 4;
        int width = values.Length, height = values[0].Length, row = (width + 3) / 4 * 4;
        var file = new byte[Head + Info + Palette + row * height];
        "BM"u8.CopyTo(file);
        Number(2, file.Length);
        Number(10, Head + Info + Palette);
        Number(14, Info);
        Number(18, width);
        // A negative height: the first row is the top one.
        Number(22, -height);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(26), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(28), 8);
        Number(34, row * height);
        Number(46, 256);
        for (int i = 0; i < 256; i++)
            (file[Head + Info + 4 * i + 2], file[Head + Info + 4 * i + 1], file[Head + Info + 4 * i]) = Color((byte)i, isSigned);
        for (int x = 0; x < width; x++)
            for (int y = 0; y < height; y++)
                file[Head + Info + Palette + y * row + x] = Level(values[x][y], end, isSigned);
        return file;

        void Number(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
    }

    static byte Level(float value, double end, bool isSigned) => !float.IsFinite(value) ? Missing
        : (byte)Math.Round(Math.Clamp(end == 0 ? isSigned ? 0.5 : 0 : isSigned ? (value / end + 1) / 2 : value / end, 0, 1) * (Levels - 1));

    static (byte Red, byte Green, byte Blue) Color(byte level, bool isSigned)
    {
        if (level == Missing)
            return (128, 128, 128);
        double share = (double)level / (Levels - 1);
        return !isSigned ? Mixed((8, 69, 148), share) : share < 0.5 ? Mixed((33, 102, 172), 1 - 2 * share) : Mixed((178, 24, 43), 2 * share - 1);
    }

    /// <summary>A color between white and a dark one.</summary>
    static (byte, byte, byte) Mixed((int Red, int Green, int Blue) dark, double share)
    {
        return (Channel(dark.Red), Channel(dark.Green), Channel(dark.Blue));

        byte Channel(int of) => (byte)Math.Round(255 + (of - 255) * share);
    }
}
