namespace Tunnel.Net;

/// <summary>
/// One leg of a session: a duplex stream of bytes, plain or encrypted. One read and one write may be under way at a
/// time. Neither throws for what a peer or the network does; they report it.
/// </summary>
public interface ITransport
{
    /// <summary>Completes when <see cref="Read"/> may bring something; holds no buffer meanwhile.</summary>
    ValueTask<SocketResult> WaitAsync();

    /// <summary>The next bytes, in a rented buffer the caller returns; <see cref="Chunk.IsNone"/> when another wait is needed.</summary>
    /// <remarks>The work of one call is bounded, whatever the peer has sent; <see cref="Chunk.Cost"/> says how much it was.</remarks>
    /// <param name="waited">How the wait before it ended.</param>
    Chunk Read(SocketResult waited);

    /// <summary>Waits and reads until there are bytes, or none will come.</summary>
    async ValueTask<Chunk> ReadAsync()
    {
        var chunk = Read(await WaitAsync().ConfigureAwait(false));
        for (var cost = chunk.Cost; chunk.IsNone; cost += chunk.Cost)
        {
            if (cost >= BufferPool.Large)
            {
                cost = 0;
                await EventLoop.Yield();
            }

            chunk = Read(await WaitAsync().ConfigureAwait(false));
        }

        return chunk;
    }

    /// <summary>Completes when every byte has been handed to the system; the caller keeps the memory until then.</summary>
    ValueTask<IoStatus> WriteAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Half-close: says that no more is coming (FIN; close_notify and FIN over TLS). Reading goes on.</summary>
    ValueTask<IoStatus> CloseWriteAsync();

    /// <summary>
    /// Tells the peer, behind the last byte and without destroying any, that the stream broke off, if the transport has
    /// words for it: over TLS a fatal alert (RFC 8446 section 6.2) and FIN, or FIN without close_notify. Nothing may be
    /// written afterwards; reading goes on.
    /// </summary>
    /// <returns>False when only RST can tell: a plain connection, one whose write side has ended, one that is broken.</returns>
    ValueTask<bool> CloseWithAbortAsync();

    /// <summary>Cuts the connection so that the peer sees it: RST, and over TLS no close_notify. From any thread, any number of times.</summary>
    void Abort();

    /// <summary>
    /// Gives everything back, once, by the owner, when no operation is under way. A connection both of whose directions
    /// have ended closes cleanly; any other is cut as by <see cref="Abort"/>.
    /// </summary>
    void Dispose();

    /// <summary>What was behind the last <see cref="IoStatus.Failed"/>, or a <see cref="IoStatus.Reset"/> of which more is known.</summary>
    TransportFault? Fault { get; }
}
