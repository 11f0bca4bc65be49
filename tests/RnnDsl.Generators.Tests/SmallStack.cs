namespace RnnDsl.Generators.Tests;

/// <summary>A thread whose stack ends soon: what recurses over what users write ends the compiler there.</summary>
static class SmallStack
{
    public static void Run(Action action)
    {
        Exception? fault = null;
        var thread = new Thread(() => fault = Record.Exception(action), 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.Null(fault);
    }
}
