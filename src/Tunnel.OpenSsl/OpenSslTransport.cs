using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>
/// The encrypted leg: one receive brings many records, and one send takes as many. An idle connection holds no buffer,
/// unless a part of a record has come.
/// </summary>
/// <param name="rest">What came after the handshake, in a rented buffer.</param>
internal sealed class OpenSslTransport(
    ITlsRecords records,
    SocketChannel channel,
    (byte[]? Buffer, int Start, int End) rest
) : ITransport
{
    private ReadSize _size;
    private RecordTracker _tracker;
    private byte[]? _cipher = rest.Buffer;
    private int _start = rest.Start;
    private int _end = rest.End;
    private bool _mayHaveMore = rest.Buffer is not null || records.HoldsInput;
    private IoStatus _readEnd;
    private bool _sentCloseNotify;

    public TransportFault? Fault { get; private set; }

    public ValueTask<SocketResult> WaitAsync() =>
        _mayHaveMore || _readEnd != IoStatus.Ok || _size.WasFull ? default : channel.WaitReadableAsync();

    public Chunk Read(SocketResult waited)
    {
        if (waited.Error != SocketError.Success)
        {
            return Chunk.End(Explain(waited));
        }

        if (!_mayHaveMore && _readEnd == IoStatus.Ok)
        {
            Receive();
        }

        return _mayHaveMore ? Decrypt() : Chunk.End(_readEnd);
    }

    public ValueTask<IoStatus> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        var output = BufferPool.Rent(ITlsRecords.RoomFor(bytes.Length));
        if (records.Write(bytes.Span, output, out var length) != TlsStatus.Complete)
        {
            BufferPool.Return(output);
            Fault ??= records.Fault;
            return new(IoStatus.Failed);
        }

        var sending = channel.SendAsync(output.AsMemory(0, length));
        if (!sending.IsCompletedSuccessfully)
        {
            return FinishAsync(sending, output);
        }

        BufferPool.Return(output);
        return new(Explain(sending.Result));
    }

    public async ValueTask<IoStatus> CloseWriteAsync()
    {
        var output = new byte[ITlsRecords.RoomFor(0)];
        if (records.Shutdown(output, out var length) != TlsStatus.Complete)
        {
            Fault ??= records.Fault;
            return IoStatus.Failed;
        }

        var sent = Explain(await channel.SendAsync(output.AsMemory(0, length)).ConfigureAwait(false));
        if (sent != IoStatus.Ok)
        {
            return sent;
        }

        _sentCloseNotify = true;
        return channel.ShutdownSend().Status;
    }

    /// <summary>Sends FIN without close_notify where the records cannot make an alert.</summary>
    public async ValueTask<bool> CloseWithAbortAsync()
    {
        var output = new byte[ITlsRecords.RoomFor(0)];
        if (records.TryAlert(Alerts.InternalError, output, out var length))
        {
            _ = await channel.SendAsync(output.AsMemory(0, length)).ConfigureAwait(false);
        }

        return !_sentCloseNotify && channel.ShutdownSend().Status == IoStatus.Ok;
    }

    public void Abort() => channel.Abort();

    public void Dispose()
    {
        ReturnCipher();
        records.Dispose();
        channel.Dispose(clean: _sentCloseNotify && _readEnd == IoStatus.Eof);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<IoStatus> FinishAsync(ValueTask<SocketResult> sending, byte[] output)
    {
        var result = await sending.ConfigureAwait(false);
        BufferPool.Return(output);
        return Explain(result);
    }

    private void Receive()
    {
        var (buffer, held) = MakeRoom();
        var room = buffer.Length - held;
        var result = channel.Receive(buffer.AsSpan(held, room));
        if (result.Bytes > 0)
        {
            _size.Record(result.Bytes, room);
            (_cipher, _start, _end) = (buffer, 0, held + result.Bytes);
            _mayHaveMore = true;
            return;
        }

        if (held == 0)
        {
            BufferPool.Return(buffer);
        }

        _size.Dry();
        if (result.Error != SocketError.WouldBlock)
        {
            // FIN without a close_notify before it (RFC 8446 section 6.1).
            _readEnd = result.Error == SocketError.Success ? IoStatus.Truncated : Explain(result);
        }
    }

    /// <summary>A buffer for the next bytes; the beginning of a record that has already come is at its start.</summary>
    private (byte[] Buffer, int Held) MakeRoom()
    {
        if (_cipher is null)
        {
            return (BufferPool.Rent(BufferPool.Grant(_size.Bytes)), 0);
        }

        var held = _end - _start;
        var source = _cipher.AsSpan(_start, held);
        var size = Math.Max(BufferPool.Grant(_size.Bytes), records.RoomForRecord(source));
        if (_cipher.Length >= size)
        {
            source.CopyTo(_cipher);
            (_start, _end) = (0, held);
            return (_cipher, held);
        }

        var buffer = BufferPool.Rent(size);
        source.CopyTo(buffer);
        ReturnCipher();
        (_cipher, _start, _end) = (buffer, 0, held);
        return (buffer, held);
    }

    /// <summary>
    /// A chunk of plaintext, from no more records than a turn has time for; without bytes when the record is not
    /// complete yet, when the records were empty, or at the end.
    /// </summary>
    private Chunk Decrypt()
    {
        var input = _cipher.AsSpan(_start, _end - _start);
        var turn = input[.._tracker.OneTurn(input)];
        var room = Math.Min(turn.Length + records.MostHeld, BufferPool.Large);
        var plain = BufferPool.Rent(room);
        var status = records.Read(turn, plain.AsSpan(0, room), out var consumed, out var read);
        var cost = _tracker.Pass(turn[..consumed]);
        var isCut = turn.Length < input.Length;
        _start += consumed;
        if (_start == _end)
        {
            ReturnCipher();
        }

        _mayHaveMore =
            (status == TlsStatus.Complete && (_cipher is not null || records.HoldsInput))
            || (status == TlsStatus.WantRead && isCut);
        NoteEnd(status);
        if (read > 0)
        {
            return Chunk.Of(plain, read, cost);
        }

        BufferPool.Return(plain);
        return Chunk.End(_readEnd, cost);
    }

    private void NoteEnd(TlsStatus status)
    {
        switch (status)
        {
            case TlsStatus.Closed:
                _readEnd = IoStatus.Eof;
                break;
            case TlsStatus.Failed:
                Fault = records.Fault!;
                _readEnd = Fault.Status;
                break;
        }
    }

    private void ReturnCipher()
    {
        if (_cipher is not null)
        {
            BufferPool.Return(_cipher);
            (_cipher, _start, _end) = (null, 0, 0);
        }
    }

    private IoStatus Explain(SocketResult result)
    {
        if (result.Status == IoStatus.Failed)
        {
            Fault = TransportFault.Of(result.Error);
        }

        return result.Status;
    }
}
