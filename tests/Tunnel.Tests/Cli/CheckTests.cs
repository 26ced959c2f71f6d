using System.Runtime.Versioning;
using NUnit.Framework;
using Tunnel.Cli;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Text;
using Tunnel.Tls;

namespace Tunnel.Tests.Cli;

/// <summary>What <c>tunnel check</c>, and a start, say about the files that a configuration names.</summary>
public sealed class CheckTests
{
    private TempDirectory _files = null!;
    private string _config = "";
    private string _keys = "";

    private ConfigSource Source => new(_config, TunnelRole.Server);

    [SetUp]
    public void WriteFiles()
    {
        _files = new TempDirectory();
        var files = PairFiles.Write(_files, new PairOptions());
        _keys = _files.Write("ticket_keys", TicketFiles.Of(TicketFiles.Secret(), TicketFiles.Secret()));
        _config = _files.Write(
            "server.yaml",
            $"""
            server_listener: {"{ host: 127.0.0.1, port: 0 }"}
            target_service: {"{ host: 127.0.0.1, port: 1 }"}
            tls:
              server_cert: {files.ServerCert}
              server_key: {files.ServerKey}
              client_ca_cert: {files.ClientCa}
              ticket_keys: {_keys}
            """
        );
    }

    [TearDown]
    public void DeleteFiles() => _files.Dispose();

    [Test]
    public void A_good_ticket_key_file_is_told()
    {
        Assert.That(
            Report(),
            Does.Contain($"session ticket keys in {_keys}\n  secrets  2;").And.Not.Contain("warning")
        );
        Assert.That(Preparation.Of(Source).Warnings, Is.Empty);
    }

    [Test, Platform(Exclude = "Win"), UnsupportedOSPlatform("windows")]
    public void Secrets_that_others_can_read_are_refused_with_their_places_unless_that_is_meant()
    {
        var password = _files.Write("password", "not needed\n");
        Append($"  server_key_password_file: {password}\n");
        File.SetUnixFileMode(password, (UnixFileMode)0b110_100_100);
        var place = $"{_config}:8:29: tls.server_key_password_file:";
        Assert.That(Faults(), Is.EqualTo([$"{place} key password file {password} {Exposed("0644", password)}"]));

        var key = _files.File("server.key");
        File.SetUnixFileMode(password, (UnixFileMode)0b110_000_000);
        File.SetUnixFileMode(key, (UnixFileMode)0b100_100_000);
        File.SetUnixFileMode(_keys, (UnixFileMode)0b110_000_010);
        Assert.That(
            Faults(),
            Is.EqualTo([
                $"{_config}:5:15: tls.server_key: key file {key} {Exposed("0440", key)}",
                $"{_config}:7:16: tls.ticket_keys: ticket key file {_keys} {Exposed("0602", _keys)}",
            ])
        );

        Append("  allow_readable_keys: true\n");

        Assert.That(
            Report(),
            Does.StartWith(
                $"{_config}: valid, with 1 warning\nwarning: {_config}:9:24: tls.allow_readable_keys is true: "
            )
        );
        Assert.That(Preparation.Of(Source).Warnings.Single(), Does.Contain("tls.allow_readable_keys is true: "));
    }

    [Test]
    public void The_first_line_is_the_verdict_on_all_that_follows()
    {
        File.Delete(_keys);
        File.WriteAllText(_config, File.ReadAllText(_config).Split("  ticket_keys")[0]);
        Assert.That(Report(), Does.StartWith($"{_config}: valid\n"));

        Append("  allowed_client_cns: []\n  client_ca_cert:\n", instead: "  client_ca_cert: ");
        Assert.That(Report(), Does.StartWith($"{_config}: valid, with 1 warning\n"));

        Issue(TestLeaf.Expired(TimeSpan.FromDays(2.7)));
        Assert.That(
            Report(ExitCodes.BadInput),
            Does.StartWith($"{_config}: will not work: 1 error and 1 warning\n")
                .And.Match("  valid    .*, expired 2 days ago\n  ERROR: .* \\(2 days ago\\); renew it, or .*\n")
        );
    }

    [Test]
    public void A_status_socket_that_cannot_be_made_is_an_error()
    {
        var place = Directory.CreateDirectory(_files.File("run")).FullName;
        Append($"monitor:\n  status_socket: {place}/s.sock\n");
        Assert.That(Report(), Does.Not.Contain("status socket"));

        Directory.Delete(place);

        Assert.That(
            Report(ExitCodes.BadInput),
            Does.Contain(
                $"\nERROR: {_config}:9:18: monitor.status_socket: the status socket {place}/s.sock cannot be created: "
                    + $"its directory {place} does not exist; create it, or choose another path\n"
            )
        );
    }

