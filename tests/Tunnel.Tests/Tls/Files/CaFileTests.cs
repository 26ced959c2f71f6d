using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

[TestFixture]
public sealed class CaFileTests
{
    [Test]
    public void A_bundle_with_comments_is_loaded_whole()
    {
        using var directory = new TempDirectory();
        var cas = new[] { TestCa.CreateRoot("One"), TestCa.CreateRoot("Two") };
        var bundle = string.Join("\n# next\n", cas.Select(ca => ca.Certificate.ExportCertificatePem()));
        var file = directory.Write("ca.crt", "The roots of the project\n" + bundle);

        var anchors = CaFile.Load(file);

        Assert.That(anchors.Certificates.Select(c => c.RawData), Is.EqualTo(cas.Select(ca => ca.Certificate.RawData)));
        Assert.That(anchors.File, Is.EqualTo(file));
        Assert.That(anchors.Contains(cas[1].Certificate), Is.True);
        Assert.That(anchors.Contains(TestCa.CreateRoot("One").Certificate), Is.False);
    }

    [Test]
    public void A_file_that_is_missing_is_called_a_CA_file() =>
        Assert.That(
            () => CaFile.Load("/no/ca.crt"),
            Throws.TypeOf<TlsSetupException>().With.Message.StartsWith("CA file /no/ca.crt does not exist; ")
        );
}
