using System.Runtime.InteropServices;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>TLS by the system's OpenSSL 3.</summary>
public sealed class OpenSslTls : ITlsBackend
{
    // OpenSSL's exit handlers would free what other threads still use (OPENSSL_init_crypto(3), OPENSSL_INIT_NO_ATEXIT).
    private const ulong InitNoAtExit = 0x0008_0000;

    private OpenSslTls(string version) => Description = version;

    public string Description { get; }

    /// <summary>
    /// 12 to 15 KiB of ours, what the system keeps of two idle sockets, and what the collector holds until it runs.
    /// </summary>
    public long SessionBytes => 25 * 1024;

    /// <summary>The backend, or why it is not available on this machine.</summary>
    public static (OpenSslTls? Backend, string WhyNot) TryLoad()
    {
        try
        {
            return LibSsl.OPENSSL_init_ssl(InitNoAtExit, 0) == 1
                ? (new OpenSslTls($"OpenSSL/{Version()}"), "")
                : (null, $"libssl.so.3 cannot be initialised: {OpenSslError.Drain()}");
        }
        catch (DllNotFoundException)
        {
            return (null, "libssl.so.3 is not installed");
        }
        catch (EntryPointNotFoundException e)
        {
            return (null, $"libssl.so.3 lacks a function: {e.Message}");
        }
    }

    // OPENSSL_VERSION_STRING of crypto.h: the number alone, as 3.0.22.
    private static string? Version() => Marshal.PtrToStringUTF8(LibCrypto.OpenSSL_version(6));

    public ITlsEndpoint CreateEndpoint(TlsProfile profile, Action<TlsNotice>? tell = null, TimeProvider? time = null) =>
        new OpenSslEndpoint(profile, Description, tell, time);
}
