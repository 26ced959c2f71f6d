using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>Files and names as people have them, through the whole tunnel.</summary>
public sealed class FileTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    [Test]
    public async Task A_server_name_with_a_dot_at_its_end_is_sent_and_found_without_it() =>
        await AssertServesAsync(
            new PairOptions
            {
                Client = settings => settings with { Tls = settings.Tls with { ServerName = "localhost." } },
            }
        );

    [Test]
    public async Task More_names_of_CAs_than_a_handshake_can_hold_do_no_harm([Values(40, 400, 1_500)] int cas)
    {
        var root = TestCa.CreateRoot();
        using var files = new TempDirectory();
        var bundle = files.Write("cas.pem", root.Certificate.ExportCertificatePem() + Strangers(cas));
        await AssertServesAsync(
            new PairOptions
            {
                Root = root,
                Server = settings => settings with { Tls = settings.Tls with { PeerCaFile = bundle } },
            }
        );
    }

    [Test]
    public async Task Certificate_and_key_in_one_file_with_byte_order_marks_and_joined_lines_are_served()
    {
        var root = TestCa.CreateRoot();
        using var files = new TempDirectory();
        var (cert, key) = root.CreateIntermediate().Issue().WriteFiles(files.Path, "own");
        var pem = File.ReadAllText(key) + "\uFEFF" + File.ReadAllText(cert);
        var both = files.Write("both.pem", pem.Replace("-----\n-----", "----------"));
        TlsSettings Own(TlsSettings tls) => tls with { CertFile = both, KeyFile = both };
        await AssertServesAsync(
            new PairOptions
            {
                Root = root,
                Server = settings => settings with { Tls = Own(settings.Tls) },
                Client = settings => settings with { Tls = Own(settings.Tls) },
            }
        );
    }

    private static async Task AssertServesAsync(PairOptions options)
    {
        await using var pair = await Pair.StartAsync(options);
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);
        application.Shutdown(SocketShutdown.Send);
        target.Shutdown(SocketShutdown.Send);
        Assert.That((await pair.ServerClosedAsync()).Reason, Is.EqualTo("eof"));
    }

    /// <summary>Self-signed CAs of one key, each with a name of some sixty bytes.</summary>
    private static string Strangers(int count)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return string.Concat(
            Enumerable
                .Range(0, count)
                .Select(number =>
                {
                    var name = $"CN=Certificates and other papers of customer {number}";
                    var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
                    request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
                    var now = DateTimeOffset.UtcNow;
                    using var ca = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
                    return "\n" + ca.ExportCertificatePem();
                })
        );
    }
}
