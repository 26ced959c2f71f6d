using System.Net.Sockets;
using System.Security.Authentication;
using NUnit.Framework;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.OpenSsl;

/// <summary>Records of libssl, which makes an alert for what it finds wrong and lets nobody else make one.</summary>
[LeavesNothing]
public sealed class LibSslRecordsTests
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    private TlsPeers _peers = null!;
    private Socket _listener = null!;
    private RawTls _peer = null!;
    private RawTls _near = null!;
    private LibSslRecords _records = null!;

    [SetUp]
    public async Task ShakeHands()
    {
        _peers = new TlsPeers().Speaking(SslProtocols.Tls12);
        _listener = Wire.Listen();
        var accepting = _listener.AcceptSoonAsync();
        _peer = new RawTls(_peers.Client, await Wire.DialAsync(_listener.EndPoint()));
        _near = new RawTls(_peers.Server, await accepting);
        await Task.WhenAll(_peer.HandshakeAsync(), _near.HandshakeAsync());
        _records = (LibSslRecords)_near.Records("none of ours");
    }

    [TearDown]
    public void End()
    {
        _records.Dispose();
        _near.Dispose();
        _peer.Dispose();
        _listener.Dispose();
        _peers.Dispose();
    }

    [Test]
    public async Task A_changed_record_is_answered_with_an_alert_that_the_peer_can_read()
    {
        var output = new byte[ITlsRecords.RoomFor(_words.Length)];
        Assert.That(_records.Write(_words, output, out var before), Is.EqualTo(TlsStatus.Complete));
        await _near.SendAsync(output[..before]);
        Assert.That(await _peer.ReadAsync(), Is.EqualTo(_words));
        var record = _peer.Record(_words);
        record[^1] ^= 1;
        Assert.That(Read(record), Is.EqualTo(TlsStatus.Failed));

        Assert.That(
            _records.Write(_words, output, out _),
            Is.EqualTo(TlsStatus.Failed),
            "no data goes on in front of it"
        );
        Assert.That(_records.TryAlert(Alerts.InternalError, output, out var length), Is.True);

        await _near.SendAsync(output[..length]);
        Assert.That(
            async () => await _peer.ReadAsync(),
            Throws.InvalidOperationException.With.Message.Contains("alert bad record mac")
        );
        Assert.That(_records.TryAlert(Alerts.InternalError, output, out _), Is.False, "once");
        Assert.That(_records.Write(_words, output, out _), Is.EqualTo(TlsStatus.Failed), "it was the last word");
        Assert.That(_records.Shutdown(output, out _), Is.EqualTo(TlsStatus.Failed));
    }

    [Test]
    public void Without_a_fault_there_is_no_alert_and_writing_goes_on()
    {
        var output = new byte[ITlsRecords.RoomFor(_words.Length)];
        Assert.That(Read(_peer.Record(_words)), Is.EqualTo(TlsStatus.WantRead));

        Assert.That(_records.TryAlert(Alerts.InternalError, output, out var length), Is.False);

        Assert.That(length, Is.Zero);
        Assert.That(_records.Write(_words, output, out _), Is.EqualTo(TlsStatus.Complete));
    }

    [Test]
    public void Behind_close_notify_there_is_no_alert()
    {
        var output = new byte[ITlsRecords.RoomFor(0)];
        Assert.That(_records.Shutdown(output, out _), Is.EqualTo(TlsStatus.Complete));
        var record = _peer.Record(_words);
        record[^1] ^= 1;
        Read(record);

        Assert.That(_records.TryAlert(Alerts.InternalError, output, out _), Is.False);
    }

    private TlsStatus Read(byte[] wire) => _records.Read(wire, new byte[wire.Length], out _, out _);
}
