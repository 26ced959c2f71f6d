using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Config;

/// <summary>A list of tunnels: what stands beside it is the default for all of them.</summary>
public sealed class SeveralTunnelsTests
{
    private const string File = "t.yaml";

    private const string Two = """
        tls:
          client_cert: client.crt
          client_key: client.key
          server_cert: server.crt
          server_key: server.key
          client_ca_cert: ca.crt
          min_version: 1.3
        timeouts:
          idle: 300
        remote_server:
          server_ca_cert: ca.crt
          port: 8443
        tunnels:
          - name: pg
            local_listener: { host: 127.0.0.1, port: 5432 }
            remote_server: { host: pg.example }
            timeouts: { idle: off, write: 5 }
          - name: cache
            server_listener: { host: 0.0.0.0, port: 8443 }
            target_service: { host: 127.0.0.1, port: 6379 }
            tls:
              min_version: 1.2
              allowed_client_cns: [app]
        logging:
          level: debug
        monitor:
          interval: 5

        """;

    [Test]
    public void Each_has_its_role_its_own_values_and_the_defaults()
    {
        var settings = Read(Two).Settings;

        var (pg, cache) = (settings.Tunnels[0], settings.Tunnels[1]);
        Assert.Multiple(() =>
        {
            Assert.That(
                (pg.Name, pg.Role, cache.Name, cache.Role),
                Is.EqualTo(("pg", TunnelRole.Client, "cache", TunnelRole.Server))
            );
            Assert.That(pg.Forward.Only(), Is.EqualTo(new HostPort("pg.example", 8443)));
            Assert.That(pg.Tls.PeerCaFile?.Path, Is.EqualTo("ca.crt"));
            Assert.That(pg.Tls.PeerCaFile?.Place, Is.EqualTo("t.yaml:11:19"));
            Assert.That((pg.Tls.CertFile?.Path, cache.Tls.CertFile?.Path), Is.EqualTo(("client.crt", "server.crt")));
            Assert.That((pg.Tls.MinVersion.Minor, cache.Tls.MinVersion.Minor), Is.EqualTo((3, 2)));
            Assert.That(pg.Timeouts, Is.EqualTo(new TimeoutSettings { Idle = null, Write = TimeSpan.FromSeconds(5) }));
            Assert.That(cache.Timeouts, Is.EqualTo(new TimeoutSettings { Idle = TimeSpan.FromSeconds(300) }));
            Assert.That(cache.Tls.AllowedClientNames, Is.EqualTo(["app"]));
            Assert.That(settings.Logging.Level, Is.EqualTo(LogLevelSetting.Debug));
            Assert.That(settings.Monitor.Interval, Is.EqualTo(TimeSpan.FromSeconds(5)));
        });
    }

    [Test]
    public void Defaults_for_a_role_that_no_tunnel_has_are_no_fault()
    {
        var servers = Two.Remove(
            Two.IndexOf("  - name: pg"),
            Two.IndexOf("  - name: cache") - Two.IndexOf("  - name: pg")
        );
        Assert.That(Read(servers).Settings.Tunnels.Single().Name, Is.EqualTo("cache"));
    }

    [Test]
    public void The_single_form_is_read_as_what_it_is([Values] TunnelRole role)
    {
        var single = Read(role == TunnelRole.Client ? Example.Client : Example.Server).Settings.Tunnels.Single();
        Assert.That((single.Role, single.Name), Is.EqualTo((role, (string?)null)));
    }

    [Test]
    public void The_faults_of_all_tunnels_are_reported_together_each_with_its_place() =>
        Expect(
            Two.Replace("port: 5432", "port: none")
                .Replace("port: 6379", "port: 0")
                .Replace("off, write", "never, write"),
            "t.yaml:15:46: tunnels[0].local_listener.port is 'none'",
            "t.yaml:17:23: tunnels[0].timeouts.idle is 'never'",
            "t.yaml:20:46: tunnels[1].target_service.port is '0'"
        );

