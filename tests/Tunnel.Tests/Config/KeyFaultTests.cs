using NUnit.Framework;
using Tunnel.Config;

namespace Tunnel.Tests.Config;

/// <summary>Keys and sections that are unknown, missing, given twice, or of the wrong kind.</summary>
public sealed class KeyFaultTests
{
    [Test]
    public void A_slip_of_the_finger_is_told_with_the_key_that_was_meant()
    {
        var faults = Example.ClientFaults(Example.Client.Replace("  port: 8443", "  prot: 8443"));

        Expect(
            faults,
            "c.yaml:4:1: remote_server.port is missing; write a whole number from 1 to 65535 (a port)",
            "c.yaml:6:3: unknown key 'prot' under remote_server; did you mean 'port'?"
        );
    }

    [TestCase("Timeouts", "did you mean 'timeouts'?")]
    [TestCase("timeout", "did you mean 'timeouts'?")]
    [TestCase("port", "it belongs under local_listener or remote_server or monitor.http")]
    [TestCase("server_ca_cert", "it belongs under remote_server")]
    [TestCase(
        "colour",
        "the keys here are local_listener, remote_server, tls, timeouts, reconnect, logging, monitor, sandbox, shutdown"
    )]
    [TestCase(
        "server_listener",
        "the keys here are local_listener, remote_server, tls, timeouts, reconnect, logging, monitor, sandbox, shutdown"
    )]
    public void An_unknown_key_at_the_top_is_told_with_what_would_be_right(string key, string remedy) =>
        Expect(
            Example.ClientFaults($"{Example.Client}{key}: 1\n"),
            $"c.yaml:11:1: unknown key '{key}' at the top level; {remedy}"
        );

    [Test]
    public void The_password_itself_is_no_key_and_is_not_shown() =>
        Expect(
            Example.ClientFaults($"{Example.Client}  client_key_password: s3cret\n"),
            "c.yaml:11:3: unknown key 'client_key_password' under tls; did you mean 'client_key_password_env'?"
        );

    [Test]
    public void A_key_given_twice_is_told_with_both_places() =>
        Expect(
            Example.ClientFaults(Example.Client.Replace("  port: 1080\n", "  port: 1080\n  host: 127.0.0.2\n")),
            "c.yaml:4:3: key 'host' is given twice under local_listener, first in line 2; keep one of the two"
        );

    [Test]
    public void A_section_given_twice_is_told_with_both_places() =>
        Expect(
            Example.ClientFaults($"{Example.Client}tls:\n  min_version: 1.3\n"),
            "c.yaml:11:1: key 'tls' is given twice at the top level, first in line 8; keep one of the two"
        );

    [TestCase("remote_server:\n", "4:1")]
    [TestCase("remote_server: {}\n", "4:1")]
    [TestCase("", "1:1")]
    public void The_keys_of_a_missing_section_are_missing(string section, string place) =>
        Expect(
            Example.ClientFaults(
                $"local_listener:\n  host: ::1\n  port: 0\n{section}tls: {{client_cert: a, client_key: b}}\n"
            ),
            $"c.yaml:{place}: remote_server.host is missing; "
                + "write an IPv4 address, an IPv6 address or a name, such as 127.0.0.1, ::1 or localhost",
            $"c.yaml:{place}: remote_server.port is missing; write a whole number from 1 to 65535 (a port)",
            $"c.yaml:{place}: remote_server.server_ca_cert is missing; write the path of a file"
        );

    [TestCase("tls: off", "'off'", 6)]
    [TestCase("tls:\n  - client_cert", "a list", 3)]
    public void A_section_is_neither_a_value_nor_a_list(string yaml, string found, int column)
    {
        var line = yaml.Contains('\n') ? 9 : 8;
        var text = Example.Client[..Example.Client.IndexOf("tls:", StringComparison.Ordinal)] + yaml;

        Expect(
            Example.ClientFaults(text),
            $"c.yaml:{line}:{column}: tls is {found}; it is a section: write its keys on the lines below it, "
                + "indented by two spaces"
        );
    }

    [TestCase("server_cert", "tls.server_cert is missing; write the path of a file")]
    [TestCase(
        "client_ca_cert",
        "tls.client_ca_cert is missing; name the PEM file of the CA that signs your clients' certificates, "
            + "or leave the value blank to let everybody in without a certificate"
    )]
    public void A_missing_key_is_told_at_its_section(string key, string message)
    {
        var lines = Example.Server.Split('\n').Where(line => !line.StartsWith($"  {key}:", StringComparison.Ordinal));

        Expect(Example.ServerFaults(string.Join('\n', lines)), $"s.yaml:7:1: {message}");
    }

    [TestCase(
        "  server_ca_cert: ca.crt",
        "  server_ca_cert:",
        "c.yaml:7:3: remote_server.server_ca_cert is blank; write the path of a file"
    )]
    [TestCase(
        "  server_ca_cert: ca.crt",
        "  server_ca_cert: ''",
        "c.yaml:7:3: remote_server.server_ca_cert is blank; write the path of a file"
    )]
    [TestCase(
        "  port: 1080",
        "  port: ~",
        "c.yaml:3:3: local_listener.port is blank; write a whole number from 0 to 65535 (a port, or 0 for any free one)"
    )]
    [TestCase(
        "  client_key: client.key",
        "  client_key:",
        "c.yaml:10:3: tls.client_key is blank although tls.client_cert is given; name the key, or leave both blank"
    )]
    [TestCase(
        "  client_cert: client.crt",
        "  client_cert:",
        "c.yaml:9:3: tls.client_cert is blank although tls.client_key is given; name the certificate, or leave both "
            + "blank"
    )]
    [TestCase(
        "  client_cert: client.crt\n",
        "",
        "c.yaml:8:1: tls.client_cert is missing; name the client's PEM file, or leave the value blank to present no "
            + "certificate"
    )]
    public void A_required_value_cannot_be_blank(string line, string replacement, string message) =>
        Expect(Example.ClientFaults(Example.Client.Replace(line, replacement)), message);

