using System.Runtime.InteropServices;
using System.Text;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>The groups of the key exchange (SSL_CTX_set1_groups_list(3)), as far as this libssl has them.</summary>
internal static unsafe class KeyExchangeGroups
{
    // Hybrids of ML-KEM and a curve, which OpenSSL 3.5 brought; the first is the one that other libraries have too.
    private static readonly string[] _hybrids = ["X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024"];

    // OpenSSL's own order, without its finite fields.
    private static readonly string[] _curves = ["X25519", "P-256", "X448", "P-384", "P-521"];

    // SSL_R_NO_SUITABLE_KEY_SHARE and SSL_R_NO_SUITABLE_GROUPS of sslerr.h in words, and the alert that says so to a
    // client: a ServerHello names the one group, so a server sends this alert before it has sent anything else.
    private static readonly string[] _noneInCommon =
    [
        "no suitable key share",
        "no suitable groups",
        "no shared group",
        "alert handshake failure",
    ];

    /// <returns>Whether libssl knows all of the list.</returns>
    public static bool Set(nint context, string list)
    {
        fixed (byte* text = Encoding.ASCII.GetBytes(list + '\0'))
        {
            var isSet = LibSsl.SetGroups(context, text);
            _ = isSet ? "" : OpenSslError.Drain();
            return isSet;
        }
    }

    /// <summary>Curves only, and hybrids before them.</summary>
    public static bool PreferPostQuantum(nint context)
    {
        var (hybrids, curves) = (Known(context, _hybrids), Known(context, _curves));
        if (hybrids.Count == 0 || curves.Count == 0)
        {
            return Set(context, string.Join(':', [.. hybrids, .. curves]));
        }

        // Guessing both (*), a client needs no second try with a server that has no hybrids; and a server prefers the
        // hybrids (/) to whatever the client has guessed.
        return Set(context, $"*{string.Join(':', hybrids)}/*{string.Join(':', curves)}")
            // Another provider's hybrids, in a library before that notation (3.5).
            || Set(context, string.Join(':', [.. hybrids, .. curves]));
    }

    /// <exception cref="TlsSetupException">This libssl has no hybrid.</exception>
    public static void RequirePostQuantum(nint context)
    {
        var hybrids = Known(context, _hybrids);
        if (hybrids.Count == 0 || !Set(context, string.Join(':', hybrids)))
        {
            throw new TlsSetupException(
                Trouble.Of(
                    "tls.require is post_quantum, but this libssl, "
                        + $"{Marshal.PtrToStringUTF8(LibCrypto.OpenSSL_version(6))}, has no post-quantum key exchange; "
                        + "it came with OpenSSL 3.5 (Debian 13)",
                    "install that, or leave tls.require out"
                )
            );
        }
    }

    /// <summary>What the handshake agreed on; null: nothing.</summary>
    public static string? NameOf(nint ssl) =>
        // Libssl reads the group from the session, and a handshake that failed early has none: it would crash.
        LibSsl.SSL_get_session(ssl) != 0
        && LibSsl.NegotiatedGroup(ssl) is var group and not 0
            ? Marshal.PtrToStringUTF8(LibSsl.SSL_group_to_name(ssl, group))
            : null;

    /// <summary>Whether a handshake can have failed because the sides had no group in common.</summary>
    /// <param name="openSslText">Why it failed.</param>
    public static bool MayLack(string openSslText) =>
        _noneInCommon.Any(text => openSslText.Contains(text, StringComparison.Ordinal));

    private static List<string> Known(nint context, string[] groups) => [.. groups.Where(one => Set(context, one))];
}