    [Test]
    public void Revocation_lists_with_which_nobody_gets_in_are_an_error()
    {
        var (root, now) = (TestCa.CreateRoot(), DateTimeOffset.UtcNow);
        var crl = _files.Write("crl.pem", root.Crl([], now.AddDays(-9), now.AddDays(-1)));
        Append($"  client_ca_cert: {root.WriteFile(_files.Path, "root.crt")}\n", instead: "  client_ca_cert: ");
        Append($"  backend: openssl\n  crl: {crl}\n");
        Assert.That(Report(ExitCodes.BadInput), Does.Contain($"\nERROR: {crl}: the CRL of CN=Test Root expired on"));

        File.WriteAllText(crl, root.Crl([], to: now.AddDays(60)));

        Assert.That(Report(), Does.StartWith($"{_config}: valid").And.Not.Contain("CRL"));
    }

    [Test]
    public void Every_missing_file_comes_with_its_place_and_key()
    {
        Append("  server_key: no/such.key\n", instead: "  server_key: ");
        Append("  ticket_keys: no/tickets\n  backend: openssl\n  crl: no/crl\n", instead: "  ticket_keys: ");

        var faults = Assert
            .Throws<TlsSetupException>(() => Preparation.Of(Source))!
            .Troubles.Select(one => $"{one}")
            .ToList();

        Assert.That(
            faults.Select(fault => fault.Split(" does not exist")[0]),
            Is.EqualTo([
                $"{_config}:5:15: tls.server_key: key file no/such.key",
                $"{_config}:9:8: tls.crl: CRL file no/crl",
                $"{_config}:7:16: tls.ticket_keys: ticket key file no/tickets",
            ])
        );
    }

    [Test]
    public void A_CA_file_with_which_nobody_can_ever_get_in_stops_both()
    {
        var intermediate = TestCa.CreateRoot().CreateIntermediate().WriteFile(_files.Path, "lower.crt");
        Append($"  client_ca_cert: {intermediate}\n", instead: "  client_ca_cert: ");
        var words =
            $"{_config}:6:19: tls.client_ca_cert: CA file {intermediate}: no certificate in it can let a client in: ";

        Assert.That(() => Report(), Throws.TypeOf<TlsSetupException>().With.Message.StartsWith(words));
        Assert.That(() => Preparation.Of(Source), Throws.TypeOf<TlsSetupException>());
    }

    [TestCase("no-such-user:daemon", "user 'no-such-user'")]
    [TestCase(":no-such-group", "group 'no-such-group'")]
    public void An_owner_that_this_machine_does_not_have_stops_both(string owner, string who)
    {
        Append($"server_listener: {{ unix: /run/x.sock, owner: '{owner}' }}\n", instead: "server_listener: ");
        Append("  server_key: no/such.key\n", instead: "  server_key: ");
        string[] faults =
        [
            $"{_config}:1:46: server_listener.owner: this machine has no {who}; correct the owner",
            $"{_config}:5:15: tls.server_key: key file no/such.key does not exist",
        ];

        Assert.That(() => Report(), Throws.TypeOf<TlsSetupException>().With.Message.StartsWith(faults[0]));
        Assert.That(
            Assert.Throws<TlsSetupException>(() => Preparation.Of(Source))!.Troubles.Select(one => $"{one}").ToList(),
            Has.Count.EqualTo(2).And.Exactly(1).EqualTo(faults[0]).And.Exactly(1).StartsWith(faults[1])
        );
    }

    [Test]
    public void A_faulty_one_stops_both()
    {
        File.WriteAllText(_keys, "oops\n");

        Assert.That(
            () => Report(),
            Throws.TypeOf<TlsSetupException>().With.Message.Contains("line 1: is 3 bytes long")
        );
        Assert.That(() => Preparation.Of(Source), Throws.TypeOf<TlsSetupException>());
    }

    private List<string> Faults()
    {
        Assert.That(() => Report(), Throws.TypeOf<TlsSetupException>());
        return Assert
            .Throws<TlsSetupException>(() => Preparation.Of(Source))!
            .Troubles.Select(one => $"{one}")
            .ToList();
    }

    private static string Exposed(string mode, string file) =>
        $"has mode {mode}, which gives other users access to a secret; make it readable by {CurrentUser.Describe()} "
        + $"alone (chmod 600 {file}), or set tls.allow_readable_keys: true if the others are meant to have it";

    private string Report(int exitCode = ExitCodes.Ok)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Assert.That(Check.Run(Source, output), Is.EqualTo(exitCode), output.ToString());
        return output.ToString();
    }

    /// <summary>Adds lines to the configuration, or puts them in the place of the one that begins so.</summary>
    private void Append(string lines, string? instead = null)
    {
        var text = File.ReadAllText(_config).TrimEnd() + "\n";
        var start = instead is null ? text.Length : text.IndexOf(instead, StringComparison.Ordinal);
        var end = instead is null ? text.Length : text.IndexOf('\n', start) + 1;
        File.WriteAllText(_config, text[..start] + lines + text[end..]);
    }

    private void Issue(TestLeaf leaf) => TestCa.CreateRoot().Issue(leaf).WriteFiles(_files.Path, "server");
}
