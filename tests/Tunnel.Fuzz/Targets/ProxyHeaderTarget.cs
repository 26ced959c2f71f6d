using System.Net;
using System.Text;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Tls;

namespace Tunnel.Fuzz.Targets;

/// <summary>What a load balancer says first, as the server receives it, and who follows.</summary>
internal sealed class ProxyHeaderTarget : ITarget
{
    private const int LengthAt = 14;

    public string Name => "proxy-header";

    public int MostBytes => ProxyBlockReader.MostBytes + 64;

    public IReadOnlyList<byte[]> Words =>
        [
            [.. ProxyFormat.Signature, 0x21, 0x11, 0, 12],
            [.. ProxyFormat.Signature, 0x21, 0x21, 0, 36],
            [.. ProxyFormat.Signature, 0x20, 0, 0, 0],
            [3, 0, 4],
            [.. "PROXY TCP4 "u8],
            [.. "PROXY TCP6 "u8],
            [.. "PROXY UNKNOWN"u8],
            [.. "203.0.113.9 "u8],
            [.. "2001:db8::9 "u8],
            [.. "\r\n"u8],
        ];

    public void Run(byte[] input)
    {
        (ProxyRoute? Route, HandshakeFault? Fault)? first = null;
        foreach (var pieces in Splits.Of(input))
        {
            var socket = new PiecesSocket(pieces);
            var receiving = ProxyIntake.ReceiveAsync(new SocketChannel(socket));
            Hold.That(receiving.IsCompletedSuccessfully, "a header is waited for although it is there");
            var (route, fault) = receiving.Result;
            Hold.Same(route, (first ?? (route, fault)).Route, "the client that a header names, in other pieces");
            Hold.Same(
                fault?.Kind,
                (first ?? (route, fault)).Fault?.Kind,
                "what is wrong with a header in other pieces"
            );
            first = (route, fault);
            Hold.That(route is null || fault is null, "a client, and a fault");
            Hold.IsLine(fault?.Detail ?? "", "why a header is refused");
            if (fault is null)
            {
                var length = LengthOf(input);
                Hold.SameBytes([.. socket.Rest()], input.AsSpan(length), "what follows a header");
            }

            if (route is not null)
            {
                ComesBack(route);
            }
        }
    }

    private static int LengthOf(byte[] header) =>
        header.AsSpan().StartsWith(ProxyFormat.Signature)
            ? ProxyFormat.HeaderBytes + ((header[LengthAt] << 8) | header[LengthAt + 1])
            : header.AsSpan().IndexOf("\r\n"u8) + 2;

    /// <summary>What we would pass on to a target says the same, in both versions.</summary>
    private static void ComesBack(ProxyRoute route)
    {
        var mapped = new ProxyRoute(Mapped(route.From), Mapped(route.To));
        foreach (
            var header in (byte[][])
                [ProxyHeader.Line(route.From, route.To), ProxyHeader.Binary(route.From, route.To, [])]
        )
        {
            var back = ProxyHeaderReader.Read(header).Route;
            Hold.That(back is not null, $"our own header cannot be read: {Encoding.Latin1.GetString(header)}");
            Hold.Same(new ProxyRoute(Mapped(back!.From), Mapped(back.To)), mapped, "the client, passed on");
        }
    }

    private static IPEndPoint Mapped(IPEndPoint endPoint) => new(endPoint.Address.MapToIPv6(), endPoint.Port);
}
