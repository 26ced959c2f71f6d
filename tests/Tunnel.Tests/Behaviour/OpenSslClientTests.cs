using System.Net.Sockets;
using System.Text;
using NLog;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// Our server and <c>openssl s_client</c>, which knows nothing of tunnels, and visitors who do not even speak TLS.
/// </summary>
public sealed class OpenSslClientTests(BackendPair backends) : BehaviourTests(backends)
{
    [Test]
    public async Task Bytes_go_both_ways_and_close_notify_is_an_end_in_order(
        [Values("tls1_2", "tls1_3")] string version
    )
    {
        await using var pair = await Pair.StartAsync();
        await using var openssl = Visit(pair, version);

        await openssl.SayAsync("hello from openssl");
        using var target = await pair.Target.AcceptSoonAsync();
        Assert.That(await LineAsync(target), Is.EqualTo("hello from openssl"));
        await target.SendAllAsync("hello from the target\n"u8.ToArray());
        await openssl.LineAsync(line => line == "hello from the target");
        openssl.EndInput();
        Assert.That(await target.EndAsync(), Is.Null);
        target.Shutdown(SocketShutdown.Send);

        var session = await pair.ServerClosedAsync();
        Assert.That(
            (session.Reason, session.Identity, session.ClosedBy),
            Is.EqualTo(("eof", "client", "client")),
            session.ToString()
        );
        Assert.That(session.TlsVersion, Is.EqualTo(version == "tls1_2" ? "TLSv1.2" : "TLSv1.3"));
    }

    [Test]
    public async Task Without_a_certificate_it_is_refused([Values("tls1_2", "tls1_3")] string version)
    {
        await using var pair = await Pair.StartAsync();
        await using var openssl = OpenSslProcess.Start(["s_client", .. Address(pair), "-quiet", $"-{version}"]);

        var session = await pair.ServerClosedAsync();

        Assert.That(session.Reason, Is.EqualTo("refused"), session.ToString());
        Assert.That(session.Detail, Does.Contain("sent no certificate"));
        await openssl.EndAsync();
        Assert.That(pair.Target.HasVisitor(), Is.False);
    }

    [Test]
    public async Task A_TLS_version_below_the_minimum_is_refused_in_plain_words()
    {
        await using var pair = await Pair.StartAsync(
            new PairOptions
            {
                Server = settings => settings with { Tls = settings.Tls with { MinVersion = new(1, 3) } },
            }
        );
        await using var openssl = Visit(pair, "tls1_2");

        var session = await pair.ServerClosedAsync();

        Assert.That(session.Reason, Is.EqualTo("handshake_failed"), session.ToString());
        Assert.That(session.Detail, Does.Contain("version").IgnoreCase.Or.Contain("protocol").IgnoreCase);
        Assert.That((await openssl.EndAsync()).ExitCode, Is.Not.Zero);
        Assert.That(pair.Target.HasVisitor(), Is.False);
    }

    [Test]
    public async Task A_resumed_session_says_so_and_is_still_authorised([Values("tls1_2", "tls1_3")] string version)
    {
        using var files = new TempDirectory();
        await using var pair = await Pair.StartAsync();
        await using (var first = Visit(pair, version, "-sess_out", files.File("session")))
        {
            Assert.That((await TalkAsync(pair, first)).Resumed, Is.EqualTo("no"));
        }

        await using var second = Visit(pair, version, "-sess_in", files.File("session"));

        var session = await TalkAsync(pair, second);
        Assert.That((session.Resumed, session.Identity), Is.EqualTo(("yes", "client")), session.ToString());
    }

    [Test]
    public async Task Who_connects_and_leaves_is_no_news([Values] Blade blade)
    {
        await using var pair = await Pair.StartAsync();
        pair.ForgetLines();
        using var scanner = await Wire.DialAsync(pair.Server!.Endpoints[0]);
        await pair.StateAsync("securing");

        if (blade == Blade.Rst)
        {
            scanner.Reset();
        }
        else
        {
            scanner.Dispose();
        }

        var session = await pair.ServerClosedAsync();
        Assert.That((session.Reason, session.Level), Is.EqualTo(("probe", LogLevel.Debug)), session.ToString());
        Assert.That(pair.Lines().Where(line => line.Level >= LogLevel.Info), Is.Empty);
    }

    private static OpenSslProcess Visit(Pair pair, string version, params string[] more) =>
        OpenSslProcess.Start([
            "s_client",
            .. Address(pair),
            .. (string[])["-cert", pair.Files.ClientCert, "-key", pair.Files.ClientKey],
            .. (string[])["-CAfile", pair.Files.ServerCa, "-verify_return_error", "-servername", "localhost"],
            .. (string[])["-quiet", "-no_ign_eof", $"-{version}"],
            .. more,
        ]);

    private static string[] Address(Pair pair) => ["-connect", pair.Server!.Endpoints[0].ToString()!];

    private static async Task<ClosedSession> TalkAsync(Pair pair, OpenSslProcess openssl)
    {
        await openssl.SayAsync("hello");
        using var target = await pair.Target.AcceptSoonAsync();
        await LineAsync(target);
        await target.SendAllAsync("hello\n"u8.ToArray());
        await openssl.LineAsync(line => line == "hello");
        openssl.EndInput();
        await target.ReadToEndAsync();
        target.Shutdown(SocketShutdown.Send);
        await openssl.EndAsync();
        return await pair.ServerClosedAsync();
    }

    private static async Task<string> LineAsync(Socket socket)
    {
        var line = new StringBuilder();
        while (await socket.ReadExactlyAsync(1) is var next && next[0] != '\n')
        {
            line.Append((char)next[0]);
        }

        return line.ToString();
    }
}
