using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Text;

namespace Tunnel.Tests.Config;

/// <summary>A list of targets or of servers, and every fault that it can have.</summary>
public sealed class ForwardTests
{
    private const string One = "  host: 127.0.0.1\n  port: 5432\n";

    private static readonly string[] _single = ["host: 10.0.0.1", "port: 5432", "unix: /run/x"];

    [Test]
    public void A_list_of_targets_is_read_in_its_order()
    {
        var forward = Server(
            """
              policy: least_connections
              health_check_interval: 2.5
              proxy_protocol: v2
              targets:
                - host: 10.0.0.1
                  port: 5432
                - { host: "::1", port: 5433 }
                - unix: /run/db.sock
            """
        );

        Assert.That(
            forward,
            Is.EqualTo(
                new ForwardSettings(
                    new ValueList<TargetSettings>([
                        new(new HostPort("10.0.0.1", 5432)),
                        new(new HostPort("::1", 5433)),
                        new(new UnixAddress("/run/db.sock")),
                    ])
                )
                {
                    Policy = TargetPolicy.LeastConnections,
                    HealthCheckInterval = TimeSpan.FromSeconds(2.5),
                }
            )
        );
        Assert.That(forward.ToString(), Is.EqualTo("10.0.0.1:5432, [::1]:5433, unix:/run/db.sock"));
    }

    [Test]
    public void Each_server_has_its_own_name_or_that_of_all()
    {
        var forward = Client(
            """
              server_name: all.example
              servers:
                - { host: 10.0.0.1, port: 8443 }
                - { host: 10.0.0.1, port: 8443, server_name: two.example }
                - { unix: /run/three.sock }
            """
        );

        Assert.That(
            forward.Targets.Select(server => server.ServerName),
            Is.EqualTo(["all.example", "two.example", "all.example"])
        );
        Assert.That(forward.Policy, Is.EqualTo(TargetPolicy.Failover));
    }

    [Test]
    public void The_list_beside_the_tunnels_is_the_default_for_all_of_them()
    {
        const string text = """
            tls: { client_cert: c.crt, client_key: c.key }
            remote_server:
              server_ca_cert: ca.crt
              policy: round_robin
              servers: [{ host: a, port: 1 }, { host: b, port: 2 }]
            tunnels:
              - name: one
                local_listener: { host: 127.0.0.1, port: 1001 }
                remote_server: { policy: failover }
              - name: two
                local_listener: { host: 127.0.0.1, port: 1002 }
                remote_server: { servers: [{ host: c, port: 3 }] }
            """;

        var (one, two) = (Load(text).Tunnels[0].Forward, Load(text).Tunnels[1].Forward);

        Assert.That((one.ToString(), one.Policy), Is.EqualTo(("a:1, b:2", TargetPolicy.Failover)));
        Assert.That((two.ToString(), two.Policy), Is.EqualTo(("c:3", TargetPolicy.RoundRobin)));
        Assert.That(
            Example.Faults(() => Load(text.Replace("host: b, port: 2", "host: b, port: 0"))),
            Is.EqualTo([
                "t.yaml:5:52: remote_server.servers[1].port is '0'; write a whole number from 1 to 65535 (a port)",
            ])
        );
    }

    [Test]
    public void The_command_line_sets_the_whole_list_or_the_policy()
    {
        var settings = ConfigLoader
            .Parse(
                new ConfigSource("s.yaml", TunnelRole.Server)
                {
                    Overrides =
                    [
                        "target_service.policy=round_robin",
                        "target_service.targets=[{ host: a, port: 1 }, { unix: /run/b }]",
                    ],
                },
                Example.Server.Replace(One, "  targets: [{ host: z, port: 9 }]\n")
            )
            .Settings.Tunnels.Single();

        Assert.That(
            (settings.Forward.ToString(), settings.Forward.Policy),
            Is.EqualTo(("a:1, unix:/run/b", TargetPolicy.RoundRobin))
        );
    }

    [Test]
    public void A_fault_in_a_list_of_the_command_line_is_one_of_the_command_line() =>
        Assert.That(
            Example.Faults(() =>
                ConfigLoader.Parse(
                    new ConfigSource("s.yaml", TunnelRole.Server)
                    {
                        Overrides = ["target_service.targets=[{ host: a, port: x }]"],
                    },
                    Example.Server.Replace(One, "")
                )
            ),
            Is.EqualTo([
                "--set target_service.targets: target_service.targets[0].port is 'x'; "
                    + "write a whole number from 1 to 65535 (a port)",
            ])
        );

