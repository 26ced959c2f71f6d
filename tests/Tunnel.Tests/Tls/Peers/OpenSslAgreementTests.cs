using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

/// <summary><c>openssl verify</c> must say yes where the policy does, and no where the policy does.</summary>
[TestFixture]
public sealed class OpenSslAgreementTests
{
    private static readonly TestCa _root = TestCa.CreateRoot();
    private static readonly TestCa _other = TestCa.CreateRoot("Other CA");

    private static IEnumerable<TestCaseData> Leaves()
    {
        yield return Case("good", _root.Issue());
        yield return Case("RSA", _root.Issue(new TestLeaf { Algorithm = TestAlgorithm.Rsa2048 }));
        yield return Case("via intermediate", _root.CreateIntermediate().Issue());
        yield return Case(
            "missing intermediate",
            _root.CreateIntermediate().Issue(new() { SendIntermediates = false })
        );
        yield return Case("wrong CA", _other.Issue());
        yield return Case("same name, other key", TestCa.CreateRoot().Issue());
        yield return Case("self-signed", TestCa.SelfSigned());
        yield return Case("expired", _root.Issue(TestLeaf.Expired(TimeSpan.FromDays(1))));
        yield return Case("not yet valid", _root.Issue(TestLeaf.NotYetValid(TimeSpan.FromDays(1))));
        yield return Case("expired CA", _root.CreateIntermediate(notAfter: DateTimeOffset.UtcNow.AddDays(-1)).Issue());
        yield return Case("server usage", _root.Issue(new() { UsageOids = [TestLeaf.ServerAuth] }));
        yield return Case("any usage", _root.Issue(new() { UsageOids = ["2.5.29.37.0"] }));
        yield return Case("no usage list", _root.Issue(new() { UsageOids = [] }));
        yield return Case("no signing", _root.Issue(new() { KeyUsages = X509KeyUsageFlags.CrlSign }));
        yield return Case("server CA", _root.CreateIntermediate(usageOid: TestLeaf.ServerAuth).Issue());
        yield return Case("other name", _root.Issue(new() { DnsNames = ["x.example"] }), "a.example");
        yield return Case("wildcard", _root.Issue(new() { DnsNames = ["*.x.example"] }), "a.x.example");
        yield return Case("deep wildcard", _root.Issue(new() { DnsNames = ["*.x.example"] }), "a.b.x.example");
    }

    [TestCaseSource(nameof(Leaves))]
    public void Both_come_to_the_same_verdict(TestCertificate leaf, string serverName)
    {
        using var directory = new TempDirectory();
        var ca = _root.WriteFile(directory.Path);
        var file = directory.Write("leaf.crt", leaf.Certificate.ExportCertificatePem());
        var sent = directory.Write("sent.crt", string.Join('\n', leaf.Sent.Select(c => c.ExportCertificatePem())));
        string[] untrusted = leaf.Sent.Count > 0 ? ["-untrusted", sent] : [];
        // The host belongs to the server's check only.
        string[] host = ["-verify_hostname", serverName];
        var anchors = CaFile.Load(ca);

        var asClient = PeerPolicy.ForClients(anchors, []).Judge(leaf);
        var asServer = PeerPolicy.ForServers(anchors, serverName).Judge(leaf);

        AssertAgrees(asClient, ["-purpose", "sslclient", "-CAfile", ca, .. untrusted, file]);
        AssertAgrees(asServer, ["-purpose", "sslserver", "-CAfile", ca, .. untrusted, .. host, file]);
    }

    private static void AssertAgrees(Refusal? verdict, string[] arguments)
    {
        var (exitCode, output) = OpenSslCommand.Run(["verify", "-no-CApath", "-no-CAstore", .. arguments]);
        Assert.That(verdict is null, Is.EqualTo(exitCode == 0), $"policy: {verdict}; openssl: {output}");
    }

    private static TestCaseData Case(string name, TestCertificate leaf, string serverName = "localhost") =>
        new TestCaseData(leaf, serverName).SetArgDisplayNames(name);
}
