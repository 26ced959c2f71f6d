using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Net.System;

/// <summary>Who has connected to a Unix socket, as the system says it.</summary>
[Platform("Linux")]
[UnsupportedOSPlatform("windows")]
public sealed class UnixPeerTests
{
    [Test]
    public async Task A_peer_without_a_name_is_a_process_and_its_user()
    {
        // Not 0, and not the same number twice.
        const int user = 4321;
        const int group = 8765;
        if (Environment.UserName != "root")
        {
            Assert.Ignore("only root may become another user");
        }

        Needed.Program("setpriv");
        Needed.Program("openssl");
        const UnixFileMode everybody = (UnixFileMode)0x1ff;
        using var files = new TempDirectory();
        File.SetUnixFileMode(files.Path, everybody);
        using var listener = UnixSocketFile.Listen(new UnixEndPoint(files.File("s")), 1, everybody, owner: null);
        var start = new ProcessStartInfo(
            "setpriv",
            [$"--reuid={user}", $"--regid={group}", "--clear-groups", "openssl", "s_client", "-unix", files.File("s")]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;

        using var accepted = await listener.AcceptSoonAsync();

        Assert.That(UnixPeer.Of(accepted).ToString(), Is.EqualTo($"unix:pid={process.Id},uid={user}"));
        Assert.That(UnixPeer.Of(accepted).Process, Is.EqualTo(new UnixProcess(process.Id, user)));
        process.Kill();
    }

    [TestCase("waits", false)]
    [TestCase("has come", false)]
    [TestCase("comes last", false)]
    [TestCase("waits", true)]
    [TestCase("has come", true)]
    public async Task A_peer_may_have_a_name_and_the_longest_there_is(string how, bool isPassed)
    {
        using var files = new TempDirectory();
        var at = new UnixEndPoint(files.File("s"));
        using var passed = isPassed ? Wire.ListenUnix(at.Path!) : null;
        var listening = passed is null
            ? SystemNetwork.Instance.Listen(at, UnixFileMode.UserWrite, owner: null)
            : SystemNetwork.Instance.Listen(new PassedSocket("web", (int)passed.Handle));
        Assert.That(listening.EndPoint, Is.EqualTo(at));
        foreach (var name in (string[])[$"@{Guid.NewGuid():N}".PadRight(107, 'x'), files.File("c"), "@c"])
        {
            using var peer = UnixSocketFile.New();
            peer.Bind(new UnixEndPoint(name).ToSystem());
            ITcpSocket? accepted = null;
            if (how == "comes last" && name.Length == 107)
            {
                await peer.ConnectAsync(at.ToSystem());
                listening.Close(() => true, one => accepted = one);
                Assert.That(accepted!.RemoteEndPoint.ToString(), Is.EqualTo($"unix:{name}"));
                return;
            }

            var accepting = how == "waits" ? listening.AcceptAsync().AsTask() : null;
            await peer.ConnectAsync(at.ToSystem());
            var result = await (accepting ?? listening.AcceptAsync().AsTask()).WaitAsync(Wire.Patience);

            Assert.That(result.Error, Is.EqualTo(SocketError.Success));
            accepted = listening.TakeAccepted()!;
            Assert.That(accepted.RemoteEndPoint.ToString(), Is.EqualTo($"unix:{name}"));
            Assert.That(((UnixEndPoint)accepted.RemoteEndPoint).Process?.Id, Is.EqualTo(Environment.ProcessId));
            accepted.Close();
            accepted.Release();
        }

        listening.Close(() => true, one => one.Close());
        Assert.That(File.Exists(at.Path), Is.EqualTo(isPassed), "the file of others is theirs");
    }
}
