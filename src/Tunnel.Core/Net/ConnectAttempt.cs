using System.Net;
using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>The result of an attempt to connect: a channel, or why there is none.</summary>
/// <param name="Detail">
/// With a channel its address; else the result of the lookup, or of each address that was tried.
/// </param>
public sealed record ConnectResult(SocketChannel? Channel, string Detail)
{
    internal ConnectResult(Trouble failure)
        : this(null, failure.Cause) => Remedy = failure.Remedy;

    /// <summary>What to do about the last that failed; null: nothing has.</summary>
    public string? Remedy { get; init; }
}

/// <summary>
/// One attempt to reach a host: resolves its name again and tries all its addresses in <see cref="AddressOrder"/>, a
/// new one each time the last has failed or has been silent for a while (RFC 8305 section 5); the first to answer wins.
/// </summary>
/// <remarks>An attempt belongs to a session in the table, which holds the file of its first socket.</remarks>
public sealed class ConnectAttempt
{
    // RFC 8305 section 8 recommends 250 ms between attempts.
    private static readonly TimeSpan _stagger = TimeSpan.FromMilliseconds(250);

    // Keeps the line of the log readable.
    private const int MostFailuresToReport = 8;

    // No event says that a full queue has room again (connect(2), EAGAIN).
    private static readonly TimeSpan _queuePause = DeadlineWheel.Tick;

    private readonly string _host;
    private readonly int _port;
    private readonly UnixEndPoint? _inMachine;
    private readonly Engine _engine;
    private readonly ITcpSocket? _beside;
    private readonly AttemptSockets _sockets;
    private readonly TaskCompletionSource _given = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="beside">A connection of the same session; the new one uses the same event loop.</param>
    public ConnectAttempt(string host, int port, Engine engine, SocketChannel? beside = null)
    {
        (_host, _port, _engine, _beside) = (host, port, engine, beside?.Socket);
        _sockets = new AttemptSockets(engine.Files);
    }

    /// <summary>An attempt to reach a process of this machine, which has one address and no name to look up.</summary>
    /// <param name="beside">As above.</param>
    public ConnectAttempt(UnixEndPoint to, Engine engine, SocketChannel? beside = null)
        : this("", 0, engine, beside) => _inMachine = to;

    public async Task<ConnectResult> RunAsync()
    {
        if (_inMachine is not null)
        {
            return await ReachInMachineAsync(_inMachine).ConfigureAwait(false);
        }

        var lookup = _engine.Names.LookupAsync(_host);
        // The system's resolver cannot be interrupted; its late answer is for the next caller.
        await Task.WhenAny(lookup, _given.Task).ConfigureAwait(false);
        if (!lookup.IsCompleted)
        {
            return new ConnectResult(ResolverErrors.NoAnswerYet.Behind($"{_host}: "));
        }

        var (addresses, fault) = await lookup.ConfigureAwait(false);
        return fault is null
            ? await RaceAsync(AddressOrder.Spread([.. addresses], _engine.Random)).ConfigureAwait(false)
            : new ConnectResult(fault.Behind($"{_host}: "));
    }

    /// <summary>Ends the attempt; <see cref="RunAsync"/> then completes without a channel. From any thread.</summary>
    public void GiveUp()
    {
        _sockets.GiveUp();
        _given.TrySetResult();
    }

    /// <summary>Tries the addresses in the order given.</summary>
    internal async Task<ConnectResult> RaceAsync(IPAddress[] addresses)
    {
        var running = new List<Task<ConnectResult>>();
        var failures = new List<ConnectResult>();
        var next = 0;
        while (true)
        {
            // Without a free file the next address waits until an earlier one has failed.
            if (next < addresses.Length && !_sockets.IsOver && _sockets.TryReserve())
            {
                running.Add(ConnectAsync(new IPEndPoint(addresses[next++], _port)));
            }

            if (running.Count == 0)
            {
                return Report(failures, addresses.Length - next);
            }

            Task first = Task.WhenAny(running);
            if (next < addresses.Length)
            {
                first = Task.WhenAny(first, _engine.Wheel.DelayAsync(_stagger));
            }

            await first.ConfigureAwait(false);
            foreach (var done in running.Where(task => task.IsCompleted).ToArray())
            {
                running.Remove(done);
                var result = await done.ConfigureAwait(false);
                if (result.Channel is not null)
                {
                    return result;
                }

                failures.Add(result);
            }
        }
    }

    private async Task<ConnectResult> ReachInMachineAsync(UnixEndPoint to)
    {
        while (true)
        {
            _sockets.TryReserve();
            var (channel, error) = await DialAsync(to).ConfigureAwait(false);
            if (error == SocketError.WouldBlock)
            {
                await Task.WhenAny(_engine.Wheel.DelayAsync(_queuePause), _given.Task).ConfigureAwait(false);
                if (!_given.Task.IsCompleted)
                {
                    continue;
                }
            }

            return channel is null
                ? new ConnectResult(UnixFaults.OfConnecting(error).Behind($"{to}: "))
                : new ConnectResult(channel, $"{to}");
        }
    }

    private async Task<ConnectResult> ConnectAsync(IPEndPoint to)
    {
        var (channel, error) = await DialAsync(to).ConfigureAwait(false);
        return channel is null
            ? new ConnectResult(AddressFaults.OfConnecting(to, error).Behind($"{to}: "))
            : new ConnectResult(channel, $"{to}");
    }

    private async Task<(SocketChannel? Channel, SocketError Error)> DialAsync(EndPoint to)
    {
        ITcpSocket? socket = null;
        SocketError error;
        try
        {
            socket = _engine.Network.Open(to.AddressFamily, _beside);
            error = _sockets.TryAdd(socket)
                ? (await socket.ConnectAsync(to).ConfigureAwait(false)).Error
                : SocketError.OperationAborted;
            if (error == SocketError.Success)
            {
                var channel = new SocketChannel(socket, isDialled: true);
                if (_sockets.TryWin(socket))
                {
                    return (channel, error);
                }

                error = SocketError.OperationAborted;
            }
        }
        catch (SocketException e)
        {
            // No socket is available, the machine has no IPv6, or the peer reset what it had just accepted.
            error = e.SocketErrorCode;
        }

        _sockets.Release(socket);
        return (null, error);
    }

    private static ConnectResult Report(List<ConnectResult> failures, int untried)
    {
        var left = failures.Count - MostFailuresToReport;
        var words = string.Join("; ", failures.Take(MostFailuresToReport).Select(one => one.Detail));
        words += left > 0 ? $"; and {left} more" : "";
        return new ConnectResult(null, untried > 0 ? $"{words}; {untried} more addresses were not tried" : words)
        {
            Remedy = failures.LastOrDefault()?.Remedy,
        };
    }
}
