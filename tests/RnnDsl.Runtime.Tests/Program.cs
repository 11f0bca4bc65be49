using RnnDsl.Tests.Search;
using RnnDsl.Tests.Training;

namespace RnnDsl.Tests;

/// <summary>The test host does not come here; a test that kills a training or a search, or limits its memory, starts this assembly as a program of its own.</summary>
static class Program
{
    static int Main(string[] arguments)
    {
        if (arguments is [KilledRuns.Command, string folder, string seed])
            KilledRuns.Train(folder, int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture));
        else if (arguments is [KilledSearchTests.Command, string file])
            KilledSearchTests.Run(file);
        else if (arguments is [MappedTrainingTests.Command, string data])
            return MappedTrainingTests.Train(data);
        return 0;
    }
}
