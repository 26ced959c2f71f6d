using System.Security.Cryptography;
using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

[TestFixture]
public sealed class OwnCertificateTests
{
    private static readonly KeyPassword _right = new("correct horse", "environment variable KEY_PW");

    private readonly TestCa _root = TestCa.CreateRoot();
    private TempDirectory _directory = null!;

    [SetUp]
    public void CreateDirectory() => _directory = new TempDirectory();

    [TearDown]
    public void DeleteDirectory() => _directory.Dispose();

    [TestCase(TestAlgorithm.EcdsaP256)]
    [TestCase(TestAlgorithm.Rsa2048)]
    public void Leaf_key_and_intermediates_are_loaded(TestAlgorithm algorithm)
    {
        var issued = _root
            .CreateIntermediate()
            .CreateIntermediate("Second")
            .Issue(new TestLeaf { Algorithm = algorithm });
        var (certFile, keyFile) = issued.WriteFiles(_directory.Path, "own");

        var own = OwnCertificate.Load(certFile, keyFile, null);

        Assert.That(own.Leaf.RawData, Is.EqualTo(issued.Certificate.RawData));
        Assert.That(own.Leaf.HasPrivateKey, Is.True);
        Assert.That(own.Intermediates.Select(c => c.RawData), Is.EqualTo(issued.Sent.Select(c => c.RawData)));
        Assert.That(own.Intermediates, Has.Count.EqualTo(2));
        Assert.That(own.CertFile, Is.EqualTo(certFile));
    }

    [TestCase("pkcs8 -topk8 -nocrypt", "BEGIN PRIVATE KEY")]
    [TestCase("pkcs8 -topk8 -v2 aes-256-cbc -passout pass:correct|horse", "BEGIN ENCRYPTED PRIVATE KEY")]
    [TestCase("ec", "BEGIN EC PRIVATE KEY")]
    public void An_ECDSA_key_that_openssl_wrote_is_loaded(string command, string label) =>
        AssertLoads(TestAlgorithm.EcdsaP256, command, label);

    [TestCase("rsa -traditional", "BEGIN RSA PRIVATE KEY")]
    [TestCase("pkcs8 -topk8 -v2 aes-128-cbc -v2prf hmacWithSHA1 -passout pass:correct|horse", "BEGIN ENCRYPTED")]
    public void An_RSA_key_that_openssl_wrote_is_loaded(string command, string label) =>
        AssertLoads(TestAlgorithm.Rsa2048, command, label);

    /// <summary>PBES2 with PBKDF2, and a hundred million rounds: half a minute for each try at decrypting it.</summary>
    [Test]
    public void A_key_whose_decryption_would_take_too_long_is_not_decrypted()
    {
        const string Encrypted =
            "307D305906092A864886F70D01050D304C302B06092A864886F70D01050C301E040873616C7473616C74020405F5E100300C"
            + "06082A864886F70D02090500301D060960864801650304012A04100000000000000000000000000000000004200000000000"
            + "000000000000000000000000000000000000000000000000000000";
        var (certFile, _) = _root.Issue().WriteFiles(_directory.Path, "own");
        var pem = PemEncoding.WriteString("ENCRYPTED PRIVATE KEY", Convert.FromHexString(Encrypted));

        Assert.That(
            FaultOf(certFile, _directory.Write("slow.key", pem), _right),
            Does.Contain("is encrypted with more than 10000000 rounds").And.Contains("openssl pkcs8 -topk8")
        );
    }

    [Test]
    public void Certificate_and_key_may_share_a_file()
    {
        var (certFile, keyFile) = _root.Issue().WriteFiles(_directory.Path, "own");
        var both = _directory.Write(
            "both.pem",
            File.ReadAllText(keyFile) + "some words\n" + File.ReadAllText(certFile)
        );

        Assert.That(OwnCertificate.Load(both, both, null).Leaf.HasPrivateKey, Is.True);
    }

    [Test]
    public void A_missing_file_is_named_with_where_it_was_looked_for()
    {
        var (certFile, keyFile) = _root.Issue().WriteFiles(_directory.Path, "own");

        AssertFault(
            "no/such.crt",
            keyFile,
            $"certificate file no/such.crt does not exist (looked for it from {Directory.GetCurrentDirectory()})"
        );
        AssertFault(certFile, _directory.File("no.key"), $"key file {_directory.File("no.key")} does not exist");
    }

