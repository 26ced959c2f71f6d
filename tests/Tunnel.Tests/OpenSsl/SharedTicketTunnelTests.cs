using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Tests.OpenSsl;

/// <summary>Whole tunnels whose servers share a ticket key file: replicas, and one that is started again.</summary>
[LeavesNothing]
public sealed class SharedTicketTunnelTests
{
    private static readonly byte[] _words = "some words\n"u8.ToArray();

    private readonly TempDirectory _files = new();

    [SetUp]
    public void WriteSecrets() => _files.Write("secrets", TicketFiles.Of(TicketFiles.Secret()));

    [TearDown]
    public void UseTheUsualBackends() => TestBackends.Current = TestBackends.Pairs[0];

    [OneTimeTearDown]
    public void DeleteFiles() => _files.Dispose();

    [Test]
    public async Task A_client_resumes_at_a_server_that_was_started_again(
        [Values(TlsBackendSetting.OpenSsl, TlsBackendSetting.SslStream)] TlsBackendSetting client,
        [Values] bool shares
    )
    {
        TestBackends.Current = new BackendPair(client, TlsBackendSetting.OpenSsl);
        await using var pair = await Pair.StartAsync(shares ? Sharing() : new PairOptions());
        Assert.That(await ResumedAsync(pair), Is.EqualTo(("no", "no")));
        Assert.That(await ResumedAsync(pair), Is.EqualTo(("yes", "yes")));

        await pair.Server!.DrainAsync(TimeSpan.Zero).WaitAsync(Wire.Patience);
        await pair.StartServerAsync();

        Assert.That(await ResumedAsync(pair), Is.EqualTo(shares ? ("yes", "yes") : ("no", "no")));
    }

    [Test]
    public async Task A_client_of_several_servers_that_share_tickets_knows_the_chain_of_each(
        [Values(TlsBackendSetting.OpenSsl, TlsBackendSetting.SslStream)] TlsBackendSetting client
    )
    {
        TestBackends.Current = new BackendPair(client, TlsBackendSetting.OpenSsl);
        var root = TestCa.CreateRoot();
        var intermediate = root.CreateIntermediate();
        await using var one = await ExtraServer.StartAsync(intermediate.Issue(), root, change: Shares);
        await using var two = await ExtraServer.StartAsync(intermediate.Issue(), root, change: Shares);
        await using var pair = await Pair.StartAsync(
            Sharing() with
            {
                Root = root,
                Client = settings =>
                    settings with
                    {
                        Forward = Forwards.To(TargetPolicy.RoundRobin, one.Port, two.Port),
                    },
            }
        );

        for (var round = 0; round < 3; round++)
        {
            await pair.VisitAsync(one.Target);
            await pair.VisitAsync(two.Target);
        }

        Assert.That(pair.LinesWith("attempt 1 failed"), Is.Empty);
        Assert.That((await pair.ClosedAsync(Forwards.Address(one.Port))).Resumed, Is.EqualTo("no"));
        Assert.That((await pair.ClosedAsync(Forwards.Address(one.Port))).Resumed, Is.EqualTo("yes"));
    }

    [Test]
    public async Task Openssl_takes_a_session_from_one_server_to_another([Values("tls1_2", "tls1_3")] string version)
    {
        await using var pair = await Pair.StartAsync(Sharing());
        using var engine = new Engine();
        var elsewhere = pair.ServerSettings with { Listen = [new HostPort("127.0.0.1", 0)] };
        var other = await RunningTunnel.StartAsync(
            TunnelCandidate.Of(elsewhere, TlsProfiles.Of(elsewhere), TestBackends.OpenSsl),
            engine
        );
        var session = _files.File("session");

        var first = await VisitAsync(pair, pair.Server!, version, "-sess_out", session);
        var second = await VisitAsync(pair, other, version, "-sess_in", session);

        Assert.That((first.Resumed, first.Identity), Is.EqualTo(("no", "client")), first.ToString());
        Assert.That((second.Resumed, second.Identity), Is.EqualTo(("yes", "client")), second.ToString());
        Assert.That(await other.DrainAsync(TimeSpan.Zero).WaitAsync(Wire.Patience), Is.Zero);
    }

    [Test]
    public async Task A_faulty_file_is_logged_in_words_and_serving_goes_on()
    {
        var time = new ManualTime();
        await using var pair = await Pair.StartAsync(Sharing() with { Time = time });
        _files.Write("secrets", "oops\n");

        time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(await ResumedAsync(pair), Is.EqualTo(("no", "no")));

        var line = await pair.LineAsync(line => line.FormattedMessage.Contains("ticket key file"));
        Assert.That(line.Level, Is.EqualTo(NLog.LogLevel.Warn));
        Assert.That(
            line.FormattedMessage,
            Does.Contain("line 1: is 3 bytes long").And.Contain("openssl rand -base64 48")
        );
    }

    private PairOptions Sharing() => new() { Server = Shares };

    private TunnelSettings Shares(TunnelSettings server) =>
        server with
        {
            Tls = server.Tls with { TicketKeyFile = _files.File("secrets") },
        };

    /// <summary>One session from its beginning to its end: what both sides say about it.</summary>
    private static async Task<(string Client, string Server)> ResumedAsync(Pair pair)
    {
        var (application, target) = await pair.OpenAsync();
        using (application)
        using (target)
        {
            await application.PassAsync(target, _words);
            await target.PassAsync(application, _words);
            application.Shutdown(SocketShutdown.Send);
            target.Shutdown(SocketShutdown.Send);
            Assert.That(await application.EndAsync(), Is.Null);
        }

        return ((await pair.ClientClosedAsync()).Resumed, (await pair.ServerClosedAsync()).Resumed);
    }

    private static async Task<ClosedSession> VisitAsync(
        Pair pair,
        RunningTunnel server,
        string version,
        params string[] more
    )
    {
        await using var openssl = OpenSslProcess.Start([
            .. (string[])["s_client", "-connect", server.Endpoints[0].ToString()!, "-servername", "localhost"],
            .. (string[])["-cert", pair.Files.ClientCert, "-key", pair.Files.ClientKey],
            .. (string[])["-CAfile", pair.Files.ServerCa, "-verify_return_error"],
            .. (string[])["-quiet", "-no_ign_eof", $"-{version}"],
            .. more,
        ]);
        await openssl.SayAsync("some words");
        using var target = await pair.Target.AcceptSoonAsync();
        await target.ReadExactlyAsync(_words.Length);
        await target.SendAllAsync(_words);
        await openssl.LineAsync(line => line == "some words");
        openssl.EndInput();
        await target.ReadToEndAsync();
        target.Shutdown(SocketShutdown.Send);
        await openssl.EndAsync();
        return await pair.ServerClosedAsync();
    }
}
