using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

/// <summary>What an alert behind the handshake is taken for.</summary>
public sealed class AlertWordsTests
{
    [TestCase((byte)48, "tlsv1 alert unknown ca", TransportFaultKind.RefusedByPeer, IoStatus.Failed)]
    [TestCase((byte)116, "tlsv13 alert certificate required", TransportFaultKind.RefusedByPeer, IoStatus.Failed)]
    [TestCase((byte)80, "tlsv1 alert internal error", TransportFaultKind.BrokenOff, IoStatus.Reset)]
    [TestCase((byte)20, "sslv3 alert bad record mac", TransportFaultKind.Protocol, IoStatus.Failed)]
    public void Its_number_and_OpenSSLs_words_mean_the_same(
        byte description,
        string text,
        TransportFaultKind kind,
        IoStatus status
    )
    {
        var fault = AlertWords.AfterHandshake(description);

        Assert.That((fault.Kind, fault.Status), Is.EqualTo((kind, status)));
        Assert.That(AlertWords.AfterHandshake(text), Is.EqualTo(fault));
    }

    [Test]
    public void One_that_is_unknown_is_told_by_its_number() =>
        Assert.That(
            AlertWords.AfterHandshake(200).Trouble.Cause,
            Is.EqualTo("the peer ended the connection with TLS alert 200")
        );

    [Test]
    public void What_is_no_alert_keeps_its_words() =>
        Assert.That(
            AlertWords.AfterHandshake("wrong version number").Trouble.Cause,
            Is.EqualTo("wrong version number")
        );
}
