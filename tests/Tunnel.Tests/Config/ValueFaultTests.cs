using NUnit.Framework;

namespace Tunnel.Tests.Config;

/// <summary>Values that cannot be used: each with its place, what was found and what would be right.</summary>
public sealed class ValueFaultTests
{
    private const string HostRemedy =
        "write an IPv4 address, an IPv6 address or a name, such as 127.0.0.1, ::1 or localhost";
    private const string PortRemedy = "write a whole number from 1 to 65535 (a port)";
    private const string Week = "write a number of seconds from 0.001 to 604800, without a unit, or off";
    private const string Hour = "write a number of seconds from 0.001 to 3600, without a unit";

    [TestCase("0", "'0'")]
    [TestCase("65536", "'65536'")]
    [TestCase("-1", "'-1'")]
    [TestCase("1.5", "'1.5'")]
    [TestCase("https", "'https'")]
    [TestCase("99999999999999999999", "'99999999999999999999'")]
    [TestCase("[1, 2]", "a list")]
    [TestCase("{a: 1}", "a section")]
    public void A_port_to_connect_to_is_from_1_to_65535(string value, string found) =>
        ExpectClient("  port: 8443", $"  port: {value}", $"c.yaml:6:9: remote_server.port is {found}; {PortRemedy}");

    [TestCase("tcp://db", "'tcp://db'", "write the host alone, without a scheme such as 'tcp://'")]
    [TestCase("db:5432", "'db:5432'", "write the host alone; the port goes into its own key 'port'")]
    [TestCase("'[::1]:5432'", "'[::1]:5432'", "write the host alone; the port goes into its own key 'port'")]
    [TestCase("'*'", "'*'", "write 0.0.0.0 for all IPv4 addresses of this machine, or '::' for all addresses")]
    [TestCase("dätenbank", "'dätenbank'", "write the name in its ASCII form, which begins with 'xn--'")]
    [TestCase("my db", "'my db'", HostRemedy)]
    [TestCase("a..b", "'a..b'", HostRemedy)]
    [TestCase("-db", "'-db'", HostRemedy)]
    [TestCase("db..", "'db..'", HostRemedy)]
    [TestCase(".", "'.'", HostRemedy)]
    [TestCase("127.0.0.1.", "'127.0.0.1.'", HostRemedy)]
    [TestCase("127.1", "'127.1'", HostRemedy)]
    [TestCase("256.0.0.1", "'256.0.0.1'", HostRemedy)]
    [TestCase("010.0.0.1", "'010.0.0.1'", HostRemedy)]
    [TestCase("0x7f000001", "'0x7f000001'", HostRemedy)]
    [TestCase("'::1/128'", "'::1/128'", HostRemedy)]
    [TestCase("[localhost]", "a list", HostRemedy)]
    [TestCase("\"db\\n\"", "'db\\n'", HostRemedy)]
    [TestCase("\"::1\\n\"", "'::1\\n'", HostRemedy)]
    public void A_host_is_an_address_or_a_name_alone(string value, string found, string remedy) =>
        ExpectClient("  host: localhost", $"  host: {value}", $"c.yaml:5:9: remote_server.host is {found}; {remedy}");

    [TestCase("connect: 0", "timeouts.connect is '0'", Hour)]
    [TestCase("connect: off", "timeouts.connect is 'off'", Hour)]
    [TestCase("connect: -5", "timeouts.connect is '-5'", Hour)]
    [TestCase("connect: 10s", "timeouts.connect is '10s'", Hour)]
    [TestCase("handshake: 3600.1", "timeouts.handshake is '3600.1'", Hour)]
    [TestCase("handshake: 1e3", "timeouts.handshake is '1e3'", Hour)]
    [TestCase("idle: -1", "timeouts.idle is '-1'", Week)]
    [TestCase("write: 604801", "timeouts.write is '604801'", Week)]
    [TestCase("half_close: 0.0001", "timeouts.half_close is '0.0001'", Week)]
    [TestCase("half_close: never", "timeouts.half_close is 'never'", Week)]
    [TestCase(
        "shutdown: off",
        "timeouts.shutdown is 'off'",
        "write a number of seconds from 0 to 86400, without a unit"
    )]
    public void A_timeout_is_a_number_of_seconds_in_its_range(string line, string found, string remedy) =>
        Expect(
            Example.ClientFaults($"{Example.Client}timeouts:\n  {line}\n"),
            $"c.yaml:12:{line.IndexOf(' ') + 4}: {found}; {remedy}"
        );

