using System.Text.RegularExpressions;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Config;

/// <summary>
/// The shipped examples: they load as they are, hold every key, and tell the truth about the defaults.
/// </summary>
public sealed partial class ExampleTests
{
    [Test]
    public void The_client_example_loads_and_its_values_are_the_defaults()
    {
        var loaded = ConfigLoader.Load(new ConfigSource(Example.PathOf("client"), TunnelRole.Client));

        Assert.Multiple(() =>
        {
            Assert.That(loaded.Warnings, Is.Empty);
            Assert.That(loaded.Settings.Tunnels[0].Listen[0], Is.EqualTo(new HostPort("127.0.0.1", 1080)));
            Assert.That(loaded.Settings.Tunnels[0].Forward.Only(), Is.EqualTo(new HostPort("localhost", 8443)));
            Assert.That(
                loaded.Settings.Tunnels[0].Tls,
                Is.EqualTo(
                    new TlsSettings
                    {
                        // Of all values the one that is not the default: what is new should be modern.
                        Profile = TlsProfileSetting.Modern,
                        CertFile = "certs/client.crt",
                        KeyFile = "certs/client.key",
                        PeerCaFile = "certs/ca.crt",
                        AllowedClientNames = loaded.Settings.Tunnels[0].Tls.AllowedClientNames,
                    }
                )
            );
            Assert.That(loaded.Settings.Tunnels[0].Timeouts, Is.EqualTo(new TimeoutSettings()));
            Assert.That(loaded.Settings.Tunnels[0].Reconnect, Is.EqualTo(new ReconnectSettings()));
            Assert.That(loaded.Settings.Logging, Is.EqualTo(new LoggingSettings()));
            Assert.That(loaded.Settings.Monitor, Is.EqualTo(new MonitorSettings()));
            Assert.That(loaded.Settings.Sandbox, Is.EqualTo(new SandboxSettings()));
        });
    }

    [Test]
    public void The_server_example_loads_and_its_values_are_the_defaults()
    {
        var loaded = ConfigLoader.Load(new ConfigSource(Example.PathOf("server"), TunnelRole.Server));

        Assert.Multiple(() =>
        {
            Assert.That(loaded.Warnings, Is.Empty);
            Assert.That(loaded.Settings.Tunnels[0].Proxy.From, Is.Empty);
            Assert.That(loaded.Settings.Tunnels[0].Proxy.ToTarget, Is.EqualTo(ProxyVersion.None));
            Assert.That(loaded.Settings.Tunnels[0].Listen[0], Is.EqualTo(new HostPort("0.0.0.0", 8443)));
            Assert.That(loaded.Settings.Tunnels[0].Forward.Only(), Is.EqualTo(new HostPort("127.0.0.1", 5432)));
            Assert.That(loaded.Settings.Tunnels[0].Tls.AllowedClientNames, Is.Empty);
            Assert.That(
                loaded.Settings.Tunnels[0].Tls,
                Is.EqualTo(
                    new TlsSettings
                    {
                        // Of all values the one that is not the default: what is new should be modern.
                        Profile = TlsProfileSetting.Modern,
                        CertFile = "certs/server.crt",
                        KeyFile = "certs/server.key",
                        PeerCaFile = "certs/ca.crt",
                        AllowedClientNames = loaded.Settings.Tunnels[0].Tls.AllowedClientNames,
                    }
                )
            );
            Assert.That(loaded.Settings.Tunnels[0].Timeouts, Is.EqualTo(new TimeoutSettings()));
            Assert.That(loaded.Settings.Logging, Is.EqualTo(new LoggingSettings()));
            Assert.That(loaded.Settings.Monitor, Is.EqualTo(new MonitorSettings()));
            Assert.That(loaded.Settings.Sandbox, Is.EqualTo(new SandboxSettings()));
        });
    }

    [Test]
    public void The_examples_hold_every_key_of_the_schema_and_no_other()
    {
        Assert.Multiple(() =>
        {
            Assert.That(
                KeysWritten(Example.ShippedClient),
                Is.EquivalentTo(KeysKnown(Example.ShippedClient, TunnelRole.Client))
            );
            Assert.That(
                KeysWritten(Example.ShippedServer),
                Is.EquivalentTo(KeysKnown(Example.ShippedServer, TunnelRole.Server))
            );
        });
    }

