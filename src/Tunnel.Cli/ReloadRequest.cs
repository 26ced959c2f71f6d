using Tunnel.Config;
using Tunnel.Tunnels;

namespace Tunnel.Cli;

/// <summary>
/// The work of <c>tunnel reload</c>: asks the process that runs with a configuration file to read it again, and says
/// what came of it.
/// </summary>
internal static class ReloadRequest
{
    // Judging hundreds of tunnels and large CRLs takes seconds, on a machine under load a little longer.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <exception cref="ConfigException">
    /// The file is faulty or names no status socket, or the process has refused what it found.
    /// </exception>
    /// <exception cref="StatusException">There is no answer.</exception>
    public static async Task<int> AskAsync(ConfigSource source, TextWriter output)
    {
        var answer = await StatusQuery.AskAsync(Status.SocketOf(source), StatusQuery.ReloadRequest, _patience);
        var lines = answer.TrimEnd('\n').Split('\n', 2);
        if (lines is [StatusQuery.Accepted, var words])
        {
            await output.WriteLineAsync($"reloaded, {words}");
            return ExitCodes.Ok;
        }

        throw lines is [StatusQuery.Refused, var faults]
            ? new ReloadRefusedException($"{faults}\nnothing has changed: the process serves on as before")
            : new StatusException("the answer is not that of a tunnel: it is stopping, or another program");
    }

    private sealed class ReloadRefusedException(string message) : ExplainedException(message, ExitCodes.BadInput);
}
