using System.Collections.Concurrent;
using System.Net.Sockets;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Faults.Kit;

/// <summary>The service behind the tunnel: the other end of every <see cref="Talk"/>.</summary>
internal sealed class TalkTarget : IDisposable
{
    private readonly ConcurrentDictionary<int, Talk> _talks = new();
    private readonly Socket _listener;

    public TalkTarget(Socket listener)
    {
        _listener = listener;
        Port = listener.EndPoint().Port;
        _ = AcceptAllAsync();
    }

    public int Port { get; }

    /// <summary>The service's end of a session, as soon as it is there.</summary>
    public async Task<Talk> OfAsync(int session)
    {
        await Eventually.HoldsAsync(
            () => _talks.ContainsKey(session),
            () => $"session {session} did not reach the target"
        );
        return _talks[session];
    }

    /// <summary>Accepts nobody any more; what is open stays.</summary>
    public void Dispose() => _listener.Dispose();

    private async Task AcceptAllAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It went down.
        }
    }

    private async Task ServeAsync(Socket accepted)
    {
        try
        {
            if (await Talk.AnswerAsync(accepted) is { } talk)
            {
                _talks[talk.Session] = talk;
                return;
            }
        }
        catch (SocketException)
        {
            // Whoever was there has left.
        }

        accepted.Dispose();
    }
}
