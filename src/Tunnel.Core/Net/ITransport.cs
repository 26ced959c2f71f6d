namespace Tunnel.Net;

/// <summary>
/// One leg of a session: a duplex stream of bytes, plain or encrypted. One read and one write may be under way at a
/// time. Neither throws for what a peer or the network does; they report it.
/// </summary>
public interface ITransport
{
    /// <summary>Completes when <see cref="Read"/> may return something; holds no buffer meanwhile.</summary>
    ValueTask<SocketResult> WaitAsync();

    /// <summary>
    /// The next bytes, in a rented buffer the caller returns; <see cref="Chunk.IsNone"/> when another wait is needed.
    /// </summary>
    /// <remarks>
    /// The work of one call is limited, whatever the peer has sent; <see cref="Chunk.Cost"/> says how much it was.
    /// </remarks>
    /// <param name="waited">The result of the wait before it.</param>
    Chunk Read(SocketResult waited);

    /// <summary>Waits and reads until there are bytes, or no more will come.</summary>
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

    /// <summary>
    /// Completes when every byte has been handed to the system; the caller keeps the memory until then.
    /// </summary>
    ValueTask<IoStatus> WriteAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>
    /// Half-close: says that no more will come (FIN; close_notify and FIN over TLS). Reading continues.
    /// </summary>
    ValueTask<IoStatus> CloseWriteAsync();

    /// <summary>
    /// Tells the peer, after the last byte and without losing any, that the stream broke off, if the transport can say
    /// so: over TLS a fatal alert (RFC 8446 section 6.2) and FIN, or FIN without close_notify. Nothing may be written
    /// afterwards; reading continues.
    /// </summary>
    /// <returns>
    /// False when only RST can say it: on a plain connection, one whose write side has ended, or a broken one.
    /// </returns>
    ValueTask<bool> CloseWithAbortAsync();

    /// <summary>
    /// Cuts the connection so that the peer sees it: RST, and over TLS no close_notify. From any thread, any number of
    /// times.
    /// </summary>
    void Abort();

    /// <summary>
    /// Releases everything: called once, by the owner, when no operation is under way. A connection with both
    /// directions ended closes cleanly; any other is cut as by <see cref="Abort"/>.
    /// </summary>
    void Dispose();

    /// <summary>
    /// The cause of the last <see cref="IoStatus.Failed"/>, or of a <see cref="IoStatus.Reset"/> if it is known.
    /// </summary>
    TransportFault? Fault { get; }
}
