using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

/// <summary>PEM files as people have them: what can be read is read, anything else is called by its name.</summary>
public sealed class PemFileTests
{
    private const string Bom = "\uFEFF";

    private static readonly TestCa _root = TestCa.CreateRoot();
    private static readonly TestCertificate _leaf = _root.CreateIntermediate().Issue();

    private TempDirectory _files = null!;

    /// <summary>Rewrites a good file of two certificates and a key in between.</summary>
    public delegate string Rewrite(string pem);

    [SetUp]
    public void CreateDirectory() => _files = new TempDirectory();

    [TearDown]
    public void DeleteDirectory() => _files.Dispose();

    public static IEnumerable<TestCaseData> Readable =>
        [
            Case("as it should be", pem => pem),
            Case("a byte order mark at the start", pem => Bom + pem),
            Case("a byte order mark before each block", pem => pem.Replace("-----BEGIN", Bom + "-----BEGIN")),
            Case("END and BEGIN on one line", pem => pem.Replace("-----\n-----BEGIN", "----------BEGIN")),
            Case("CR LF", pem => pem.Replace("\n", "\r\n")),
            Case("CR alone", pem => pem.Replace("\n", "\r")),
            Case("no line break at the end", pem => pem.TrimEnd()),
            Case("base64 on one line", pem => OnOneLine(pem)),
            Case("spaces and tabs before and behind every line", pem => "  " + pem.Replace("\n", " \t\r\n \t")),
            Case("empty lines", pem => pem.Replace("\n", "\n\n")),
            Case("text around", pem => "subject=CN=x\n" + pem.Replace("-----BEGIN", "issuer: y\n-----BEGIN") + "bye\n"),
            Case("text right before BEGIN", pem => pem.Replace("-----BEGIN", "issuer=y-----BEGIN")),
            Case("text right behind END", pem => pem.Replace(" CERTIFICATE-----\n-", " CERTIFICATE----- # end\n-")),
            Case("a comment with a whole block", pem => Commented(pem) + pem),
            Case(
                "a header as PEM once had them",
                pem => pem.Replace("BEGIN CERTIFICATE-----\n", "BEGIN CERTIFICATE-----\nX-Name: a\n\n")
            ),
            Case("the label X509 CERTIFICATE", pem => pem.Replace(" CERTIFICATE--", " X509 CERTIFICATE--")),
            Case("the label TRUSTED CERTIFICATE", pem => pem.Replace(" CERTIFICATE--", " TRUSTED CERTIFICATE--")),
            Case(
                "EC PARAMETERS before the key",
                pem => pem.Replace("-----BEGIN PRIVATE", Parameters + "-----BEGIN PRIVATE")
            ),
            Case("a damaged block of another kind", pem => "-----BEGIN X-----\n!\n-----END X-----\n" + pem),
        ];

    [TestCaseSource(nameof(Readable))]
    public void What_can_be_read_is_read_whole(Rewrite rewrite)
    {
        var file = _files.Write("both.pem", rewrite(Good()));

        var own = OwnCertificate.Load(file, file, null);

        Assert.That(own.Leaf.RawData, Is.EqualTo(_leaf.Certificate.RawData));
        Assert.That(own.Leaf.HasPrivateKey, Is.True);
        Assert.That(own.Intermediates.Single().RawData, Is.EqualTo(_leaf.Sent[0].RawData));
    }

    public static IEnumerable<TestCaseData> Unreadable =>
        [
            Case("cut off", pem => pem[..^40], "the block CERTIFICATE that begins at line {0} has no END line"),
            Case(
                "END is missing in between",
                pem => Remove(pem, "-----END CERTIFICATE-----\n"),
                "begins at line 1 has no END line"
            ),
            Case(
                "four hyphens",
                pem => pem.Replace("CERTIFICATE-----\nMII", "CERTIFICATE----\nMII"),
                "does not end in five hyphens"
            ),
            Case(
                "another END",
                pem => pem.Replace("END CERTIFICATE", "END X509 CRL"),
                "begins at line 1 ends as X509 CRL"
            ),
            Case(
                "a letter that is none of base64",
                pem => pem.Insert(40, "\u00A0"),
                "has a character at line 2 that is not base64"
            ),
            Case(
                "line breaks that are two characters",
                pem => pem.Replace("\nMII", "\\nMII"),
                "line breaks must be real ones"
            ),
            Case("a character is missing", pem => pem.Remove(40, 1), "which is not a multiple of 4: some are missing"),
            Case(
                "nothing inside",
                pem => "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n" + pem,
                "line 1 is empty"
            ),
        ];

    [TestCaseSource(nameof(Unreadable))]
    public void A_hole_in_a_chain_is_named_with_its_line(Rewrite rewrite, string words)
    {
        var pem = rewrite(Good());
        var lines = pem.Split('\n').ToList();
        words = string.Format(words, lines.FindLastIndex(line => line.StartsWith("-----BEGIN")) + 1);

        Assert.That(FaultOf(Encoding.UTF8.GetBytes(pem)), Does.Contain(words));
    }

    [TestCase("-----BEGIN EC PRIVATE KEY {0}")]
    [TestCase("-----BEGIN {0}")]
    [TestCase("-----BEGIN CERTIFICATE-----\nAAAA\n-----END {0}")]
    public void A_key_that_stands_in_place_of_a_label_is_not_shown(string file)
    {
        const string Key = "MHcCAQEEIGK1Zv3pB0uQ0XyHq8nq4m2W";

        var fault = FaultOf(Encoding.UTF8.GetBytes(string.Format(file, Key)));

        Assert.That(fault, Does.Not.Contain("MHcC").And.Contains("a damaged label"));
    }

