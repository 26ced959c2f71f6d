using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Tunnel.Net;

namespace Tunnel.Tls.SslStreamBackend;

/// <summary>The encrypted leg over SslStream, many records a turn.</summary>
internal sealed class SslStreamTransport(SslStream tls, ChannelStream inner, SocketChannel channel) : ITransport
{
    // The largest plaintext of one record (RFC 8446 section 5.1); SslStream decrypts one record a read.
    private const int RecordBytes = 16 * 1024;

    private ReadSize _size;
    private Chunk _read;
    private IoStatus _readEnd;
    private bool _sentCloseNotify;

    public TransportFault? Fault { get; private set; }

    /// <summary>Reads as well: SslStream does not say whether a whole record is there.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SocketResult> WaitAsync()
    {
        if (_readEnd != IoStatus.Ok)
        {
            return default;
        }

        byte[]? buffer = null;
        var filled = 0;
        await inner.EnterStateAsync().ConfigureAwait(false);
        inner.BeginTurn();
        try
        {
            if (!inner.HasLongRecord)
            {
                // Waits without a buffer, SslStream's own included.
                await tls.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
            }

            var room = Math.Clamp(BufferPool.Grant(_size.Bytes), RecordBytes, BufferPool.LargePlaintext);
            buffer = BufferPool.Rent(room);
            int read;
            do
            {
                read = await tls.ReadAsync(buffer.AsMemory(filled, room - filled)).ConfigureAwait(false);
                filled += read;
            } while (read > 0 && room - filled >= RecordBytes && inner.HasLongRecord && !inner.TurnIsOver);
            _size.Record(room - filled < RecordBytes ? room : filled, room);
            if (read == 0)
            {
                // A bare FIN and close_notify both read as 0; only the stream below knows which it was.
                _readEnd = inner.Ended == IoStatus.Ok ? IoStatus.Eof : IoStatus.Truncated;
            }
        }
        catch (Exception e) when (IsOfConnection(e))
        {
            _readEnd = Explain(e);
        }
        finally
        {
            inner.LeaveState();
        }

        if (filled > 0)
        {
            _read = Chunk.Of(buffer!, filled, inner.Cost);
        }
        else if (buffer is not null)
        {
            BufferPool.Return(buffer);
        }

        return default;
    }

    public Chunk Read(SocketResult waited)
    {
        var chunk = _read.IsNone ? Chunk.End(_readEnd) : _read;
        _read = default;
        return chunk;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IoStatus> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            if (bytes.Length <= RecordBytes)
            {
                await tls.WriteAsync(bytes).ConfigureAwait(false);
                return IoStatus.Ok;
            }

            inner.BeginGather(BufferPool.Large);
            await tls.WriteAsync(bytes).ConfigureAwait(false);
            await inner.SendGatheredAsync().ConfigureAwait(false);
            return IoStatus.Ok;
        }
        catch (Exception e) when (IsOfConnection(e))
        {
            return Explain(e);
        }
    }

    public async ValueTask<IoStatus> CloseWriteAsync()
    {
        try
        {
            await inner.EnterStateAsync().ConfigureAwait(false);
            try
            {
                // Kept and sent afterwards: a peer that reads nothing must not block what it sends.
                inner.BeginGather(BufferPool.Small);
                await tls.ShutdownAsync().ConfigureAwait(false);
            }
            finally
            {
                inner.LeaveState();
            }

            await inner.SendGatheredAsync().ConfigureAwait(false);
            _sentCloseNotify = true;
            return channel.ShutdownSend().Status;
        }
        catch (Exception e) when (IsOfConnection(e))
        {
            return Explain(e);
        }
    }

    /// <summary>SslStream cannot send an alert: FIN without close_notify.</summary>
    public ValueTask<bool> CloseWithAbortAsync() =>
        new(!_sentCloseNotify && channel.ShutdownSend().Status == IoStatus.Ok);

    public void Abort() => channel.Abort();

    public void Dispose()
    {
        tls.Dispose();
        inner.Dispose();
        channel.Dispose(clean: _sentCloseNotify && _readEnd == IoStatus.Eof);
    }

    /// <summary>
    /// What SslStream throws when the connection has ended, or TLS has failed (CryptographicException comes from
    /// libssl).
    /// </summary>
    private static bool IsOfConnection(Exception e) =>
        e is IOException or ObjectDisposedException or InvalidOperationException or CryptographicException;

    private IoStatus Explain(Exception e)
    {
        switch (inner.Ended)
        {
            case IoStatus.Eof:
                // FIN in the middle of a record.
                return IoStatus.Truncated;
            case IoStatus.Ok:
                Fault = AlertWords.AfterHandshake(e.GetBaseException().Message);
                return Fault.Status;
            default:
                Fault = inner.Failure is { } failure ? new(TransportFaultKind.Network, failure) : null;
                return inner.Ended;
        }
    }
}
