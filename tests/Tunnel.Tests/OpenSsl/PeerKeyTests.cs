using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.OpenSsl;

/// <summary>
/// Peers with every kind of key, also those that .NET cannot load: keys that may sign with RSASSA-PSS only (RFC 4055
/// section 1.2) and those of Edwards curves. A certificate with one is as good as any other.
/// </summary>
[LeavesNothing]
[TestFixture("RSA", "rsa_keygen_bits:2048")]
[TestFixture("RSA-PSS", "rsa_keygen_bits:2048")]
[TestFixture("EC", "ec_paramgen_curve:P-384")]
[TestFixture("ED25519", null)]
[TestFixture("ED448", null)]
public sealed class PeerKeyTests(string algorithm, string? option)
{
    private readonly TempDirectory _files = new();

    [OneTimeSetUp]
    public void IssueByOpenSsl()
    {
        OpenSslCommand.MustRun([
            .. (string[])["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
            .. (string[])["-keyout", At("ca.key"), "-out", At("ca.crt"), "-subj", "/CN=Root", "-days", "30"],
        ]);
        OpenSslCommand.MustRun([
            .. (string[])["genpkey", "-algorithm", algorithm, "-out", At("peer.key")],
            .. option is null ? Array.Empty<string>() : ["-pkeyopt", option],
        ]);
        OpenSslCommand.MustRun("req", "-new", "-key", At("peer.key"), "-subj", "/CN=peer", "-out", At("peer.csr"));
        var extensions = _files.Write("extensions", "subjectAltName=DNS:localhost\nkeyUsage=digitalSignature\n");
        OpenSslCommand.MustRun([
            .. (string[])["x509", "-req", "-in", At("peer.csr"), "-CA", At("ca.crt"), "-CAkey", At("ca.key")],
            .. (string[])["-CAcreateserial", "-days", "30", "-extfile", extensions, "-out", At("peer.crt")],
        ]);
    }

    [OneTimeTearDown]
    public void Remove() => _files.Dispose();

    [Test]
    public async Task A_client_with_it_is_served([Values("tls1_2", "tls1_3")] string version)
    {
        await using var pair = await Pair.StartAsync(
            new PairOptions
            {
                Server = settings => settings with { Tls = settings.Tls with { PeerCaFile = At("ca.crt") } },
                Backend = TestBackends.OpenSsl,
            }
        );
        await using var openssl = OpenSslProcess.Start([
            .. (string[])["s_client", "-connect", pair.Server!.Endpoints[0].ToString()!, "-quiet", "-no_ign_eof"],
            .. (string[])["-cert", At("peer.crt"), "-key", At("peer.key"), $"-{version}"],
        ]);

        await openssl.SayAsync("hello");
        using var target = await pair.Target.AcceptSoonAsync();
        Assert.That(await target.ReadExactlyAsync(6), Is.EqualTo("hello\n"u8.ToArray()));
        openssl.EndInput();
        await target.ReadToEndAsync();
        target.Dispose();

        Assert.That((await pair.ServerClosedAsync()).Identity, Is.EqualTo("peer"));
    }

    [Test]
    public async Task A_server_with_it_is_trusted([Values("tls1_2", "tls1_3")] string version)
    {
        await using var server = OpenSslProcess.Start([
            .. (string[])["s_server", "-accept", "127.0.0.1:0", "-rev", $"-{version}"],
            .. (string[])["-cert", At("peer.crt"), "-key", At("peer.key")],
        ]);
        var line = await server.LineAsync(line => line.StartsWith("ACCEPT", StringComparison.Ordinal));
        var port = int.Parse(line[(line.LastIndexOf(':') + 1)..]);
        await using var pair = await Pair.StartAsync(
            new PairOptions
            {
                StartServer = false,
                Backend = TestBackends.OpenSsl,
                Client = settings =>
                    settings with
                    {
                        Forward = new HostPort("127.0.0.1", port),
                        Tls = settings.Tls with { PeerCaFile = At("ca.crt") },
                    },
            }
        );
        using var application = await pair.DialAsync();

        await application.SendAllAsync("stressed\n"u8.ToArray());
        Assert.That(await application.ReadExactlyAsync(9), Is.EqualTo("desserts\n"u8.ToArray()));
        application.Dispose();
        Assert.That((await pair.ClientClosedAsync()).Identity, Is.EqualTo("peer"));
    }

    private string At(string name) => _files.File(name);
}
