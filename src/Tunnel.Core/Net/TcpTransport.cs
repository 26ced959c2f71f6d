using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Tunnel.Net;

/// <summary>The plain leg: bytes as they are.</summary>
public sealed class TcpTransport(SocketChannel channel) : ITransport
{
    private ReadSize _size;

    public TransportFault? Fault { get; private set; }

    public ValueTask<SocketResult> WaitAsync() => _size.WasFull ? default : channel.WaitReadableAsync();

    public Chunk Read(SocketResult waited)
    {
        if (waited.Error != SocketError.Success)
        {
            return Chunk.End(Explain(waited));
        }

        var room = Math.Min(BufferPool.Grant(_size.Bytes), BufferPool.LargePlaintext);
        var buffer = BufferPool.Rent(room);
        var result = channel.Receive(buffer.AsSpan(0, room));
        if (result.Bytes > 0)
        {
            _size.Record(result.Bytes, room);
            return Chunk.Of(buffer, result.Bytes);
        }

        BufferPool.Return(buffer);
        _size.Dry();
        return result.Error == SocketError.WouldBlock
            ? default
            : Chunk.End(result.Error == SocketError.Success ? IoStatus.Eof : Explain(result));
    }

    public ValueTask<IoStatus> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        var sending = channel.SendAsync(bytes);
        return sending.IsCompletedSuccessfully ? new(Explain(sending.Result)) : FinishAsync(sending);
    }

    public ValueTask<IoStatus> CloseWriteAsync() => new(Explain(channel.ShutdownSend()));

    public ValueTask<bool> CloseWithAbortAsync() => new(false);

    public void Abort() => channel.Abort();

    public void Dispose() => channel.Dispose();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<IoStatus> FinishAsync(ValueTask<SocketResult> sending) =>
        Explain(await sending.ConfigureAwait(false));

    private IoStatus Explain(SocketResult result)
    {
        if (result.Status == IoStatus.Failed)
        {
            Fault = TransportFault.Of(result.Error);
        }

        return result.Status;
    }
}
