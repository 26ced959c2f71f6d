using System.Text.Json;
using Tunnel.Cli;
using Tunnel.Cli.Doctor;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Tunnels;

namespace Tunnel.Tests.Doctor;

/// <summary>
/// A client's file and a server's file, each with what is wrong with it, the server that runs with its file, and a
/// service that lets everybody in.
/// </summary>
internal sealed class Clinic : IAsyncDisposable
{
    private IRunningTunnel? _running;

    public Clinic() => ServerPort = Wire.FreePort();

    public TempDirectory Files { get; } = new();

    public TestCa Root { get; init; } = TestCa.CreateRoot();

    public int ServerPort { get; set; }

    /// <summary>Takes whatever comes, and ends when the client has ended.</summary>
    public Stranger Target { get; } = new(socket => socket.EndAsync());

    /// <summary>What the server presents; null: good.</summary>
    public TestCertificate? ServerCertificate { get; init; }

    /// <summary>What the client presents; null: good.</summary>
    public TestCertificate? ClientCertificate { get; init; }

    /// <summary>Whom the server trusts; null: <see cref="Root"/>.</summary>
    public TestCa? TrustedByServer { get; init; }

    /// <summary>Whom the client trusts; null: <see cref="Root"/>.</summary>
    public TestCa? TrustedByClient { get; init; }

    /// <summary>More of the sections, each beginning with a comma: <c>, key: value</c>.</summary>
    public string ServerTls { get; set; } = "";

    /// <inheritdoc cref="ServerTls"/>
    public string ClientTls { get; set; } = "";

    /// <inheritdoc cref="ServerTls"/>
    public string RemoteServer { get; init; } = ", server_name: localhost";

    /// <summary>More lines.</summary>
    public string ServerLines { get; init; } = "";

    /// <inheritdoc cref="ServerLines"/>
    public string ClientLines { get; set; } = "";

    /// <summary>Not a name: on some machines localhost is ::1, too.</summary>
    public string ServerHost { get; init; } = "127.0.0.1";

    public string ListenHost { get; init; } = "127.0.0.1";

    public string ServerFile => Files.File("server.yaml");

    public string ClientFile => Files.File("client.yaml");

    public void Write()
    {
        var client = ClientCertificate ?? Root.Issue(new TestLeaf { CommonName = "client" });
        var server = ServerCertificate ?? Root.Issue(new TestLeaf { CommonName = "server" });
        var (clientCert, clientKey) = client.WriteFiles(Files.Path, "client");
        var (serverCert, serverKey) = server.WriteFiles(Files.Path, "server");
        var serverCa = (TrustedByClient ?? Root).WriteFile(Files.Path, "servers-ca.crt");
        var clientCa = (TrustedByServer ?? Root).WriteFile(Files.Path, "clients-ca.crt");
        var (forServer, forClient) = (Word(TestBackends.Current.Server), Word(TestBackends.Current.Client));
        Files.Write(
            "server.yaml",
            $$"""
            server_listener: {host: {{ListenHost}}, port: {{ServerPort}}}
            target_service: {host: 127.0.0.1, port: {{Target.Port}}}
            tls:
              {server_cert: {{serverCert}}, server_key: {{serverKey}}, client_ca_cert: {{clientCa}},
              backend: {{forServer}} {{ServerTls}} }
            monitor: {interval: off, watch_files: false}
            {{ServerLines}}
            """
        );
        Files.Write(
            "client.yaml",
            $$"""
            local_listener: {host: 127.0.0.1, port: 0}
            remote_server: {host: {{ServerHost}}, port: {{ServerPort}}, server_ca_cert: {{serverCa}} {{RemoteServer}} }
            tls: {client_cert: {{clientCert}}, client_key: {{clientKey}}, backend: {{forClient}}{{ClientTls}} }
            {{ClientLines}}
            """
        );
    }

    /// <summary>The client's file says that it has no certificate.</summary>
    public void PresentNothing() =>
        Change(
            ClientFile,
            $"client_cert: {Files.File("client.crt")}, client_key: {Files.File("client.key")}",
            "client_cert: , client_key: "
        );

    /// <summary>The client has another server before this one.</summary>
    public void PutFirst(int port) =>
        Change(
            ClientFile,
            $"host: {ServerHost}, port: {ServerPort}",
            $"servers: [{"{"}host: 127.0.0.1, port: {port}{"}"}, {"{"}host: {ServerHost}, port: {ServerPort}{"}"}]"
        );

    /// <param name="keys">As <c>key: value</c>.</param>
    public void AddClientTls(string keys) => Change(ClientFile, "backend:", $"{keys}, backend:");

    /// <inheritdoc cref="AddClientTls"/>
    public void AddServerTls(string keys) => Change(ServerFile, "backend:", $"{keys}, backend:");

    /// <param name="isWritten">The files are there.</param>
    public async Task StartServerAsync(bool isWritten = false)
    {
        if (!isWritten)
        {
            Write();
        }

        _running = await Preparation.Of(new ConfigSource(ServerFile)).StartAsync();
    }

    /// <summary>What the doctor says to a person, and the exit code.</summary>
    public static async Task<(int Code, string Text)> ExamineAsync(string file, string? tunnel = null)
    {
        using var output = new StringWriter();
        var code = await DoctorRun
            .RunAsync(new ConfigSource(file), new DoctorOptions(tunnel, Json: false), output)
            .WaitAsync(Wire.Patience);
        return (code, output.ToString());
    }

    /// <summary>The same for a program.</summary>
    public static async Task<(int Code, JsonElement Report)> ExamineForProgramAsync(string file)
    {
        using var output = new StringWriter();
        var code = await DoctorRun
            .RunAsync(new ConfigSource(file), new DoctorOptions(null, Json: true), output)
            .WaitAsync(Wire.Patience);
        return (code, JsonDocument.Parse(output.ToString()).RootElement);
    }

    public async ValueTask DisposeAsync()
    {
        if (_running is not null)
        {
            var drained = _running.DrainAsync();
            _running.CutAll();
            await drained.WaitAsync(Wire.Patience);
        }

        Target.Dispose();
        Files.Dispose();
    }

    private static void Change(string file, string from, string to)
    {
        var text = File.ReadAllText(file);
        if (!text.Contains(from, StringComparison.Ordinal))
        {
            throw new ArgumentException($"{from} is not in {text}");
        }

        File.WriteAllText(file, text.Replace(from, to, StringComparison.Ordinal));
    }

    private static string Word(TlsBackendSetting backend) => backend.ToString().ToLowerInvariant();
}
