using System.Runtime.InteropServices;
using System.Text;

namespace Tunnel.OpenSsl;

/// <summary>The result of a call on a session.</summary>
internal enum TlsStatus
{
    /// <summary>It did what was asked.</summary>
    Complete,

    /// <summary>It needs more input from the peer.</summary>
    WantRead,

    /// <summary>The output window was too small: call again with the same input and room.</summary>
    WantWrite,

    /// <summary>The peer has sent close_notify.</summary>
    Closed,

    /// <summary>
    /// The TLS connection is dead; <see cref="OpenSslSession.Error"/> says why. The output may hold an alert.
    /// </summary>
    Failed,
}

/// <summary>
/// One SSL object without any I/O: bytes in, bytes out. The caller moves them and ensures that only one thread at a
/// time calls: an SSL object does not support two, not even one reading and one writing.
/// </summary>
internal sealed unsafe class OpenSslSession : IDisposable
{
    // SSL_get_error(3).
    private const int ErrorWantRead = 2;
    private const int ErrorWantWrite = 3;
    private const int ErrorZeroReturn = 6;

    // SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN of ssl.h.
    private const int ShutdownBoth = 0x01 | 0x02;

    private static long _live;

    private BioWindow* _window;
    private nint _ssl;

    /// <param name="serverName">Sent as SNI: ASCII, 255 bytes at most.</param>
    public OpenSslSession(nint context, bool server, string? serverName)
    {
        LibCrypto.ERR_clear_error();
        _ssl = LibSsl.SSL_new(context);
        if (_ssl == 0)
        {
            throw new OpenSslException("SSL_new");
        }

        Interlocked.Increment(ref _live);
        try
        {
            Prepare(server, serverName);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>SSL objects of the process that have not been freed.</summary>
    public static long Live => Volatile.Read(ref _live);

    /// <summary>Why the last call failed, in OpenSSL's words.</summary>
    public string Error { get; private set; } = "";

    /// <exception cref="ObjectDisposedException">There is no SSL object any more.</exception>
    public nint Handle => _ssl != 0 ? _ssl : throw new ObjectDisposedException(nameof(OpenSslSession));

    public TlsStatus Handshake(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        fixed (byte* inputStart = input)
        fixed (byte* outputStart = output)
        {
            Open(inputStart, input.Length, outputStart, output.Length);
            var result = LibSsl.SSL_do_handshake(_ssl);
            var status = result == 1 ? TlsStatus.Complete : Explain(result);
            Close(out consumed, out written);
            return status;
        }
    }

    /// <summary>Decrypts all records that are there and fit.</summary>
    /// <returns>
    /// <see cref="TlsStatus.Complete"/> when the room is full, otherwise why it is not. There may be bytes in either
    /// case.
    /// </returns>
    public TlsStatus Read(
        ReadOnlySpan<byte> input,
        Span<byte> plain,
        Span<byte> output,
        out int consumed,
        out int read,
        out int written
    )
    {
        fixed (byte* inputStart = input)
        fixed (byte* plainStart = plain)
        fixed (byte* outputStart = output)
        {
            Open(inputStart, input.Length, outputStart, output.Length);
            read = 0;
            var status = TlsStatus.Complete;
            while (read < plain.Length)
            {
                nuint count;
                var result = LibSsl.SSL_read_ex(_ssl, plainStart + read, (nuint)(plain.Length - read), &count);
                if (result != 1)
                {
                    status = Explain(result);
                    break;
                }

                read += (int)count;
            }

            Close(out consumed, out written);
            return status;
        }
    }

    /// <summary>
    /// Encrypts all of <paramref name="plain"/>; the output must have room for it, see <see cref="OutputRoomFor"/>.
    /// </summary>
    public TlsStatus Write(ReadOnlySpan<byte> plain, Span<byte> output, out int written)
    {
        fixed (byte* plainStart = plain)
        fixed (byte* outputStart = output)
        {
            Open(null, 0, outputStart, output.Length);
            nuint count;
            var result = LibSsl.SSL_write_ex(_ssl, plainStart, (nuint)plain.Length, &count);
            var status = result == 1 ? TlsStatus.Complete : Explain(result);
            Close(out _, out written);
            return status;
        }
    }

    /// <summary>Makes close_notify.</summary>
    public TlsStatus Shutdown(Span<byte> output, out int written)
    {
        fixed (byte* outputStart = output)
        {
            Open(null, 0, outputStart, output.Length);
            // 0: ours is sent and the peer's has not arrived, which is enough for a half-close (SSL_shutdown(3)).
            var result = LibSsl.SSL_shutdown(_ssl);
            var status = result >= 0 ? TlsStatus.Complete : Explain(result);
            Close(out _, out written);
            return status;
        }
    }

    /// <summary>
    /// True when libssl already holds bytes of a record, so that less input than a record may yield some.
    /// </summary>
    public bool HoldsInput => LibSsl.SSL_has_pending(Handle) == 1;

    /// <summary>
    /// Enough for this much plaintext: a record holds 2^14 bytes (RFC 8446 section 5.1) and adds a header of 5, an
    /// explicit nonce of 8 or an inner type of 1, and a tag of 16. CBC adds most: header, IV of 16, MAC of 48, padding
    /// of 16 (RFC 5246 section 6.2.3.2).
    /// </summary>
    public static int OutputRoomFor(int plain) => plain + (((plain >> 14) + 1) * 96);

    public void Dispose()
    {
        if (_ssl != 0)
        {
            // Otherwise libssl would remove the session, and with it the ticket that others resume with: a connection
            // that breaks does not invalidate it (RFC 5246 section 7.2.1 dropped that rule).
            LibSsl.SSL_set_shutdown(_ssl, ShutdownBoth);
            // Frees the BIO too, which refers to the window.
            LibSsl.SSL_free(_ssl);
            NativeMemory.Free(_window);
            _ssl = 0;
            _window = null;
            Interlocked.Decrement(ref _live);
        }
    }

    private void Prepare(bool server, string? serverName)
    {
        _window = (BioWindow*)NativeMemory.AllocZeroed((nuint)sizeof(BioWindow));
        // One BIO for both directions: SSL_set_bio then takes over a single reference.
        var bio = SpanBio.Create(_window);
        LibSsl.SSL_set_bio(_ssl, bio, bio);
        if (server)
        {
            LibSsl.SSL_set_accept_state(_ssl);
            return;
        }

        LibSsl.SSL_set_connect_state(_ssl);
        if (serverName is not null)
        {
            fixed (byte* name = Encoding.ASCII.GetBytes(serverName + '\0'))
            {
                if (!LibSsl.SetServerName(_ssl, name))
                {
                    throw new OpenSslException("SSL_set_tlsext_host_name");
                }
            }
        }
    }

    /// <summary>Begins a call into libssl: clears the window and the thread's error queue of an earlier call.</summary>
    private void Open(byte* input, int inputLength, byte* output, int outputRoom)
    {
        // Libssl would follow the null pointer.
        ObjectDisposedException.ThrowIf(_ssl == 0, this);
        *_window = new BioWindow
        {
            Input = input,
            InputLength = inputLength,
            Output = output,
            OutputRoom = outputRoom,
        };
        LibCrypto.ERR_clear_error();
    }

    private void Close(out int consumed, out int written)
    {
        consumed = _window->InputUsed;
        written = _window->OutputUsed;
        *_window = default;
    }

    private TlsStatus Explain(int result)
    {
        switch (LibSsl.SSL_get_error(_ssl, result))
        {
            case ErrorWantRead:
                return TlsStatus.WantRead;
            case ErrorWantWrite:
                return TlsStatus.WantWrite;
            case ErrorZeroReturn:
                return TlsStatus.Closed;
            default:
                Error = OpenSslError.Drain();
                return TlsStatus.Failed;
        }
    }
}
