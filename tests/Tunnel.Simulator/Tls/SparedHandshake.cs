using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.OpenSsl;
using Tunnel.Tls;

namespace Tunnel.Simulator;

/// <summary>
/// A TLS backend for most worlds: the handshake is one fixed message each way and no certificate, which costs
/// microseconds; behind it stand the product's own transport and record layer, with keys that everybody knows.
/// </summary>
/// <param name="greets">Both ends know the greeting.</param>
/// <param name="refusal">As server: why everybody is turned away.</param>
internal sealed class SparedHandshake(bool greets, Refusal? refusal = null) : ITlsBackend
{
    private const byte ServerHello = 2;

    private static readonly AeadSuite _suite = AeadSuite.Find("TLS_AES_128_GCM_SHA256")!;

    // Handshake records that ClientHelloGate lets pass: a header of 5 bytes, a message header of 4, and a body.
    private static readonly byte[] _clientHello = Hello(1, 200);
    private static readonly byte[] _answer = Hello(ServerHello, 90);

    public string Description => "spared handshake";

    public long SessionBytes => 1;

    public ITlsEndpoint CreateEndpoint(TlsProfile profile, Action<TlsNotice>? tell = null, TimeProvider? time = null) =>
        new Endpoint(profile.Role, greets, refusal);

    private static byte[] Hello(byte type, byte length)
    {
        var hello = new byte[9 + length];
        (hello[0], hello[1], hello[2], hello[5], hello[8]) = (22, 3, 3, type, length);
        BinaryPrimitives.WriteUInt16BigEndian(hello.AsSpan(3), (ushort)(4 + length));
        return hello;
    }

    private sealed class Endpoint(TunnelRole role, bool greets, Refusal? refusal) : ITlsEndpoint
    {
        public void Dispose() { }

        public Refusal? JudgeAgain(TlsInfo peer) => refusal;

        public async Task<HandshakeOutcome> HandshakeAsync(SocketChannel channel, Chunk early, IPAddress? from)
        {
            if (role == TunnelRole.Server)
            {
                early.Return();
                return (await channel.SendAsync(_answer).ConfigureAwait(false)).Error is var error and not 0
                    ? Failed(error)
                    : Done(channel, default);
            }

            if ((await channel.SendAsync(_clientHello).ConfigureAwait(false)).Error is var fault and not 0)
            {
                return Failed(fault);
            }

            var (rest, ended) = await AnswerAsync(channel).ConfigureAwait(false);
            return ended is { } why ? Failed(why) : Done(channel, rest);
        }

        private static async Task<((byte[]? Buffer, int Start, int End) Behind, SocketError? Fault)> AnswerAsync(
            SocketChannel channel
        )
        {
            var buffer = BufferPool.Rent(BufferPool.Small);
            for (var length = 0; ; )
            {
                var waited = await channel.WaitReadableAsync().ConfigureAwait(false);
                var result = waited.Error == SocketError.Success ? channel.Receive(buffer.AsSpan(length)) : waited;
                length += result.Bytes;
                if (length >= _answer.Length && result.Bytes > 0)
                {
                    if (length > _answer.Length)
                    {
                        return ((buffer, _answer.Length, length), null);
                    }

                    BufferPool.Return(buffer);
                    return (default, null);
                }

                if (result.Bytes == 0 && result.Error != SocketError.WouldBlock)
                {
                    BufferPool.Return(buffer);
                    return (default, result.Error == SocketError.Success ? SocketError.Disconnecting : result.Error);
                }
            }
        }

        private static HandshakeOutcome Failed(SocketError error) =>
            new()
            {
                Fault = new HandshakeFault(
                    error is SocketError.OperationAborted or SocketError.Interrupted
                        ? HandshakeFaultKind.Aborted
                        : HandshakeFaultKind.PeerLeft,
                    SocketErrors.Of(error)
                ),
            };

        private HandshakeOutcome Done(SocketChannel channel, (byte[]? Buffer, int Start, int End) rest)
        {
            var isServer = role == TunnelRole.Server;
            var records = new Tls13Records(
                new RecordKey(_suite, Secret(ofServer: !isServer), seals: false),
                new RecordKey(_suite, Secret(ofServer: isServer), seals: true),
                isClient: !isServer,
                tickets: null
            );
            var info = new TlsInfo("TLSv1.3", "-", false, "-", greets ? Greeting.Protocol : null, Peer: null);
            return new HandshakeOutcome
            {
                Transport = new OpenSslTransport(records, channel, rest),
                Info = info,
                Refusal = isServer ? refusal : null,
            };
        }

        private static byte[] Secret(bool ofServer)
        {
            var secret = new byte[32];
            secret.AsSpan().Fill(ofServer ? (byte)2 : (byte)1);
            return secret;
        }
    }
}
