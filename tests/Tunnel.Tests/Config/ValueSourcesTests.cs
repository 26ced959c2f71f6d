using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Config;

/// <summary>Values that come from the environment or from the command line.</summary>
[NonParallelizable]
public sealed class ValueSourcesTests
{
    private const string Name = "TUNNEL_TEST_VALUE";

    [TearDown]
    public void Unset() => Environment.SetEnvironmentVariable(Name, null);

    [TestCase("${TUNNEL_TEST_VALUE}", "db.example", "db.example")]
    [TestCase("'${TUNNEL_TEST_VALUE}'", "db.example", "db.example")]
    [TestCase("${TUNNEL_TEST_VALUE}.example", "db", "db.example")]
    [TestCase("${TUNNEL_TEST_VALUE:-db.example}", null, "db.example")]
    [TestCase("${TUNNEL_TEST_VALUE:-db.example}", "", "db.example")]
    [TestCase("${TUNNEL_TEST_VALUE:-db.example}", "other", "other")]
    public void A_variable_is_part_of_a_value(string written, string? value, string host)
    {
        Environment.SetEnvironmentVariable(Name, value);
        Assert.That(Client(Host(written)).Forward.Only().Host(), Is.EqualTo(host));
    }

    [Test]
    public void A_dollar_sign_is_a_letter_like_any_other_and_the_sign_itself_can_be_written()
    {
        var settings = Client(Example.Client.Replace("client.crt", "a$b$${c}.crt"));
        Assert.That(settings.Tls.CertFile?.Path, Is.EqualTo("a$b${c}.crt"));
    }

    [Test]
    public void A_variable_cannot_add_a_key()
    {
        Environment.SetEnvironmentVariable(Name, "x\n  port: 1\nlogging: {level: trace}");
        Assert.That(
            Faults(Host("${TUNNEL_TEST_VALUE}")).Single(),
            Does.StartWith("c.yaml:5:9: remote_server.host is ")
        );
    }

    [Test]
    public void What_a_variable_holds_is_not_shown()
    {
        Environment.SetEnvironmentVariable(Name, "a secret");
        var fault = Faults(Host("${TUNNEL_TEST_VALUE}")).Single();
        Assert.That(fault, Does.Contain("remote_server.host is '${TUNNEL_TEST_VALUE}'").And.Not.Contain("a secret"));
    }

    [TestCase(
        "${TUNNEL_TEST_VALUE}",
        "the environment variable TUNNEL_TEST_VALUE is not set; set it, or write ${TUNNEL_TEST_VALUE:-default}"
    )]
    [TestCase("${TUNNEL-TEST}", "'${' does not begin the name of an environment variable")]
    [TestCase("a${", "'${' does not begin the name of an environment variable")]
    public void A_variable_that_is_not_there_is_a_fault_with_its_place(string written, string fault) =>
        Assert.That(Faults(Host(written)), Has.Some.StartsWith($"c.yaml:5:9: {fault}"));

    [Test]
    public void The_command_line_replaces_and_adds_values()
    {
        var settings = Client(Example.Client, "remote_server.port=9", "timeouts.idle=7", "tls.ciphers=A:B");
        Assert.Multiple(() =>
        {
            Assert.That(settings.Forward.Only(), Is.EqualTo(new HostPort("localhost", 9)));
            Assert.That(settings.Timeouts.Idle, Is.EqualTo(TimeSpan.FromSeconds(7)));
        });
    }

    [Test]
    public void The_command_line_can_write_a_list() =>
        Assert.That(
            ConfigLoader
                .Parse(
                    new ConfigSource("s.yaml", TunnelRole.Server)
                    {
                        Overrides = ["tls.allowed_client_cns=[one, '*.two.example']"],
                    },
                    Example.Server
                )
                .Settings.Tunnels[0]
                .Tls.AllowedClientNames,
            Is.EqualTo(["one", "*.two.example"])
        );

    [Test]
    public void The_command_line_can_speak_of_one_tunnel_of_several()
    {
        var yaml = $"tunnels:\n{Entry("a", 1000)}{Entry("b", 1001)}";
        var source = new ConfigSource("t.yaml") { Overrides = ["tunnels.b.remote_server.port=9"] };

        var tunnels = ConfigLoader.Parse(source, yaml).Settings.Tunnels;

        Assert.That(tunnels.Select(tunnel => tunnel.Forward.Only().Port()), Is.EqualTo([8443, 9]));
    }

    [TestCase("timeouts.idle=x", "--set timeouts.idle: timeouts.idle is 'x'; write a number of seconds")]
    [TestCase("timeouts.idel=1", "--set timeouts.idel: unknown key 'idel' under timeouts; did you mean 'idle'?")]
    [TestCase("tls.ciphers=[a: b: c]", "--set tls.ciphers:1:")]
    [TestCase("nonsense", "--set nonsense: this is not an assignment")]
    [TestCase("=1", "--set : this is not an assignment")]
    [TestCase("tunnels.x.timeouts.idle=1", "--set tunnels.x.timeouts.idle: there is no tunnel 'x' in the file")]
    public void A_fault_of_the_command_line_names_the_option(string assignment, string fault) =>
        Assert.That(Example.Faults(() => Client(Example.Client, assignment)), Has.Some.StartsWith(fault));

    private static string Entry(string name, int port) =>
        $"- name: {name}\n  " + Example.Client.Replace("1080", $"{port}").TrimEnd().Replace("\n", "\n  ") + "\n";

    private static string Host(string written) => Example.Client.Replace("localhost", written);

    private static TunnelSettings Client(string yaml, params string[] overrides) =>
        ConfigLoader
            .Parse(new ConfigSource("c.yaml", TunnelRole.Client) { Overrides = overrides }, yaml)
            .Settings.Tunnels[0];

    private static string[] Faults(string yaml) => Example.Faults(() => Client(yaml));
}
