using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.OpenSsl;
using Tunnel.Tls;

namespace Tunnel.Tests.TestKit;

/// <summary>
/// A client and a server that trust each other, for tests of the OpenSSL backend alone: no tunnel around it.
/// </summary>
internal sealed class TlsPeers : IDisposable
{
    public const SslProtocols Both = SslProtocols.Tls12 | SslProtocols.Tls13;

    private readonly TempDirectory _files = new();
    private readonly Socket _listener = Wire.Listen();
    private readonly SemaphoreSlim _connecting = new(1);

    public TlsPeers(TestCa? root = null, TestCertificate? server = null, TestCertificate? client = null)
    {
        Root = root ?? TestCa.CreateRoot();
        ServerCertificate = server ?? Root.Issue(new TestLeaf { CommonName = "server" });
        ClientCertificate = client ?? Root.Issue(new TestLeaf { CommonName = "client" });
        var anchors = CaFile.Load(Root.WriteFile(_files.Path));
        Server = new TlsProfile
        {
            Role = TunnelRole.Server,
            Own = Own(ServerCertificate, "server"),
            Policy = PeerPolicy.ForClients(anchors, AllowedNames),
            Versions = Both,
            ApplicationProtocols = [Greeting.Protocol],
        };
        Client = new TlsProfile
        {
            Role = TunnelRole.Client,
            Own = Own(ClientCertificate, "client"),
            Policy = PeerPolicy.ForServers(anchors, "localhost"),
            ServerName = "localhost",
            Versions = Both,
            ApplicationProtocols = [Greeting.Protocol],
        };
    }

    public TestCa Root { get; }

    public TestCertificate ServerCertificate { get; }

    public TestCertificate ClientCertificate { get; }

    public TlsProfile Server { get; set; }

    public TlsProfile Client { get; set; }

    /// <summary>Of the server's policy, which sees every change.</summary>
    public List<string> AllowedNames { get; } = [];

    public TlsProfile Profile(TunnelRole role) => role == TunnelRole.Server ? Server : Client;

    /// <summary>Restricts both to some versions.</summary>
    public TlsPeers Speaking(SslProtocols versions)
    {
        Server = Server with { Versions = versions };
        Client = Client with { Versions = versions };
        return this;
    }

    public string WriteFile(string name, string content) => _files.Write(name, content);

    /// <summary>The same names on another certificate, or other names.</summary>
    public OwnCertificate IssueServer(string commonName, string dnsName = "localhost") =>
        Own(Root.Issue(new TestLeaf { CommonName = commonName, DnsNames = [dnsName] }), Guid.NewGuid().ToString());

    public static OpenSslEndpoint Endpoint(TlsProfile profile) => new(profile, "OpenSSL");

    /// <summary>A connection: a plain socket and a channel of the engine.</summary>
    public async Task<(Socket Plain, SocketChannel Channel)> ConnectAsync()
    {
        // One at a time: else two who connect at once may be given each other's other end.
        await _connecting.WaitAsync();
        try
        {
            var accepting = _listener.AcceptSoonAsync();
            var plain = await Wire.DialAsync(_listener.EndPoint());
            return (plain, Adopt(await accepting));
        }
        finally
        {
            _connecting.Release();
        }
    }

    /// <summary>One handshake of two endpoints.</summary>
    public async Task<(HandshakeOutcome Client, HandshakeOutcome Server)> HandshakeAsync(
        ITlsEndpoint client,
        ITlsEndpoint server
    )
    {
        var (plain, channel) = await ConnectAsync();
        var near = Adopt(plain);
        var serving = server.HandshakeAsync(channel, from: IPAddress.Loopback);
        var outcome = await client.HandshakeAsync(near, from: IPAddress.Loopback).WaitAsync(Wire.Patience);
        var other = await serving.WaitAsync(Wire.Patience);
        Release(outcome, near);
        Release(other, channel);
        return (outcome, other);
    }

    /// <summary>
    /// Passes a byte from the server to the client, with the tickets before it, and ends both directions in order.
    /// </summary>
    public static async Task PassAndCloseAsync(HandshakeOutcome client, HandshakeOutcome server)
    {
        await server.Transport!.WriteAsync(new byte[1]);
        (await client.Transport!.ReadAsync()).Return();
        await client.Transport.CloseWriteAsync();
        await server.Transport.CloseWriteAsync();
        client.Transport.Dispose();
        server.Transport.Dispose();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _connecting.Dispose();
        _files.Dispose();
    }

    private static void Release(HandshakeOutcome outcome, SocketChannel channel)
    {
        if (outcome.Transport is null)
        {
            channel.Dispose();
        }
    }

    public static SocketChannel Adopt(Socket socket)
    {
        socket.NoDelay = true;
        socket.Blocking = false;
        return new SocketChannel(new SystemTcpSocket(socket));
    }

    public OwnCertificate Own(TestCertificate certificate, string name)
    {
        var (certFile, keyFile) = certificate.WriteFiles(_files.Path, name);
        return OwnCertificate.Load(certFile, keyFile, null);
    }
}
