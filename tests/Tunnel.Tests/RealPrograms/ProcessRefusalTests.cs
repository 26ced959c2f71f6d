using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>Who is not to get in: the log says at both ends why, and the application sees that it broke.</summary>
public sealed class ProcessRefusalTests(BackendPair backends) : ProcessTests(backends)
{
    [Test]
    public Task A_client_of_another_CA() =>
        ServerRefusesAsync(
            Options with
            {
                Certificates = new PairOptions { ClientCertificate = TestCa.CreateRoot("Other Root").Issue() },
            },
            "issuer CN=Other Root is neither among"
        );

    [Test]
    public Task A_client_whose_certificate_has_expired()
    {
        var root = TestCa.CreateRoot();
        var expired = root.Issue(TestLeaf.Expired(TimeSpan.FromDays(3)));
        return ServerRefusesAsync(
            Options with
            {
                Certificates = new PairOptions { Root = root, ClientCertificate = expired },
            },
            "expired on"
        );
    }

    [Test]
    public Task A_client_whose_name_is_not_allowed() =>
        ServerRefusesAsync(Options with { ServerTls = ", allowed_client_cns: [somebody.else]" }, "allowed_client_cns");

    [Test]
    public Task A_client_without_a_certificate() =>
        ServerRefusesAsync(Options with { ClientHasNoCertificate = true }, "certificate");

    [Test]
    public async Task A_server_of_another_CA()
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(
            target.EndPoint().Port,
            Options with
            {
                Certificates = new PairOptions { ServerCertificate = TestCa.CreateRoot("Other Root").Issue() },
            }
        );

        Assert.That(await pair.VisitAsync(), Is.EqualTo(SocketError.ConnectionReset));
        var client = (await pair.Client.ClosedAsync())[0];
        Assert.That(client.End, Is.EqualTo(("refused", "tunnel")), client.ToString());
        Assert.That(client.Detail, Does.Contain("issuer CN=Other Root is neither among"));
        var server = (await pair.Server.ClosedAsync())[0];
        Assert.That(server.ClosedBy, Is.EqualTo("client"), server.ToString());
        AssertNoFault(pair);
    }

    private static async Task ServerRefusesAsync(ProcessPairOptions options, string why)
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port, options);

        Assert.That(await pair.VisitAsync(), Is.EqualTo(SocketError.ConnectionReset));
        var server = (await pair.Server.ClosedAsync())[0];
        Assert.That(server.End, Is.EqualTo(("refused", "tunnel")), server.ToString());
        Assert.That(server.Detail, Does.Contain(why));
        var client = (await pair.Client.ClosedAsync())[0];
        Assert.That(client.End, Is.EqualTo(("refused_by_peer", "server")), client.ToString());
        Assert.That(target.HasVisitor(), Is.False, "the target must not be reached");
        AssertNoFault(pair);
    }
}
