using System.Globalization;

namespace Tunnel.Net;

/// <summary>
/// The sockets that systemd, or whoever does the same, has passed to this process (sd_listen_fds(3)): <c>LISTEN_FDS</c>
/// descriptors from 3 on, for the process <c>LISTEN_PID</c>, with the names in <c>LISTEN_FDNAMES</c>.
/// </summary>
internal sealed class PassedSockets
{
    // SD_LISTEN_FDS_START
    private const int First = 3;

    // What systemd calls a descriptor without a name.
    private const string Unnamed = "unknown";

    private readonly IReadOnlyList<PassedSocket> _sockets;
    private readonly string _lack;

    private PassedSockets(IReadOnlyList<PassedSocket> sockets, string lack) => (_sockets, _lack) = (sockets, lack);

    public static PassedSockets None { get; } = new([], "no socket");

    public static PassedSockets OfProcess { get; } =
        Of(Environment.GetEnvironmentVariable, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

    /// <summary>Those that these environment variables describe.</summary>
    public static PassedSockets Of(Func<string, string?> variable, string processId)
    {
        if (!int.TryParse(variable("LISTEN_FDS"), CultureInfo.InvariantCulture, out var count) || count <= 0)
        {
            return new([], "no socket (LISTEN_FDS is not set: its socket unit has to start the service)");
        }

        if (variable("LISTEN_PID") is var meant && meant != processId)
        {
            return new([], $"no socket to this process {processId}, but to process {meant} (LISTEN_PID)");
        }

        var names = variable("LISTEN_FDNAMES") is { Length: > 0 } given ? given.Split(':') : [];
        var sockets = Enumerable
            .Range(0, count)
            .Select(index => new PassedSocket(index < names.Length ? names[index] : Unnamed, First + index))
            .ToList();
        return new(sockets, $"only {string.Join(", ", sockets.Select(socket => socket.Name).Distinct())}");
    }

    /// <summary>One name may stand for several sockets: those of one unit.</summary>
    public IReadOnlyList<PassedSocket> Named(string name) => [.. _sockets.Where(socket => socket.Name == name)];

    /// <summary>What was passed, for a message about a name that was not.</summary>
    public override string ToString() => _lack;
}