    [Test]
    public void A_directory_is_no_file() =>
        AssertFault(_directory.Path, "x", $"certificate file {_directory.Path} is a directory");

    [Test]
    public void Files_that_are_not_PEM_are_told_apart()
    {
        var der = _directory.File("der");
        File.WriteAllBytes(der, _root.Certificate.RawData);
        var text = _directory.Write("text", "hello");
        var empty = _directory.Write("empty", "");

        AssertFault(
            der,
            "x",
            $"certificate file {der} is not PEM but DER; convert it with: openssl x509 -inform DER -in {der} -out "
                + $"{der}.pem"
        );
        AssertFault(text, "x", $"certificate file {text} is not PEM: it does not have a -----BEGIN … line");
        AssertFault(empty, "x", $"certificate file {empty} is empty");
    }

    [Test]
    public void Swapped_files_are_recognised()
    {
        var (certFile, keyFile) = _root.Issue().WriteFiles(_directory.Path, "own");

        AssertFault(keyFile, certFile, $"certificate file {keyFile} holds no certificate, only PRIVATE KEY");
        AssertFault(certFile, certFile, $"key file {certFile} holds no private key, only CERTIFICATE");
    }

    [Test]
    public void A_chain_that_is_cut_off_is_not_taken_for_a_shorter_one()
    {
        var (certFile, keyFile) = _root.CreateIntermediate().Issue().WriteFiles(_directory.Path, "own");
        File.WriteAllText(certFile, File.ReadAllText(certFile)[..^60]);
        var secondBegins = File.ReadAllLines(certFile).ToList().LastIndexOf("-----BEGIN CERTIFICATE-----") + 1;

        AssertFault(
            certFile,
            keyFile,
            $"certificate file {certFile}: the block CERTIFICATE that begins at line {secondBegins} has no END line: "
                + "the file is cut off, or that line is damaged"
        );
    }

    [Test]
    public void A_damaged_certificate_is_counted()
    {
        var damaged = _directory.Write("bad.crt", PemEncoding.WriteString("CERTIFICATE", [1, 2, 3]));

        AssertFault(damaged, "x", $"certificate file {damaged}: certificate no. 1 (line 1) is damaged");
    }

    [Test]
    public void A_key_of_another_certificate_is_refused()
    {
        var (certFile, _) = _root.Issue().WriteFiles(_directory.Path, "one");
        foreach (var algorithm in new[] { TestAlgorithm.EcdsaP256, TestAlgorithm.Rsa2048 })
        {
            var (_, keyFile) = _root.Issue(new TestLeaf { Algorithm = algorithm }).WriteFiles(_directory.Path, "two");

            AssertFault(
                certFile,
                keyFile,
                $"key file {keyFile} does not match the first certificate of {certFile}, CN=leaf; both must come "
                    + "from the same request"
            );
        }
    }

    [Test]
    public void A_chain_in_the_wrong_order_is_recognised()
    {
        var issued = _root.CreateIntermediate().Issue();
        var (certFile, keyFile) = issued.WriteFiles(_directory.Path, "own");
        var reversed = issued.Sent.Append(issued.Certificate).Select(c => c.ExportCertificatePem());
        File.WriteAllLines(certFile, reversed);

        AssertFault(
            certFile,
            keyFile,
            $"key file {keyFile} does not match the first certificate of {certFile}, CN=Test Intermediate; "
                + "it belongs to CN=leaf further down, which must come first"
        );
    }

    [Test]
    public void An_encrypted_key_needs_its_password()
    {
        var (certFile, keyFile) = _root.Issue().WriteFiles(_directory.Path, "own", new string(_right.Reveal()));
        var wrong = new KeyPassword("battery staple", "file pw.txt");

        AssertFault(
            certFile,
            keyFile,
            $"key file {keyFile} is encrypted and no password is given; set tls.*_key_password_file or "
                + "tls.*_key_password_env"
        );
        AssertFault(
            certFile,
            keyFile,
            $"key file {keyFile} cannot be decrypted: the password from file pw.txt is wrong, or the key inside is "
                + "neither RSA nor ECDSA",
            wrong
        );
        Assert.That(OwnCertificate.Load(certFile, keyFile, _right).Leaf.HasPrivateKey, Is.True);
    }

