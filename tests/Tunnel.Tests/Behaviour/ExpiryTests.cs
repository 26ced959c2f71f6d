using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>What will stop working soon is said in time, and once.</summary>
public sealed class ExpiryTests(BackendPair backends) : ConfiguredTests(backends)
{
    private static readonly DateTimeOffset _soon = DateTimeOffset.UtcNow.AddDays(13).AddHours(12);

    [Test]
    public async Task A_peer_whose_certificate_expires_soon_is_warned_about_once()
    {
        var other = Process.Root.Issue(new TestLeaf { CommonName = "other", NotAfter = _soon });
        using var clients = new TwoClients(Process, other);
        await clients.ApplyAsync();
        await clients.OpenAsync();
        await clients.OpenAsync();

        var line = await clients.LineAsync("client other will not be let in after", "in 13 days");

        Assert.That(line.FormattedMessage, Does.EndWith("its certificate expires"));
        Assert.That(clients.Lines("will not be let in after"), Is.Empty);
    }

    [Test]
    public async Task A_CA_above_a_peer_that_expires_soon_is_named()
    {
        var lower = Process.Root.CreateIntermediate(notAfter: _soon);
        using var clients = await TwoClients.StartAsync(Process, lower);
        await clients.OpenAsync();

        await clients.LineAsync(
            "client other will not be let in after",
            "the certificate of CN=Test Intermediate above it"
        );

        Assert.That(clients.Lines("will not be let in after"), Is.Empty);
    }

    [Test]
    public async Task A_certificate_of_ours_that_comes_with_a_reload_and_expires_soon_is_warned_about_once()
    {
        using var clients = await TwoClients.StartAsync(Process, Process.Root);
        var server = new TestLeaf { CommonName = "server", NotAfter = _soon };
        Process.Root.Issue(server).WriteFiles(Process.Files.Path, "server");

        await clients.ApplyAsync();
        await clients.LineAsync(Process.Certificates.ServerCert, "expires on", "in 13 days");
        clients.AtServer = "allowed_client_cns: [client, other]";
        await clients.ApplyAsync();

        Assert.That(clients.Lines("expires on"), Is.Empty);
    }
}
