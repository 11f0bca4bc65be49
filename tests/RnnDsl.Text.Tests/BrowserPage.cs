using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using RnnDsl.Browsing;

namespace RnnDsl.Text.Tests;

/// <summary>A page in a browser without a window, driven through Chromium's DevTools protocol.</summary>
sealed class BrowserPage : IAsyncDisposable
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    readonly DirectoryInfo profile = Directory.CreateTempSubdirectory("rnndsl-chromium-");
    readonly CancellationTokenSource ended = new(patience);
    readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> calls = [];
    readonly TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ClientWebSocket socket = new();
    Process? browser;
    Task? reading;
    int lastCall;

    /// <summary>What the page wrote to the console, and errors of its scripts.</summary>
    public ConcurrentQueue<string> Complaints { get; } = [];

    /// <summary>Opens an address.</summary>
    /// <exception cref="OperationCanceledException">The browser does not answer within a minute.</exception>
    public static async Task<BrowserPage> OpenAsync(Uri address)
    {
        var page = new BrowserPage();
        try
        {
            await page.StartAsync(address);
            return page;
        }
        catch
        {
            await page.DisposeAsync();
            throw;
        }
    }

    async Task StartAsync(Uri address)
    {
        string[] arguments = [.. Chromium.Arguments(profile.FullName), "--remote-debugging-port=0", "about:blank"];
        browser = Process.Start(new ProcessStartInfo(Chromium.Program!, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        await socket.ConnectAsync(await PageAddressAsync(await BrowserAddressAsync(browser)), ended.Token);
        reading = ReadAsync();
        await CallAsync("Page.enable", new { });
        await CallAsync("Log.enable", new { });
        await CallAsync("Runtime.enable", new { });
        await CallAsync("Emulation.setFocusEmulationEnabled", new { enabled = true });
        await CallAsync("Page.navigate", new { url = address.ToString() });
        await loaded.Task.WaitAsync(ended.Token);
    }

    /// <summary>The browser says on its error output at which port it listens. What it says later is read too, so that it never waits.</summary>
    async Task<Uri> BrowserAddressAsync(Process started)
    {
        const string Listening = "DevTools listening on ";
        started.OutputDataReceived += (_, _) => { };
        started.BeginOutputReadLine();
        var found = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        started.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
                found.TrySetException(new InvalidOperationException($"{Chromium.Program} ended before it listened."));
            else if (line.Data.StartsWith(Listening, StringComparison.Ordinal))
                found.TrySetResult(new Uri(line.Data[Listening.Length..]));
        };
        started.BeginErrorReadLine();
        return await found.Task.WaitAsync(ended.Token);
    }

    async Task<Uri> PageAddressAsync(Uri listening)
    {
        using var client = new HttpClient();
        JsonElement targets = await client.GetFromJsonAsync<JsonElement>($"http://{listening.Authority}/json/list", ended.Token);
        return new Uri(targets.EnumerateArray().First(t => t.GetProperty("type").GetString() == "page").GetProperty("webSocketDebuggerUrl").GetString()!);
    }

    /// <summary>Types a text into what has the focus.</summary>
    public Task TypeAsync(string text) => CallAsync("Input.insertText", new { text });

    /// <summary>Presses Enter.</summary>
    public async Task PressEnterAsync()
    {
        foreach (string type in new[] { "keyDown", "keyUp" })
            await CallAsync("Input.dispatchKeyEvent", new { type, key = "Enter", code = "Enter", windowsVirtualKeyCode = 13, text = type == "keyDown" ? "\r" : "" });
    }

    /// <summary>The value of a JavaScript expression; of a promise what it promises.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression)
    {
        JsonElement result = await CallAsync("Runtime.evaluate", new { expression, awaitPromise = true, returnByValue = true });
        if (result.TryGetProperty("exceptionDetails", out JsonElement error))
            throw new InvalidOperationException(error.GetRawText());
        return result.GetProperty("result").TryGetProperty("value", out JsonElement value) ? value : default;
    }

    async Task<JsonElement> CallAsync(string method, object arguments)
    {
        int id = ++lastCall;
        TaskCompletionSource<JsonElement> answer = calls[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = arguments }), WebSocketMessageType.Text, endOfMessage: true, ended.Token);
        return await answer.Task.WaitAsync(ended.Token);
    }

    async Task ReadAsync()
    {
        var buffer = new byte[1 << 16];
        using var message = new MemoryStream();
        while (socket.State == WebSocketState.Open)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(buffer.AsMemory(), ended.Token);
            message.Write(buffer, 0, part.Count);
            if (!part.EndOfMessage || part.MessageType == WebSocketMessageType.Close)
                continue;
            Take(JsonSerializer.Deserialize<JsonElement>(message.ToArray()));
            message.SetLength(0);
        }
    }

    void Take(JsonElement message)
    {
        if (message.TryGetProperty("id", out JsonElement id) && calls.TryRemove(id.GetInt32(), out TaskCompletionSource<JsonElement>? call))
        {
            if (message.TryGetProperty("result", out JsonElement result))
                call.SetResult(result);
            else
                call.SetException(new InvalidOperationException(message.GetRawText()));
            return;
        }
        switch (message.GetProperty("method").GetString())
        {
            case "Page.loadEventFired":
                loaded.TrySetResult();
                break;
            case "Log.entryAdded" or "Runtime.exceptionThrown" or "Runtime.consoleAPICalled":
                Complaints.Enqueue(message.GetProperty("params").GetRawText());
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        if (reading is not null)
            await reading.ContinueWith(_ => { }, TaskScheduler.Default);
        socket.Dispose();
        if (browser is not null)
        {
            browser.Kill(entireProcessTree: true);
            await browser.WaitForExitAsync();
            browser.Dispose();
        }
        ended.Dispose();
        profile.Delete(recursive: true);
    }
}
