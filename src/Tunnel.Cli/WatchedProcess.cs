using System.Diagnostics;
using Tunnel.Cli.Top;
using Tunnel.Tunnels;

namespace Tunnel.Cli;

/// <summary>A process as it is seen at its status socket.</summary>
internal sealed class WatchedProcess(string socket) : IWatched
{
    /// <inheritdoc/>
    public async Task<Look> LookAsync()
    {
        var report = await Status.ReportOf(socket);
        var at = Stopwatch.GetElapsedTime(0);
        var sessions = await Status.SessionsOf(socket);
        return new Look(report, sessions, at);
    }

    /// <inheritdoc/>
    public async Task<string> KillAsync(string id) =>
        (await ProcessRequest.AskAsync(socket, $"{StatusQuery.KillRequest} {id}")).Words;
}
