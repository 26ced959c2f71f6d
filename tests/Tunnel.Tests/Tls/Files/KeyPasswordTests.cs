using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

[TestFixture]
public sealed class KeyPasswordTests
{
    private const string Variable = "TUNNEL_TEST_KEY_PASSWORD";

    private TempDirectory _directory = null!;

    [SetUp]
    public void CreateDirectory() => _directory = new TempDirectory();

    [TearDown]
    public void CleanUp()
    {
        _directory.Dispose();
        Environment.SetEnvironmentVariable(Variable, null);
    }

    [TestCase("secret")]
    [TestCase("secret\n")]
    [TestCase("secret\r\nsecond line\n")]
    [TestCase("\uFEFFsecret\n")]
    public void The_first_line_of_the_file_is_the_password(string content)
    {
        using var password = KeyPassword.Resolve(new TlsSettings { KeyPasswordFile = _directory.Write("pw", content) });

        Assert.That(new string(password!.Reveal()), Is.EqualTo("secret"));
    }

    [TestCase("utf-16")]
    [TestCase("utf-16BE")]
    public void The_byte_order_mark_says_how_the_password_is_written(string encoding)
    {
        var file = _directory.File("pw");
        File.WriteAllText(file, "sécret\r\n", System.Text.Encoding.GetEncoding(encoding));

        using var password = KeyPassword.Resolve(new TlsSettings { KeyPasswordFile = file });

        Assert.That(new string(password!.Reveal()), Is.EqualTo("sécret"));
    }

    [Test]
    public void A_password_is_wiped_when_it_has_served()
    {
        var password = new KeyPassword("secret", "file pw");
        password.Dispose();

        Assert.That(password.Reveal().ToArray(), Is.All.EqualTo('\0'));
    }

    [Test]
    public void Spaces_belong_to_the_password()
    {
        using var password = KeyPassword.Resolve(
            new TlsSettings { KeyPasswordFile = _directory.Write("pw", " a b \n") }
        );

        Assert.That(new string(password!.Reveal()), Is.EqualTo(" a b "));
    }

    [Test]
    public void The_environment_variable_holds_the_password()
    {
        Environment.SetEnvironmentVariable(Variable, "secret");

        using var password = KeyPassword.Resolve(new TlsSettings { KeyPasswordEnv = Variable });
        Assert.That(new string(password!.Reveal()), Is.EqualTo("secret"));
    }

    [Test]
    public void Printing_a_password_shows_where_it_came_from_only() =>
        Assert.That($"{new KeyPassword("secret", "file pw")}", Is.EqualTo("password from file pw"));

    [Test]
    public void Nowhere_named_is_no_password() => Assert.That(KeyPassword.Resolve(new TlsSettings()), Is.Null);

    [Test]
    public void Places_without_a_password_are_faults()
    {
        var empty = _directory.Write("pw", "\nsecret\n");

        AssertFault(new TlsSettings { KeyPasswordFile = empty }, $"key password file {empty}: its first line is empty");
        AssertFault(new TlsSettings { KeyPasswordFile = "/no/pw" }, "key password file /no/pw does not exist");
        AssertFault(
            new TlsSettings { KeyPasswordEnv = Variable },
            $"environment variable {Variable} (tls.*_key_password_env) is not set"
        );
        AssertFault(
            new TlsSettings { KeyPasswordEnv = Variable, KeyPasswordFile = empty },
            "both tls.*_key_password_file and"
        );
    }

    private static void AssertFault(TlsSettings settings, string start)
    {
        var fault = Assert.Throws<TlsSetupException>(() => KeyPassword.Resolve(settings));
        Assert.That(fault!.Message, Does.StartWith(start));
    }
}
