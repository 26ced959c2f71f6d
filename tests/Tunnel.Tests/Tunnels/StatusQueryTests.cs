using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Reports;
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
    public async Task JSON_is_read_as_it_comes_and_its_texts_are_as_they_are()
    {
        var list = await ValueAsync(
            "{\"total\":7,\"sessions\":[{\"id\":\"\\u001b[2J\",\"state\":\"relaying\",",
            """
            "peer":"a\u202eb","target":"c"}]}

            """
        );
        Assert.That((list!.Total, list.Sessions.Single().Peer), Is.EqualTo((7, "a\u202eb")));
        Assert.That(await ValueAsync("null"), Is.Null);
    }

    [TestCase("")]
    [TestCase("role: server\n")]
    [TestCase("{\"total\":7,\"sessions\":[")]
    [TestCase("{\"total\":7,\"sessions\":null}")]
    [TestCase("{\"total\":7,\"sessions\":[]}{}")]
    [TestCase("{\"total\":7,\"sessions\":[{\"id\":\"\\ud800\",\"state\":\"relaying\",\"peer\":\"\",\"target\":\"\"}]}")]
    public async Task What_is_no_such_JSON_is_told(string answer) =>
        await Assert.ThatAsync(() => ValueAsync(answer), Throws.InstanceOf<JsonException>());

    [Test]
    public async Task Of_an_answer_without_an_end_no_more_is_read_than_one_may_be_long()
    {
        using var listener = UnixSocketFile.Listen(_path, 1);
        using var socket = UnixSocketFile.New();
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_path));
        using var asker = await listener.AcceptSoonAsync();
        await asker.SendAllAsync("0123456789"u8.ToArray());

        await using var answer = new AnswerStream(socket, 7);
        using var reader = new StreamReader(answer);

        Assert.That(await reader.ReadToEndAsync().WaitAsync(Wire.Patience), Is.EqualTo("0123456"));
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

    private async Task<SessionList?> ValueAsync(params string[] pieces)
    {
        using var listener = UnixSocketFile.Listen(_path, 1);
        var asking = StatusQuery.AskAsync(
            _path,
            StatusQuery.SessionsRequest,
            ReportJson.Default.SessionList,
            Wire.Patience
        );
        using (var asker = await listener.AcceptSoonAsync())
        {
            await asker.ReadExactlyAsync("sessions\n".Length);
            foreach (var piece in pieces)
            {
                await asker.SendAllAsync(Encoding.UTF8.GetBytes(piece));
            }
        }

        return await asking;
    }

    private async Task<string> FailureAsync() =>
        (
            await Assert.ThrowsAsync<StatusException>(() =>
                StatusQuery.AskAsync(_path, StatusQuery.StatusRequest, _brief)
            )
        )!.Message;
}
