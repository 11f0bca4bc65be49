namespace RnnDsl.Package.Tests;

/// <summary>A test that publishes with NativeAOT, which takes the platform's C compiler to link.</summary>
public sealed class AotFactAttribute : FactAttribute
{
    public AotFactAttribute()
    {
        if (!HasLinker())
            Skip = OperatingSystem.IsWindows()
                ? "Publishing with NativeAOT needs Visual Studio's C++ tools, and they are not installed."
                : "Publishing with NativeAOT needs clang or gcc, and neither is on the PATH.";
    }

    internal static bool HasLinker()
    {
        if (OperatingSystem.IsWindows())
            return File.Exists(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFilesX86),
                "Microsoft Visual Studio", "Installer", "vswhere.exe"));
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Any(folder => File.Exists(Path.Combine(folder, "clang")) || File.Exists(Path.Combine(folder, "gcc")));
    }
}
