using System.Runtime.Versioning;
using NUnit.Framework;
using Tunnel.Cli;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Cli;

/// <summary>What <c>tunnel check</c>, and a start, say about a ticket key file.</summary>
public sealed class CheckTests
{
    private TempDirectory _files = null!;
    private string _config = "";
    private string _keys = "";

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

    [Test, Platform(Exclude = "Win"), UnsupportedOSPlatform("windows")]
    public void A_good_file_is_told_and_who_else_can_read_it()
    {
        const UnixFileMode Ours = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var warning = $"ticket key file {_keys} can be read by other users; chmod 600 {_keys}";
        File.SetUnixFileMode(_keys, Ours);
        Assert.That(
            Report(),
            Does.Contain($"session ticket keys in {_keys}\n  secrets  2;").And.Not.Contain("warning")
        );
        Assert.That(Preparation.Server(_config).Warnings, Is.Empty);

        File.SetUnixFileMode(_keys, Ours | UnixFileMode.OtherRead);

        Assert.That(Report(), Does.Contain($"  warning: {warning}\n"));
        Assert.That(Preparation.Server(_config).Warnings, Is.EqualTo([warning]));
    }

    [Test]
    public void A_faulty_one_stops_both()
    {
        File.WriteAllText(_keys, "oops\n");

        Assert.That(Report, Throws.TypeOf<CertificateException>().With.Message.Contains("line 1: is 3 bytes long"));
        Assert.That(() => Preparation.Server(_config), Throws.TypeOf<CertificateException>());
    }

    private string Report()
    {
        using var output = new StringWriter { NewLine = "\n" };
        Assert.That(Check.Server(_config, output), Is.Zero);
        return output.ToString();
    }
}
