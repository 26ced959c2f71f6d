using System.Net;
using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>What became of an attempt to connect: a channel, or why there is none.</summary>
/// <param name="Resolved">False when the name gave no address.</param>
public sealed record ConnectResult(SocketChannel? Channel, bool Resolved, string Detail);

/// <summary>
/// One attempt to reach a host: resolves its name anew and tries all its addresses in <see cref="AddressOrder"/>, a new
/// one each time the last has failed or has kept silent for a while (RFC 8305 section 5); the first to answer wins.
/// </summary>
public sealed class ConnectAttempt(string host, int port, DeadlineWheel wheel)
{
    // RFC 8305 section 8 recommends 250 ms between attempts.
    private static readonly TimeSpan _stagger = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly List<Socket> _open = [];
    private readonly TaskCompletionSource _given = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _givenUp;

    public async Task<ConnectResult> RunAsync()
    {
        IPAddress[] addresses;
        try
        {
            addresses = await ResolveAsync().ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            return new ConnectResult(null, false, $"{host}: {SocketErrors.Words(e.SocketErrorCode)}");
        }

        return await RaceAsync(AddressOrder.Spread(addresses, Random.Shared)).ConfigureAwait(false);
    }

    /// <summary>Ends the attempt; <see cref="RunAsync"/> then completes without a channel. From any thread.</summary>
    public void GiveUp()
    {
        lock (_lock)
        {
            _givenUp = true;
            _open.ForEach(socket => socket.Dispose());
        }

        _given.TrySetResult();
    }

    private async Task<IPAddress[]> ResolveAsync()
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        var resolving = Dns.GetHostAddressesAsync(host);
        // The system's resolver cannot be interrupted; its late answer is nobody's.
        await Task.WhenAny(resolving, _given.Task).ConfigureAwait(false);
        if (!resolving.IsCompleted)
        {
            throw new SocketException((int)SocketError.TryAgain);
        }

        var addresses = await resolving.ConfigureAwait(false);
        return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.NoData);
    }

    /// <summary>Tries the addresses in the order given.</summary>
    internal async Task<ConnectResult> RaceAsync(IPAddress[] addresses)
    {
        var running = new List<Task<(Socket? Socket, IPEndPoint To, SocketError Error)>>();
        var failures = new List<string>();
        for (var next = 0; next < addresses.Length || running.Count > 0; )
        {
            if (next < addresses.Length)
            {
                running.Add(ConnectAsync(new IPEndPoint(addresses[next++], port)));
            }

            Task first = Task.WhenAny(running);
            if (next < addresses.Length)
            {
                first = Task.WhenAny(first, wheel.DelayAsync(_stagger));
            }

            await first.ConfigureAwait(false);
            foreach (var done in running.Where(task => task.IsCompleted).ToArray())
            {
                running.Remove(done);
                var (socket, to, error) = await done.ConfigureAwait(false);
                if (socket is not null && Take(socket) is { } channel)
                {
                    return new ConnectResult(channel, true, to.ToString());
                }

                failures.Add(
                    $"{to}: {SocketErrors.Words(error == SocketError.Success ? SocketError.OperationAborted : error)}"
                );
            }
        }

        return new ConnectResult(null, true, string.Join("; ", failures));
    }

    private async Task<(Socket? Socket, IPEndPoint To, SocketError Error)> ConnectAsync(IPEndPoint to)
    {
        Socket? socket = null;
        var operation = SocketOperation.Rent();
        try
        {
            socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            SocketTuning.Outgoing(socket);
            if (!Track(socket))
            {
                return (null, to, SocketError.OperationAborted);
            }

            var result = await operation.ConnectAsync(socket, to).ConfigureAwait(false);
            if (result.Error == SocketError.Success)
            {
                return (socket, to, SocketError.Success);
            }

            socket.Dispose();
            return (null, to, result.Error);
        }
        catch (SocketException e)
        {
            // No socket to be had: the process is out of files, or the machine speaks no IPv6.
            socket?.Dispose();
            return (null, to, e.SocketErrorCode);
        }
        finally
        {
            operation.Return();
        }
    }

    private bool Track(Socket socket)
    {
        lock (_lock)
        {
            if (_givenUp)
            {
                socket.Dispose();
                return false;
            }

            _open.Add(socket);
            return true;
        }
    }

    /// <summary>The winner leaves the attempt's hands; everybody else is closed.</summary>
    private SocketChannel? Take(Socket winner)
    {
        lock (_lock)
        {
            if (_givenUp)
            {
                return null;
            }

            _open.Remove(winner);
            _open.ForEach(socket => socket.Dispose());
            _givenUp = true;
        }

        try
        {
            return new SocketChannel(winner);
        }
        catch (SocketException)
        {
            winner.Dispose();
            return null;
        }
    }
}
