using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Tunnel.OpenSsl;

/// <summary>
/// The two secrets from which the keys for application data are derived (RFC 8446 section 7.1). Libssl gives them out
/// only as lines of a key log (SSL_CTX_set_keylog_callback(3)). They are not written anywhere.
/// </summary>
internal sealed class TrafficSecrets
{
    // 32 bytes in hexadecimal, and a space on either side.
    private const int ClientRandomLength = 64 + 2;

    /// <summary>For what the client sends; null until libssl has made it, and in TLS 1.2.</summary>
    public byte[]? Client { get; private set; }

    /// <summary>For what the server sends.</summary>
    public byte[]? Server { get; private set; }

    /// <summary>One line: a label, the client's random and the secret.</summary>
    public unsafe void Take(byte* line)
    {
        var text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(line);
        if (text.StartsWith("CLIENT_TRAFFIC_SECRET_0 "u8))
        {
            Client = SecretOf(text);
        }
        else if (text.StartsWith("SERVER_TRAFFIC_SECRET_0 "u8))
        {
            Server = SecretOf(text);
        }
    }

    /// <summary>Gives both to a caller that wipes them from now on; null if libssl has not made both.</summary>
    public (byte[] Client, byte[] Server)? HandOver()
    {
        if (Client is not { } client || Server is not { } server)
        {
            return null;
        }

        (Client, Server) = (null, null);
        return (client, server);
    }

    /// <summary>Wipes those that nobody has taken over.</summary>
    public void Wipe()
    {
        CryptographicOperations.ZeroMemory(Client);
        CryptographicOperations.ZeroMemory(Server);
        (Client, Server) = (null, null);
    }

    private static byte[] SecretOf(ReadOnlySpan<byte> line) =>
        Convert.FromHexString(line[(line.IndexOf((byte)' ') + ClientRandomLength)..]);
}
