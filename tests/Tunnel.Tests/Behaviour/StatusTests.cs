using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tests.TestKit;
using Tunnel.Tunnels;

namespace Tunnel.Tests.Behaviour;

/// <summary>A tunnel tells its state to whoever asks at its status socket, and no session is opened for that.</summary>
[Platform("Linux,MacOsX")]
public sealed class StatusTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    private TempDirectory _files = null!;

    [SetUp]
    public void MakeDirectory() => _files = new TempDirectory();

    [TearDown]
    public void RemoveDirectory() => _files.Dispose();

    [Test]
    public async Task Asking_opens_no_session([Values] bool server)
    {
        await using var pair = await StartAsync();

        await AskAsync(server);
        var lines = await AskAsync(server);

        Assert.That(lines[0], Is.EqualTo(server ? "role: server" : "role: client"));
        Assert.That(lines[1], Is.EqualTo("state: accepting"));
        Assert.That(lines[2], Is.EqualTo($"listener: {pair.Of(server).Endpoints[0]}"));
        Assert.That(lines, Does.Contain("sessions_active: 0").And.Contain("sessions_accepted: 0"));
        Assert.That(pair.Of(true).Table.Accepted + pair.Of(false).Table.Accepted, Is.Zero);
    }

    [Test]
    public async Task Sessions_and_their_bytes_are_counted([Values] bool server)
    {
        await using var pair = await StartAsync();
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);
        await target.PassAsync(application, [.. _words, .. _words]);

        string[] expected =
        [
            "sessions_active: 1",
            "sessions_accepted: 1",
            "sessions_failed: 0",
            $"bytes_sent: {_words.Length}",
            $"bytes_received: {2 * _words.Length}",
        ];
        // Bytes are counted when they are with the system, and may have arrived by then.
        await Eventually.HoldsAsync(
            async () => !expected.Except(await AskAsync(server)).Any(),
            () => $"the status has not all of {string.Join(", ", expected)}"
        );
    }

    [Test]
    public async Task It_says_who_was_refused_last_and_why()
    {
        await using var pair = await StartAsync();
        Assert.That(await AskAsync(server: true), Does.Contain("peers_refused: 0"));
        using var socket = await Wire.DialAsync(pair.Of(true).Endpoints[0]);
        await using var nameless = new SslStream(
            new NetworkStream(socket),
            false,
            (_, server, _, _) => server is not null
        );
        try
        {
            // With TLS 1.3 the handshake is over here before the server has judged.
            await nameless.AuthenticateAsClientAsync("localhost").WaitAsync(Wire.Patience);
            _ = await nameless.ReadAsync(new byte[1]).AsTask().WaitAsync(Wire.Patience);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // That is how it learns it.
        }

        string[] lines = [];
        await Eventually.HoldsAsync(
            async () => (lines = await AskAsync(server: true)).Contains("peers_refused: 1"),
            () => string.Join('\n', lines)
        );
        Assert.That(
            lines.Single(line => line.StartsWith("last_refusal: at=", StringComparison.Ordinal)),
            Does.Contain($" peer={socket.LocalEndPoint} claimed=\"\" refusal=no_certificate detail=")
        );
    }

    [Test]
    public async Task It_answers_until_the_last_session_has_ended_and_then_the_socket_is_gone([Values] bool server)
    {
        await using var pair = await StartAsync();
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);
        var draining = pair.DrainAsync(server);

        Assert.That((await AskAsync(server))[1], Is.EqualTo("state: draining"));
        Assert.That((await AskAsync(!server))[1], Is.EqualTo("state: accepting"));

        application.Shutdown(SocketShutdown.Send);
        target.Shutdown(SocketShutdown.Send);
        await draining;
        Assert.That(Path.Exists(Socket(server)), Is.False);
    }

    [Test]
    [Platform("Linux")]
    public async Task Askers_who_do_not_read_keep_nobody_waiting_and_nothing_of_ours([Values] bool server)
    {
        await using var pair = await StartAsync();
        await AskAsync(server);
        var sockets = OpenSockets();
        const int count = 200;
        var askers = new List<Socket>();
        while (askers.Count < count)
        {
            var asker = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await Eventually.HoldsAsync(() => TryConnect(asker, Socket(server)), () => "the queue stays full");
            askers.Add(asker);
        }

        Assert.That((await AskAsync(server))[1], Is.EqualTo("state: accepting"));

        await Eventually.HoldsAsync(
            () => OpenSockets() <= sockets + count,
            () => $"{OpenSockets() - count} sockets besides the askers', {sockets} before"
        );
        askers.ForEach(asker => asker.Dispose());
    }

    [Test]
    public async Task A_start_without_its_status_socket_fails_and_gives_the_port_back([Values] bool server)
    {
        await using var pair = await StartAsync();
        var port = Wire.FreePort();

        var failure = await Assert.ThrowsAsync<TunnelStartException>(() => pair.StartAgainAsync(server, port));

        Assert.That(
            failure.Message,
            Does.StartWith($"cannot create the status socket {Socket(server)}: another process listens there")
        );
        Wire.Listen(port).Dispose();
        Assert.That((await AskAsync(server))[1], Is.EqualTo("state: accepting"), "the first tunnel still answers");
    }

    private async Task<StatusPair> StartAsync() =>
        await StatusPair.StartAsync(Socket(server: true), Socket(server: false));

    private string Socket(bool server) => _files.File(server ? "server.sock" : "client.sock");

    private async Task<string[]> AskAsync(bool server) =>
        (await StatusQuery.AskAsync(Socket(server), StatusQuery.StatusRequest, Wire.Patience)).Split('\n');

    private static bool TryConnect(Socket asker, string path)
    {
        asker.Blocking = false;
        try
        {
            asker.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
        {
            return false;
        }
    }

    // Not every file: an assembly that the runtime loads meanwhile stays open too.
    private static int OpenSockets() =>
        Directory
            .GetFiles("/proc/self/fd")
            .Count(file => new FileInfo(file).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);
}
