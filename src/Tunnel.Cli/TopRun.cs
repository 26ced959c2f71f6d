using Tunnel.Cli.Top;
using Tunnel.Config;

namespace Tunnel.Cli;

/// <summary>The work of <c>tunnel top</c>.</summary>
internal static class TopRun
{
    /// <exception cref="ConfigException">The file is faulty or names no status socket.</exception>
    /// <exception cref="StatusException">One table was asked for, and there is no answer.</exception>
    public static async Task<int> RunAsync(ConfigSource source, TopOptions options, TextWriter output, TextWriter error)
    {
        var watched = new WatchedProcess(Status.SocketOf(source));
        var signals = Signals.OfProcess;
        // The terminal was closed.
        signals.Others(signals.AskToStop, static _ => { });
        if (options.Once)
        {
            await PlainAsync(watched, options, output, signals.First);
        }
        else if (ConsoleTerminal.WhyNot() is { } why)
        {
            await error.WriteLineAsync(
                $"tunnel: {why}, so there is a table every {options.Interval.TotalSeconds:0.###} s; --once prints one"
            );
            await PlainAsync(watched, options, output, signals.First);
        }
        else
        {
            using var terminal = ConsoleTerminal.Open();
            await new TopLoop(watched, terminal, TimeProvider.System, options.Interval).RunAsync(signals.First);
        }

        return ExitCodes.Ok;
    }

    private static async Task PlainAsync(WatchedProcess watched, TopOptions options, TextWriter output, Task stop)
    {
        var pipe = PipeOutput.Of(output);
        try
        {
            await PlainTop.RunAsync(watched, pipe, TimeProvider.System, options.Interval, options.Once, stop);
            await pipe.FlushAsync();
        }
        catch (IOException e) when (PipeOutput.IsReaderGone(e))
        {
            // "| head" has seen enough.
        }
    }
}
