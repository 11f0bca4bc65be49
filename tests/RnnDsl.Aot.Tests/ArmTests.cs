using RnnDsl.Package.Tests;

namespace RnnDsl.Aot.Tests;

/// <summary>examples/EdgePredictor for 64-bit Arm, cross-compiled and run in an emulator.</summary>
[Collection(PublishedCollection.Name)]
public sealed class ArmTests(Published published)
{
    [LinuxFact("clang", "aarch64-linux-gnu-gcc", "aarch64-linux-gnu-objcopy", "qemu-aarch64-static")]
    public void It_answers_on_arm_as_here()
    {
        string input = Series.Lines(20);
        Run arm = Run.WithInput(input, Tools.Find("qemu-aarch64-static")!, "-L", Root(), published.ArmProgram).Succeeded();
        Run here = Run.WithInput(input, published.Program).Succeeded();
        Assert.InRange(Series.Difference(arm.Rows, here.Rows), 0, 1e-5);
        // Both fuse multiplications and additions, so that even the last bit is the same.
        Assert.Equal(here.Lines, arm.Lines);
    }

    /// <summary>The folder with Arm's C library, as its compiler knows it.</summary>
    static string Root()
    {
        string library = Tool.Run(Tools.Find("aarch64-linux-gnu-gcc")!, Published.Repository, "-print-file-name=libc.so.6").Succeeded().Output.Trim();
        string folder = Path.GetFullPath(Path.GetDirectoryName(library)!);
        return Path.GetDirectoryName(folder)!;
    }
}
