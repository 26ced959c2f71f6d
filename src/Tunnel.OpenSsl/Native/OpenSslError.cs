using System.Runtime.InteropServices;

namespace Tunnel.OpenSsl;

/// <summary>
/// The thread's OpenSSL error queue (ERR_get_error(3)): read it directly after the call that filled it.
/// </summary>
internal static class OpenSslError
{
    /// <summary>Empties the queue, and returns the reasons, the first cause first; empty if there were none.</summary>
    public static string Drain()
    {
        var reasons = new List<string>();
        while (LibCrypto.ERR_get_error() is var code && code != 0)
        {
            reasons.Add(Marshal.PtrToStringUTF8(LibCrypto.ERR_reason_error_string(code)) ?? $"error {code:x}");
        }

        return string.Join(": ", reasons.Distinct());
    }
}

/// <summary>A call into OpenSSL failed that only fails for lack of memory or through a bug of ours.</summary>
internal sealed class OpenSslException(string call) : Exception($"{call} failed: {OpenSslError.Drain()}");
