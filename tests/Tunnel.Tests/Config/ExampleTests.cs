using System.Text.RegularExpressions;
using NUnit.Framework;
using Tunnel.Config;

namespace Tunnel.Tests.Config;

/// <summary>
/// The shipped examples: they load as they are, hold every key, and tell the truth about the defaults.
/// </summary>
public sealed partial class ExampleTests
{
    [Test]
    public void The_client_example_loads_and_its_values_are_the_defaults()
    {
        var loaded = ConfigLoader.Load(TunnelRole.Client, Example.PathOf("client"));

        Assert.Multiple(() =>
        {
            Assert.That(loaded.Warnings, Is.Empty);
            Assert.That(loaded.Settings.Listen, Is.EqualTo(new HostPort("127.0.0.1", 1080)));
            Assert.That(loaded.Settings.Forward, Is.EqualTo(new HostPort("localhost", 8443)));
            Assert.That(
                loaded.Settings.Tls,
                Is.EqualTo(
                    new TlsSettings
                    {
                        CertFile = "certs/client.crt",
                        KeyFile = "certs/client.key",
                        PeerCaFile = "certs/ca.crt",
                        AllowedClientNames = loaded.Settings.Tls.AllowedClientNames,
                    }
                )
            );
            Assert.That(loaded.Settings.Timeouts, Is.EqualTo(new TimeoutSettings()));
            Assert.That(loaded.Settings.Reconnect, Is.EqualTo(new ReconnectSettings()));
            Assert.That(loaded.Settings.Logging, Is.EqualTo(new LoggingSettings()));
            Assert.That(loaded.Settings.Monitor, Is.EqualTo(new MonitorSettings()));
        });
    }

    [Test]
    public void The_server_example_loads_and_its_values_are_the_defaults()
    {
        var loaded = ConfigLoader.Load(TunnelRole.Server, Example.PathOf("server"));

        Assert.Multiple(() =>
        {
            Assert.That(loaded.Warnings, Is.Empty);
            Assert.That(loaded.Settings.Proxy.ToTarget, Is.EqualTo(ProxyVersion.None));
            Assert.That(loaded.Settings.Listen, Is.EqualTo(new HostPort("0.0.0.0", 8443)));
            Assert.That(loaded.Settings.Forward, Is.EqualTo(new HostPort("127.0.0.1", 5432)));
            Assert.That(loaded.Settings.Tls.AllowedClientNames, Is.Empty);
            Assert.That(
                loaded.Settings.Tls,
                Is.EqualTo(
                    new TlsSettings
                    {
                        CertFile = "certs/server.crt",
                        KeyFile = "certs/server.key",
                        PeerCaFile = "certs/ca.crt",
                        AllowedClientNames = loaded.Settings.Tls.AllowedClientNames,
                    }
                )
            );
            Assert.That(loaded.Settings.Timeouts, Is.EqualTo(new TimeoutSettings()));
            Assert.That(loaded.Settings.Logging, Is.EqualTo(new LoggingSettings()));
            Assert.That(loaded.Settings.Monitor, Is.EqualTo(new MonitorSettings()));
        });
    }

    [Test]
    public void The_examples_hold_every_key_of_the_schema_and_no_other()
    {
        Assert.Multiple(() =>
        {
            Assert.That(
                KeysWritten(Example.ShippedClient),
                Is.EquivalentTo(KeysKnown(Example.ShippedClient, ClientSchema.Read))
            );
            Assert.That(
                KeysWritten(Example.ShippedServer),
                Is.EquivalentTo(KeysKnown(Example.ShippedServer, ServerSchema.Read))
            );
        });
    }

    [Test]
    public void The_keys_that_are_commented_out_load_when_the_comment_sign_is_taken_away()
    {
        var client = ConfigLoader
            .Parse(TunnelRole.Client, WithCommentedKeys(Example.ShippedClient, "password_env"), "c.yaml")
            .Settings;
        var server = ConfigLoader
            .Parse(TunnelRole.Server, WithCommentedKeys(Example.ShippedServer, "password_file"), "s.yaml")
            .Settings;

        Assert.Multiple(() =>
        {
            Assert.That(client.Tls.ServerName, Is.EqualTo("db.example.com"));
            Assert.That(client.Tls.KeyPasswordFile?.Path, Is.EqualTo("certs/client.password"));
            Assert.That(client.Logging.LogFile, Is.EqualTo("logs/client.log"));
            Assert.That(client.Monitor.StatusSocket?.Path, Is.EqualTo("/run/tunnel/client.sock"));
            Assert.That(server.Tls.KeyPasswordEnv, Is.EqualTo("TUNNEL_KEY_PASSWORD"));
            Assert.That(server.Logging.LogFile, Is.EqualTo("logs/server.log"));
            Assert.That(server.Monitor.StatusSocket?.Path, Is.EqualTo("/run/tunnel/server.sock"));
        });
    }

    private static IEnumerable<string> KeysKnown<T>(string yaml, Func<SectionReader, T> schema)
    {
        var findings = new Findings("example");
        var reader = new SectionReader((MappingNode)YamlTree.Read(yaml, findings)!, findings);
        schema(reader);
        return reader.KnownPaths;
    }

    /// <summary>The keys in the text, those that are commented out included.</summary>
    private static List<string> KeysWritten(string yaml)
    {
        var keys = new List<string>();
        var section = "";
        foreach (Match line in KeyLine().Matches(yaml))
        {
            var key = line.Groups["key"].Value;
            var isSection = line.Groups["indent"].Length == 0;
            section = isSection ? key : section;
            keys.Add(isSection ? key : $"{section}.{key}");
        }

        return keys;
    }

    private static string WithCommentedKeys(string yaml, string except) =>
        CommentedKey().Replace(yaml, line => line.Value.Contains(except) ? line.Value : line.Value.Replace("# ", ""));

    [GeneratedRegex(@"^(?<indent> *)(# )?(?<key>[a-z_]+):( \S+)?$", RegexOptions.Multiline)]
    private static partial Regex KeyLine();

    [GeneratedRegex(@"^  # [a-z_]+: \S+$", RegexOptions.Multiline)]
    private static partial Regex CommentedKey();
}
