using System.Net;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Config;

/// <summary>The forms in which a value may be written, the defaults, and the warnings.</summary>
public sealed class ValueTests
{
    [TestCase("10.0.0.1", "10.0.0.1")]
    [TestCase("::1", "::1")]
    [TestCase("'::'", "::")]
    [TestCase("'[::1]'", "::1")]
    [TestCase("[::1]", "::1")]
    [TestCase("fe80::1%2", "fe80::1%2")]
    [TestCase("localhost", "localhost")]
    [TestCase("my_db-1.example.com", "my_db-1.example.com")]
    [TestCase("\"db\"", "db")]
    [TestCase("db.prod.svc.cluster.local.", "db.prod.svc.cluster.local.")]
    public void Hosts_are_addresses_and_names(string written, string host) =>
        Assert.That(
            Client("  host: localhost", $"  host: {written}").Forward.Only(),
            Is.EqualTo(new HostPort(host, 8443))
        );

    [Test]
    public void A_file_remembers_what_names_it()
    {
        var tls = ConfigLoader
            .Parse(new ConfigSource("s.yaml", TunnelRole.Server), Example.Server)
            .Settings.Tunnels[0]
            .Tls;

        Assert.That((tls.KeyFile?.Key, tls.KeyFile?.Place), Is.EqualTo(("tls.server_key", "s.yaml:9:15")));
        Assert.That((tls.PeerCaFile?.Key, tls.PeerCaFile?.Place), Is.EqualTo(("tls.client_ca_cert", "s.yaml:10:19")));
        Assert.That(
            ConfigLoader
                .Parse(new ConfigSource("c.yaml", TunnelRole.Client), Example.Client)
                .Settings.Tunnels[0]
                .Tls.PeerCaFile?.Key,
            Is.EqualTo("remote_server.server_ca_cert")
        );
    }

    [TestCase("localhost.", false)]
    [TestCase("db.", true)]
    public void A_dot_at_the_end_keeps_localhost_on_this_machine(string host, bool isWarnedAbout)
    {
        var yaml = Example.Client.Replace("host: 127.0.0.1", $"host: {host}");

        Assert.That(
            ConfigLoader.Parse(new ConfigSource("c.yaml", TunnelRole.Client), yaml).Warnings.Any(),
            Is.EqualTo(isWarnedAbout)
        );
    }

    [TestCase("1", 1)]
    [TestCase("65535", 65535)]
    [TestCase("'443'", 443)]
    public void Ports_reach_from_1_to_65535(string written, int port) =>
        Assert.That(Client("  port: 8443", $"  port: {written}").Forward.Only().Port(), Is.EqualTo(port));

    [Test]
    public void Port_0_is_for_listeners()
    {
        var server = ConfigLoader
            .Parse(new ConfigSource("s.yaml", TunnelRole.Server), Example.Server.Replace("port: 8443", "port: 0"))
            .Settings.Tunnels[0];

        Assert.That(Client("  port: 1080", "  port: 0").Listen[0].Port(), Is.Zero);
        Assert.That(server.Listen[0].Port(), Is.Zero);
    }

    [TestCase("1.2", 2)]
    [TestCase("\"1.2\"", 2)]
    [TestCase("1.3", 3)]
    [TestCase("'1.3'", 3)]
    [TestCase("TLSv1.3", 3)]
    [TestCase("TLS1.3", 3)]
    [TestCase("tls 1.3", 3)]
    [TestCase("", 2)]
    public void TLS_versions_have_several_spellings(string written, int minor) =>
        Assert.That(ClientWith($"  min_version: {written}").Tls.MinVersion, Is.EqualTo(new Version(1, minor)));

    [TestCase("off")]
    [TestCase("OFF")]
    [TestCase("0")]
    [TestCase("0.0")]
    public void Three_timeouts_and_the_report_can_be_switched_off(string off)
    {
        var settings = ProcessWith(
            $"timeouts:\n  idle: {off}\n  write: {off}\n  half_close: {off}\nmonitor:\n  interval: {off}"
        );

        Assert.Multiple(() =>
        {
            Assert.That(settings.Tunnels[0].Timeouts.Idle, Is.Null);
            Assert.That(settings.Tunnels[0].Timeouts.Write, Is.Null);
            Assert.That(settings.Tunnels[0].Timeouts.HalfClose, Is.Null);
            Assert.That(settings.Monitor.Interval, Is.Null);
        });
    }

