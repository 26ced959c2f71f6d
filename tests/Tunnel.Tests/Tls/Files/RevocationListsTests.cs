using System.Security.Cryptography;
using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

/// <summary>
/// CRL files in the forms in which people have them, and what is said about those that cannot be used.
/// </summary>
public sealed class RevocationListsTests
{
    private static readonly TestCa _root = TestCa.CreateRoot();
    private static readonly TestCa _other = TestCa.CreateRoot("Other");

    private TempDirectory _files = null!;

    [SetUp]
    public void CreateDirectory() => _files = new TempDirectory();

    [TearDown]
    public void DeleteDirectory() => _files.Dispose();

    [Test]
    public void Lists_in_DER_one_behind_the_other_are_read()
    {
        var (one, two) = (Der(_root.Crl([])), Der(_other.Crl([])));

        Assert.That(Load([.. one, .. two]).Select(list => list.Der), Is.EqualTo([one, two]));
    }

    [TestCase("\uFEFF", "\n")]
    [TestCase("a certificate and words\n", "")]
    [TestCase("", "\r\n")]
    public void Lists_in_PEM_are_read_among_other_things(string before, string between)
    {
        var pem = before + _root.Certificate.ExportCertificatePem() + between;
        pem += _root.Crl([]).TrimEnd() + between + _other.Crl([]).Replace("X509 CRL", "CRL");

        Assert.That(Load(System.Text.Encoding.UTF8.GetBytes(pem)), Has.Count.EqualTo(2));
    }

    [Test]
    public void What_a_list_says_of_itself_is_read()
    {
        var (from, to) = (
            new DateTimeOffset(2049, 1, 2, 3, 4, 5, 0, default),
            new DateTimeOffset(2051, 6, 7, 8, 9, 10, default)
        );
        var list = Load(Der(_root.Crl([_root.Issue().Certificate], from, to)))[0];

        Assert.That((list.From, list.To), Is.EqualTo((from, (DateTimeOffset?)to)));
        Assert.That((list.IsDelta, list.Scope), Is.EqualTo((false, RevocationScope.All)));
        Assert.That(list.UnknownCriticalExtension, Is.Null);
        Assert.That(list.IsInDate(from) && !list.IsInDate(to) && !list.IsInDate(from.AddSeconds(-1)), Is.True);
    }

    [TestCase("", "is empty")]
    [TestCase("no PEM at all\n", "is not PEM: it does not have a -----BEGIN … line")]
    [TestCase("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n", "CRL no. 1 (line 1) is damaged")]
    [TestCase("-----BEGIN X509 CRL-----\nAAAA\n", "begins at line 1 has no END line")]
    [TestCase("-----BEGIN PKCS7-----\nAAAA\n-----END PKCS7-----\n", "holds no CRL (label X509 CRL), only PKCS7")]
    public void A_file_without_a_list_is_told(string content, string words) =>
        Assert.That(
            () => RevocationLists.Load(_files.Write("crl.pem", content)),
            Throws.TypeOf<TlsSetupException>().With.Message.Contains(words)
        );

    [Test]
    public void A_file_whose_second_list_is_damaged_is_told()
    {
        var file = _files.Write(
            "crl.pem",
            _root.Crl([]) + PemEncoding.WriteString("X509 CRL", Der(_root.Crl([])).AsSpan()[..^9])
        );

        Assert.That(
            () => RevocationLists.Load(file),
            Throws
                .TypeOf<TlsSetupException>()
                .With.Message.Contains("CRL no. 2 (line ")
                .And.Message.Contains(" is damaged")
        );
    }

    [Test]
    public void A_certificate_in_DER_is_no_list() =>
        Assert.That(() => Load(_root.Certificate.RawData), Throws.TypeOf<TlsSetupException>());

    [Test]
    public void A_missing_file_is_told_with_what_it_is_for() =>
        Assert.That(
            () => RevocationLists.Load("/no/crl.pem"),
            Throws.TypeOf<TlsSetupException>().With.Message.StartsWith("CRL file /no/crl.pem does not exist; ")
        );

    private static byte[] Der(string pem) => Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);

    private IReadOnlyList<RevocationList> Load(byte[] content)
    {
        File.WriteAllBytes(_files.File("crl"), content);
        return RevocationLists.Load(_files.File("crl")).Lists;
    }
}
