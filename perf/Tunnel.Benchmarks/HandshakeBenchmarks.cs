using BenchmarkDotNet.Attributes;
using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.Benchmarks;

/// <summary>
/// Both ends of one TLS 1.3 handshake with certificates on both sides, with the loopback connection under it.
/// </summary>
public class HandshakeBenchmarks
{
    private readonly Profiles _profiles = new();
    private readonly Loopback _loopback = new();
    private readonly byte[] _word = [1];
    private ITlsEndpoint _client = null!;
    private ITlsEndpoint _server = null!;

    [Params(Backends.OpenSsl, Backends.SslStream)]
    public string Backend { get; set; } = Backends.OpenSsl;

    [Params(false, true)]
    public bool Resumed { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var backend = Backends.Get(Backend);
        _client = backend.CreateEndpoint(_profiles.Client(Resumed));
        _server = backend.CreateEndpoint(_profiles.Server(Resumed));
        // The first one brings the ticket.
        Handshake();
        if (Handshake() != Resumed)
        {
            throw new InvalidOperationException($"a resumed session was {(Resumed ? "" : "not ")}asked for");
        }
    }

    /// <returns>Whether the session was resumed.</returns>
    [Benchmark]
    public bool Handshake() => HandshakeAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void Close()
    {
        _client.Dispose();
        _server.Dispose();
        _loopback.Dispose();
        _profiles.Dispose();
    }

    private async Task<bool> HandshakeAsync()
    {
        var (near, far) = _loopback.Connect();
        var both = await Task.WhenAll(_client.HandshakeAsync(near), _server.HandshakeAsync(far));
        if (both[0].Transport is not { } client || both[1].Transport is not { } server)
        {
            throw new InvalidOperationException("the handshake failed");
        }

        // A byte from the server, for the ticket that comes before it.
        await server.WriteAsync(_word);
        var chunk = await client.ReadAsync();
        var ok = chunk.Status == IoStatus.Ok;
        chunk.Return();
        // libssl takes back the ticket of a connection that ends without close_notify.
        await client.CloseWriteAsync();
        await server.CloseWriteAsync();
        client.Dispose();
        server.Dispose();
        return ok && both[0].Info!.Resumed;
    }
}
