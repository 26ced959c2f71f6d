using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Tunnel.Net;

/// <summary>The plain leg: bytes as they are.</summary>
public sealed class TcpTransport(SocketChannel channel) : ITransport
{
    private ReadSize _size;

    public string? FaultDetail { get; private set; }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Chunk> ReadAsync()
    {
        while (true)
        {
            if (!_size.WasFull)
            {
                var ready = await channel.WaitReadableAsync().ConfigureAwait(false);
                if (ready.Error != SocketError.Success)
                {
                    return Chunk.End(Explain(ready));
                }
            }

            var room = Math.Min(_size.Bytes, BufferPool.LargePlaintext);
            var buffer = BufferPool.Rent(room);
            var result = channel.Receive(buffer.AsSpan(0, room));
            if (result.Bytes > 0)
            {
                _size.Record(result.Bytes, room);
                return Chunk.Of(buffer, result.Bytes);
            }

            BufferPool.Return(buffer);
            if (result.Error != SocketError.WouldBlock)
            {
                return Chunk.End(result.Error == SocketError.Success ? IoStatus.Eof : Explain(result));
            }

            _size.Dry();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IoStatus> WriteAsync(ReadOnlyMemory<byte> bytes) =>
        Explain(await channel.SendAsync(bytes).ConfigureAwait(false));

    public ValueTask<IoStatus> CloseWriteAsync() => new(Explain(channel.ShutdownSend()));

    public void Abort() => channel.Abort();

    public void Dispose() => channel.Dispose();

    private IoStatus Explain(SocketResult result)
    {
        if (result.Status == IoStatus.Failed)
        {
            FaultDetail = SocketErrors.Words(result.Error);
        }

        return result.Status;
    }
}