    [Test]
    public void Zero_cuts_at_once_and_tries_once()
    {
        var settings = ClientWith("timeouts:\n  shutdown: 0\nreconnect:\n  max_elapsed: 0");

        Assert.That(settings.Timeouts.Shutdown, Is.EqualTo(TimeSpan.Zero));
        Assert.That(settings.Reconnect?.MaxElapsed, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Seconds_may_have_fractions() =>
        Assert.That(
            ClientWith("timeouts:\n  connect: 0.25").Timeouts.Connect,
            Is.EqualTo(TimeSpan.FromMilliseconds(250))
        );

    [TestCase("")]
    [TestCase("timeouts:\nreconnect:\nlogging:\nmonitor:")]
    [TestCase("timeouts: ~\nreconnect: {}\nlogging: ''\nmonitor: null")]
    [TestCase("timeouts:\n  connect:\n  write: ''\nlogging:\n  level:\n  log_file:\n  max_files: ~")]
    public void What_is_left_out_or_blank_has_its_default(string yaml)
    {
        var settings = ProcessWith(yaml);

        Assert.Multiple(() =>
        {
            Assert.That(settings.Tunnels[0].Timeouts, Is.EqualTo(new TimeoutSettings()));
            Assert.That(settings.Tunnels[0].Reconnect, Is.EqualTo(new ReconnectSettings()));
            Assert.That(settings.Logging, Is.EqualTo(new LoggingSettings()));
            Assert.That(settings.Monitor, Is.EqualTo(new MonitorSettings()));
        });
    }

    [TestCase("")]
    [TestCase("''")]
    [TestCase("~")]
    public void A_server_without_a_client_CA_is_warned_about(string blank)
    {
        var loaded = ConfigLoader.Parse(
            new ConfigSource("s.yaml", TunnelRole.Server),
            Example.Server.Replace("ca.crt", blank)
        );

        Assert.That(loaded.Settings.Tunnels[0].Tls.PeerCaFile, Is.Null);
        Assert.That(
            loaded.Warnings.Select(one => $"{one}"),
            Is.EqualTo([
                "s.yaml:10:3: tls.client_ca_cert is blank: clients are not asked for a certificate, "
                    + "and anybody who can reach the port reaches the target; name the file with the CA of your "
                    + "clients unless that is meant",
            ])
        );
    }

    [Test]
    public void A_client_without_a_certificate_is_warned_about()
    {
        var yaml = Example
            .Client.Replace("client_cert: client.crt", "client_cert:")
            .Replace("client_key: client.key", "client_key:");
        var loaded = ConfigLoader.Parse(new ConfigSource("c.yaml", TunnelRole.Client), yaml);

        Assert.That(
            (loaded.Settings.Tunnels[0].Tls.CertFile?.Path, loaded.Settings.Tunnels[0].Tls.KeyFile?.Path),
            Is.EqualTo(((string?)null, (string?)null))
        );
        Assert.That(
            loaded.Warnings.Select(one => $"{one}"),
            Is.EqualTo([
                "c.yaml:9:3: tls.client_cert and tls.client_key are blank: we present no certificate, "
                    + "so the server does not know who we are; name both files unless that is meant",
            ])
        );
    }

    [TestCase("0.0.0.0", true)]
    [TestCase("'::'", true)]
    [TestCase("192.168.1.10", true)]
    [TestCase("gateway", true)]
    [TestCase("127.0.0.2", false)]
    [TestCase("::1", false)]
    [TestCase("LocalHost", false)]
    public void A_local_listener_that_others_can_reach_is_warned_about(string host, bool warned)
    {
        var loaded = ConfigLoader.Parse(
            new ConfigSource("c.yaml", TunnelRole.Client),
            Example.Client.Replace("127.0.0.1", host)
        );

        var shown = loaded.Settings.Tunnels[0].Listen[0].Host();
        Assert.That(loaded.Warnings, Has.Count.EqualTo(warned ? 1 : 0));
        Assert.That(
            loaded.Warnings.Select(one => $"{one}"),
            Has.All.StartsWith($"c.yaml:2:9: local_listener.host is '{shown}': this leg is plain TCP")
        );
    }

    [TestCase("0.0.0.0")]
    [TestCase("'::'")]
    [TestCase("gateway")]
    [TestCase("127.0.0.1")]
    public void A_local_listener_that_others_are_meant_to_reach_is_not_warned_about(string host) =>
        Assert.That(Listening(host, "true").Warnings, Is.Empty);

    [Test]
    public void A_local_listener_for_this_machine_alone_does_not_listen_for_others()
    {
        Assert.That(Listening("127.0.0.1", "false").Warnings, Is.Empty);
        var fault = Example.Faults(() => Listening("0.0.0.0", "false")).Single();
        Assert.That(
            fault,
            Does.StartWith(
                "c.yaml:4:18: local_listener.accept_remote is false although local_listener.host is '0.0.0.0'; "
            )
        );
    }

    private static LoadedConfig Listening(string host, string acceptRemote) =>
        ConfigLoader.Parse(
            new ConfigSource("c.yaml", TunnelRole.Client),
            Example
                .Client.Replace("127.0.0.1", host)
                .Replace("port: 1080", $"port: 1080\n  accept_remote: {acceptRemote}")
        );

    [Test]
    public void Allowed_names_are_kept_as_written()
    {
        var yaml =
            $"{Example.Server}  allowed_client_cns:\n    - Alice Smith\n    - '*.db.example'\n    - "
            + "spiffe://example/app\n";

        Assert.That(
            ConfigLoader
                .Parse(new ConfigSource("s.yaml", TunnelRole.Server), yaml)
                .Settings.Tunnels[0]
                .Tls.AllowedClientNames,
            Is.EqualTo(["Alice Smith", "*.db.example", "spiffe://example/app"])
        );
    }

    [Test]
    public void Load_balancers_are_networks_and_addresses()
    {
        var loaded = Balancers("[10.0.0.0/8, 127.0.0.1, ::1, '2001:db8::/32']");

        Assert.That(
            loaded.Settings.Tunnels[0].Proxy.From.Select(network => network.ToString()),
            Is.EqualTo(["10.0.0.0/8", "127.0.0.1/32", "::1/128", "2001:db8::/32"])
        );
        Assert.That(loaded.Warnings, Is.Empty);
    }

    [TestCase("0.0.0.0/0")]
    [TestCase("'::/0'")]
    public void Load_balancers_everywhere_are_warned_about(string everywhere) =>
        Assert.That(
            Balancers($"[10.0.0.0/8, {everywhere}]").Warnings.Single().ToString(),
            Does.StartWith("s.yaml:4:24: server_listener.proxy_protocol_from holds all addresses: anybody")
        );

    [TestCase("10.0.0.255:1", true)]
    [TestCase("[::ffff:10.0.0.1]:1", true)]
    [TestCase("10.0.1.0:1", false)]
    [TestCase("[2001:db8::7]:1", true)]
    [TestCase("[2001:db9::7]:1", false)]
    public void A_load_balancer_is_recognised_by_its_address(string endPoint, bool isBalancer) =>
        Assert.That(
            Balancers("[10.0.0.0/24, '2001:db8::/32']")
                .Settings.Tunnels[0]
                .Proxy.ExpectsHeaderFrom(IPEndPoint.Parse(endPoint)),
            Is.EqualTo(isBalancer)
        );

    private static LoadedConfig Balancers(string list) =>
        ConfigLoader.Parse(
            new ConfigSource("s.yaml", TunnelRole.Server),
            Example.Server.Replace("port: 8443", $"port: 8443\n  proxy_protocol_from: {list}")
        );

    private static TunnelSettings Client(string line, string replacement) =>
        ConfigLoader
            .Parse(new ConfigSource("c.yaml", TunnelRole.Client), Example.Client.Replace(line, replacement))
            .Settings.Tunnels[0];

    private static TunnelSettings ClientWith(string more) => ProcessWith(more).Tunnels[0];

    private static ProcessSettings ProcessWith(string more) =>
        ConfigLoader.Parse(new ConfigSource("c.yaml", TunnelRole.Client), Example.Client + more).Settings;
}
