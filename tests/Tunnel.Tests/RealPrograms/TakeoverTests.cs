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
    private const int Connections = 3000;
    private const int Takeovers = 3;

    // Some wait for others, as on any busy machine, and there is something in the backlog.
    private const int AtOnce = 24;

    private ConfiguredProcess _files = null!;
    private EchoService _echo = null!;
    private TaskCompletionSource[] _parts = null!;
    private int _begun;
    private int _served;

    [SetUp]
    public void Prepare()
    {
        _files = new ConfiguredProcess();
        _echo = new EchoService();
        _parts = [.. Enumerable.Range(0, Takeovers + 1).Select(_ => new TaskCompletionSource())];
        (_begun, _served) = (0, 0);
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
            // If the load fails, it says why at the end.
            await Task.WhenAny(_parts[takeover].Task, load);
            var next = await StartAsync(under);
            await using (old)
            {
                old.Signal("TERM");
                Assert.That(await old.ExitCodeAsync(), Is.Zero, old.Log);
                Assert.That(await old.ClosedAsync(), Is.Not.Empty, "each has served some");
            }

            old = next;
        }

        await using (old)
        {
            // Whatever was lost is an exception.
            await load;
        }

        Assert.That(_served, Is.GreaterThanOrEqualTo(Connections));
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
        while (Interlocked.Increment(ref _begun) is var number && number <= Connections)
        {
            using var application = await Wire.DialAsync(entrance);
            var words = BitConverter.GetBytes(number);
            await application.SendAllAsync(words);
            Assert.That(await application.ReadExactlyAsync(words.Length), Is.EqualTo(words));
            application.Shutdown(SocketShutdown.Send);
            Assert.That(await application.ReadToEndAsync(), Is.Empty);
            var part = Interlocked.Increment(ref _served) * (Takeovers + 1) / Connections;
            if (part > 0)
            {
                _parts[part - 1].TrySetResult();
            }
        }
    }
}
