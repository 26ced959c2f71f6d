using NUnit.Framework;

namespace Tunnel.Tests.Config;

/// <summary>
/// Files of other programs in place of a configuration: one line that says what they are and what to do.
/// </summary>
public sealed class ForeignFileTests
{
    private const string Stunnel = """
        ; of the package
        pid = /var/run/stunnel.pid
        foreground = yes

        [postgres]
        client = yes
        accept = 127.0.0.1:1080
        connect = db.example.com:8443
        CAfile = /etc/ca.pem

        """;

    [Test]
    public void A_stunnel_conf_is_recognised_and_its_words_are_translated_for_the_role()
    {
        Assert.That(
            Example.ClientFaults(Stunnel).Single(),
            Does.StartWith(
                    "c.yaml:2:1: this is a configuration of stunnel; start from config/client_config.yaml.example; "
                )
                .And.Contain("'accept' is local_listener, 'connect' is remote_server")
                .And.Contain("'CAfile' is remote_server.server_ca_cert")
        );
        Assert.That(
            Example.ServerFaults(Stunnel).Single(),
            Does.StartWith(
                    "s.yaml:2:1: this is a configuration of stunnel; start from config/server_config.yaml.example; "
                )
                .And.Contain("'accept' is server_listener, 'connect' is target_service")
                .And.Contain("'CAfile' is tls.client_ca_cert")
        );
    }

    [TestCase("[db]\naccept=1080\nconnect = h:1\n", "1:1: this is a configuration of stunnel")]
    [TestCase("# c\n\n  cert = a.pem\r\n[db]\r\n", "3:3: this is a configuration of stunnel")]
    [TestCase("[client]\nlocal_addr = \"127.0.0.1:80\"\n", "1:1: this is a file of 'key = value' lines; write YAML")]
    [TestCase("local_listener.port = 1080\n", "1:1: this is a file of 'key = value' lines; write YAML")]
    [TestCase("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "1:1: this is a PEM file")]
    [TestCase("\n-----BEGIN PRIVATE KEY-----\nMIIB\n", "2:1: this is a PEM file")]
    [TestCase("# c\nglobal\n    daemon\n", "2:1: this is a configuration of HAProxy")]
    [TestCase("frontend fe\n    bind *:1080\n", "1:1: this is a configuration of HAProxy")]
    [TestCase("user nginx;\nevents {}\n", "1:1: this is a configuration of nginx")]
    [TestCase("stream {\n  server { listen 1080; }\n}\n", "1:1: this is a configuration of nginx")]
    public void The_files_of_other_programs_are_called_what_they_are(string text, string found)
    {
        Assert.That(Example.ClientFaults(text).Single(), Does.StartWith($"c.yaml:{found}"));
        Assert.That(Example.ServerFaults(text).Single(), Does.StartWith($"s.yaml:{found}"));
    }

    [Test]
    public void A_key_that_was_given_by_mistake_is_not_shown() =>
        Assert.That(
            Example.ClientFaults("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEI\n").Single(),
            Does.Not.Contain("MC4CAQ")
        );

    [TestCase("# accept = 1\n")]
    [TestCase("; accept = 1\n# [db]\n")]
    public void Comments_tell_nothing(string comments)
    {
        var yaml = comments.Replace(';', '#') + Example.Client;

        Assert.That(Example.ClientFaults(yaml), Is.Empty);
    }

    [TestCase("[global]")]
    [TestCase("{a: b = c}")]
    [TestCase("global: 1")]
    public void What_could_be_meant_as_YAML_is_judged_as_YAML(string text) =>
        Assert.That(string.Join('\n', Example.ClientFaults(text)), Does.Not.Contain("this is a"));

    [TestCase('\n')]
    [TestCase(' ')]
    [TestCase('#')]
    [TestCase('=')]
    [TestCase('[')]
    public void A_mebibyte_of_one_character_is_read_in_a_moment(char character) =>
        Assert.That(Example.ClientFaults($"{new string(character, 1 << 19)}\n[a]\nb = c"), Is.Not.Empty);
}
