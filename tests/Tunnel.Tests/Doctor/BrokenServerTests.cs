using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Text;

namespace Tunnel.Tests.Doctor;

/// <summary>What is wrong at a server, seen from its own place.</summary>
public sealed class BrokenServerTests(BackendPair backends) : BrokenSetupTests(backends)
{
    private readonly TestCa _root = TestCa.CreateRoot();

    [Test]
    public async Task A_service_that_is_down()
    {
        await using var clinic = new Clinic();
        await clinic.StartServerAsync();
        var port = clinic.Target.Port;
        clinic.Target.Dispose();
        await FindsAsync(
            clinic.ServerFile,
            ExitCodes.Target,
            "target_down",
            "ok      listener",
            $"the service at 127.0.0.1:{port} is not reached from this machine",
            "correct target_service"
        );
    }

    [Test]
    public async Task A_tunnel_that_does_not_run()
    {
        await using var clinic = new Clinic();
        clinic.Write();
        await FindsAsync(
            clinic.ServerFile,
            ExitCodes.Listener,
            "not_running",
            $"nothing listens on 127.0.0.1:{clinic.ServerPort}; the tunnel could",
            "start it"
        );
    }

    [Test]
    public async Task A_port_that_somebody_else_has()
    {
        using var other = new Stranger(async socket =>
        {
            await socket.ReceiveAsync(new byte[4096]);
            await socket.SendAllAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
            socket.Shutdown(SocketShutdown.Send);
            await socket.EndAsync();
        });
        await using var clinic = new Clinic { ServerPort = other.Port };
        clinic.Write();
        await FindsAsync(
            clinic.ServerFile,
            ExitCodes.Listener,
            "port_taken",
            "begins as in HTTP",
            $"'ss -ltnp sport = :{other.Port}'"
        );
    }

    [Test]
    public async Task Another_tunnel_on_the_port()
    {
        await using var running = new Clinic();
        await running.StartServerAsync();
        await using var clinic = new Clinic
        {
            Root = _root,
            ServerPort = running.ServerPort,
            ServerCertificate = _root.Issue(new TestLeaf { CommonName = "another" }),
        };
        clinic.Write();
        await FindsAsync(clinic.ServerFile, ExitCodes.Listener, "port_taken", "it presents CN=server");
    }

    [Test]
    public async Task A_certificate_that_was_renewed_and_not_taken_up()
    {
        await using var clinic = new Clinic();
        await clinic.StartServerAsync();
        clinic.Write();
        await FindsAsync(clinic.ServerFile, ExitCodes.Listener, "old_certificate", "an older certificate", "reload");
    }

    [Test]
    public async Task An_address_that_the_machine_does_not_have()
    {
        await using var clinic = new Clinic { ListenHost = "192.0.2.1", ServerLines = "timeouts: {connect: 0.3}" };
        clinic.Write();
        await FindsAsync(
            clinic.ServerFile,
            ExitCodes.Listener,
            "cannot_listen",
            "does not belong to this machine",
            "change server_listener"
        );
    }

    [Test]
    public async Task A_certificate_that_has_expired()
    {
        var expired = _root.Issue(TestLeaf.Expired(TimeSpan.FromDays(2.5)));
        await using var clinic = new Clinic { Root = _root, ServerCertificate = expired };
        clinic.Write();
        await FindsAsync(
            clinic.ServerFile,
            ExitCodes.Certificates,
            "expired",
            "(2 days ago)",
            "this machine's clock says",
            "tls.server_cert"
        );
    }

    [Test]
    public async Task A_certificate_for_clients()
    {
        var wrong = _root.Issue(new TestLeaf { UsageOids = [TestLeaf.ClientAuth] });
        await using var clinic = new Clinic { Root = _root, ServerCertificate = wrong };
        clinic.Write();
        await FindsAsync(clinic.ServerFile, ExitCodes.Certificates, "wrong_usage", "serverAuth");
    }

    [Test]
    public async Task A_key_of_another_certificate()
    {
        await using var clinic = new Clinic();
        clinic.Write();
        File.Copy(clinic.Files.File("client.key"), clinic.Files.File("server.key"), overwrite: true);
        await FindsAsync(
            clinic.ServerFile,
            ExitCodes.Certificates,
            "unusable_file",
            "tls.server_key",
            "does not match the first certificate of"
        );
    }
}
