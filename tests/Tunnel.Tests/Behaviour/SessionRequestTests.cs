using System.Net.Sockets;
using System.Text.Json;
using NLog;
using NUnit.Framework;
using Tunnel.Reports;
using Tunnel.Tests.TestKit;
using Tunnel.Tunnels;

namespace Tunnel.Tests.Behaviour;

/// <summary>Live sessions are shown at the status socket, and ended there.</summary>
[Platform("Linux,MacOsX")]
public sealed class SessionRequestTests(BackendPair backends) : BehaviourTests(backends)
{
    private TempDirectory _files = null!;

    [SetUp]
    public void MakeDirectory() => _files = new TempDirectory();

    [TearDown]
    public void RemoveDirectory() => _files.Dispose();

    [Test]
    public async Task A_session_is_shown_with_all_that_its_line_in_the_log_will_say([Values] bool server)
    {
        await using var pair = await StartAsync();
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, "some words"u8.ToArray());

        await Eventually.HoldsAsync(
            async () => await SessionsAsync(server) is { Sessions: [{ Sent: 10 }] },
            () => "the session and its bytes are not shown"
        );
        var session = (await SessionsAsync(server)).Sessions.Single();
        var identity = pair.Of(server).Table.Records().Single().Identity;
        Assert.That(identity, Is.Not.Null);
        Assert.That(session.Identity, Is.EqualTo(identity));
        Assert.That(session.State.ToString(), Is.EqualTo("Relaying"));
        Assert.That(session.Tls, Is.EqualTo("TLSv1.3"));
        Assert.That(session.Cipher, Does.StartWith("TLS_"));
        Assert.That(session.End, Is.Null);
        application.Shutdown(SocketShutdown.Send);
        target.Shutdown(SocketShutdown.Send);
        await Eventually.HoldsAsync(
            async () => await SessionsAsync(server) is { Total: 0, Sessions: [] },
            () => "it has ended, and is shown"
        );
    }

    [Test]
    public async Task One_session_is_ended_and_the_others_go_on([Values] bool server)
    {
        var log = CapturedLog.Listen();
        await using var pair = await StartAsync();
        var (first, firstTarget) = await pair.OpenAsync();
        await first.PassAsync(firstTarget, "one"u8.ToArray());
        var id = (await SessionsAsync(server)).Sessions.Single().Id;
        var (second, secondTarget) = await pair.OpenAsync();
        await second.PassAsync(secondTarget, "two"u8.ToArray());

        Assert.That(await AskAsync(server, $"kill {id}"), Is.EqualTo("accepted\n1 session ended\n"));

        Assert.That(await first.EndAsync(), Is.EqualTo(SocketError.ConnectionReset), "the application sees a break");
        Assert.That(await firstTarget.EndAsync(), Is.EqualTo(SocketError.ConnectionReset), "and so does the target");
        var lines = new List<LogEventInfo>();
        await Eventually.HoldsAsync(
            () =>
            {
                lines.AddRange(CapturedLog.Come(log));
                return lines.Any(line => IsOf(line, id));
            },
            () => "the session has no line"
        );
        var closed = new ClosedSession(lines.First(line => IsOf(line, id)));
        Assert.That((closed.ClosedBy, closed.Reason), Is.EqualTo(("tunnel", "killed")));
        await second.PassAsync(secondTarget, "still here"u8.ToArray());
        Assert.That(await AskAsync(server, $"kill {id}"), Does.StartWith($"refused\nthere is no live session {id}"));
        CapturedLog.Leave(log);
    }

    [Test]
    public async Task All_sessions_of_a_peer_are_ended([Values] bool server)
    {
        await using var pair = await StartAsync();
        var (first, firstTarget) = await pair.OpenAsync();
        var (second, secondTarget) = await pair.OpenAsync();
        await first.PassAsync(firstTarget, "one"u8.ToArray());
        await second.PassAsync(secondTarget, "two"u8.ToArray());
        var peer = (await SessionsAsync(server)).Sessions[0].Identity;

        Assert.That(await AskAsync(server, "kill-peer nobody"), Does.StartWith("refused\n"));
        Assert.That(await AskAsync(server, $"kill-peer {peer}"), Is.EqualTo("accepted\n2 sessions ended\n"));

        Assert.That(await first.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(await second.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
    }

    [Test]
    public async Task Hundreds_of_sessions_do_not_fit_into_a_socket_buffer_and_are_all_shown([Values] bool server)
    {
        const int Many = 400;
        await using var pair = await StartAsync();
        var sockets = new List<(Socket Application, Socket Target)>();
        while (sockets.Count < Many)
        {
            sockets.Add(await pair.OpenAsync());
        }

        var list = await SessionsAsync(server);
        Assert.That((list.Total, list.Sessions.Count), Is.EqualTo((Many, Many)));
        Assert.That(list.Sessions.DistinctBy(session => session.Id).Count(), Is.EqualTo(Many));
        sockets.ForEach(sides => sides.Application.Dispose());
    }

    private static bool IsOf(LogEventInfo line, string id) =>
        line.Properties.TryGetValue("session", out var session)
        && Equals(session, id)
        && line.Properties.ContainsKey("closed_by");

    private async Task<StatusPair> StartAsync() =>
        await StatusPair.StartAsync(Socket(server: true), Socket(server: false));

    private string Socket(bool server) => _files.File(server ? "server.sock" : "client.sock");

    private Task<string> AskAsync(bool server, string request) =>
        StatusQuery.AskAsync(Socket(server), request, Wire.Patience);

    private async Task<SessionList> SessionsAsync(bool server) =>
        JsonSerializer.Deserialize(
            await AskAsync(server, StatusQuery.SessionsRequest),
            ReportJson.Default.SessionList
        )!;
}
