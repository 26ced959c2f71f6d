using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Net;

/// <summary>What the system says about the other end of a Unix socket, where no RST and no tcp_info exist.</summary>
[Platform("Linux")]
public sealed class UnixStateTests
{
    private static readonly byte[] _bytes = new byte[1000];

    private readonly TempDirectory _files = new();
    private Socket _near = null!;
    private Socket _far = null!;

    [SetUp]
    public async Task Connect()
    {
        var at = new UnixDomainSocketEndPoint(_files.File(Guid.NewGuid().ToString("N")[..8]));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(at);
        listener.Listen();
        _near = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await _near.ConnectAsync(at);
        _far = await listener.AcceptAsync();
    }

    [TearDown]
    public void Close()
    {
        _near.Dispose();
        _far.Dispose();
    }

    [OneTimeTearDown]
    public void RemoveFiles() => _files.Dispose();

    [Test]
    public async Task What_has_not_been_read_is_not_acknowledged()
    {
        await _near.SendAllAsync(_bytes);
        Assert.That(Read(_bytes.Length).BytesAcked, Is.LessThan(_bytes.Length));

        await _far.ReadExactlyAsync(_bytes.Length);

        Assert.That(Read(_bytes.Length).BytesAcked, Is.EqualTo(_bytes.Length));
    }

    [Test]
    public async Task A_peer_that_has_closed_with_bytes_unread_is_gone()
    {
        await _near.SendAllAsync(_bytes);
        Assert.That(Read(_bytes.Length).Presence, Is.EqualTo(PeerPresence.There));

        _far.Close();

        var state = Read(_bytes.Length);
        Assert.That((state.Presence, state.IsClosed), Is.EqualTo((PeerPresence.Gone, true)));
    }

    [Test]
    public void A_peer_that_has_ended_in_order_may_have_asked_something()
    {
        _far.Shutdown(SocketShutdown.Send);
        Assert.That((Read(0).Presence, Read(0).IsClosed), Is.EqualTo((PeerPresence.SentFin, false)));
    }

    private PeerState Read(long sent) => UnixState.Read(_near, sent, received: 0, isBroken: false);
}
