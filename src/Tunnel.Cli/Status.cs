using Tunnel.Config;
using Tunnel.Tunnels;

namespace Tunnel.Cli;

/// <summary>
/// The work of <c>tunnel status</c>: asks the tunnel that runs with a configuration file. It reads no other file.
/// </summary>
internal static class Status
{
    /// <summary>
    /// How long an answer may take: a healthy tunnel needs milliseconds, on a machine under load a little longer.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <exception cref="ConfigException">The file is faulty or names no status socket.</exception>
    /// <exception cref="StatusException">
    /// There is no answer, or the answer is that no new connections are accepted.
    /// </exception>
    public static async Task<int> AskAsync(ConfigSource source, TextWriter output)
    {
        var path = SocketOf(source);
        var answer = await StatusQuery.AskAsync(path, StatusQuery.StatusRequest, Patience);
        if (StatusText.IsAccepting(answer) is not { } accepting)
        {
            throw new StatusException(
                $"the process answering on {path} is not a tunnel; give the tunnel a path of its own"
            );
        }

        await output.WriteAsync(answer);
        return accepting
            ? ExitCodes.Ok
            : throw new StatusException(
                "the tunnel is stopping: it accepts no new connections and ends when the live ones have ended"
            );
    }

    /// <exception cref="ConfigException">The file is faulty or names no status socket.</exception>
    internal static string SocketOf(ConfigSource source) =>
        ConfigLoader.Load(source).Settings.Monitor.StatusSocket is { Path: var path }
            ? path
            : throw new ConfigException([
                new ConfigFault(
                    source.File,
                    0,
                    0,
                    "monitor.status_socket",
                    "monitor.status_socket is not set, so a tunnel with this configuration has no status to report",
                    "set it to a path, such as /run/tunnel/status.sock, and restart the tunnel"
                ),
            ]);
}
