using System.Runtime.InteropServices;

namespace Tunnel.OpenSsl;

/// <summary>
/// The extension ticket_request (RFC 9149): a client says how many tickets it can use. A resumed connection of ours
/// wants none while its ticket is young, because the jar keeps the one it has: neither side then has to make, send and
/// keep one. With a peer that does not know the extension, tickets work as before.
/// </summary>
internal static unsafe class TicketRequest
{
    private const uint Extension = 58;

    // ssl.h
    private const uint Tls13Only = 0x0020;
    private const uint InClientHello = 0x0080;
    private const uint InEncryptedExtensions = 0x0400;

    // tls1.h
    private const int DecodeError = 50;

    private const int Length = 2;

    // Two numbers: for a full handshake, and for a resumed one. They are in native memory, where libssl reads them.
    private static readonly byte* _one = Constant([1, 1]);
    private static readonly byte* _noneIfResumed = Constant([1, 0]);

    /// <summary>Makes a server honour it. A libssl that implements the extension itself does so its own way.</summary>
    public static void Honour(nint context) =>
        _ = LibSsl.SSL_CTX_add_custom_ext(context, Extension, Tls13Only | InClientHello, null, 0, 0, &Read, 0);

    /// <summary>Makes a client send it.</summary>
    public static void Send(nint context) =>
        _ = LibSsl.SSL_CTX_add_custom_ext(
            context,
            Extension,
            Tls13Only | InClientHello | InEncryptedExtensions,
            &Write,
            0,
            0,
            &Ignore,
            0
        );

    [UnmanagedCallersOnly]
    private static int Write(
        nint ssl,
        uint type,
        uint where,
        byte** bytes,
        nuint* length,
        nint certificate,
        nuint index,
        int* alert,
        nint argument
    )
    {
        *bytes = OpenSslCallbacks.WantsTicketIfResumed ? _one : _noneIfResumed;
        *length = Length;
        return 1;
    }

    /// <summary>By now libssl knows whether it resumes, because it looks for the session first.</summary>
    [UnmanagedCallersOnly]
    private static int Read(
        nint ssl,
        uint type,
        uint where,
        byte* bytes,
        nuint length,
        nint certificate,
        nuint index,
        int* alert,
        nint argument
    )
    {
        if (length != Length)
        {
            *alert = DecodeError;
            return 0;
        }

        // Never more than the context's own number.
        return bytes[LibSsl.SSL_session_reused(ssl) == 1 ? 1 : 0] > 0 ? 1 : LibSsl.SSL_set_num_tickets(ssl, 0);
    }

    /// <summary>A server may say how many it will send; we accept any number.</summary>
    [UnmanagedCallersOnly]
    private static int Ignore(
        nint ssl,
        uint type,
        uint where,
        byte* bytes,
        nuint length,
        nint certificate,
        nuint index,
        int* alert,
        nint argument
    ) => 1;

    private static byte* Constant(ReadOnlySpan<byte> numbers)
    {
        var native = (byte*)NativeMemory.Alloc((nuint)numbers.Length);
        numbers.CopyTo(new Span<byte>(native, numbers.Length));
        return native;
    }
}