    [Test]
    public void The_legacy_encryption_comes_with_a_command_that_gets_rid_of_it()
    {
        var issued = _root.Issue(new TestLeaf { Algorithm = TestAlgorithm.Rsa2048 });
        var (certFile, plain) = issued.WriteFiles(_directory.Path, "own");
        var legacy = _directory.File("legacy.key");
        OpenSslCommand.MustRun(
            "rsa",
            "-in",
            plain,
            "-traditional",
            "-aes128",
            "-passout",
            "pass:correct horse",
            "-out",
            legacy
        );
        var command = $"pkcs8 -topk8 -v2 aes-256-cbc -in {legacy} -out {legacy}.p8";

        AssertFault(
            certFile,
            legacy,
            $"key file {legacy} has OpenSSL's legacy encryption (Proc-Type: 4,ENCRYPTED), which is not supported; "
                + $"convert it to PKCS#8 with: openssl {command}",
            _right
        );
        OpenSslCommand.MustRun([
            .. command.Split(' '),
            "-passin",
            "pass:correct horse",
            "-passout",
            "pass:correct horse",
        ]);
        Assert.That(OwnCertificate.Load(certFile, $"{legacy}.p8", _right).Leaf.HasPrivateKey, Is.True);
    }

    [TestCase("RSA-PSS", "its key is marked for RSASSA-PSS only, which .NET cannot load")]
    [TestCase("ED25519", "which .NET cannot use for TLS; use ECDSA or RSA")]
    public void Keys_that_the_runtime_cannot_use_are_named(string algorithm, string reason)
    {
        var (good, _) = _root.Issue().WriteFiles(_directory.Path, "good");
        var keyFile = _directory.File("odd.key");
        var certFile = _directory.File("odd.crt");
        OpenSslCommand.MustRun("genpkey", "-algorithm", algorithm, "-out", keyFile);
        OpenSslCommand.MustRun("req", "-x509", "-key", keyFile, "-subj", "/CN=odd", "-out", certFile);

        Assert.That(FaultOf(certFile, keyFile), Does.StartWith($"certificate file {certFile}: ").And.Contains(reason));
        Assert.That(FaultOf(good, keyFile), Does.StartWith($"key file {keyFile}: ").And.Contains(reason));
    }

    [Test]
    public void A_damaged_key_is_called_so()
    {
        var (certFile, _) = _root.Issue().WriteFiles(_directory.Path, "own");
        foreach (var label in new[] { "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY" })
        {
            var keyFile = _directory.Write("bad.key", PemEncoding.WriteString(label, [0x30, 3, 2, 1, 0]));

            AssertFault(
                certFile,
                keyFile,
                $"key file {keyFile}: the private key is damaged, or of a kind that .NET cannot use"
            );
        }
    }

    private void AssertLoads(TestAlgorithm algorithm, string command, string label)
    {
        var (certFile, plain) = _root.Issue(new TestLeaf { Algorithm = algorithm }).WriteFiles(_directory.Path, "own");
        var keyFile = _directory.File("converted.key");
        // The bar stands for the space within the password.
        var arguments = command.Split(' ').Select(word => word.Replace('|', ' '));
        OpenSslCommand.MustRun([.. arguments, "-in", plain, "-out", keyFile]);

        Assert.That(File.ReadAllText(keyFile), Does.Contain(label));
        Assert.That(OwnCertificate.Load(certFile, keyFile, _right).Leaf.HasPrivateKey, Is.True);
    }

    private static void AssertFault(string certFile, string keyFile, string message, KeyPassword? password = null) =>
        Assert.That(FaultOf(certFile, keyFile, password), Is.EqualTo(message).Or.StartsWith($"{message}; "));

    private static string FaultOf(string certFile, string keyFile, KeyPassword? password = null)
    {
        var fault = Assert.Throws<TlsSetupException>(() => OwnCertificate.Load(certFile, keyFile, password));
        return fault!.Message;
    }
}
