using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.Cli;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary><c>tunnel status</c> as a health check runs it.</summary>
[Platform("Linux,MacOsX")]
public sealed class StatusTests
{
    [Test]
    public async Task Its_exit_code_tells_whether_the_tunnel_accepts()
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port);
        using var application = await pair.DialAsync();
        using var service = await target.AcceptSoonAsync();
        await Task.WhenAll(AnswersAsync(pair.Server), AnswersAsync(pair.Client));

        var (server, client) = (await AskAsync("server", pair), await AskAsync("client", pair));
        Assert.That((server.ExitCode, server.Error), Is.EqualTo((0, "")));
        Assert.That(
            server.Output,
            Does.StartWith("role: server\nstate: accepting\n").And.Contain("sessions_active: 1\n")
        );
        Assert.That((client.ExitCode, client.Error), Is.EqualTo((0, "")));
        Assert.That(client.Output, Does.StartWith("role: client\nstate: accepting\n"));

        pair.Server.Signal("TERM");
        await pair.Server.LineAsync(line => line.Contains("SIGTERM"));
        server = await AskAsync("server", pair);
        Assert.That(server.ExitCode, Is.EqualTo(1));
        Assert.That(server.Output, Does.StartWith("role: server\nstate: draining\n"));
        Assert.That(server.Error, Does.StartWith("tunnel: the tunnel is stopping"));

        service.Shutdown(SocketShutdown.Send);
        application.Shutdown(SocketShutdown.Send);
        Assert.That(await pair.Server.ExitCodeAsync(), Is.Zero);
        server = await AskAsync("server", pair);
        Assert.That((server.ExitCode, server.Output), Is.EqualTo((1, "")));
        Assert.That(server.Error, Does.Contain("server.sock does not exist"));
    }

    [Test]
    public async Task A_tunnel_that_was_killed_is_told_and_starts_again_in_its_place()
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port);

        await AnswersAsync(pair.Client);
        pair.Client.Signal("KILL");
        await pair.Client.ExitCodeAsync();
        var status = await AskAsync("client", pair);
        Assert.That(status.ExitCode, Is.EqualTo(1));
        Assert.That(status.Error, Does.Contain("any more: the tunnel was killed"));

        await using var again = await RunningTunnel.StartAsync(["client", "--config", pair.ConfigOf("client")]);
        await AnswersAsync(again);
        Assert.That((await AskAsync("client", pair)).ExitCode, Is.Zero);
    }

    [Test]
    public async Task A_configuration_that_names_no_socket_must_be_corrected()
    {
        using var files = new TempDirectory();
        var config = files.Write("s.yaml", Config.Example.Server);

        var status = await TunnelProcess.Run("status", "server", "--config", config);

        Assert.That(status.ExitCode, Is.EqualTo(2));
        Assert.That(status.Error, Does.StartWith($"tunnel: {config}: monitor.status_socket is not set"));
    }

    // It listens before it has its socket.
    private static Task<string> AnswersAsync(RunningTunnel tunnel) =>
        tunnel.LineAsync(line => line.Contains("'tunnel status' is answered on"));

    private static Task<TunnelProcess> AskAsync(string role, ProcessPair pair) =>
        TunnelProcess.Run("status", role, "--config", pair.ConfigOf(role));
}
