using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.Tls.OpenSslBackend;

/// <summary>
/// The encrypted leg over libssl: one receive brings many records, one send takes as many away. An idle
/// connection holds no buffer.
/// </summary>
/// <remarks>
/// The two directions may be on different threads and an SSL object bears one, so calls into libssl are made under a
/// lock; no system call is. What libssl wants to send while reading (an answer to KeyUpdate, RFC 8446 section 4.6.3) may
/// wait for the next write, and does: so what is sent is always in the order in which it was encrypted.
/// </remarks>
internal sealed class OpenSslTransport : ITransport
{
    // What libssl may want to say while we have nothing to send: a peer that asks for more answers than fit is cut off.
    private const int ControlBytes = 1024;

    // An encrypted alert or KeyUpdate under any cipher.
    private const int MostOfOneAnswer = 128;

    private readonly OpenSslSession _session;
    private readonly SocketChannel _channel;
    private readonly Handshaker _handshaker;
    private readonly Lock _lock = new();

    private ReadSize _size;
    private byte[]? _cipher;
    private int _start;
    private int _end;
    private bool _holdsInput;
    private IoStatus _readEnd;
    private bool _sentCloseNotify;
    private byte[]? _control;
    private int _controlBytes;

    public OpenSslTransport(OpenSslSession session, SocketChannel channel, Handshaker handshaker)
    {
        _session = session;
        _channel = channel;
        _handshaker = handshaker;
        (_cipher, _start, _end) = handshaker.Rest;
        // Libssl may have taken more than the handshake from what was received.
        _holdsInput = session.HoldsInput;
    }

    public string? FaultDetail { get; private set; }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Chunk> ReadAsync()
    {
        while (true)
        {
            if (_readEnd != IoStatus.Ok)
            {
                return Chunk.End(_readEnd);
            }

            if (_cipher is not null || _holdsInput)
            {
                var chunk = Decrypt();
                if (chunk.Status != IoStatus.Ok || !chunk.Bytes.IsEmpty)
                {
                    return chunk;
                }

                continue;
            }

            if (!_size.WasFull)
            {
                var ready = await _channel.WaitReadableAsync().ConfigureAwait(false);
                if (ready.Error != SocketError.Success)
                {
                    return Chunk.End(Explain(ready));
                }
            }

            Receive();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IoStatus> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        var room = OpenSslSession.OutputRoomFor(bytes.Length) + ControlBytes;
        var output = BufferPool.Rent(room);
        try
        {
            var length = Encrypt(bytes.Span, output);
            return length < 0
                ? IoStatus.Failed
                : Explain(await _channel.SendAsync(output.AsMemory(0, length)).ConfigureAwait(false));
        }
        finally
        {
            BufferPool.Return(output);
        }
    }

    public async ValueTask<IoStatus> CloseWriteAsync()
    {
        var output = new byte[ControlBytes * 2];
        int length;
        lock (_lock)
        {
            length = TakeControl(output);
            if (_session.Shutdown(output.AsSpan(length), out var written) != TlsStatus.Complete)
            {
                FaultDetail ??= _session.Error;
                return IoStatus.Failed;
            }

            length += written;
        }

        var sent = Explain(await _channel.SendAsync(output.AsMemory(0, length)).ConfigureAwait(false));
        if (sent != IoStatus.Ok)
        {
            return sent;
        }

        _sentCloseNotify = true;
        return _channel.ShutdownSend().Status;
    }

    public void Abort() => _channel.Abort();

    public void Dispose()
    {
        if (_cipher is not null)
        {
            BufferPool.Return(_cipher);
            _cipher = null;
        }

        _session.Dispose();
        _channel.Dispose(clean: _sentCloseNotify && _readEnd == IoStatus.Eof);
    }

    private void Receive()
    {
        var room = _size.Bytes;
        var buffer = BufferPool.Rent(room);
        var result = _channel.Receive(buffer.AsSpan(0, room));
        if (result.Bytes > 0)
        {
            _size.Record(result.Bytes, room);
            (_cipher, _start, _end) = (buffer, 0, result.Bytes);
            return;
        }

        BufferPool.Return(buffer);
        _size.Dry();
        if (result.Error != SocketError.WouldBlock)
        {
            // FIN without close_notify before it (RFC 8446 section 6.1).
            _readEnd = result.Error == SocketError.Success ? IoStatus.Truncated : Explain(result);
        }
    }

    /// <summary>A chunk of plaintext, an empty one when the records are not whole yet, or the end.</summary>
    private Chunk Decrypt()
    {
        // What is there, and the part of a record that libssl may hold already.
        var room = Math.Min(_end - _start + BufferPool.Small, BufferPool.Large);
        var plain = BufferPool.Rent(room);
        TlsStatus status;
        int read;
        lock (_lock)
        {
            (status, read) = Decrypt(plain.AsSpan(0, room));
        }

        if (_cipher is not null && _start == _end)
        {
            BufferPool.Return(_cipher);
            _cipher = null;
            _start = _end = 0;
        }

        if (status == TlsStatus.Closed)
        {
            _readEnd = IoStatus.Eof;
        }
        else if (status == TlsStatus.Failed)
        {
            _readEnd = IoStatus.Failed;
            FaultDetail = AlertWords.FindIn(_session.Error)?.Detail ?? _session.Error;
        }
        else if (status == TlsStatus.WantWrite)
        {
            _readEnd = IoStatus.Failed;
            FaultDetail = "the peer asks for renegotiations or new keys without end";
        }

        if (read > 0)
        {
            return Chunk.Of(plain, read);
        }

        BufferPool.Return(plain);
        return _readEnd == IoStatus.Ok ? default : Chunk.End(_readEnd);
    }

    private (TlsStatus Status, int Read) Decrypt(Span<byte> plain)
    {
        Span<byte> control = stackalloc byte[ControlBytes];
        OpenSslCallbacks.Enter(_handshaker);
        var status = _session.Read(
            _cipher.AsSpan(_start, _end - _start),
            plain,
            control[_controlBytes..],
            out var consumed,
            out var read,
            out var written
        );
        OpenSslCallbacks.Enter(null);
        _start += consumed;
        KeepControl(control.Slice(_controlBytes, written));
        _holdsInput = status == TlsStatus.Complete && _session.HoldsInput;
        // Whether or not libssl has noticed: with the room gone, answers would be lost or half sent.
        var isFull = ControlBytes - _controlBytes < MostOfOneAnswer;
        return (isFull && status is TlsStatus.Complete or TlsStatus.WantRead ? TlsStatus.WantWrite : status, read);
    }

    private int Encrypt(ReadOnlySpan<byte> bytes, byte[] output)
    {
        lock (_lock)
        {
            var length = TakeControl(output);
            if (_session.Write(bytes, output.AsSpan(length), out var written) == TlsStatus.Complete)
            {
                return length + written;
            }

            FaultDetail ??= _session.Error;
            return -1;
        }
    }

    private void KeepControl(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0)
        {
            _control ??= new byte[ControlBytes];
            bytes.CopyTo(_control.AsSpan(_controlBytes));
            _controlBytes += bytes.Length;
        }
    }

    private int TakeControl(Span<byte> into)
    {
        if (_controlBytes == 0)
        {
            return 0;
        }

        _control.AsSpan(0, _controlBytes).CopyTo(into);
        return Interlocked.Exchange(ref _controlBytes, 0);
    }

    private IoStatus Explain(SocketResult result)
    {
        if (result.Status == IoStatus.Failed)
        {
            FaultDetail = SocketErrors.Words(result.Error);
        }

        return result.Status;
    }
}
