using NUnit.Framework;
using Tunnel.Config;

namespace Tunnel.Tests.Config;

/// <summary>The shipped examples, and minimal files that tests change line by line.</summary>
internal static class Example
{
    public const string Client = """
        local_listener:
          host: 127.0.0.1
          port: 1080
        remote_server:
          host: localhost
          port: 8443
          server_ca_cert: ca.crt
        tls:
          client_cert: client.crt
          client_key: client.key

        """;

    public const string Server = """
        server_listener:
          host: 0.0.0.0
          port: 8443
        target_service:
          host: 127.0.0.1
          port: 5432
        tls:
          server_cert: server.crt
          server_key: server.key
          client_ca_cert: ca.crt

        """;

    public static string ShippedClient => File.ReadAllText(PathOf("client"));

    public static string ShippedServer => File.ReadAllText(PathOf("server"));

    public static string PathOf(string role) => Path.Combine(Root(), "config", $"{role}_config.yaml.example");

    /// <summary>The faults of a client's file, as the user sees them; the file is called c.yaml.</summary>
    public static string[] ClientFaults(string yaml) =>
        Faults(() => ConfigLoader.Parse(new ConfigSource("c.yaml", TunnelRole.Client), yaml));

    /// <summary>The faults of a server's file, as the user sees them; the file is called s.yaml.</summary>
    public static string[] ServerFaults(string yaml) =>
        Faults(() => ConfigLoader.Parse(new ConfigSource("s.yaml", TunnelRole.Server), yaml));

    public static string[] Faults(Func<object> load)
    {
        try
        {
            load();
            return [];
        }
        catch (ConfigException error)
        {
            Assert.That(error.Faults, Is.Not.Empty);
            return error.Message.Split('\n');
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Tunnel.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
