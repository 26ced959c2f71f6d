using System.IO.Pipelines;
using System.Net.Security;
using BenchmarkDotNet.Attributes;
using Tunnel.Tls;

namespace Tunnel.Benchmarks;

/// <summary>Encrypting and decrypting by SslStream, between two pipes in memory.</summary>
public class SslStreamRecordBenchmarks
{
    private readonly Profiles _profiles = new();
    private SslStream _client = null!;
    private SslStream _server = null!;
    private byte[] _plain = [];
    private byte[] _decrypted = [];

    [Params(1024, 16 * 1024, 256 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        // Never pauses the writer: one thread writes everything before it reads.
        var options = new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false);
        var (up, down) = (new Pipe(options), new Pipe(options));
        _client = new SslStream(new PipeStream(down.Reader, up.Writer));
        _server = new SslStream(new PipeStream(up.Reader, down.Writer));
        var certificate = _profiles.Server().Own!.Leaf;
        var server = _server.AuthenticateAsServerAsync(ServerOptions(_profiles.Server().Own!));
        // Who the peer is plays no part in the cost of a record.
        _client.AuthenticateAsClientAsync(ClientOptions(certificate.GetCertHashString())).GetAwaiter().GetResult();
        server.GetAwaiter().GetResult();
        _plain = new byte[Size];
        _plain.AsSpan().Fill(7);
        _decrypted = new byte[Size];
        EncryptAndDecrypt();
        if (!_decrypted.AsSpan().SequenceEqual(_plain))
        {
            throw new InvalidOperationException("what was decrypted differs");
        }
    }

    [Benchmark]
    public void EncryptAndDecrypt()
    {
        _client.Write(_plain);
        _server.ReadExactly(_decrypted);
    }

    [GlobalCleanup]
    public void Close()
    {
        _client.Dispose();
        _server.Dispose();
        _profiles.Dispose();
    }

    private static SslServerAuthenticationOptions ServerOptions(OwnCertificate own) =>
        new() { ServerCertificate = own.Leaf };

    private static SslClientAuthenticationOptions ClientOptions(string expected) =>
        new()
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                certificate?.GetCertHashString() == expected,
        };
}