    [TestCase("level: loud", "logging.level is 'loud'; write one of trace, debug, info, warn, error")]
    [TestCase("level: 2", "logging.level is '2'; write one of trace, debug, info, warn, error")]
    [TestCase("format: xml", "logging.format is 'xml'; write one of text, json")]
    [TestCase("console: xml", "logging.console is 'xml'; write one of text, json")]
    [TestCase("sessions: both", "logging.sessions is 'both'; write one of end, all")]
    [TestCase(
        "session_interval: 0.5",
        "logging.session_interval is '0.5'; write a number of seconds from 1 to 86400, without a unit, or off"
    )]
    [TestCase("log_file: \"a\\nb\"", "logging.log_file is 'a\\nb'; write the path of a file")]
    [TestCase("max_size_mib: 0", "logging.max_size_mib is '0'; write a whole number from 1 to 102400 (MiB)")]
    [TestCase("max_age_days: -3", "logging.max_age_days is '-3'; write a whole number from 1 to 36500 (days)")]
    [TestCase("max_files: many", "logging.max_files is 'many'; write a whole number from 1 to 10000 (files)")]
    public void A_logging_value_outside_its_range_is_told(string line, string message) =>
        Expect(
            Example.ServerFaults($"{Example.Server}logging:\n  {line}\n"),
            $"s.yaml:12:{line.IndexOf(' ') + 4}: {message}"
        );

    [TestCase(107, 0)]
    [TestCase(108, 1)]
    public void A_socket_s_path_has_at_most_107_bytes(int bytes, int faults)
    {
        var path = "/ü" + new string('x', bytes - 3);

        var told = Example.ServerFaults($"{Example.Server}monitor:\n  status_socket: {path}\n");

        Assert.That(told, Has.Length.EqualTo(faults));
        Assert.That(told, Has.All.StartsWith("s.yaml:12:18: monitor.status_socket is '/ü"));
        Assert.That(told, Has.All.EndsWith("; write a path of at most 107 bytes: a Unix socket has no room for more"));
    }

    [TestCase("1.1", "write 1.2 or 1.3: older versions are broken (RFC 8996) and not supported")]
    [TestCase("TLSv1.0", "write 1.2 or 1.3: older versions are broken (RFC 8996) and not supported")]
    [TestCase("1.4", "write 1.2 or 1.3")]
    [TestCase("SSLv3", "write 1.2 or 1.3")]
    [TestCase("high", "write 1.2 or 1.3")]
    public void A_TLS_version_is_1_2_or_1_3(string value, string remedy) =>
        Expect(
            Example.ServerFaults($"{Example.Server}  min_version: {value}\n"),
            $"s.yaml:11:16: tls.min_version is '{value}'; {remedy}"
        );

    [Test]
    public void The_longest_wait_cannot_be_shorter_than_the_first() =>
        Expect(
            Example.ClientFaults($"{Example.Client}reconnect:\n  initial_delay: 20\n"),
            "c.yaml:12:18: reconnect.initial_delay is longer than reconnect.max_delay (10 s); "
                + "the first wait cannot be longer than the longest: lower it, or raise max_delay"
        );

    [Test]
    public void Allowed_names_are_a_list() =>
        Expect(
            Example.ServerFaults($"{Example.Server}  allowed_client_cns: app\n"),
            "s.yaml:11:23: tls.allowed_client_cns is 'app'; write a list: [one, two], or one '- name' a line below "
                + "the key"
        );

