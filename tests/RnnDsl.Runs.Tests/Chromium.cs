namespace RnnDsl.Browsing;

/// <summary>The browser that a machine may have.</summary>
static class Chromium
{
    /// <summary>Chromium or Chrome: RNNDSL_CHROMIUM, or the first of the usual names on the path; null if there is none.</summary>
    public static string? Program { get; } = Environment.GetEnvironmentVariable("RNNDSL_CHROMIUM") ?? new[] { "chromium", "chromium-browser", "google-chrome", "chrome" }.SelectMany(name =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>The arguments of a browser without a window, whose files are in a folder of its own.</summary>
    public static string[] Arguments(string profile) => ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", $"--user-data-dir={profile}"];
}

/// <summary>A test that needs a browser.</summary>
sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute() => Skip = Chromium.Program is null ? "There is no Chromium on the path (RNNDSL_CHROMIUM names one): no page is opened." : null;
}
