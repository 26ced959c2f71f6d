using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.Cli;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>SIGTERM lets live sessions finish; a second one cuts them visibly.</summary>
public sealed class ProcessDrainTests(BackendPair backends) : ProcessTests(backends)
{
    private static readonly byte[] _answer = "late answer"u8.ToArray();

    [Test]
    public async Task A_live_session_finishes_and_nobody_else_gets_in([Values] bool client)
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port, Options);
        var (application, service) = await pair.OpenAsync(target);
        var stopped = await AskToStopAsync(client ? pair.Client : pair.Server);
        Assert.That(
            async () => (await Wire.DialAsync(stopped.EndPoint)).Dispose(),
            Throws.InstanceOf<SocketException>()
        );
        await service.SendAllAsync(_answer);
        service.Shutdown(SocketShutdown.Send);
        application.Shutdown(SocketShutdown.Send);

        Assert.That(await application.ReadToEndAsync(), Is.EqualTo(_answer));
        Assert.That(await stopped.ExitCodeAsync(), Is.Zero, stopped.Log);
        AssertNoFault(pair);
    }

    [Test]
    public async Task With_a_delay_it_still_serves_while_its_status_says_that_it_drains([Values] bool client)
    {
        using var target = Wire.Listen();
        const string delay = "shutdown: {delay: 3600}";
        await using var pair = await ProcessPair.StartAsync(
            target.EndPoint().Port,
            Options with
            {
                Client = delay,
                Server = delay,
            }
        );
        var stopped = await AskToStopAsync(client ? pair.Client : pair.Server);

        var role = client ? "client" : "server";
        var status = await TunnelProcess.Run("status", role, "--config", pair.ConfigOf(role));
        Assert.That(status.ExitCode, Is.EqualTo(1));
        Assert.That(status.Output, Does.StartWith($"role: {role}\nstate: draining\n"));
        var (application, service) = await pair.OpenAsync(target);
        await application.PassAsync(service, _answer);

        stopped.Signal("TERM");
        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(await stopped.ExitCodeAsync(), Is.EqualTo(3), stopped.Log);
        AssertNoFault(pair);
    }

    [Test]
    public async Task A_second_signal_cuts([Values] bool client)
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port, Options);
        var (application, service) = await pair.OpenAsync(target);
        var stopped = await AskToStopAsync(client ? pair.Client : pair.Server);
        stopped.Signal("TERM");

        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(await service.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(await stopped.ExitCodeAsync(), Is.EqualTo(3), stopped.Log);
        AssertNoFault(pair);
    }

    private static async Task<RunningTunnel> AskToStopAsync(RunningTunnel tunnel)
    {
        tunnel.Signal("TERM");
        await tunnel.LineAsync(line => line.Contains("SIGTERM"));
        return tunnel;
    }
}
