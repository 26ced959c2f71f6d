using System.Net;
using System.Net.Sockets;
using Tunnel.Net;

namespace Tunnel.Fuzz.Targets;

/// <summary>
/// A connection whose peer has sent the given pieces, of which a receive brings one at most, and then FIN.
/// </summary>
internal sealed class PiecesSocket(IEnumerable<byte[]> pieces) : ITcpSocket
{
    private readonly Queue<ArraySegment<byte>> _pieces = new(
        pieces.Where(piece => piece.Length > 0).Select(piece => new ArraySegment<byte>(piece))
    );

    public EndPoint RemoteEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 1);

    public EndPoint? LocalEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 2);

    /// <summary>What the peer got.</summary>
    public List<byte> Sent { get; } = [];

    /// <summary>What nobody has received.</summary>
    public IEnumerable<byte> Rest() => _pieces.SelectMany(piece => piece);

    public ValueTask<SocketResult> ConnectAsync(EndPoint to) => throw new NotSupportedException();

    public ValueTask<SocketResult> WaitReadableAsync(Continuation continuation) => default;

    public SocketResult Receive(Span<byte> buffer)
    {
        if (!_pieces.TryPeek(out var piece))
        {
            return default;
        }

        var taken = Math.Min(piece.Count, buffer.Length);
        piece[..taken].AsSpan().CopyTo(buffer);
        _pieces.Dequeue();
        if (taken < piece.Count)
        {
            // What there was no room for comes next.
            ArraySegment<byte>[] behind = [piece[taken..], .. _pieces];
            _pieces.Clear();
            Array.ForEach(behind, _pieces.Enqueue);
        }

        return new SocketResult(taken, SocketError.Success);
    }

    public SocketResult Send(ReadOnlySpan<byte> bytes)
    {
        Sent.AddRange(bytes);
        return new SocketResult(bytes.Length, SocketError.Success);
    }

    public ValueTask<SocketResult> SendAsync(ReadOnlyMemory<byte> bytes, Continuation continuation) =>
        new(Send(bytes.Span));

    public SocketResult ShutdownSend() => default;

    public PeerState? Inspect() => PeerState.Unknown;

    public SocketError TakeError() => SocketError.Success;

    public void Close() { }

    public void Cut() { }

    public void Release() { }
}
