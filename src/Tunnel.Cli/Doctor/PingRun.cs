using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Cli.Doctor;

/// <summary>
/// The work of <c>tunnel ping</c>: visits a client's servers again and again, each time as a new session would, and
/// says how long it took.
/// </summary>
internal static class PingRun
{
    /// <returns>0 when at least one try came through, else that of the rung at which the last one ended.</returns>
    /// <exception cref="ConfigException">The configuration is faulty.</exception>
    /// <exception cref="TlsSetupException">A file cannot be used.</exception>
    /// <exception cref="ExplainedException">There is no such tunnel, or it is no client.</exception>
    public static Task<int> RunAsync(ConfigSource source, PingOptions options, TextWriter output) =>
        RunAsync(source, options, output, Signals.OfProcess.First);

    /// <summary>The same until somebody asks to stop.</summary>
    internal static async Task<int> RunAsync(
        ConfigSource source,
        PingOptions options,
        TextWriter output,
        Task<string> stop
    )
    {
        using var candidate = Preparation.Judge(source);
        var tunnel = ClientOf(AskedTunnels.Of(candidate.Tunnels, options.Tunnel));
        using var engine = new Engine(tunnel.SessionBytes);
        IPingReport report = options.Json
            ? new PingJson(source.File, tunnel.Settings.Name, output)
            : new PingText(output);
        return await new Pings(tunnel, engine, options, report, stop).RunAsync().ConfigureAwait(false);
    }

    private static TunnelCandidate ClientOf(List<TunnelCandidate> asked)
    {
        var clients = asked.FindAll(tunnel => tunnel.Settings.Role == TunnelRole.Client);
        return clients switch
        {
            [var only] => only,
            [] => throw new NoClientException(
                Trouble.Of(
                    "only a client has a server to ping, and the file describes none",
                    "tunnel doctor judges a server"
                )
            ),
            _ => throw new NoClientException(
                Trouble.Of(
                    "the file describes several clients",
                    $"name one of {string.Join(", ", clients.Select(NameOf))} behind the options"
                )
            ),
        };
    }

    private static string? NameOf(TunnelCandidate tunnel) => tunnel.Settings.Name;

    private sealed class NoClientException(Trouble trouble) : ExplainedException(trouble, ExitCodes.BadInput);
}
