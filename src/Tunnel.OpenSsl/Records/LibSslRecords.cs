using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>
/// The records of libssl itself: for TLS 1.2, and for what <see cref="Tls13Records"/> does not do.
/// </summary>
/// <remarks>
/// The two directions may be on different threads and an SSL object allows one, so calls into libssl are made under a
/// lock. What libssl wants to send while reading (its refusal of a renegotiation, RFC 5246 section 7.2.2) waits for the
/// next write, so everything is sent in the order in which it was encrypted.
/// </remarks>
internal sealed class LibSslRecords(OpenSslSession session, ConnectionState connection) : ITlsRecords
{
    // An encrypted alert or KeyUpdate under any cipher.
    private const int MostOfOneAnswer = 128;

    private readonly Lock _lock = new();

    // An alert was made with a fault, to be sent to the peer before the end.
    private bool _hasAlert;
    private bool _wroteLast;

    private byte[]? _control;
    private int _controlBytes;

    // Libssl may have read past the handshake.
    public bool HoldsInput { get; private set; } = session.HoldsInput;

    public int MostHeld => BufferPool.Small;

    /// <summary>
    /// libssl keeps what it has read of a record, so we do not know where in the record a part begins.
    /// </summary>
    public int RoomForRecord(ReadOnlySpan<byte> part) => BufferPool.Small * 2;

    public TransportFault? Fault { get; private set; }

    public TlsStatus Read(ReadOnlySpan<byte> input, Span<byte> plain, out int consumed, out int read)
    {
        lock (_lock)
        {
            Span<byte> control = stackalloc byte[ITlsRecords.ControlBytes];
            using var stay = OpenSslCallbacks.Enter(connection);
            var status = session.Read(input, plain, control[_controlBytes..], out consumed, out read, out var written);
            KeepControl(control.Slice(_controlBytes, written));
            _hasAlert |= status == TlsStatus.Failed && written > 0;
            HoldsInput = status == TlsStatus.Complete && session.HoldsInput;
            // Even if libssl has not noticed: without room, answers would be lost or cut.
            var isFull = ITlsRecords.ControlBytes - _controlBytes < MostOfOneAnswer;
            if (status == TlsStatus.WantWrite || (isFull && status is TlsStatus.Complete or TlsStatus.WantRead))
            {
                Fault = new TransportFault(
                    TransportFaultKind.Protocol,
                    Trouble.Of(ITlsRecords.WithoutEnd, ITlsRecords.Mend)
                );
                return TlsStatus.Failed;
            }

            return Note(status);
        }
    }

    public TlsStatus Write(ReadOnlySpan<byte> plain, Span<byte> output, out int written)
    {
        lock (_lock)
        {
            if (HasEnded)
            {
                return FailWriting(out written);
            }

            var control = TakeControl(output);
            var status = session.Write(plain, output[control..], out written);
            written += control;
            return Note(status);
        }
    }

    public TlsStatus Shutdown(Span<byte> output, out int written)
    {
        lock (_lock)
        {
            if (HasEnded)
            {
                return FailWriting(out written);
            }

            var control = TakeControl(output);
            var status = session.Shutdown(output[control..], out written);
            written += control;
            _wroteLast = true;
            return Note(status);
        }
    }

    public bool TryAlert(byte description, Span<byte> output, out int written)
    {
        lock (_lock)
        {
            written = 0;
            if (_wroteLast || !_hasAlert)
            {
                return false;
            }

            written = TakeControl(output);
            _wroteLast = true;
            return true;
        }
    }

    public void Dispose() => session.Dispose();

    private bool HasEnded => _hasAlert || _wroteLast;

    private TlsStatus FailWriting(out int written)
    {
        written = 0;
        Fault = new TransportFault(TransportFaultKind.Protocol, ITlsRecords.Ended);
        return TlsStatus.Failed;
    }

    private TlsStatus Note(TlsStatus status)
    {
        if (status == TlsStatus.Failed)
        {
            Fault = AlertWords.AfterHandshake(session.Error);
        }

        return status;
    }

    private void KeepControl(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0)
        {
            _control ??= new byte[ITlsRecords.ControlBytes];
            bytes.CopyTo(_control.AsSpan(_controlBytes));
            _controlBytes += bytes.Length;
        }
    }

    private int TakeControl(Span<byte> into)
    {
        var length = _controlBytes;
        _control.AsSpan(0, length).CopyTo(into);
        _controlBytes = 0;
        return length;
    }
}
