using System.Runtime.InteropServices;

namespace Tunnel.OpenSsl;

/// <summary>
/// Where a session's BIO reads and writes: windows into our own buffers, open during one call into libssl. In native
/// memory, so that the BIO's callbacks find it without a handle to a managed object.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BioWindow
{
    public byte* Input;
    public int InputLength;
    public int InputUsed;

    public byte* Output;
    public int OutputRoom;
    public int OutputUsed;
}

/// <summary>
/// A BIO of our own (BIO_meth_new(3)) that copies straight between libssl's record buffers and ours. A memory BIO would
/// copy every byte again and keep its largest size in every idle connection.
/// </summary>
/// <remarks>
/// Read side: libssl takes what it wants from the input window; the rest stays in our buffer for the next call. With
/// nothing left it is told to retry. Write side: what fits is taken, and libssl keeps the rest for the next call; so a
/// flight gets out however small the window (a record of 16 KiB with its header is larger than most windows). The
/// callbacks run on the thread that is inside libssl, and cannot throw.
/// </remarks>
internal static unsafe class SpanBio
{
    // BIO_TYPE_SOURCE_SINK: neither a descriptor nor a filter.
    private const int SourceSink = 0x0400;

    // BIO_FLAGS_READ | WRITE | IO_SPECIAL | SHOULD_RETRY of bio.h.
    private const int RetryFlags = 0x01 | 0x02 | 0x04 | 0x08;
    private const int RetryRead = 0x01 | 0x08;
    private const int RetryWrite = 0x02 | 0x08;

    private const int CtrlFlush = 11;

    private static readonly nint _method = CreateMethod();

    /// <summary>A BIO over <paramref name="window"/>, which must outlive it.</summary>
    public static nint Create(BioWindow* window)
    {
        var bio = LibCrypto.BIO_new(_method);
        if (bio == 0)
        {
            throw new OpenSslException("BIO_new");
        }

        LibCrypto.BIO_set_data(bio, (nint)window);
        LibCrypto.BIO_set_init(bio, 1);
        return bio;
    }

    private static nint CreateMethod()
    {
        var method = LibCrypto.BIO_meth_new(LibCrypto.BIO_get_new_index() | SourceSink, "tunnel window");
        if (
            method == 0
            || LibCrypto.BIO_meth_set_read(method, &Read) != 1
            || LibCrypto.BIO_meth_set_write(method, &Write) != 1
            || LibCrypto.BIO_meth_set_ctrl(method, &Control) != 1
        )
        {
            throw new OpenSslException("BIO_meth_new");
        }

        return method;
    }

    [UnmanagedCallersOnly]
    private static int Read(nint bio, byte* into, int room)
    {
        LibCrypto.BIO_clear_flags(bio, RetryFlags);
        var window = (BioWindow*)LibCrypto.BIO_get_data(bio);
        var count = Math.Min(room, window->InputLength - window->InputUsed);
        if (count <= 0)
        {
            LibCrypto.BIO_set_flags(bio, RetryRead);
            return -1;
        }

        Buffer.MemoryCopy(window->Input + window->InputUsed, into, room, count);
        window->InputUsed += count;
        return count;
    }

    [UnmanagedCallersOnly]
    private static int Write(nint bio, byte* from, int length)
    {
        LibCrypto.BIO_clear_flags(bio, RetryFlags);
        var window = (BioWindow*)LibCrypto.BIO_get_data(bio);
        var count = Math.Min(length, window->OutputRoom - window->OutputUsed);
        if (count <= 0)
        {
            LibCrypto.BIO_set_flags(bio, RetryWrite);
            return -1;
        }

        Buffer.MemoryCopy(from, window->Output + window->OutputUsed, count, count);
        window->OutputUsed += count;
        return count;
    }

    // libssl flushes after each flight; the answer to every other request is "no".
    [UnmanagedCallersOnly]
    private static nint Control(nint bio, int command, nint number, nint pointer) => command == CtrlFlush ? 1 : 0;
}
