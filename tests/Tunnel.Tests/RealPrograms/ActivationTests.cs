using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.Behaviour;
using Tunnel.Tests.Cli;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>The program on listening sockets that it was started with, a server's and a client's.</summary>
[Platform("Linux")]
public sealed class ActivationTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    private ConfiguredProcess _files = null!;
    private Socket _server = null!;
    private Socket _client = null!;

    private string Text =>
        _files
            .Text.Replace($"{{ host: 127.0.0.1, port: {_files.ServerPort} }}", "{ systemd: far }")
            .Replace($"{{ host: 127.0.0.1, port: {_files.ClientPort} }}", "{ systemd: near.socket }")
            .Replace($"port: {_files.ServerPort}", $"port: {_server.EndPoint().Port}");

    [SetUp]
    public void Open()
    {
        _files = new ConfiguredProcess { HasStatusSocket = true };
        (_server, _client) = (Wire.Listen(), Wire.Listen());
        _files.Write(Text);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        _server.Dispose();
        _client.Dispose();
        await _files.DisposeAsync();
    }

    [Test]
    public async Task A_connection_that_came_before_the_start_is_served_and_so_are_later_ones()
    {
        using var early = await Wire.DialAsync(_client.LocalEndPoint!);
        await using var program = await StartAsync();

        using var first = await _files.Target.AcceptSoonAsync();
        await early.PassAsync(first, _words);
        await PassesAsync();

        var status = await TunnelProcess.Run("status", "--config", _files.Path);
        Assert.That(status.Output, Does.Contain($"listener: {_server.EndPoint()}\n"));
        Assert.That(status.Output, Does.Contain($"listener: {_client.EndPoint()}\n"));
    }

    [Test]
    public async Task A_connection_that_came_before_the_start_ends_like_every_other()
    {
        using var early = await Wire.DialAsync(_client.LocalEndPoint!);
        _files.Write(Text.Replace($"port: {_server.EndPoint().Port}", $"port: {Wire.FreePort()}"));

        await using var program = await StartAsync();

        Assert.That(await early.EndAsync(), Is.EqualTo(SocketError.ConnectionReset), "nobody is there to serve it");
    }

    [Test]
    public async Task After_the_end_connections_wait_for_the_next_process()
    {
        await using (var program = await StartAsync())
        {
            await PassesAsync();
            program.Signal("TERM");
            Assert.That(await program.ExitCodeAsync(), Is.Zero, program.Log);
        }

        using var early = await Wire.DialAsync(_client.LocalEndPoint!);
        await using var next = await StartAsync();
        using var target = await _files.Target.AcceptSoonAsync();
        await early.PassAsync(target, _words);
    }

    [Test]
    public async Task A_reload_may_leave_a_socket_and_come_back_to_it()
    {
        await using var program = await StartAsync();
        var (elsewhere, text) = (Wire.FreePort(), Text);
        for (var round = 0; round < 3; round++)
        {
            await ReloadAsync(text.Replace("{ systemd: near.socket }", $"{{ host: 127.0.0.1, port: {elsewhere} }}"));
            using var waits = await Wire.DialAsync(_client.LocalEndPoint!);

            await ReloadAsync(text);

            using var target = await _files.Target.AcceptSoonAsync();
            await waits.PassAsync(target, _words);
        }

        await ReloadAsync(text + "timeouts: { idle: 99 }\n");
        await PassesAsync();
    }

    [Test]
    public async Task The_file_of_a_Unix_socket_is_left_to_whoever_made_it()
    {
        var path = _files.Files.File("near");
        using var unix = Wire.ListenUnix(path);
        await using (var program = await StartAsync(("far", _server), ("near.socket", unix)))
        {
            await program.LineAsync(line => line.Contains($"listening on unix:{path}, "));
            using var application = await Wire.DialAsync(new Tunnel.Net.UnixEndPoint(path));
            using var target = await _files.Target.AcceptSoonAsync();
            await application.PassAsync(target, _words);
            program.Signal("TERM");
            program.Signal("INT");
            await program.ExitCodeAsync();
        }

        Assert.That(File.Exists(path), Is.True);
    }

    [Test]
    public async Task A_name_that_was_not_passed_is_named_with_its_place()
    {
        await using var program = await StartAsync(("far", _server), ("other", _client));

        var line = await program.LineAsync(one => one.Contains("could not start"));
        Assert.That(
            line,
            Does.Contain($"{_files.Path}:16:32: tunnels[1].local_listener.systemd is 'near.socket', but systemd has")
                .And.Contain("passed only far, other; write the FileDescriptorName=")
        );

        var check = await TunnelProcess.Run("check", "--config", _files.Path);
        Assert.That((check.ExitCode, check.Error), Is.EqualTo((0, "")), "whoever checks has no sockets");
        Assert.That(check.Output, Does.Contain("listens on systemd:far\n").And.Contain("systemd:near.socket\n"));
    }

    private Task<RunningTunnel> StartAsync() => StartAsync(("far", _server), ("near.socket", _client));

    private Task<RunningTunnel> StartAsync(params (string, Socket)[] sockets) =>
        RunningTunnel.StartAsync(["run", "--config", _files.Path], Activation.Under(sockets));

    private async Task ReloadAsync(string text)
    {
        _files.Write(text);
        var reload = await TunnelProcess.Run("reload", "--config", _files.Path);
        Assert.That(reload.ExitCode, Is.Zero, reload.Output + reload.Error);
    }

    private async Task PassesAsync()
    {
        using var application = await Wire.DialAsync(_client.LocalEndPoint!);
        using var target = await _files.Target.AcceptSoonAsync();
        await application.PassAsync(target, _words);
    }
}