    [TestCase("targets: []", "s.yaml:5:12: target_service.targets is not a list with at least one entry; ")]
    [TestCase("targets: 10.0.0.1", "s.yaml:5:12: target_service.targets is not a list with at least one entry; ")]
    [TestCase(
        "targets: [10.0.0.1]",
        "s.yaml:5:13: target_service.targets[0] is '10.0.0.1'; write the keys of a section"
    )]
    [TestCase("targets: [{ port: 1 }]", "s.yaml:5:13: target_service.targets[0].host is missing; ")]
    [TestCase("targets: [{ host: a }]", "s.yaml:5:13: target_service.targets[0].port is missing; ")]
    [TestCase(
        "targets: [{ host: a, port: 1, weight: 2 }]",
        "s.yaml:5:33: unknown key 'weight' under target_service.targets[0]; the keys here are unix, host, port"
    )]
    [TestCase(
        "targets: [{ host: a, port: 1 }, { host: A, port: 1 }]",
        "s.yaml:5:43: target_service.targets[1].host makes this 'A:1', which stands in the list already; "
            + "write each of them once"
    )]
    [TestCase(
        "targets: [{ unix: /run/a }, { unix: /run/a }]",
        "s.yaml:5:39: target_service.targets[1].unix makes this 'unix:/run/a', which stands in the list already; "
    )]
    [TestCase(
        "targets: [{ host: a, port: 1 }, { host: 127.0.0.1, port: 8443 }]",
        "s.yaml:5:60: target_service.targets[1].port makes this '127.0.0.1:8443', which is server_listener itself; "
    )]
    [TestCase(
        "policy: random\n  host: a\n  port: 1",
        "s.yaml:5:11: target_service.policy is 'random'; write one of failover, round_robin, least_connections"
    )]
    [TestCase(
        "health_check_interval: tcp\n  host: a\n  port: 1",
        "s.yaml:5:26: target_service.health_check_interval is 'tcp'; write a number of seconds from 1 to 3600, "
            + "without a unit, or off"
    )]
    public void A_fault_says_where_it_is_and_what_would_be_right(string written, string fault) =>
        Assert.That(
            Example.ServerFaults(Example.Server.Replace(One, $"  {written}\n")),
            Has.Length.EqualTo(1).And.Exactly(1).StartsWith(fault)
        );

    [Test]
    public void One_target_and_a_list_do_not_go_together([ValueSource(nameof(_single))] string beside)
    {
        var key = beside.Split(':')[0];
        Assert.That(
            Example.ServerFaults(
                Example.Server.Replace(
                    One,
                    $"  {beside}\n  targets: [{{ host: a, port: 1 }}, {{ host: b, port: 2 }}]\n"
                )
            ),
            Has.Some.StartsWith(
                $"s.yaml:5:{key.Length + 5}: target_service.{key} is given together with the list "
                    + "target_service.targets; "
            )
        );
    }

    [Test]
    public void A_server_at_a_Unix_socket_needs_a_name() =>
        Assert.That(
            Example.ClientFaults(
                Example.Client.Replace("  host: localhost\n  port: 8443\n", "  servers: [{ unix: /run/a }]\n")
            ),
            Has.Length.EqualTo(1)
                .And.Exactly(1)
                .StartsWith("c.yaml:5:13: remote_server.servers[0].server_name is missing; ")
        );

    private static ForwardSettings Server(string written) =>
        ConfigLoader
            .Parse(new ConfigSource("s.yaml", TunnelRole.Server), Example.Server.Replace(One, $"{written}\n"))
            .Settings.Tunnels.Single()
            .Forward;

    private static ForwardSettings Client(string written) =>
        ConfigLoader
            .Parse(
                new ConfigSource("c.yaml", TunnelRole.Client),
                Example.Client.Replace("  host: localhost\n  port: 8443\n", $"{written}\n")
            )
            .Settings.Tunnels.Single()
            .Forward;

    private static ProcessSettings Load(string text) => ConfigLoader.Parse(new ConfigSource("t.yaml"), text).Settings;
}
