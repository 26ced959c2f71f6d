using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Text;

namespace Tunnel.Tests.Doctor;

/// <summary>What is wrong between a client and the service.</summary>
public sealed class BrokenWayTests(BackendPair backends) : BrokenSetupTests(backends)
{
    private const string Impatient = "timeouts: {connect: 0.5, handshake: 0.5}";

    [TestCase("HTTP/1.1 400 Bad Request\r\n\r\n", "begins as in HTTP")]
    [TestCase("SSH-2.0-OpenSSH_9.2\r\n", "begins as in SSH")]
    [TestCase("\u001b[2J\u202e noise", "begins with 1b5b324a")]
    public async Task A_port_that_speaks_something_else(string answer, string words)
    {
        using var other = new Stranger(async socket =>
        {
            await socket.ReceiveAsync(new byte[4096]);
            await socket.SendAllAsync(System.Text.Encoding.UTF8.GetBytes(answer));
            socket.Shutdown(SocketShutdown.Send);
            await socket.EndAsync();
        });
        await using var clinic = new Clinic { ServerPort = other.Port };
        clinic.Write();
        await FindsAsync(clinic.ClientFile, ExitCodes.Tls, "not_tls", words, "must be the port of a tunnel server");
    }

    [Test]
    public async Task A_port_that_says_nothing()
    {
        using var other = new Stranger(socket => socket.EndAsync());
        await using var clinic = new Clinic { ServerPort = other.Port, ClientLines = Impatient };
        clinic.Write();
        await FindsAsync(clinic.ClientFile, ExitCodes.Tls, "silent", "the server sent nothing within the time");
    }

    [Test]
    public async Task A_port_that_closes_at_once()
    {
        using var other = new Stranger(_ => Task.CompletedTask);
        await using var clinic = new Clinic { ServerPort = other.Port };
        clinic.Write();
        await FindsAsync(
            clinic.ClientFile,
            ExitCodes.Tls,
            "cut_at_once",
            "without answering our TLS handshake",
            "a load balancer with nothing behind it"
        );
    }

    [Test]
    public async Task Something_on_the_way_that_cuts_by_the_server_s_name()
    {
        await using var clinic = new Clinic();
        await clinic.StartServerAsync();
        using var box = new Middlebox(clinic.ServerPort, isCut: hello => hello.AsSpan().IndexOf("localhost"u8) >= 0);
        clinic.ServerPort = box.Port;
        clinic.Write();
        await FindsAsync(clinic.ClientFile, ExitCodes.Tls, "middlebox", "by the name in them (SNI)", "on the way");
    }

    [Test]
    public async Task Something_on_the_way_that_cuts_in_the_middle_of_the_handshake()
    {
        await using var clinic = new Clinic();
        await clinic.StartServerAsync();
        using var box = new Middlebox(clinic.ServerPort, isCut: _ => false) { MostBytesBack = 200 };
        clinic.ServerPort = box.Port;
        clinic.Write();
        await FindsAsync(clinic.ClientFile, ExitCodes.Tls, "cut_midway", "something cut it off", "inspects TLS");
    }

    [Test]
    public async Task A_service_that_is_down()
    {
        await using var clinic = new Clinic();
        await clinic.StartServerAsync();
        clinic.Target.Dispose();
        await FindsAsync(
            clinic.ClientFile,
            ExitCodes.Target,
            "target_down",
            "ok      verdict",
            "FAILED  target",
            "target_service of the server"
        );
    }

    [Test]
    public async Task A_server_that_does_not_run()
    {
        await using var clinic = new Clinic();
        clinic.Write();
        await FindsAsync(
            clinic.ClientFile,
            ExitCodes.Tcp,
            "not_connected",
            $"no TCP connection to 127.0.0.1:{clinic.ServerPort}\n",
            "connection refused",
            "start the tunnel server there"
        );
    }

    [Test]
    public async Task An_address_that_does_not_answer()
    {
        using var hole = await BlackHole.DigAsync();
        await using var clinic = new Clinic { ServerPort = hole.EndPoint.Port, ClientLines = Impatient };
        clinic.Write();
        await FindsAsync(
            clinic.ClientFile,
            ExitCodes.Tcp,
            "no_answer",
            "within 0.5 s (timeouts.connect)",
            "a firewall on the way that drops packets"
        );
    }

    [Test]
    public async Task A_name_that_does_not_exist()
    {
        await using var clinic = new Clinic { ServerHost = "nowhere.invalid" };
        clinic.Write();
        await FindsAsync(
            clinic.ClientFile,
            ExitCodes.Name,
            "name_not_found",
            "FAILED  name",
            "'getent hosts nowhere.invalid'"
        );
    }

    [Test]
    public async Task A_key_of_the_configuration_that_nobody_knows()
    {
        await using var clinic = new Clinic { ClientLines = "tmeouts: {connect: 1}" };
        clinic.Write();
        await FindsAsync(clinic.ClientFile, ExitCodes.BadInput, "bad_configuration", "FAILED  file", "tmeouts");
    }

    [Test]
    public async Task One_server_of_two_is_enough_and_the_other_is_told()
    {
        await using var clinic = new Clinic();
        await clinic.StartServerAsync();
        clinic.PutFirst(Wire.FreePort());

        var (code, text) = await Clinic.ExamineAsync(clinic.ClientFile);

        Assert.That(code, Is.EqualTo(ExitCodes.Ok), text);
        Assert.That(
            text,
            Does.Contain("verdict: it works")
                .And.Match("\nbesides: no TCP connection .*\n  connection .*\nwhat to do: ")
        );
    }
}