    [Test]
    public void Names_cannot_be_checked_without_certificates() =>
        Expect(
            Example.ServerFaults(
                Example.Server.Replace("client_ca_cert: ca.crt", "client_ca_cert:\n  allowed_client_cns: [app]")
            ),
            "s.yaml:11:23: tls.allowed_client_cns names clients although tls.client_ca_cert is blank; "
                + "names mean nothing without certificates: give client_ca_cert, or remove the list"
        );

    [Test]
    public void The_password_of_a_key_comes_from_one_place()
    {
        Expect(
            Example.ClientFaults($"{Example.Client}  client_key_password_file: f\n  client_key_password_env: E\n"),
            "c.yaml:12:28: tls.client_key_password_env is given together with tls.client_key_password_file; "
                + "the password comes from one place: remove one of the two"
        );
        Expect(
            Example.ServerFaults($"{Example.Server}  server_key_password_env: E\n  server_key_password_file: f\n"),
            "s.yaml:11:28: tls.server_key_password_env is given together with tls.server_key_password_file; "
                + "the password comes from one place: remove one of the two"
        );
    }

    [Test]
    public void Ticket_keys_without_tickets_are_a_contradiction() =>
        Expect(
            Example.ServerFaults($"{Example.Server}  session_resumption: false\n  ticket_keys: f\n"),
            "s.yaml:12:16: tls.ticket_keys is given although tls.session_resumption is false; "
                + "without resumption there are no tickets: remove one of the two"
        );

    [TestCase("profile: modern", "tls.profile is modern")]
    [TestCase("require: post_quantum", "tls.require is post_quantum")]
    public void What_needs_TLS_1_3_contradicts_an_older_version(string key, string why) =>
        Expect(
            Example.ServerFaults($"{Example.Server}  {key}\n  min_version: 1.2\n"),
            $"s.yaml:12:16: tls.min_version is not 1.3 although {why}; remove it: that means TLS 1.3 anyway"
        );

    [TestCase("", "landlock")]
    [TestCase("  landlock: false\n", "seccomp")]
    public void What_the_kernel_confines_needs_that_there_are_no_new_privileges(string rest, string other) =>
        Expect(
            Example.ServerFaults($"{Example.Server}sandbox:\n  no_new_privileges: false\n{rest}"),
            $"s.yaml:12:22: sandbox.no_new_privileges is false although sandbox.{other} is true; "
                + $"the kernel wants both or none: write {other}: false too"
        );

    [Test]
    public void What_requires_post_quantum_groups_chooses_them() =>
        Expect(
            Example.ServerFaults($"{Example.Server}  require: post_quantum\n  groups: X25519\n"),
            "s.yaml:12:11: tls.groups is given together with tls.require: post_quantum; "
                + "that allows the post-quantum groups and no others: remove one of the two"
        );

    [Test]
    public void The_file_of_the_other_role_is_told_in_one_sentence()
    {
        Expect(
            Example.ClientFaults(Example.Server),
            "c.yaml:1:1: this is the configuration of a server: it has 'server_listener'; "
                + "give it to 'tunnel server', or name the other file here"
        );
        Expect(
            Example.ServerFaults(Example.Client),
            "s.yaml:1:1: this is the configuration of a client: it has 'local_listener'; "
                + "give it to 'tunnel client', or name the other file here"
        );
    }

    [Test]
    public void All_faults_are_told_at_once_in_the_order_of_the_file()
    {
        const string yaml = """
            local_listener:
              host: tcp://localhost
              port: 70000
            remote_server:
              hst: db
              port: &p 1
              server_ca_cert: !!str ca.crt
            tls:
              client_cert: client.crt
              client_cert: other.crt
              min_version: 1.0
            timeouts:
              connect: 0
              idle: *p
            logging: loud
            """;

        var error = Assert.Throws<ConfigException>(() =>
            ConfigLoader.Parse(new ConfigSource("dir/c.yaml", TunnelRole.Client), yaml)
        )!;

        Assert.That(
            error.Faults.Select(fault => (fault.Line, fault.Column, fault.KeyPath)),
            Is.EqualTo(
                new[]
                {
                    (2, 9, "local_listener.host"),
                    (3, 9, "local_listener.port"),
                    (4, 1, "remote_server.host"),
                    (5, 3, "remote_server.hst"),
                    (6, 9, "remote_server.port"),
                    (7, 19, "remote_server.server_ca_cert"),
                    (8, 1, "tls.client_key"),
                    (10, 3, "tls.client_cert"),
                    (11, 16, "tls.min_version"),
                    (13, 12, "timeouts.connect"),
                    (14, 9, "timeouts.idle"),
                    (15, 10, "logging"),
                }
            )
        );
        Assert.That(error.Message.Split('\n'), Has.Length.EqualTo(12).And.All.StartsWith("dir/c.yaml:"));
    }

    private static void Expect(string[] faults, params string[] messages) => Assert.That(faults, Is.EqualTo(messages));
}
