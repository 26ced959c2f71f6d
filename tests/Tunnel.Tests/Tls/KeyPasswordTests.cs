using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

[TestFixture]
public sealed class KeyPasswordTests
{
    private const string Variable = "TUNNEL_TEST_KEY_PASSWORD";

    private TempDirectory directory = null!;

    [SetUp]
    public void CreateDirectory() => directory = new TempDirectory();

    [TearDown]
    public void CleanUp()
    {
        directory.Dispose();
        Environment.SetEnvironmentVariable(Variable, null);
    }

    [TestCase("secret")]
    [TestCase("secret\n")]
    [TestCase("secret\r\nsecond line\n")]
    [TestCase("\uFEFFsecret\n")]
    public void The_first_line_of_the_file_is_the_password(string content)
    {
        var password = KeyPassword.Resolve(new TlsSettings { KeyPasswordFile = directory.Write("pw", content) });

        Assert.That(password?.Reveal(), Is.EqualTo("secret"));
    }

    [Test]
    public void Spaces_belong_to_the_password()
    {
        var password = KeyPassword.Resolve(new TlsSettings { KeyPasswordFile = directory.Write("pw", " a b \n") });

        Assert.That(password?.Reveal(), Is.EqualTo(" a b "));
    }

    [Test]
    public void The_environment_variable_holds_the_password()
    {
        Environment.SetEnvironmentVariable(Variable, "secret");

        Assert.That(KeyPassword.Resolve(new TlsSettings { KeyPasswordEnv = Variable })?.Reveal(), Is.EqualTo("secret"));
    }

    [Test]
    public void Printing_a_password_shows_where_it_came_from_only() =>
        Assert.That($"{new KeyPassword("secret", "file pw")}", Is.EqualTo("password from file pw"));

    [Test]
    public void Nowhere_named_is_no_password() => Assert.That(KeyPassword.Resolve(new TlsSettings()), Is.Null);

    [Test]
    public void Places_without_a_password_are_faults()
    {
        var empty = directory.Write("pw", "\nsecret\n");

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
        var fault = Assert.Throws<CertificateException>(() => KeyPassword.Resolve(settings));
        Assert.That(fault!.Message, Does.StartWith(start));
    }
}
