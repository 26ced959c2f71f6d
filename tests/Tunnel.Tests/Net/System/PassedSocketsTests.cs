using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Net.System;

/// <summary>What the environment says about sockets that systemd has passed.</summary>
[Platform("Linux")]
public sealed class PassedSocketsTests
{
    [TestCase("1", "7", null, "unknown", "3")]
    [TestCase("3", "7", "web:db:web", "web", "3 5")]
    [TestCase("3", "7", "web:db:web", "db", "4")]
    [TestCase("2", "7", "web", "unknown", "4")]
    [TestCase("2", "7", "web:db", "mail", "")]
    [TestCase("2", "8", "web:db", "web", "")]
    [TestCase("2", null, "web:db", "web", "")]
    [TestCase("", "7", null, "unknown", "")]
    [TestCase(null, null, null, "unknown", "")]
    public void Each_name_has_its_descriptors(string? count, string? pid, string? names, string name, string expected)
    {
        var passed = Of(count, pid, names).Named(name).Select(socket => socket.Descriptor);

        Assert.That(string.Join(' ', passed), Is.EqualTo(expected));
    }

    [TestCase(null, null, "no socket (LISTEN_FDS is not set")]
    [TestCase("2", "8", "no socket to this process 7, but to process 8 (LISTEN_PID)")]
    [TestCase("2", "7", "only web, db")]
    public void What_is_lacking_is_said(string? count, string? pid, string words) =>
        Assert.That(Of(count, pid, "web:db").ToString(), Does.StartWith(words));

    [Test]
    public void What_is_not_a_listening_socket_is_refused()
    {
        using var file = File.OpenHandle("/dev/null");
        using var unbound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var datagrams = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        // It listens, and connections to it are made, but they carry messages.
        using var messages = new Socket(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        messages.Bind(new UnixEndPoint($"@{Guid.NewGuid():N}").ToSystem());
        messages.Listen();
        foreach (var handle in (nint[])[file.DangerousGetHandle(), unbound.Handle, datagrams.Handle, messages.Handle])
        {
            var passed = new PassedSocket("web", (int)handle);
            Assert.That(
                () => passed.Open(),
                Throws.InstanceOf<IOException>().With.Message.Contains($"file descriptor {handle} is not a listening")
            );
        }
    }

    [Test]
    public void It_can_be_opened_again_and_no_number_is_used_twice()
    {
        using var listener = Wire.Listen();
        var passed = new PassedSocket("web", (int)listener.Handle);
        var first = passed.Open();
        var number = first.Handle;
        first.Dispose();

        using var second = passed.Open();

        Assert.That(second.Handle, Is.Not.EqualTo(number));
        Assert.That(second.LocalEndPoint, Is.EqualTo(listener.LocalEndPoint));
    }

    private static PassedSockets Of(string? count, string? pid, string? names) =>
        PassedSockets.Of(
            name =>
                name switch
                {
                    "LISTEN_FDS" => count,
                    "LISTEN_PID" => pid,
                    "LISTEN_FDNAMES" => names,
                    _ => null,
                },
            "7"
        );
}
