using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>What to say when the other side of a handshake does not speak TLS, and where it should have been instead.</summary>
internal static class NotTlsWords
{
    private const int MostBytesShown = 8;

    /// <param name="peer">Which side the peer is.</param>
    /// <param name="first">What the peer sent first; at least one byte.</param>
    public static string Of(TunnelRole peer, ReadOnlySpan<byte> first)
    {
        var protocol = PlainProtocol.Recognise(first);
        var what = protocol is null
            ? $"begins with {Convert.ToHexStringLower(first[..Math.Min(first.Length, MostBytesShown)])}"
            : $"begins as in {protocol}";
        return peer == TunnelRole.Server ? $"the server does not speak TLS (it {what}); {ServerWanted}"
            : protocol == PlainProtocol.ProxyHeader
                ? $"the peer does not speak TLS (it {what}); the tunnel does not understand that header: switch it off at the "
                    + "load balancer that sends it"
            : $"the peer does not speak TLS (it {what}); {ClientWanted}";
    }

    /// <summary>For a server that said nothing at all before it left.</summary>
    public const string NoAnswer =
        $"the server ended the connection without an answer to our TLS handshake; {ServerWanted}";

    /// <summary>For a client that said nothing at all until its time was up.</summary>
    public const string SilentClient =
        $"the client sent nothing in the time for the TLS handshake; {ClientWanted}, also where the server speaks first";

    /// <summary>For a server that said nothing at all until its time was up.</summary>
    public const string SilentServer = $"the server sent nothing in the time for the TLS handshake; {ServerWanted}";

    private const string ServerWanted =
        "remote_server must be the TLS port of a tunnel server, not the service behind it or a tunnel client";

    private const string ClientWanted = "an application must connect to the tunnel client, not to this port";
}
