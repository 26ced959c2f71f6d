using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;
using Tunnel.Tunnels;

namespace Tunnel.Tests.Tunnels;

/// <summary>Why there is no answer, told to whoever has to do something about it.</summary>
[Platform("Linux,MacOsX")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class StatusQueryTests : IDisposable
{
    private static readonly TimeSpan _brief = TimeSpan.FromMilliseconds(100);

    private readonly TempDirectory _files = new();
    private readonly string _path;

    public StatusQueryTests() => _path = _files.File("s.sock");

    public void Dispose() => _files.Dispose();

    [Test]
    public async Task Nobody_has_made_the_socket() =>
        Assert.That(await FailureAsync(), Does.StartWith($"{_path} does not exist: no tunnel"));

    [Test]
    public async Task Its_process_was_killed()
    {
        using (UnixSocketFile.Listen(_path, 1))
        {
            File.Move(_path, _files.File("kept"));
        }

        File.Move(_files.File("kept"), _path);

        Assert.That(await FailureAsync(), Does.StartWith($"nobody listens on {_path} any more"));
    }

    [Test]
    public async Task Its_process_hangs([Values] bool queueIsFull)
    {
        using var listener = UnixSocketFile.Listen(_path, 0);
        using var waiting = UnixSocketFile.New();
        if (queueIsFull)
        {
            await waiting.ConnectAsync(new UnixDomainSocketEndPoint(_path)).WaitAsync(Wire.Patience);
        }

        Assert.That(await FailureAsync(), Does.Contain("does not answer: it hangs"));
    }

    [Test]
    public async Task A_full_queue_is_waited_for()
    {
        using var listener = UnixSocketFile.Listen(_path, 0);
        using var waiting = UnixSocketFile.New();
        await waiting.ConnectAsync(new UnixDomainSocketEndPoint(_path)).WaitAsync(Wire.Patience);
        var asking = StatusQuery.AskAsync(_path, StatusQuery.StatusRequest, Wire.Patience);

        (await listener.AcceptSoonAsync()).Dispose();
        using (var asker = await listener.AcceptSoonAsync())
        {
            await asker.ReadExactlyAsync("status\n".Length);
            await asker.SendAllAsync("an answer"u8.ToArray());
        }

        Assert.That(await asking, Is.EqualTo("an answer"));
    }

    [Test]
    public async Task An_answer_cannot_drive_the_terminal_of_whoever_asks()
    {
        using var listener = UnixSocketFile.Listen(_path, 1);
        var asking = StatusQuery.AskAsync(_path, StatusQuery.StatusRequest, Wire.Patience);
        using (var asker = await listener.AcceptSoonAsync())
        {
            await asker.ReadExactlyAsync("status\n".Length);
            await asker.SendAllAsync("role: \e[2Jserver\nstate: accepting\n"u8.ToArray());
        }

        Assert.That(await asking, Is.EqualTo("role: \\u001b[2Jserver\nstate: accepting\n"));
    }

    [Test]
    public async Task Its_process_ends_while_we_wait()
    {
        var listener = UnixSocketFile.Listen(_path, 1);
        var asking = StatusQuery.AskAsync(_path, StatusQuery.StatusRequest, Wire.Patience);
        await Eventually.HoldsAsync(() => listener.HasVisitor(), () => "nobody asked");
        listener.Dispose();

        var failure = await Assert.ThrowsAsync<StatusException>(() => asking);
        Assert.That(failure.Message, Does.Contain("ended while it was asked"));
    }

    private async Task<string> FailureAsync() =>
        (
            await Assert.ThrowsAsync<StatusException>(() =>
                StatusQuery.AskAsync(_path, StatusQuery.StatusRequest, _brief)
            )
        )!.Message;
}
