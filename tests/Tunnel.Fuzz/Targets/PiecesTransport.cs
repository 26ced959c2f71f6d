using Tunnel.Net;

namespace Tunnel.Fuzz.Targets;

/// <summary>Reads the given pieces, one at a time and without ever waiting, and then the end of the stream.</summary>
internal sealed class PiecesTransport(IEnumerable<byte[]> pieces) : ITransport
{
    private readonly Queue<byte[]> _pieces = new(pieces.Where(piece => piece.Length > 0));

    public TransportFault? Fault => null;

    /// <summary>What nobody has read.</summary>
    public IEnumerable<byte> Rest() => _pieces.SelectMany(piece => piece);

    public ValueTask<SocketResult> WaitAsync() => default;

    public Chunk Read(SocketResult waited)
    {
        if (!_pieces.TryDequeue(out var piece))
        {
            return Chunk.End(IoStatus.Eof);
        }

        var buffer = BufferPool.Rent(piece.Length);
        piece.CopyTo(buffer, 0);
        return Chunk.Of(buffer, piece.Length);
    }

    public ValueTask<IoStatus> WriteAsync(ReadOnlyMemory<byte> bytes) => throw new NotSupportedException();

    public ValueTask<IoStatus> CloseWriteAsync() => throw new NotSupportedException();

    public ValueTask<bool> CloseWithAbortAsync() => throw new NotSupportedException();

    public void Abort() => throw new NotSupportedException();

    public void Dispose() { }
}
