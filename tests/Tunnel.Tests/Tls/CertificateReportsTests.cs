using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

[TestFixture]
public sealed class CertificateReportsTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

    private readonly TestCa _root = TestCa.CreateRoot();
    private TempDirectory _directory = null!;

    [SetUp]
    public void CreateDirectory() => _directory = new TempDirectory();

    [TearDown]
    public void DeleteDirectory() => _directory.Dispose();

    [Test]
    public void Every_certificate_is_reported_with_its_role_file_and_names()
    {
        var reports = Reports(_root.CreateIntermediate().Issue(), _root);

        Assert.That(
            reports.Select(report => (report.Role, Path.GetFileName(report.File), report.Subject, report.Sans)),
            Is.EqualTo(
                new[]
                {
                    (CertificateFileRole.Own, "own.crt", "CN=leaf", "DNS:localhost"),
                    (CertificateFileRole.OwnIntermediate, "own.crt", "CN=Test Intermediate", "no SANs"),
                    (CertificateFileRole.PeerCa, "ca.crt", "CN=Test Root", "no SANs"),
                }
            )
        );
        Assert.That(reports.SelectMany(report => report.Warnings), Is.Empty);
        Assert.That(reports[0].Left, Does.Match("^(299|300) days left$"));
        Assert.That(reports[0].NotAfter.Offset, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void An_expired_certificate_of_ours_breaks_the_tunnel()
    {
        var report = Reports(_root.Issue(TestLeaf.Expired(TimeSpan.FromDays(2.5))), _root)[0];

        Assert.That(report.Left, Is.EqualTo("expired 2 days ago"));
        Assert.That(report.Warnings.Single().BreaksTunnel, Is.True);
        Assert.That(
            report.Warnings.Single().Trouble.Cause,
            Does.Match(@"own\.crt: CN=leaf expired on .* \(2 days ago\)$")
        );
    }

    [Test]
    public void A_certificate_of_the_future_breaks_the_tunnel()
    {
        var warning = Reports(_root.Issue(TestLeaf.NotYetValid(TimeSpan.FromDays(2))), _root)[0].Warnings.Single();

        Assert.That(warning.BreaksTunnel, Is.True);
        Assert.That(warning.Text, Does.Contain("is not valid before"));
    }

    [TestCase(29.9, true)]
    [TestCase(30.1, false)]
    public void A_certificate_that_expires_soon_is_warned_about(double days, bool warned)
    {
        var leaf = _root.Issue(new TestLeaf { NotAfter = _now.AddDays(days) });

        var warnings = Reports(leaf, _root)[0].Warnings;

        Assert.That(
            warnings.Any(w => w is { BreaksTunnel: false } && w.Text.Contains("(in 29 days)")),
            Is.EqualTo(warned)
        );
        Assert.That(warnings, Has.Count.EqualTo(warned ? 1 : 0));
    }

    [TestCase(TunnelRole.Client, true)]
    [TestCase(TunnelRole.Server, false)]
    public void A_certificate_that_is_not_made_for_our_role_breaks_the_tunnel(TunnelRole role, bool breaks)
    {
        var leaf = _root.Issue(new TestLeaf { UsageOids = [TestLeaf.ServerAuth] });

        var warnings = Reports(leaf, _root, role)[0].Warnings;

        Assert.That(
            warnings.Any(w =>
                w.BreaksTunnel && w.Trouble.Cause.EndsWith("client (extended key usage lists only serverAuth)")
            ),
            Is.EqualTo(breaks)
        );
    }

    [Test]
    public void Intermediates_that_did_not_issue_our_certificate_are_warned_about()
    {
        var leaf = _root.CreateIntermediate("Real").Issue() with
        {
            Sent = _root.CreateIntermediate("Wrong").Issue().Sent,
        };

        Assert.That(
            Reports(leaf, _root)[0].Warnings.Single().Trouble.Cause,
            Does.EndWith("CN=leaf was issued by CN=Real, which is not among the certificates after it")
        );
    }

    [Test]
    public void An_anchor_that_no_chain_can_end_in_is_warned_about()
    {
        var intermediate = _root.CreateIntermediate();

        Assert.That(
            Reports(_root.Issue(), intermediate)[1].Warnings.Single().Text,
            Does.Contain("CN=Test Intermediate is not self-signed and its issuer CN=Test Root is not in the file")
        );
        Assert.That(Reports(_root.Issue(), intermediate, _root)[1].Warnings, Is.Empty);
    }

    [Test]
    public void An_expired_CA_breaks_the_tunnel_only_when_it_is_the_only_one()
    {
        var expired = TestCa.CreateRoot("Old", notAfter: _now.AddDays(-1));

        Assert.That(Reports(_root.Issue(), expired)[1].Warnings.Single().BreaksTunnel, Is.True);
        Assert.That(Reports(_root.Issue(), expired, _root)[1].Warnings.Single().BreaksTunnel, Is.False);
    }

    private IReadOnlyList<CertificateReport> Reports(TestCertificate own, params TestCa[] anchors) =>
        CertificateReports.Of(Profile(own, TunnelRole.Server, anchors), _now);

    private IReadOnlyList<CertificateReport> Reports(TestCertificate own, TestCa anchor, TunnelRole role) =>
        CertificateReports.Of(Profile(own, role, anchor), _now);

    private TlsProfile Profile(TestCertificate own, TunnelRole role, params TestCa[] anchors)
    {
        var (certFile, keyFile) = own.WriteFiles(_directory.Path, "own");
        var caFile = _directory.Write(
            "ca.crt",
            string.Join('\n', anchors.Select(anchor => anchor.Certificate.ExportCertificatePem()))
        );
        return new TlsProfile
        {
            Role = role,
            Own = OwnCertificate.Load(certFile, keyFile, null),
            Policy = PeerPolicy.ForClients(CaFile.Load(caFile), []),
            Versions = System.Security.Authentication.SslProtocols.None,
        };
    }
}
