using NUnit.Framework;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.OpenSsl;

/// <summary>
/// What is said about a CRL file at the start is what happens then: each file is put to the inspection and to a
/// handshake of a client that is on no list, and the two must agree.
/// </summary>
[LeavesNothing]
public sealed class CrlInspectionTests
{
    private const string Yesterday = "-crl_lastupdate 20240101000000Z -crl_nextupdate 20240201000000Z";
    private const string Tomorrow = "-crl_lastupdate 20400101000000Z -crl_nextupdate 20410101000000Z";

    private static readonly TestCa _root = TestCa.CreateRoot();
    private static readonly TestCa _namesake = TestCa.CreateRoot();

    /// <summary>
    /// Extensions, separated by '|', and options of each list in the file; whether clients are let in; what is said.
    /// </summary>
    [TestCase("", true, "")]
    [TestCase("2.5.29.20=ASN1:INTEGER:1", true, "")]
    [TestCase("2.5.29.20=critical,ASN1:INTEGER:1", false, "ERROR does not know (2.5.29.20)")]
    [TestCase("authorityKeyIdentifier=keyid", true, "")]
    [TestCase("1.2.3.4=ASN1:NULL", true, "")]
    [TestCase($"!{Yesterday}", false, "ERROR expired on 2024-02-01 00:00:00Z")]
    [TestCase($"!{Tomorrow}", false, "ERROR is not valid before 2040-01-01 00:00:00Z")]
    [TestCase($"!{Yesterday}&", true, "")]
    [TestCase($"&!{Tomorrow}", true, "")]
    [TestCase("!-crldays 3", true, "expires on")]
    [TestCase($"!-crldays 3&!-crldays 60", true, "")]
    [TestCase("1.2.3.4=critical,ASN1:NULL", false, "ERROR a critical extension that OpenSSL does not know (1.2.3.4)")]
    [TestCase("1.2.3.4=critical,ASN1:NULL&", true, "")]
    [TestCase("2.5.29.27=ASN1:INTEGER:1", false, "ERROR has only a delta CRL")]
    [TestCase("2.5.29.27=critical,ASN1:INTEGER:1&", true, "")]
    [TestCase(
        "issuingDistributionPoint=critical,@p|[p]|onlyuser=TRUE",
        false,
        "ERROR covers only a part of its certificates"
    )]
    [TestCase("issuingDistributionPoint=critical,@p|[p]|onlyCA=TRUE", false, "covers only CAs")]
    [TestCase(
        "issuingDistributionPoint=critical,@p|[p]|onlyCA=TRUE&issuingDistributionPoint=critical,@p|[p]|onlyuser=TRUE",
        true,
        ""
    )]
    [TestCase(
        "issuingDistributionPoint=critical,@p|[p]|onlyAA=TRUE",
        false,
        "ERROR has only CRLs that OpenSSL does not use"
    )]
    [TestCase(
        "issuingDistributionPoint=critical,@p|[p]|indirectCRL=TRUE",
        false,
        "ERROR has only CRLs that OpenSSL does not use"
    )]
    [TestCase("issuingDistributionPoint=critical,@p|[p]|onlysomereasons=keyCompromise", false, "ERROR has only CRLs")]
    [TestCase(
        "issuingDistributionPoint=critical,@p|[p]|fullname=URI:http://crl.example/1",
        false,
        "ERROR covers only a part"
    )]
    public async Task What_is_said_of_lists_is_what_happens(string lists, bool isServed, string said)
    {
        using var files = new TempDirectory();
        var pem = string.Concat(lists.Split('&').Select(list => Make(files, _root, list)));
        await AssertAgreeAsync(files, pem, isServed, said);
    }

    [Test]
    public async Task A_list_that_somebody_else_signed_is_found_out()
    {
        using var files = new TempDirectory();
        var forged = Make(files, _namesake, "");
        await AssertAgreeAsync(files, forged, false, "ERROR was not signed with the key of that CA");
        await AssertAgreeAsync(files, Make(files, _root, $"!{Yesterday}") + forged, false, "ERROR was not signed");
    }

    [Test]
    public async Task The_list_of_a_namesake_that_says_whose_it_is_does_no_harm()
    {
        using var files = new TempDirectory();
        var other = Make(files, _namesake, "authorityKeyIdentifier=keyid");
        await AssertAgreeAsync(files, other, false, "ERROR there is no CRL of CN=Test Root");
        await AssertAgreeAsync(files, other + Make(files, _root, ""), true, "");
    }

    [Test]
    public async Task A_CA_without_a_list_is_named()
    {
        using var files = new TempDirectory();
        var other = Make(files, TestCa.CreateRoot("Other"), "");
        await AssertAgreeAsync(files, other, false, "ERROR there is no CRL of CN=Test Root; so nobody is let in");
    }

