using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.Versioning;
using NUnit.Framework;
using Tunnel.Cli.Diagnosis;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Text;

namespace Tunnel.Tests.Cli;

/// <summary>What <c>tunnel diag</c> gives away, and what it does not.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DiagTests : IDisposable
{
    private const string Password = "correct-horse \"battery\" staple";
    private const string Variable = "TUNNEL_DIAG_TEST_PASSWORD";
    private const string VariablePassword = "in-the-environment-7";

    private readonly TempDirectory _files = new();
    private readonly PairFiles _pair;
    private readonly string _ticket = TicketFiles.Secret();
    private readonly string _token = "token-0123456789";
    private readonly string _log;
    private readonly string _good;

    public DiagTests()
    {
        _pair = PairFiles.Write(_files, new PairOptions());
        _log = _files.Write("server.log", "2026-01-02T12:00:00.000Z INFO  a line of the log\n");
        Environment.SetEnvironmentVariable(Variable, VariablePassword);
        _good = $$"""
            server_listener: { host: 127.0.0.1, port: 8443 }
            target_service: { host: "${TUNNEL_DIAG_TEST_HOST:-127.0.0.1}", port: 5432 }
            tls:
              server_cert: {{_pair.ServerCert}}
              server_key: {{_pair.ServerKey}}
              client_ca_cert: {{_pair.ClientCa}}
              ticket_keys: {{_files.Write("tickets", TicketFiles.Of(_ticket))}}
              allowed_client_cns: [app-1, "*.db.example"]
            logging:
              log_file: {{_log}}

            """;
    }

    private IEnumerable<string> Secrets =>
        [
            Password,
            Password.Replace("\"", "\\\""),
            VariablePassword,
            _ticket,
            _token,
            .. File.ReadAllLines(_pair.ServerKey).Where(line => !line.StartsWith("-----")),
            "PRIVATE KEY-----",
        ];

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        _files.Dispose();
    }

    [Test]
    public async Task A_good_configuration_is_told_with_its_certificates_and_the_log()
    {
        var parts = await GatherAsync(_good);

        Assert.That(parts["versions.txt"], Does.StartWith("tunnel ").And.Contain("\nlibssl: "));
        Assert.That(parts["config.yaml"], Does.Contain("  port: \"5432\"").And.Contain("- \"*.db.example\""));
        Assert.That(parts["config.yaml"], Does.Contain("host: \"${TUNNEL_DIAG_TEST_HOST:-127.0.0.1}\""));
        Assert.That(parts["config.yaml"], Does.Not.Contain("<not shown>"));
        Assert.That(parts["check.txt"], Does.Contain(": valid").And.Contain("subject  CN=server"));
        Assert.That(parts["status.txt"], Is.EqualTo("monitor.status_socket is not set\n"));
        Assert.That(parts["log.txt"], Is.EqualTo(File.ReadAllText(_log)));
        Assert.That(parts["files.txt"], Does.Match($@"(?m)^server_key {_pair.ServerKey}: \d+ bytes, mode 600, "));
        Assert.That(parts["limits.txt"], Does.Contain("Max open files"));
        AssertHidden(parts, []);
    }

    [Test]
    public async Task No_secret_of_any_file_is_in_it_even_if_the_log_has_it()
    {
        var key = File.ReadAllText(_pair.ServerKey);
        File.AppendAllText(_log, $"{key}\n{Secrets.First()}\n{_ticket}\n{_token}\n");
        File.AppendAllText(_log, $"password=\"{Password.Replace("\"", "\\\"")}\"\nthe last line\n");
        var config = $$"""
            # the old password was in-a-comment-9
            {{_good}}monitor:
              http: { port: 0, token_file: {{_files.Write("token", _token)}} }
              otlp: { endpoint: "http://user:in-a-url-9@127.0.0.1:4318/v1?key=in-a-query-9" }
            """.Replace(
            "tls:\n",
            $"""
            tls:
              server_key_password_file: {_files.Write("password", Password + "\n")}
              server_key_password: in-an-unknown-key-9
              as-a-key-9: 1

            """
        );

        var parts = await GatherAsync(config, "tls.server_name=in-an-override-9");

        AssertHidden(
            parts,
            ["in-a-comment-9", "in-a-url-9", "in-a-query-9", "in-an-unknown-key-9", "as-a-key-9", "in-an-override-9"]
        );
        Assert.That(parts["log.txt"], Does.Contain(KnownSecrets.Removed).And.EndWith("the last line\n"));
        Assert.That(
            parts["config.yaml"],
            Does.Contain("server_key_password_file: \"").And.Contain("--set tls.server_name=")
        );
        Assert.That(parts["check.txt"], Does.Match(@":\d+:\d+: a fault; "));
    }

    [TestCase("server_key_password_env: no-variable-9")]
    [TestCase("server_key_password_file: no-file-9")]
    [TestCase("server_name: \"-----BEGIN PRIVATE KEY-----\\nno-key-9\"")]
    [TestCase("server_key_password_file: ${TUNNEL_DIAG_TEST_NONE:-no-file-9}")]
    public async Task A_secret_in_the_place_of_its_name_is_hidden(string line) =>
        AssertHidden(await GatherAsync(_good.Replace("tls:\n", $"tls:\n  {line}\n")), ["-9"]);

    [Test]
    public async Task The_password_in_a_variable_is_hidden_and_its_name_is_shown()
    {
        File.AppendAllText(_log, VariablePassword + "\n");

        var parts = await GatherAsync(_good.Replace("tls:\n", $"tls:\n  server_key_password_env: {Variable}\n"));

        Assert.That(parts["config.yaml"], Does.Contain(Variable));
        AssertHidden(parts, []);
    }

    [TestCase("server_listener:\n\thost: in-broken-yaml-9\n")]
    [TestCase("'in-broken-yaml-9")]
    [TestCase("in-broken-yaml-9")]
    [TestCase("[in-broken-yaml-9]")]
    [TestCase("-----BEGIN PRIVATE KEY-----\nin-broken-yaml-9\n")]
    public async Task A_file_that_is_no_configuration_gives_a_bundle_without_it(string text)
    {
        var parts = await GatherAsync(text);

        AssertHidden(parts, ["in-broken-yaml-9"]);
        Assert.That(parts["check.txt"], Does.Contain("a fault; "));
        Assert.That(parts["versions.txt"], Does.StartWith("tunnel "));
    }

    [Test]
    public async Task A_tunnel_that_runs_says_its_status()
    {
        var (server, client) = (_files.File("server.sock"), _files.File("client.sock"));
        await using var pair = await StatusPair.StartAsync(server, client);

        var parts = await GatherAsync($"{_good}monitor:\n  status_socket: {server}\n");

        Assert.That(parts["status.txt"], Does.Contain("accepting"));
    }

    [Test]
    public async Task A_long_log_is_cut_at_a_line()
    {
        File.WriteAllLines(_log, Enumerable.Range(0, 100_000).Select(number => $"line no. {number}"));

        var log = (await GatherAsync(_good))["log.txt"];

        Assert.That(log, Has.Length.AtMost(LogTail.MostBytes).And.Length.GreaterThan(LogTail.MostBytes - 100));
        Assert.That(log, Does.StartWith("line no. ").And.EndWith("line no. 99999\n"));
    }

    [Test, Platform(Exclude = "Win"), UnsupportedOSPlatform("windows")]
    public async Task The_program_writes_it_for_us_alone_and_overwrites_nothing()
    {
        var (config, bundle) = (_files.Write("server.yaml", _good), _files.File("bundle.tar.gz"));

        var result = await TunnelProcess.Run("diag", "--config", config, "--output", bundle);

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain("config.yaml").And.Contain("Look through it before you send it"));
        Assert.That(File.GetUnixFileMode(bundle), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(Read(bundle), Has.Count.EqualTo(7));
        var before = File.ReadAllBytes(bundle);
        result = await TunnelProcess.Run("diag", "--config", config, "--output", bundle);
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((ExitCodes.BadInput, "")));
        Assert.That(result.Error, Is.EqualTo($"tunnel: {bundle} exists already; name another --output\n"));
        Assert.That(File.ReadAllBytes(bundle), Is.EqualTo(before));
        result = await TunnelProcess.Run("diag", "--config", config, "--output", _files.File("none/bundle"));
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((ExitCodes.BadInput, "")));
    }

    private async Task<Dictionary<string, string>> GatherAsync(string config, params string[] overrides)
    {
        var (file, bundle) = (_files.Write("server.yaml", config), _files.File("bundle"));
        await Diag.RunAsync(new ConfigSource(file, null) { Overrides = overrides }, bundle, TextWriter.Null);
        return Read(bundle);
    }

    private void AssertHidden(Dictionary<string, string> parts, string[] others)
    {
        foreach (var (name, text) in parts)
        {
            foreach (var secret in Secrets.Concat(others))
            {
                Assert.That(text, Does.Not.Contain(secret), name);
            }
        }
    }

    private static Dictionary<string, string> Read(string bundle)
    {
        using var packed = new GZipStream(File.OpenRead(bundle), CompressionMode.Decompress);
        using var archive = new TarReader(packed);
        var parts = new Dictionary<string, string>();
        while (archive.GetNextEntry() is { } entry)
        {
            using var text = new StreamReader(entry.DataStream ?? Stream.Null);
            parts.Add(Path.GetFileName(entry.Name), text.ReadToEnd());
        }

        return parts;
    }
}
