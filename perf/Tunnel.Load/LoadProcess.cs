using System.Diagnostics;

namespace Tunnel.Load;

/// <summary>
/// Starts the programs of a run: in the foreground, their words into a file, and none outlives the run.
/// </summary>
internal static class LoadProcess
{
    public const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
    public const string EngineThreads = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    /// <param name="log">File that takes what the program writes to stdout and stderr.</param>
    public static Process Start(string program, IEnumerable<string> arguments, string log)
    {
        // The shell only joins the two outputs into the file: a pipe nobody empties would stall the program.
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("exec \"$0\" \"$@\" >>\"$LOAD_LOG\" 2>&1");
        start.ArgumentList.Add(program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["LOAD_LOG"] = log;
        // Ours; what is measured decides for itself.
        start.Environment.Remove(InlineCompletions);
        start.Environment.Remove(EngineThreads);
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    /// <summary>Ends it and its children at once.</summary>
    public static void Stop(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
    }
}