    [Test]
    public async Task An_outdated_list_of_a_CA_that_peers_send_is_warned_about()
    {
        using var files = new TempDirectory();
        var lower = TestCa.CreateRoot("Lower");
        var (old, good) = (Make(files, lower, $"!{Yesterday}"), Make(files, _root, ""));
        await AssertAgreeAsync(files, good + old, true, "no CRL of CN=Lower is in date");
        await AssertAgreeAsync(files, good + old + Make(files, lower, ""), true, "");
    }

    [Test]
    public void One_CA_of_several_without_a_list_is_no_more_than_a_warning()
    {
        using var files = new TempDirectory();
        var notice = Inspect(files, Make(files, _root, ""), _root, TestCa.CreateRoot("Other")).Single();

        Assert.That(notice.BreaksTunnel, Is.False);
        Assert.That(
            notice.Trouble?.Cause,
            Does.EndWith("there is no CRL of CN=Other; so nobody whose certificate comes from it is let in")
        );
    }

    [Test]
    public void Every_CA_without_a_list_is_an_error()
    {
        using var files = new TempDirectory();
        var notices = Inspect(files, Make(files, TestCa.CreateRoot("Third"), ""), _root, TestCa.CreateRoot("Other"));

        Assert.That(notices.Count(notice => notice.BreaksTunnel), Is.EqualTo(2));
    }

    private static async Task AssertAgreeAsync(TempDirectory files, string pem, bool isServed, string said)
    {
        using var peers = new TlsPeers(_root);
        var crls = RevocationLists.Load(files.Write("crls.pem", pem));
        var notices = new List<TlsNotice>();
        using var server = new OpenSslEndpoint(peers.Server with { Crls = crls }, "OpenSSL", notices.Add);
        using var client = TlsPeers.Endpoint(peers.Client);
        var texts = notices.Select(notice => (notice.BreaksTunnel ? "ERROR " : "") + notice.Text).ToList();

        var (near, far) = await peers.HandshakeAsync(client, server);
        near.Transport?.Dispose();
        far.Transport?.Dispose();

        Assert.That(far.Refusal, isServed ? Is.Null : Is.Not.Null, $"{far} {near} {string.Join('\n', texts)}");
        Assert.That(
            far.Refusal?.Code,
            isServed ? Is.Null : Is.EqualTo(RefusalCode.RevocationUnknown),
            far.Refusal?.Reason
        );
        if (said.Length == 0)
        {
            Assert.That(texts, Is.Empty);
            return;
        }

        var words = said.StartsWith("ERROR ") ? said[6..] : said;
        Assert.That(texts.Single(), Does.Contain(words));
        Assert.That(texts[0].StartsWith("ERROR "), Is.EqualTo(said.StartsWith("ERROR ")));
    }

    private static List<TlsNotice> Inspect(TempDirectory files, string pem, params TestCa[] anchors)
    {
        var ca = string.Join('\n', anchors.Select(anchor => anchor.Certificate.ExportCertificatePem()));
        using var peers = new TlsPeers(_root);
        var notices = new List<TlsNotice>();
        var profile = peers.Server with
        {
            Policy = PeerPolicy.ForClients(CaFile.Load(files.Write("anchors.pem", ca)), []),
            Crls = RevocationLists.Load(files.Write("crls.pem", pem)),
        };

        using (new OpenSslEndpoint(profile, "OpenSSL", notices.Add)) { }

        return notices;
    }

    /// <param name="list">
    /// Extensions separated by '|', then '!' and options of the openssl command; in date for 60 days by default.
    /// </param>
    private static string Make(TempDirectory files, TestCa ca, string list)
    {
        var (extensions, options) = (list.Split('!')[0], list.Contains('!') ? list.Split('!')[1] : "-crldays 60");
        var directory = Directory.CreateDirectory(files.File(Guid.NewGuid().ToString())).FullName;
        var (cert, key) = (ca.WriteFile(directory), ca.WriteKey(directory));
        File.WriteAllText(Path.Combine(directory, "index"), "");
        var config = Path.Combine(directory, "config");
        File.WriteAllText(
            config,
            $"[ca]\ndefault_ca = d\n[d]\ndatabase = {directory}/index\ndefault_md = sha256\n"
                + $"[x]\n{extensions.Replace('|', '\n')}\n"
        );
        var crl = Path.Combine(directory, "crl.pem");
        string[] whole = extensions.Length > 0 ? ["-crlexts", "x"] : [];
        OpenSslCommand.MustRun([
            "ca",
            "-config",
            config,
            "-gencrl",
            "-keyfile",
            key,
            "-cert",
            cert,
            "-out",
            crl,
            .. whole,
            .. options.Split(' '),
        ]);
        return File.ReadAllText(crl);
    }
}
