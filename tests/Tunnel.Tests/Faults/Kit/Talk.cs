using System.Buffers.Binary;
using System.Net.Sockets;

namespace Tunnel.Tests.Faults.Kit;

/// <summary>
/// One end of a session, the application's or the service's: it sends its stream and checks the one that comes, both
/// until the session breaks or <see cref="Finish"/>.
/// </summary>
internal sealed class Talk
{
    /// <summary>What a quiet session says in each direction before it waits.</summary>
    public const int QuietBytes = 100;

    private const int HeaderBytes = 5;
    private const int PieceBytes = 64 * 1024;

    // linux/in.h, linux/tcp.h, net/tcp_states.h
    private const int IpProtoTcp = 6;
    private const int TcpInfo = 11;
    private const byte TcpClose = 7;

    private readonly Socket _socket;
    private readonly Stream _out;
    private readonly Stream _in;
    private readonly TaskCompletionSource _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _sentEnd;
    private long _sent;
    private long _offered;
    private long _received;

    private Talk(Socket socket, int session, bool isApplication, bool isBulk)
    {
        (_socket, Session, IsBulk) = (socket, session, isBulk);
        (_out, _in) = (new Stream(session, isApplication), new Stream(session, !isApplication));
    }

    /// <summary>The same number at both ends.</summary>
    public int Session { get; }

    /// <summary>Whether it sends as much as goes in both directions.</summary>
    public bool IsBulk { get; }

    /// <summary>How both of its directions ended.</summary>
    public Task<TalkEnd> Ended { get; private set; } = null!;

    /// <summary>Bytes that its system has taken for certain.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Bytes that may have been sent.</summary>
    public long Offered => Volatile.Read(ref _offered);

    /// <summary>Bytes that came, all of them right.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>The application's end, which says first which session it is.</summary>
    public static Talk Begin(Socket connected, int session, bool isBulk)
    {
        var header = new byte[HeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header, session);
        header[^1] = isBulk ? (byte)1 : (byte)0;
        return new Talk(connected, session, isApplication: true, isBulk).Started(header);
    }

    /// <summary>The service's end of whatever session this is; null if none began.</summary>
    public static async Task<Talk?> AnswerAsync(Socket accepted)
    {
        var header = new byte[HeaderBytes];
        for (var have = 0; have < HeaderBytes; )
        {
            var read = await accepted.ReceiveAsync(header.AsMemory(have));
            if (read == 0)
            {
                return null;
            }

            have += read;
        }

        var session = BinaryPrimitives.ReadInt32LittleEndian(header);
        return new Talk(accepted, session, isApplication: false, isBulk: header[^1] != 0).Started([]);
    }

    /// <summary>Sends no more, ends its direction in order, and goes on receiving.</summary>
    public void Finish() => _finish.TrySetResult();

    private Talk Started(byte[] header)
    {
        Ended = RunAsync(header);
        return this;
    }

    private async Task<TalkEnd> RunAsync(byte[] header)
    {
        using (_socket)
        {
            var sending = SendAsync(header);
            var receiveEnd = await ReceiveAsync();
            // Behind a system that sends FIN there may be nobody who reads: whoever has much to say finds that out.
            if (!IsBulk || receiveEnd is not null)
            {
                Finish();
            }

            return new TalkEnd(receiveEnd, await sending);
        }
    }

    private async Task<SocketError?> SendAsync(byte[] header)
    {
        try
        {
            await _socket.SendAsync(header);
            while (!_finish.Task.IsCompleted)
            {
                var piece = _out.At(_sent, IsBulk ? PieceBytes : QuietBytes - _sent);
                Volatile.Write(ref _offered, _sent + piece.Length);
                Volatile.Write(ref _sent, _sent + await _socket.SendAsync(piece));
                if (!IsBulk && _sent == QuietBytes)
                {
                    await _finish.Task;
                }
            }

            _sentEnd = true;
            _socket.Shutdown(SocketShutdown.Send);
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    private async Task<SocketError?> ReceiveAsync()
    {
        var buffer = new byte[PieceBytes];
        try
        {
            int read;
            while ((read = await _socket.ReceiveAsync(buffer)) > 0)
            {
                _in.Check(buffer.AsSpan(0, read), _received);
                Volatile.Write(ref _received, _received + read);
            }

            // Linux reports a reset once, to whichever call comes first: it may have been the send.
            return IsReset() ? SocketError.ConnectionReset : null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    // After FIN the connection waits for our own end; after RST it is closed.
    private bool IsReset()
    {
        Span<byte> state = stackalloc byte[1];
        _socket.GetRawSocketOption(IpProtoTcp, TcpInfo, state);
        return state[0] == TcpClose && !_sentEnd;
    }
}

/// <summary>How the two directions of a talk ended: null is in order.</summary>
internal readonly record struct TalkEnd(SocketError? Receiving, SocketError? Sending)
{
    public bool IsInOrder => Receiving is null && Sending is null;
}
