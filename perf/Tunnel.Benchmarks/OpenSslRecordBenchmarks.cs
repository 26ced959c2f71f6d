using BenchmarkDotNet.Attributes;
using Tunnel.Tls.OpenSslBackend;

namespace Tunnel.Benchmarks;

/// <summary>Encrypting and decrypting by libssl, without any I/O.</summary>
public class OpenSslRecordBenchmarks
{
    private readonly Profiles _profiles = new();
    private OpenSslContext _clientContext = null!;
    private OpenSslContext _serverContext = null!;
    private TicketJar _tickets = null!;
    private OpenSslSession _client = null!;
    private OpenSslSession _server = null!;
    private byte[] _plain = [];
    private byte[] _cipher = [];
    private byte[] _decrypted = [];

    [Params(1024, 16 * 1024, 256 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        Backends.Get(Backends.OpenSsl);
        var (clientProfile, serverProfile) = (_profiles.Client(), _profiles.Server());
        _tickets = new TicketJar();
        _clientContext = new OpenSslContext(clientProfile);
        _serverContext = new OpenSslContext(serverProfile);
        _client = new OpenSslSession(_clientContext.Handle, server: false, "localhost");
        _server = new OpenSslSession(_serverContext.Handle, server: true, null);
        using (var loopback = new Loopback())
        {
            var (near, far) = loopback.Connect();
            var faults = Task.WhenAll(
                    new Handshaker(_client, near, clientProfile.Policy, null, _tickets).RunAsync(),
                    new Handshaker(_server, far, serverProfile.Policy, null, _tickets).RunAsync()
                )
                .GetAwaiter()
                .GetResult();
            if (faults.Any(fault => fault is not null))
            {
                throw new InvalidOperationException("the handshake failed");
            }

            near.Dispose();
            far.Dispose();
        }

        _plain = new byte[Size];
        _plain.AsSpan().Fill(7);
        _cipher = new byte[OpenSslSession.OutputRoomFor(Size)];
        _decrypted = new byte[Size];
        EncryptAndDecrypt();
        if (!_decrypted.AsSpan().SequenceEqual(_plain))
        {
            throw new InvalidOperationException("what was decrypted differs");
        }
    }

    [Benchmark]
    public int EncryptAndDecrypt()
    {
        if (_client.Write(_plain, _cipher, out var length) != TlsStatus.Complete)
        {
            throw new InvalidOperationException(_client.Error);
        }

        _server.Read(_cipher.AsSpan(0, length), _decrypted, default, out _, out var read, out _);
        return read == Size ? read : throw new InvalidOperationException($"{read} of {Size} bytes: {_server.Error}");
    }

    [GlobalCleanup]
    public void Close()
    {
        _client.Dispose();
        _server.Dispose();
        _tickets.Dispose();
        _clientContext.Dispose();
        _serverContext.Dispose();
        _profiles.Dispose();
    }
}
