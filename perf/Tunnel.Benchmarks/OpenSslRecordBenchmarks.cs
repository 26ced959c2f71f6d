using BenchmarkDotNet.Attributes;
using Tunnel.OpenSsl;

namespace Tunnel.Benchmarks;

/// <summary>Encrypting and decrypting by the OpenSSL backend in TLS 1.3, without any I/O.</summary>
public class OpenSslRecordBenchmarks
{
    private readonly Profiles _profiles = new();
    private OpenSslContext _clientContext = null!;
    private OpenSslContext _serverContext = null!;
    private TicketJar _tickets = null!;
    private ITlsRecords _client = null!;
    private ITlsRecords _server = null!;
    private byte[] _plain = [];
    private byte[] _cipher = [];
    private byte[] _decrypted = [];

    [Params(64, 1024, 16 * 1024, 256 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        Backends.Get(Backends.OpenSsl);
        var (clientProfile, serverProfile) = (_profiles.Client(), _profiles.Server());
        _tickets = new TicketJar();
        _clientContext = new OpenSslContext(clientProfile);
        _serverContext = new OpenSslContext(serverProfile);
        var client = new OpenSslSession(_clientContext.Handle, server: false, "localhost");
        var server = new OpenSslSession(_serverContext.Handle, server: true, null);
        using (var loopback = new Loopback())
        {
            var (near, far) = loopback.Connect();
            var shaking = new Handshaker(
                client,
                near,
                new ConnectionState(client, clientProfile, null, _tickets, new())
            );
            var serving = new Handshaker(
                server,
                far,
                new ConnectionState(server, serverProfile, null, _tickets, new())
            );
            var faults = Task.WhenAll(shaking.RunAsync(), serving.RunAsync()).GetAwaiter().GetResult();
            if (faults.Any(fault => fault is not null))
            {
                throw new InvalidOperationException("the handshake failed");
            }

            _client = RecordsChoice.After(client, shaking, clientProfile, shaking.Describe("OpenSSL").Cipher);
            _server = RecordsChoice.After(server, serving, serverProfile, serving.Describe("OpenSSL").Cipher);
            shaking.Discard();
            serving.Discard();
            near.Dispose();
            far.Dispose();
        }

        _plain = new byte[Size];
        _plain.AsSpan().Fill(7);
        _cipher = new byte[ITlsRecords.RoomFor(Size)];
        _decrypted = new byte[_cipher.Length];
        EncryptAndDecrypt();
        if (!_decrypted.AsSpan(0, Size).SequenceEqual(_plain))
        {
            throw new InvalidOperationException("what was decrypted differs");
        }
    }

    [Benchmark]
    public int EncryptAndDecrypt()
    {
        if (_client.Write(_plain, _cipher, out var length) != TlsStatus.Complete)
        {
            throw new InvalidOperationException(_client.Fault?.Trouble.ToString());
        }

        _server.Read(_cipher.AsSpan(0, length), _decrypted, out _, out var read);
        return read == Size
            ? read
            : throw new InvalidOperationException($"{read} of {Size} bytes: {_server.Fault?.Trouble}");
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
