using System.Net;
using NUnit.Framework;
using Tunnel.Cli.Doctor;
using Tunnel.Config;
using Tunnel.Opening;

namespace Tunnel.Tests.Doctor;

public sealed class NameStepTests
{
    private static readonly IPEndPoint _one = new(IPAddress.Loopback, 8443);

    [Test]
    public void A_name_has_a_line_with_its_addresses()
    {
        var found = new Addresses([_one, new IPEndPoint(IPAddress.IPv6Loopback, 8443)], null, 3, TimeSpan.Zero);
        var step = NameStep.Of(new HostPort("db.example", 8443), found)!;
        Assert.That(step.Result, Is.EqualTo(StepResult.Ok));
        Assert.That(step.Text, Is.EqualTo("db.example is 127.0.0.1, ::1 and 3 more, which are not tried"));
    }

    [Test]
    public void An_address_and_a_Unix_socket_have_none()
    {
        var found = new Addresses([_one], null, 0, TimeSpan.Zero);
        Assert.That(NameStep.Of(new HostPort("127.0.0.1", 8443), found), Is.Null);
        Assert.That(NameStep.Of(new UnixAddress("/run/a.sock"), found), Is.Null);
    }
}