    [Test]
    public void The_keys_that_are_commented_out_load_when_the_comment_sign_is_taken_away()
    {
        var client = ConfigLoader
            .Parse(
                new ConfigSource("c.yaml", TunnelRole.Client),
                WithCommentedKeys(Example.ShippedClient, "password_env")
            )
            .Settings;
        var server = ConfigLoader
            .Parse(
                new ConfigSource("s.yaml", TunnelRole.Server),
                WithCommentedKeys(Example.ShippedServer, "password_file")
            )
            .Settings;

        Assert.Multiple(() =>
        {
            Assert.That(client.Tunnels[0].Tls.ServerName, Is.EqualTo("db.example.com"));
            Assert.That(client.Tunnels[0].Tls.KeyPasswordFile?.Path, Is.EqualTo("certs/client.password"));
            Assert.That(client.Logging.LogFile, Is.EqualTo("logs/client.log"));
            Assert.That(client.Monitor.StatusSocket?.Path, Is.EqualTo("/run/tunnel/client.sock"));
            Assert.That(server.Tunnels[0].Tls.KeyPasswordEnv, Is.EqualTo("TUNNEL_KEY_PASSWORD"));
            Assert.That(server.Logging.LogFile, Is.EqualTo("logs/server.log"));
            Assert.That(server.Monitor.StatusSocket?.Path, Is.EqualTo("/run/tunnel/server.sock"));
        });
    }

    [Test]
    public void The_keys_of_Unix_sockets_load_in_place_of_those_of_TCP()
    {
        var client = ConfigLoader
            .Parse(new ConfigSource("c.yaml", TunnelRole.Client), WithUnixKeys(Example.ShippedClient))
            .Settings.Tunnels[0];
        var server = ConfigLoader
            .Parse(new ConfigSource("s.yaml", TunnelRole.Server), WithUnixKeys(Example.ShippedServer))
            .Settings.Tunnels[0];

        const UnixFileMode ownerAndGroup = (UnixFileMode)0b110_110_000;
        Assert.Multiple(() =>
        {
            Assert.That(
                client.Listen[0],
                Is.EqualTo(new UnixAddress("/run/tunnel/db.sock") { Mode = ownerAndGroup, Owner = ":www-data" })
            );
            Assert.That(client.Forward.Only(), Is.EqualTo(new UnixAddress("/run/tunnel/server.sock")));
            Assert.That(
                server.Listen[0],
                Is.EqualTo(new UnixAddress("/run/tunnel/server.sock") { Mode = ownerAndGroup, Owner = ":www-data" })
            );
            Assert.That(server.Forward.Only(), Is.EqualTo(new UnixAddress("/run/postgresql/.s.PGSQL.5432")));
        });
    }

    private static IEnumerable<string> KeysKnown(string yaml, TunnelRole role)
    {
        var findings = new Findings("example");
        var reader = new SectionReader((MappingNode)YamlTree.Read(yaml, findings)!, findings);
        ProcessSchema.Read(reader, role);
        return reader.KnownPaths;
    }

    /// <summary>The keys in the text, those that are commented out included.</summary>
    private static List<string> KeysWritten(string yaml)
    {
        var keys = new List<string>();
        var sections = new List<string>();
        foreach (Match line in KeyLine().Matches(yaml))
        {
            var depth = line.Groups["indent"].Length / 2;
            sections.RemoveRange(depth, sections.Count - depth);
            sections.Add(line.Groups["key"].Value);
            keys.Add(string.Join('.', sections));
        }

        return keys;
    }

    private static string WithCommentedKeys(string yaml, string except) =>
        CommentedKey()
            .Replace(
                yaml,
                line =>
                    line.Value.Contains(except) || FileKey().IsMatch(line.Value)
                        ? line.Value
                        : line.Value.Replace("# ", "")
            );

    /// <summary>The Unix sockets of the text are meant, and nothing that only TCP has.</summary>
    private static string WithUnixKeys(string yaml) =>
        UnixKey().Replace(TcpKey().Replace(yaml, ""), line => line.Value.Replace("# ", ""));

    [GeneratedRegex(@"^(?<indent> *)(# )?(?<key>[a-z_]+):( \S+)?$", RegexOptions.Multiline)]
    private static partial Regex KeyLine();

    [GeneratedRegex(@"^  # (unix|mode|owner|server_name): \S+$", RegexOptions.Multiline)]
    private static partial Regex UnixKey();

    [GeneratedRegex(@"^  # (unix|mode|owner|systemd|require): ")]
    private static partial Regex FileKey();

    [GeneratedRegex(@"^  (host|port): \S+$", RegexOptions.Multiline)]
    private static partial Regex TcpKey();

    [GeneratedRegex(@"^ +# [a-z_]+: \S+$", RegexOptions.Multiline)]
    private static partial Regex CommentedKey();
}
