using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

/// <summary>The ticket key file: what it may hold, and what is said about one that cannot be used.</summary>
public sealed class TicketSecretsTests
{
    private const string Remedy = "make a new one with: openssl rand -base64 48";

    private readonly TempDirectory _directory = new();

    [OneTimeTearDown]
    public void DeleteDirectory() => _directory.Dispose();

    [Test]
    public void Blank_lines_comments_and_line_ends_of_any_kind_do_not_matter()
    {
        var (first, second) = (TicketFiles.Secret(), TicketFiles.Secret());
        var plain = Load($"{first}\n{second}\n");
        var adorned = Load($"# of June\r\n  {first}\t\r\n\r\n # of May\n{second}");

        Assert.That((plain.Count, adorned.Count), Is.EqualTo((2, 2)));
        Assert.That(adorned.IsSameAs(plain), Is.True);
    }

    [Test]
    public void A_byte_order_mark_does_not_matter_and_UTF_16_is_called_so()
    {
        var secret = TicketFiles.Secret();
        Assert.That(Load($"\uFEFF{secret}\r\n").IsSameAs(Load(secret)), Is.True);

        var wide = _directory.File("wide");
        File.WriteAllText(wide, secret, System.Text.Encoding.Unicode);
        Assert.That(
            () => TicketSecrets.Load(wide),
            Throws.TypeOf<TlsSetupException>().With.Message.EndsWith("is UTF-16 text; save it as UTF-8 or ASCII")
        );
    }

    [Test]
    public void Another_order_and_another_number_are_other_secrets()
    {
        var (first, second) = (TicketFiles.Secret(), TicketFiles.Secret());
        var both = Load($"{first}\n{second}\n");

        Assert.That(Load($"{second}\n{first}\n").IsSameAs(both), Is.False);
        Assert.That(Load($"{first}\n").IsSameAs(both), Is.False);
    }

    [TestCase("", " holds no secret; " + Remedy)]
    [TestCase("# nothing\n\n", " holds no secret; " + Remedy)]
    [TestCase("\nhunter2!\n", ", line 2: is not valid base64; " + Remedy)]
    [TestCase("aHVudGVyMg==\n", ", line 1: is 7 bytes long, but at least 32 are needed; " + Remedy)]
    public void A_faulty_file_is_told_by_line_with_what_to_do_and_without_its_content(string content, string fault)
    {
        var file = _directory.Write("faulty", content);

        var thrown = Assert.Throws<TlsSetupException>(() => TicketSecrets.Load(file));

        Assert.That(thrown!.Message, Is.EqualTo($"ticket key file {file}{fault}"));
        Assert.That(thrown.ToString(), Does.Not.Contain("hunter2").And.Not.Contain("aHVudGVyMg"));
    }

    [Test]
    public void All_faults_are_told_at_once()
    {
        var file = _directory.Write("faulty", $"x\n{TicketFiles.Secret()}\nAAAA\n");

        var thrown = Assert.Throws<TlsSetupException>(() => TicketSecrets.Load(file));

        Assert.That(thrown!.Troubles, Has.Count.EqualTo(2));
        Assert.That(thrown.Troubles[1].Cause, Does.Contain("line 3: is 3 bytes long"));
    }

    [Test]
    public void Old_secrets_do_not_pile_up()
    {
        var secrets = Enumerable.Range(0, 17).Select(_ => TicketFiles.Secret()).ToArray();

        Assert.That(Load(TicketFiles.Of(secrets[1..])).Count, Is.EqualTo(16));
        Assert.That(
            () => Load(TicketFiles.Of(secrets)),
            Throws.TypeOf<TlsSetupException>().With.Message.Contains("holds 17 secrets, but at most 16")
        );
    }

    [Test]
    public void Nothing_that_is_printed_holds_a_secret()
    {
        var secret = TicketFiles.Secret();
        var file = _directory.Write("one", secret);

        Assert.That(TicketSecrets.Load(file).ToString(), Is.EqualTo($"1 secret from {file}"));
    }

    private TicketSecrets Load(string content) => TicketSecrets.Load(_directory.Write("secrets", content));
}