    [TestCase("utf-16", "convert it with: iconv -f UTF-16 -t UTF-8")]
    [TestCase("utf-16BE", "convert it with: iconv -f UTF-16BE -t UTF-8")]
    public void Another_encoding_is_named(string encoding, string words)
    {
        var code = Encoding.GetEncoding(encoding);
        byte[] preamble = encoding == "utf-16" ? code.GetPreamble() : [];

        Assert.That(
            FaultOf([.. preamble, .. code.GetBytes(Good())]),
            Does.Contain("is UTF-16 text").And.Contains(words)
        );
    }

    [Test]
    public void The_command_for_UTF_16_gives_a_file_that_is_read()
    {
        var file = _files.File("wide.pem");
        File.WriteAllText(file, Good(), Encoding.Unicode);
        var command = FaultOf(file).Split("convert it with: ")[1];
        using var shell = System.Diagnostics.Process.Start("sh", ["-c", command]);
        shell.WaitForExit();

        Assert.That(OwnCertificate.Load($"{file}.pem", $"{file}.pem", null).Leaf.HasPrivateKey, Is.True);
    }

    public static IEnumerable<TestCaseData> OtherFormats =>
        [
            new TestCaseData("x509 -in {0} -outform DER -out {1}", "openssl x509 -inform DER -in {1} -out {1}.pem"),
            new TestCaseData(
                "crl2pkcs7 -nocrl -certfile {0} -outform DER -out {1}",
                "openssl pkcs7 -inform DER -print_certs"
            ),
            new TestCaseData(
                "crl2pkcs7 -nocrl -certfile {0} -out {1}",
                "holds no certificate, only PKCS7; take the certificates out"
            ),
            new TestCaseData("pkcs12 -export -in {0} -passout pass:x -out {1}", "is not PEM but PKCS#12"),
            new TestCaseData("pkey -in {0} -outform DER -out {1}", "openssl pkey -inform DER -in {1} -out {1}.pem"),
            new TestCaseData(
                "x509 -in {0} -addreject clientAuth -trustout -out {1}",
                "openssl x509 -in {1} -out {1}.pem"
            ),
        ];

    [TestCaseSource(nameof(OtherFormats))]
    public void Another_format_comes_with_the_command_that_converts_it(string make, string words)
    {
        var (pem, other) = (_files.Write("good.pem", Good()), _files.File("other"));
        OpenSslCommand.MustRun(make.Split(' ').Select(word => string.Format(word, pem, other)).ToArray());

        Assert.That(FaultOf(other), Does.Contain(string.Format(words, pem, other)));
    }

    [Test]
    public void A_trusted_certificate_with_no_more_than_a_name_is_read()
    {
        var (pem, named) = (_files.Write("good.pem", Good()), _files.File("named.pem"));
        OpenSslCommand.MustRun("x509", "-in", pem, "-setalias", "mine", "-trustout", "-out", named);
        Assert.That(File.ReadAllText(named), Does.Contain("TRUSTED CERTIFICATE"));

        Assert.That(CaFile.Load(named).Certificates.Single().RawData, Is.EqualTo(_leaf.Certificate.RawData));
    }

    [Test]
    public void Base64_without_its_boundaries_is_told()
    {
        Assert.That(
            FaultOf(Encoding.ASCII.GetBytes(Convert.ToBase64String(_root.Certificate.RawData) + "\n")),
            Does.EndWith("is base64 without PEM lines; put the lines -----BEGIN … and -----END … around it")
        );
        Assert.That(
            FaultOf(Encoding.UTF8.GetBytes(Good().Replace("-----", "—"))),
            Does.Contain("does not have five plain hyphens on each side")
        );
    }

    [Test]
    public void A_fault_says_what_in_the_configuration_names_the_file()
    {
        var file = new FileSetting("/no/such.crt") { Key = "tls.server_cert", Place = "s.yaml:8:16" };

        Assert.That(
            () => CaFile.Load(file),
            Throws
                .TypeOf<TlsSetupException>()
                .With.Message.StartsWith("s.yaml:8:16: tls.server_cert: CA file /no/such.crt does not exist; ")
        );
    }

    [Test]
    public void What_has_been_read_is_wiped_afterwards()
    {
        byte[] content;
        using (var pem = PemFile.Read(new InputFile("key file", _files.Write("both.pem", Good()))))
        {
            content = pem.Blocks.Single(block => block.Label == "PRIVATE KEY").Content;
            Assert.That(content, Has.Some.Not.Zero);
        }

        Assert.That(content, Is.All.Zero);
    }

    private static string Parameters =>
        PemEncoding.WriteString("EC PARAMETERS", [6, 8, 42, 134, 72, 206, 61, 3, 1, 7]) + "\n";

    private static string Good() =>
        string.Join(
            '\n',
            _leaf.Certificate.ExportCertificatePem(),
            _leaf.Key.Algorithm.ExportPkcs8PrivateKeyPem(),
            _leaf.Sent[0].ExportCertificatePem()
        ) + "\n";

    private static string OnOneLine(string pem) =>
        pem.Replace("\n", "").Replace("----------BEGIN", "-----\n-----BEGIN");

    private static string Commented(string pem) => "# " + pem.TrimEnd().Replace("\n", "\n# ") + "\n";

    private static string Remove(string text, string part) =>
        text.Remove(text.IndexOf(part, StringComparison.Ordinal), part.Length);

    private string FaultOf(byte[] content)
    {
        File.WriteAllBytes(_files.File("bad.pem"), content);
        return FaultOf(_files.File("bad.pem"));
    }

    private static string FaultOf(string file) => Assert.Throws<TlsSetupException>(() => CaFile.Load(file))!.Message;

    private static TestCaseData Case(string name, Rewrite rewrite, params string[] words) =>
        new TestCaseData([rewrite, .. words]).SetArgDisplayNames(name);
}
