using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// A tunnel tells the truth about how a stream ended: an end in order stays one, an abort stays an abort.
/// </summary>
public sealed class CloseTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly byte[] _question = "question"u8.ToArray();
    private static readonly byte[] _answer = "answer"u8.ToArray();

    [Test]
    public async Task An_application_that_has_sent_FIN_still_gets_its_answer()
    {
        await using var pair = await Pair.StartAsync();
        var (application, target) = await pair.OpenAsync();

        await application.SendAllAsync(_question);
        application.Shutdown(SocketShutdown.Send);
        Assert.That(await target.ReadToEndAsync(), Is.EqualTo(_question));
        await target.SendAllAsync(_answer);
        target.Shutdown(SocketShutdown.Send);
        Assert.That(await application.ReadToEndAsync(), Is.EqualTo(_answer));

        foreach (var session in new[] { await pair.ClientClosedAsync(), await pair.ServerClosedAsync() })
        {
            Assert.That(session.Reason, Is.EqualTo("eof"), session.ToString());
            Assert.That((session.Sent, session.Received), Is.EqualTo((8L, 6L)), session.ToString());
        }
    }

    [Test]
    public async Task A_target_that_has_sent_FIN_still_gets_what_the_application_sends()
    {
        await using var pair = await Pair.StartAsync();
        var (application, target) = await pair.OpenAsync();

        await target.SendAllAsync(_answer);
        target.Shutdown(SocketShutdown.Send);
        Assert.That(await application.ReadToEndAsync(), Is.EqualTo(_answer));
        await application.SendAllAsync(_question);
        application.Shutdown(SocketShutdown.Send);
        Assert.That(await target.ReadToEndAsync(), Is.EqualTo(_question));

        var session = await pair.ServerClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("eof", "target")), session.ToString());
        session = await pair.ClientClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("eof", "server")), session.ToString());
    }

    [Test]
    public async Task RST_of_the_application_reaches_the_target_as_RST()
    {
        await using var pair = await Pair.StartAsync();
        var (application, target) = await pair.OpenAsync();
        await application.SendAllAsync(_question);
        await target.ReadExactlyAsync(_question.Length);

        application.Reset();

        Assert.That(await target.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        var session = await pair.ClientClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("reset", "application")), session.ToString());
    }

    [Test]
    public async Task RST_of_the_target_reaches_the_application_as_RST()
    {
        await using var pair = await Pair.StartAsync();
        var (application, target) = await pair.OpenAsync();
        await target.SendAllAsync(_answer);
        await application.ReadExactlyAsync(_answer.Length);

        target.Reset();

        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        var session = await pair.ServerClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("reset", "target")), session.ToString());
    }
}
