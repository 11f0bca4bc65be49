using System.Globalization;
using RnnDsl.Memory;
using Xunit.Abstractions;

namespace RnnDsl.Text.Tests.Load;

/// <summary>What a server under load does through time: a line for each interval, of messages, milliseconds and memory.</summary>
/// <param name="server">The server.</param>
/// <param name="output">Gets each line.</param>
/// <param name="path">A file that gets each line as well, at once; null for none.</param>
sealed class LoadLog(ServerProcess server, ITestOutputHelper output, string? path)
{
    readonly List<double> memory = [];
    readonly List<Latency> latencies = [];
    Customers customers = null!;
    DateTime start;
    TimeSpan processor;
    int told;

    /// <summary>
    /// How much larger the memory of the last quarter is than that of the second one, in MiB, each a median. In the first quarter a server still fills what it keeps.
    /// </summary>
    public double Growth => Median(3 * memory.Count / 4, memory.Count) - Median(memory.Count / 4, memory.Count / 2);

    public void Begin(Customers customers)
    {
        (this.customers, start, processor) = (customers, DateTime.UtcNow, server.ProcessorTime);
        Write(FormattableString.Invariant($"{start:u} The server is warm. Memory {server.Memory:F1} MiB."));
    }

    /// <summary>Adds a line about the time since the last one.</summary>
    public void Add()
    {
        Latency[] own = customers.TakeLatencies();
        memory.Add(server.Memory);
        latencies.AddRange(own);
        Write(string.Create(CultureInfo.InvariantCulture,
            $"{DateTime.UtcNow:u} {customers.Messages} answered, {customers.Refused} refused, " +
            $"{customers.Conversations} conversations, {customers.Faults.Count} faults; {Times(own)}; memory {memory[^1]:F1} MiB."));
        foreach (string fault in customers.Faults.Skip(told))
            Write(fault);
        told = customers.Faults.Count;
    }

    /// <summary>Adds the lines about the whole time.</summary>
    public void End()
    {
        double seconds = (DateTime.UtcNow - start).TotalSeconds, busy = (server.ProcessorTime - processor).TotalSeconds;
        Write(string.Create(CultureInfo.InvariantCulture,
            $"In {seconds:F0} s: {customers.Messages} answered, {customers.Refused} refused, {customers.Conversations} conversations, " +
            $"{customers.Faults.Count} faults; {Times([.. latencies])}."));
        Write(string.Create(CultureInfo.InvariantCulture,
            $"The server took {100 * busy / seconds:F1} % of a processor. " +
            $"Memory: first {memory[0]:F1}, most {memory.Max():F1}, last {memory[^1]:F1} MiB; growth from the second to the last quarter {Growth:F1} MiB."));
    }

    static string Times(Latency[] latencies)
    {
        if (latencies.Length == 0)
            return "no answer";
        Latency[] order = [.. latencies.OrderBy(l => l.Milliseconds)];
        return string.Create(CultureInfo.InvariantCulture,
            $"p50 {order[order.Length / 2].Milliseconds:F1} ms, p99 {order[order.Length * 99 / 100].Milliseconds:F1} ms, " +
            $"longest {order[^1].Milliseconds:F1} ms to {Customers.Short(order[^1].Turn.Body(null))}");
    }

    double Median(int from, int to)
    {
        double[] part = [.. memory[from..Math.Max(to, from + 1)].Order()];
        return part[part.Length / 2];
    }

    void Write(string line)
    {
        output.WriteLine(line);
        if (path is not null)
            File.AppendAllText(path, line + '\n');
    }
}
