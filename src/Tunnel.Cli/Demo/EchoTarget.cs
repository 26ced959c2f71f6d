using System.Net;
using Tunnel.Net;

namespace Tunnel.Cli.Demo;

/// <summary>The demo's target service: sends back what it gets, on the tunnel's own engine.</summary>
internal sealed class EchoTarget
{
    // As in the relay: a connection that never has to wait steps back after this much.
    private const int BytesPerTurn = BufferPool.Large;

    private readonly Listener _listener;
    private readonly Action<ReadOnlySpan<byte>> _seen;

    /// <param name="seen">Called with every piece that arrives, in order, before it goes back.</param>
    public EchoTarget(Engine engine, Action<ReadOnlySpan<byte>> seen)
    {
        _seen = seen;
        _listener = Listener.Bind(new IPEndPoint(IPAddress.Loopback, 0), engine);
        _ = _listener.RunAsync(() => true, channel => _ = EchoAsync(channel), _ => { });
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.EndPoint;

    public void Stop() => _listener.Stop();

    private async Task EchoAsync(SocketChannel channel)
    {
        channel.ReceivesOn = channel.SendsOn = Continuation.Loop;
        ITransport transport = new TcpTransport(channel);
        for (var turn = 0; ; )
        {
            var chunk = await transport.ReadAsync().ConfigureAwait(false);
            if (chunk.Status != IoStatus.Ok)
            {
                _ = await transport.CloseWriteAsync().ConfigureAwait(false);
                break;
            }

            _seen(chunk.Bytes.Span);
            turn += chunk.Bytes.Length;
            var written = await transport.WriteAsync(chunk.Bytes).ConfigureAwait(false);
            chunk.Return();
            if (written != IoStatus.Ok)
            {
                break;
            }

            if (turn >= BytesPerTurn)
            {
                turn = 0;
                await EventLoop.Yield();
            }
        }

        transport.Dispose();
    }
}
