using Tunnel.Net;

namespace Tunnel.Tests.TestKit;

/// <summary>A transport that reads what a test has written down, and then EOF.</summary>
public sealed class ScriptedTransport(IReadOnlyList<byte[]> script) : ITransport
{
    private readonly Queue<byte[]> _script = new(script.Where(piece => piece.Length > 0));

    public TransportFault? Fault => null;

    /// <summary>What nobody has read.</summary>
    public IEnumerable<byte> Rest() => _script.SelectMany(piece => piece);

    public ValueTask<SocketResult> WaitAsync() => default;

    public Chunk Read(SocketResult waited)
    {
        if (!_script.TryDequeue(out var piece))
        {
            return Chunk.End(IoStatus.Eof);
        }

        var buffer = BufferPool.Rent(piece.Length);
        piece.CopyTo(buffer, 0);
        return Chunk.Of(buffer, piece.Length);
    }

    public ValueTask<IoStatus> WriteAsync(ReadOnlyMemory<byte> bytes) => new(IoStatus.Ok);

    public ValueTask<IoStatus> CloseWriteAsync() => new(IoStatus.Ok);

    public ValueTask<bool> CloseWithAbortAsync() => new(false);

    public void Abort() { }

    public void Dispose() { }
}
