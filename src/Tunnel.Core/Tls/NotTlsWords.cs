using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>
/// What to say when the other side of a handshake does not speak TLS, and which address it should use.
/// </summary>
internal static class NotTlsWords
{
    private const int MostBytesShown = 8;

    /// <param name="peer">Which side the peer is.</param>
    /// <param name="first">What the peer sent first; at least one byte.</param>
    public static Trouble Of(TunnelRole peer, ReadOnlySpan<byte> first)
    {
        var protocol = PlainProtocol.Recognise(first);
        var what = protocol is null
            ? $"begins with {Convert.ToHexStringLower(first[..Math.Min(first.Length, MostBytesShown)])}"
            : $"begins as in {protocol}";
        return peer == TunnelRole.Server
            ? Trouble.Of($"the server does not speak TLS (it {what})", ServerWanted)
            : Trouble.Of(
                $"the peer does not speak TLS (it {what})",
                protocol == PlainProtocol.ProxyHeader ? BalancerWanted : ClientWanted
            );
    }

    /// <summary>For a server that left without saying anything.</summary>
    public static readonly Trouble NoAnswer = Trouble.Of(
        "the server closed the connection without answering our TLS handshake",
        ServerWanted
    );

    /// <summary>For a client that said nothing until its time was up.</summary>
    public static readonly Trouble SilentClient = Trouble.Of(
        "the client sent nothing within the time for the TLS handshake",
        $"{ClientWanted}, also when the service speaks first"
    );

    /// <summary>For a client that said something, but not enough.</summary>
    public static readonly Trouble SlowClient = Trouble.Of(
        "the client did not finish the TLS handshake in time",
        "look at the network on the way, or raise timeouts.handshake"
    );

    /// <summary>For a server that said nothing until its time was up.</summary>
    public static readonly Trouble SilentServer = Trouble.Of(
        "the server sent nothing within the time for the TLS handshake",
        ServerWanted
    );

    private const string ServerWanted =
        "remote_server must be the TLS port of a tunnel server, not the service behind it or a tunnel client";

    private const string BalancerWanted =
        "if it is a load balancer of yours, name its address in server_listener.proxy_protocol_from, else switch the "
        + "header off where it is sent";

    private const string ClientWanted = "an application must connect to the tunnel client, not to this port";
}