    [TestCase("'*'", "'*'", "'*' may only stand for the whole first label")]
    [TestCase("'*.'", "'*.'", "'*' may only stand for the whole first label")]
    [TestCase("a.*.example", "'a.*.example'", "'*' may only stand for the whole first label")]
    [TestCase("a*.example", "'a*.example'", "'*' may only stand for the whole first label")]
    [TestCase("'*.*.example'", "'*.*.example'", "'*' may only stand for the whole first label")]
    [TestCase("''", "blank", "write a CN or a SAN of a client certificate")]
    [TestCase("' app'", "' app'", "write a CN or a SAN of a client certificate")]
    [TestCase("[app]", "a list", "write a CN or a SAN of a client certificate")]
    public void An_allowed_name_is_not_empty_and_has_a_star_only_as_its_first_label(
        string item,
        string found,
        string remedy
    )
    {
        var faults = Example.ServerFaults($"{Example.Server}  allowed_client_cns: [ok, {item}]\n");

        Expect(faults, faults[0]);
        Assert.That(faults[0], Does.StartWith($"s.yaml:11:28: tls.allowed_client_cns[1] is {found}; {remedy}"));
    }

    [TestCase("10.0.0.1/8", "write 10.0.0.0/8 for the network, or 10.0.0.1 for the address")]
    [TestCase("2001:db8::1/32", "write 2001:db8::/32 for the network, or 2001:db8::1 for the address")]
    [TestCase("10.0.0.0/33", "write a whole number from 0 to 32 (bits) after the '/'")]
    [TestCase("10.0.0.0/", "write a whole number from 0 to 32 (bits) after the '/'")]
    [TestCase("10.0.0.0/255.0.0.0", "write a whole number from 0 to 32 (bits) after the '/'")]
    [TestCase("::/129", "write a whole number from 0 to 128 (bits) after the '/'")]
    [TestCase("10/8", "write a network such as 10.0.0.0/8 or 2001:db8::/32, or an address such as 10.0.0.7 or ::1")]
    [TestCase(
        "lb.example",
        "write a network such as 10.0.0.0/8 or 2001:db8::/32, or an address such as 10.0.0.7 or ::1"
    )]
    [TestCase("::ffff:10.0.0.0", "write IPv4 addresses as IPv4, and no scope ('%')")]
    [TestCase("fe80::1%1", "write IPv4 addresses as IPv4, and no scope ('%')")]
    public void A_load_balancer_is_a_network_or_an_address(string item, string remedy)
    {
        var yaml = Example.Server.Replace("port: 8443", $"port: 8443\n  proxy_protocol_from: [\"::1\", \"{item}\"]");

        Expect(
            Example.ServerFaults(yaml),
            $"s.yaml:4:32: server_listener.proxy_protocol_from[1] is '{item}'; {remedy}"
        );
    }

    [Test]
    public void A_PROXY_header_has_one_of_two_versions() =>
        Expect(
            Example.ServerFaults(Example.Server.Replace("port: 5432", "port: 5432\n  proxy_protocol: v3")),
            "s.yaml:7:19: target_service.proxy_protocol is 'v3'; write one of none, v1, v2"
        );

    [Test]
    public void A_password_in_the_place_of_a_variable_name_is_not_shown() =>
        Expect(
            Example.ClientFaults($"{Example.Client}  client_key_password_env: s3cret!\n"),
            "c.yaml:11:28: tls.client_key_password_env is not valid (it is not shown, because it may be the "
                + "password itself); "
                + "write the name of an environment variable: letters, digits and '_', no digit first"
        );

    [Test]
    public void A_private_key_in_the_place_of_its_file_is_not_shown() =>
        ExpectClient(
            "  client_key: client.key",
            "  client_key: -----BEGIN PRIVATE KEY-----\n    MIGHAgEAMBMG",
            "c.yaml:10:15: tls.client_key is the text of a PEM file; write the path of a file"
        );

    private static void ExpectClient(string line, string replacement, string message) =>
        Expect(Example.ClientFaults(Example.Client.Replace(line, replacement)), message);

    private static void Expect(string[] faults, string message) => Assert.That(faults, Is.EqualTo(new[] { message }));
}
