using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>
/// A new process takes over from an old one under load, both with a server and the client in front of it: every
/// connection is served, by the one or by the other.
/// </summary>
[Platform("Linux")]
public sealed class TakeoverTests
{
    private const int Takeovers = 3;

    // Before each takeover and after the last one; in steps, because a machine that is busy may take long.
    private const int Steps = 10;
    private const int ConnectionsInStep = 75;

    // So many that there is something in the backlog whenever a process closes it: with 24, none would be lost without
    // its being accepted first.
    private const int AtOnce = 200;

    private static readonly byte[] _words = "some words"u8.ToArray();

    private ConfiguredProcess _files = null!;
    private EchoService _echo = null!;
    private volatile bool _isEnough;
    private int _served;

    [SetUp]
    public void Prepare()
    {
        _files = new ConfiguredProcess();
        _echo = new EchoService();
        (_isEnough, _served) = (false, 0);
    }

    [TearDown]
    public async Task CleanUpAsync()
    {
        _echo.Dispose();
        await _files.DisposeAsync();
    }

    [Test]
    public Task By_reuse_port() =>
        NoneIsLostAsync(
            new IPEndPoint(IPAddress.Loopback, _files.ClientPort),
            text =>
                text.Replace(
                        $"port: {_files.ServerPort} }}\n    target",
                        $"port: {_files.ServerPort}, reuse_port: true }}\n    target"
                    )
                    .Replace($"port: {_files.ClientPort} }}", $"port: {_files.ClientPort}, reuse_port: true }}"),
            under: []
        );

    [Test]
    public async Task By_sockets_that_are_passed_to_both()
    {
        using var server = Wire.Listen();
        using var client = Wire.Listen();
        await NoneIsLostAsync(
            client.LocalEndPoint!,
            text =>
                text.Replace(
                        $"{{ host: 127.0.0.1, port: {_files.ServerPort} }}\n    target",
                        "{ systemd: s }\n    target"
                    )
                    .Replace($"{{ host: 127.0.0.1, port: {_files.ClientPort} }}", "{ systemd: c }")
                    .Replace($"port: {_files.ServerPort}", $"port: {server.EndPoint().Port}"),
            Activation.Under(("s", server), ("c", client))
        );
    }

    private async Task NoneIsLostAsync(EndPoint entrance, Func<string, string> change, string[] under)
    {
        _files.Write(change(_files.Text).Replace($"port: {_files.Target.EndPoint().Port}", $"port: {_echo.Port}"));
        var old = await StartAsync(under);
        var load = Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => LoadAsync(entrance)));
        for (var takeover = 0; takeover < Takeovers; takeover++)
        {
            await ServedAsync(load);
            var next = await StartAsync(under);
            await using (old)
            {
                old.Signal("TERM");
                Assert.That(await old.ExitCodeAsync(), Is.Zero, old.Log);
            }

            old = next;
        }

        await using (old)
        {
            await ServedAsync(load);
            _isEnough = true;
            // Whatever was lost is an exception.
            await load;
        }
    }

    private async Task<RunningTunnel> StartAsync(string[] under)
    {
        var program = await RunningTunnel.StartAsync(["run", "--config", _files.Path], under);
        await program.LineAsync(line => line.Contains("client listening on"));
        await program.LineAsync(line => line.Contains("server listening on"));
        return program;
    }

    private async Task LoadAsync(EndPoint entrance)
    {
        while (!_isEnough)
        {
            using var application = await Wire.DialAsync(entrance);
            await application.SendAllAsync(_words);
            Assert.That(await application.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
            application.Shutdown(SocketShutdown.Send);
            Assert.That(await application.ReadToEndAsync(), Is.Empty);
            Interlocked.Increment(ref _served);
        }
    }

    /// <summary>Waits until so many more have been served, or one was lost.</summary>
    private async Task ServedAsync(Task load)
    {
        for (var step = 0; step < Steps; step++)
        {
            var enough = Volatile.Read(ref _served) + ConnectionsInStep;
            await Eventually.HoldsAsync(
                () => load.IsFaulted || Volatile.Read(ref _served) >= enough,
                () => $"only {_served} connections have been served"
            );
        }
    }
}
