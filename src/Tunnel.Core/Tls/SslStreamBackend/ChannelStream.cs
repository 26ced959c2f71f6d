using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Tunnel.Net;

namespace Tunnel.Tls.SslStreamBackend;

/// <summary>
/// What SslStream uses as the network. It adapts SslStream's habits (small reads, a write for every two records) to the
/// socket: many records are received with one call, and what SslStream writes between <see cref="BeginGather"/> and
/// <see cref="SendGatheredAsync"/> goes out with one. It remembers how the connection ended, which SslStream does not
/// say.
/// </summary>
/// <param name="sniffOutgoing">
/// True in a server's handshake: the flight that shows a resumption is the one we send.
/// </param>
/// <param name="early">What a server has received already.</param>
/// <param name="intake">Asked in the handshake for every read; null: no limit.</param>
internal sealed class ChannelStream(
    SocketChannel channel,
    bool sniffOutgoing,
    Chunk early = default,
    HandshakeIntake? intake = null
) : Stream
{
    // Tickets hold at most a certificate, KeyUpdates one byte; bulk comes in records of 16 KiB.
    private const int LongRecordBytes = 4 * 1024;

    private byte[]? _received = early.Rented.Buffer;
    private int _start = early.Rented.Start;
    private int _end = early.Rented.End;
    private ReadSize _size;
    private RecordTracker _records;
    private int _cost;
    private bool _othersHadATurn;

    private byte[]? _gathered;
    private int _gatheredBytes;

    private ResumptionSniffer? _sniffer = new();
    private FirstBytes _first = FirstBytes.Of(early.Bytes.Span);

    // SslStream keeps a read and a write from using OpenSSL's state at the same time, but not a read and ShutdownAsync.
    // So a read holds this except while it waits for the network, and a shutdown takes it. Null in the handshake.
    private SemaphoreSlim? _state;

    /// <summary>How receiving ended; <see cref="IoStatus.Ok"/> while it has not.</summary>
    public IoStatus Ended { get; private set; }

    public Trouble? Failure { get; private set; }

    /// <summary>The first bytes that the peer sent.</summary>
    public ref readonly FirstBytes First => ref _first;

    /// <summary>
    /// True when there is a whole record that is too long to be without content, so SslStream's next read will not
    /// wait. After a KeyUpdate or a ticket it returns nothing and waits.
    /// </summary>
    public bool HasLongRecord => _records.OneRecord(Buffered, out var isWhole) >= LongRecordBytes && isWhole;

    /// <summary>What has been passed on since the others had a turn, see <see cref="Chunk.Cost"/>.</summary>
    public int Cost => _cost;

    /// <summary>
    /// True when a turn has been used up since <see cref="BeginTurn"/>, and the received bytes should be passed on.
    /// </summary>
    public bool TurnIsOver => _othersHadATurn || _cost >= RecordTracker.MostCost;

    private ReadOnlySpan<byte> Buffered => _received.AsSpan(_start, _end - _start);

    /// <summary>In the handshake, once the server's flight has passed: whether a session is resumed.</summary>
    public bool IsResumed => _sniffer?.Resumed() == true;

    /// <summary>Ends the watch on the handshake, and returns whether the session was resumed.</summary>
    public bool EndHandshake()
    {
        var resumed = _sniffer!.Resumed();
        _sniffer = null;
        _state = new SemaphoreSlim(1, 1);
        intake?.Rest();
        return resumed;
    }

    /// <summary>Waits until nobody else uses the TLS state; only after <see cref="EndHandshake"/>.</summary>
    public Task EnterStateAsync() => _state!.WaitAsync();

    public void LeaveState() => _state!.Release();

    /// <summary>Begins a turn: reads count from here.</summary>
    public void BeginTurn() => (_cost, _othersHadATurn) = (0, false);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _state is null && intake is not null ? ReadInHandshakeAsync(intake, buffer) : ReadNowAsync(buffer);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (sniffOutgoing)
        {
            _sniffer?.Feed(buffer.Span);
        }

        if (_gathered is not null && _gatheredBytes + buffer.Length <= _gathered.Length)
        {
            buffer.Span.CopyTo(_gathered.AsSpan(_gatheredBytes));
            _gatheredBytes += buffer.Length;
            return default;
        }

        return SendAsync(buffer);
    }

    /// <summary>From now on writes are kept, up to <paramref name="room"/> bytes.</summary>
    public void BeginGather(int room) => _gathered = BufferPool.Rent(room);

    /// <summary>Sends what was kept since <see cref="BeginGather"/>.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendGatheredAsync()
    {
        var buffer = _gathered!;
        var bytes = _gatheredBytes;
        _gathered = null;
        _gatheredBytes = 0;
        try
        {
            await SendNowAsync(buffer.AsMemory(0, bytes)).ConfigureAwait(false);
        }
        finally
        {
            BufferPool.Return(buffer);
        }
    }

    protected override void Dispose(bool disposing)
    {
        intake?.Rest();
        if (_received is not null)
        {
            BufferPool.Return(_received);
            _received = null;
            _start = _end = 0;
        }

        if (_gathered is not null)
        {
            BufferPool.Return(_gathered);
            _gathered = null;
        }

        base.Dispose(disposing);
    }

    // SslStream reads past records without content, however many there are.
    private ValueTask<int> ReadNowAsync(Memory<byte> buffer) =>
        _cost >= RecordTracker.MostCost ? ReadLaterAsync(buffer)
        : _start == _end ? ReceiveAsync(buffer)
        : new(Take(buffer.Span));

    private async ValueTask<int> ReadInHandshakeAsync(HandshakeIntake intake, Memory<byte> buffer)
    {
        intake.Rest();
        var read = await ReadNowAsync(buffer).ConfigureAwait(false);
        return await intake.TakeAsync(read).ConfigureAwait(false);
    }

    private int Take(Span<byte> room)
    {
        // Only one record: of two, SslStream loses the data of the first when the second is an alert or was changed in
        // transit. So SslStream holds nothing back, and HasLongRecord is reliable.
        var bytes = Buffered[..Math.Min(room.Length, _records.OneRecord(Buffered, out _))];
        _cost += _records.Pass(bytes);
        bytes.CopyTo(room);
        var taken = bytes.Length;
        _start += taken;
        if (_start == _end)
        {
            BufferPool.Return(_received!);
            _received = null;
            _start = _end = 0;
        }

        return taken;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadLaterAsync(Memory<byte> buffer)
    {
        await EventLoop.Yield();
        (_cost, _othersHadATurn) = (0, true);
        return _start == _end ? await ReceiveAsync(buffer).ConfigureAwait(false) : Take(buffer.Span);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        while (Ended == IoStatus.Ok)
        {
            if (!_size.WasFull)
            {
                var ready = await WaitReadableAsync().ConfigureAwait(false);
                if (ready.Error != SocketError.Success)
                {
                    throw End(ready);
                }

                if (buffer.Length == 0)
                {
                    return 0;
                }
            }

            var room = BufferPool.Grant(_size.Bytes);
            var received = BufferPool.Rent(room);
            var result = channel.Receive(received.AsSpan(0, room));
            if (result.Bytes > 0)
            {
                Received(received, result.Bytes, room);
                return buffer.Length == 0 ? 0 : Take(buffer.Span);
            }

            BufferPool.Return(received);
            _size.Dry();
            if (result.Error == SocketError.Success)
            {
                Ended = IoStatus.Eof;
            }
            else if (result.Error != SocketError.WouldBlock)
            {
                throw End(result);
            }
        }

        return Ended == IoStatus.Eof ? 0 : throw new IOException("the connection has ended");
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SocketResult> WaitReadableAsync()
    {
        var waiting = channel.WaitReadableAsync();
        if (waiting.IsCompleted || _state is null)
        {
            return await waiting.ConfigureAwait(false);
        }

        _state.Release();
        var ready = await waiting.ConfigureAwait(false);
        _cost = 0;
        await _state.WaitAsync().ConfigureAwait(false);
        return ready;
    }

    private void Received(byte[] buffer, int bytes, int room)
    {
        _size.Record(bytes, room);
        (_received, _start, _end) = (buffer, 0, bytes);
        if (_first.IsOpen)
        {
            _first.Add(buffer.AsSpan(0, bytes));
        }

        if (!sniffOutgoing)
        {
            _sniffer?.Feed(buffer.AsSpan(0, bytes));
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_gatheredBytes > 0)
        {
            await SendNowAsync(_gathered.AsMemory(0, _gatheredBytes)).ConfigureAwait(false);
            _gatheredBytes = 0;
        }

        await SendNowAsync(bytes).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendNowAsync(ReadOnlyMemory<byte> bytes)
    {
        var result = await channel.SendAsync(bytes).ConfigureAwait(false);
        if (result.Error != SocketError.Success)
        {
            throw End(result);
        }
    }

    /// <summary>SslStream expects exceptions; the status is kept for those who ask.</summary>
    private IOException End(SocketResult result)
    {
        if (Ended is IoStatus.Ok or IoStatus.Eof)
        {
            Ended = result.Status;
        }

        Failure ??= SocketErrors.Of(result.Error);
        return new IOException(Failure.Cause);
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override void Flush() { }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // Nothing here blocks a thread, and a network has neither length nor position.
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