    [Test]
    public void A_fault_of_a_default_is_reported_once_where_it_is() =>
        Expect(
            Two.Replace("min_version: 1.3", "min_version: 1.0").Replace("      min_version: 1.2\n", ""),
            "t.yaml:7:16: tls.min_version is '1.0'"
        );

    [TestCase("name: cache", "name: PG", "t.yaml:18:11: tunnels[1].name is 'PG', and an earlier tunnel has this name")]
    [TestCase("name: cache", "name: a b", "t.yaml:18:11: tunnels[1].name is 'a b'; write a name of at most 63")]
    [TestCase("- name: cache\n    ", "- ", "t.yaml:18:5: tunnels[1].name is missing; write a name")]
    [TestCase(
        "host: 0.0.0.0, port: 8443",
        "host: 127.0.0.1, port: 5432",
        "t.yaml:19:47: tunnels[1].server_listener.port makes this '127.0.0.1:5432', where tunnel 'pg' listens"
    )]
    [TestCase(
        "    target_service",
        "    local_listener",
        "t.yaml:18:5: tunnels[1] has the sections of a client and those"
    )]
    [TestCase(
        "timeouts:\n  idle",
        "timeout:\n  idle",
        "t.yaml:8:1: unknown key 'timeout' at the top level; did you mean 'timeouts'?"
    )]
    [TestCase(
        "    timeouts: {",
        "    timeout: {",
        "t.yaml:17:5: unknown key 'timeout' under tunnels[0]; did you mean 'timeouts'?"
    )]
    [TestCase(
        "    tls:\n",
        "    logging:\n      level: info\n    tls:\n",
        "t.yaml:21:5: unknown key 'logging' under tunnels[1]; it belongs at the top level"
    )]
    [TestCase("logging:\n", "name: x\nlogging:\n", "t.yaml:24:7: name stands beside the list of tunnels")]
    [TestCase(
        "    server_listener: { host: 0.0.0.0, port: 8443 }\n    target_service: { host: 127.0.0.1, port: 6379 }\n",
        "",
        "t.yaml:18:5: tunnels[1] is neither a client nor a server"
    )]
    public void A_fault_of_the_list_has_its_place(string words, string instead, string fault)
    {
        Assert.That(Two.Contains(words), Is.True, "the file has no such words");
        Assert.That(Faults(Two.Replace(words, instead)), Has.Some.StartsWith(fault));
    }

    [TestCase("tunnels:\n", "tunnels is not a list with at least one entry")]
    [TestCase("tunnels: []\n", "tunnels is not a list with at least one entry")]
    [TestCase("tunnels: x\n", "tunnels is not a list with at least one entry")]
    [TestCase("tunnels: [x]\n", "tunnels[0] is 'x'; write the keys of a section here")]
    [TestCase("timeouts:\n", "the file is neither a client's nor a server's, and has no list of tunnels")]
    public void A_list_has_tunnels(string yaml, string fault) => Assert.That(Faults(yaml), Has.Some.Contains(fault));

    [Test]
    public void A_list_is_not_what_a_command_for_one_role_runs([Values] TunnelRole role) =>
        Assert.That(
            Example.Faults(() => ConfigLoader.Parse(new ConfigSource(File, role), Two)).Single(),
            Does.StartWith("t.yaml:13:1: this is a configuration of several tunnels").And.Contains("'tunnel run'")
        );

    private static LoadedConfig Read(string yaml) => ConfigLoader.Parse(new ConfigSource(File), yaml);

    private static string[] Faults(string yaml) => Example.Faults(() => Read(yaml));

    private static void Expect(string yaml, params string[] faults)
    {
        var found = Faults(yaml);
        Assert.That(found, Has.Length.EqualTo(faults.Length), string.Join('\n', found));
        for (var index = 0; index < faults.Length; index++)
        {
            Assert.That(found[index], Does.StartWith(faults[index]));
        }
    }
}
