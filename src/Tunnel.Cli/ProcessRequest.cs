using Tunnel.Config;
using Tunnel.Tunnels;

namespace Tunnel.Cli;

/// <summary>
/// The work of the commands that want something of the process that runs with a configuration: it does it, or says why
/// not.
/// </summary>
internal static class ProcessRequest
{
    // Judging hundreds of tunnels and large CRLs takes seconds, on a machine under load a little longer.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>Reads the configuration again.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public static Task<int> ReloadAsync(ConfigSource source, TextWriter output) =>
        AskAsync(
            source,
            StatusQuery.ReloadRequest,
            words => $"reloaded, {words}",
            faults =>
                Trouble.Of(
                    $"{faults}\nnothing has changed: the process serves on as before",
                    "correct that, and reload again"
                ),
            output
        );

    /// <summary>Ends a session, or all of a peer.</summary>
    /// <param name="isPeer">Of a name of a peer, not an id of a session.</param>
    /// <inheritdoc cref="AskAsync"/>
    public static Task<int> KillAsync(ConfigSource source, string which, bool isPeer, TextWriter output) =>
        AskAsync(
            source,
            $"{(isPeer ? StatusQuery.KillPeerRequest : StatusQuery.KillRequest)} {which}",
            words => words,
            Trouble.Told,
            output
        );

    /// <summary>Stops as SIGTERM does.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public static Task<int> DrainAsync(ConfigSource source, TextWriter output) =>
        AskAsync(source, StatusQuery.DrainRequest, words => words, Trouble.Told, output);

    /// <param name="socket">The status socket of the process.</param>
    /// <exception cref="StatusException">There is no answer.</exception>
    internal static async Task<(bool IsAccepted, string Words)> AskAsync(string socket, string request)
    {
        var answer = await StatusQuery.AskAsync(socket, request, _patience);
        return answer.TrimEnd('\n').Split('\n', 2) switch
        {
            [StatusQuery.Accepted, var words] => (true, words),
            [StatusQuery.Refused, var why] => (false, why),
            _ => throw new StatusException(
                Trouble.Of(
                    "the answer is not that of a tunnel: it is stopping, or another program",
                    "look which process has the path in monitor.status_socket"
                )
            ),
        };
    }

    /// <exception cref="ConfigException">The file is faulty or names no status socket.</exception>
    /// <exception cref="StatusException">There is no answer.</exception>
    /// <exception cref="RefusedException">The process does not do it.</exception>
    private static async Task<int> AskAsync(
        ConfigSource source,
        string request,
        Func<string, string> accepted,
        Func<string, Trouble> refused,
        TextWriter output
    )
    {
        var (isAccepted, words) = await AskAsync(Status.SocketOf(source), request);
        if (!isAccepted)
        {
            throw new RefusedException(refused(words));
        }

        await output.WriteLineAsync(accepted(words));
        return ExitCodes.Ok;
    }

    private sealed class RefusedException(Trouble trouble) : ExplainedException(trouble, ExitCodes.BadInput);
}
