using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Relay;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// Live sessions are asked again, when the rules change and when a certificate expires: whoever would not be let in
/// now is ended, and nobody else.
/// </summary>
public sealed class RevalidationTests(BackendPair backends) : ConfiguredTests(backends)
{
    // Long enough for a handshake on a busy machine, short enough to wait for.
    private static readonly TimeSpan _life = TimeSpan.FromSeconds(5);

    [Test]
    public async Task A_client_that_is_taken_off_the_list_is_ended()
    {
        using var clients = await WithListAsync(Process.Root);

        clients.AtServer = "allowed_client_cns: [client]";
        await clients.ApplyAsync();

        await clients.OtherIsEndedAsync("other");
        await clients.OtherIsRefusedAsync();
    }

    [TestCase("[{ deny: { names: other } }, { allow: everybody }]", "access[0] denies it: CN=other")]
    [TestCase(
        "[{ deny: { names: other, from: 127.0.0.0/8 } }, { allow: everybody }]",
        "; address 127.0.0.1 is in from (127.0.0.0/8)"
    )]
    [TestCase("[{ allow: { names: client } }]", "no entry of access allows it; the nearest is")]
    [TestCase(
        "[{ allow: { from: 192.0.2.0/24 } }, { allow: { names: client } }]",
        "no entry of access allows it; the nearest is"
    )]
    public async Task A_client_that_the_list_does_not_let_in_any_more_is_ended(string access, string words)
    {
        using var clients = await TwoClients.StartAsync(Process, Process.Root.CreateIntermediate());
        await clients.OpenAsync();

        clients.Access = access;
        await clients.ApplyAsync();

        await clients.OtherIsEndedAsync(words);
        await clients.OtherIsRefusedAsync();
    }

    [Test]
    public async Task A_server_that_the_list_does_not_trust_any_more_is_left()
    {
        using var clients = await TwoClients.StartAsync(Process, Process.Root);

        clients.AtOthersServer = "access: [{ deny: { issuer: Test Root } }, { allow: everybody }]";
        await clients.ApplyAsync();

        await clients.OtherIsEndedAsync("access[0] denies it: a chain below CN=Test Root", by: "d");
        await clients.OtherIsRefusedAsync(byItself: true);
    }

    [Test]
    public async Task Sessions_that_were_resumed_are_asked_too()
    {
        using var clients = await WithListAsync(Process.Root.CreateIntermediate());
        await clients.OpenAsync();
        await clients.OpenAsync();

        clients.AtServer = "allowed_client_cns: [client]";
        await clients.ApplyAsync();

        await clients.OtherIsEndedAsync("other");
    }

    [Test]
    public async Task The_clients_of_a_CA_that_is_removed_are_ended()
    {
        var gone = TestCa.CreateRoot("Gone Root");
        TrustClientsOf(Process.Root, gone);
        using var clients = await TwoClients.StartAsync(Process, gone);

        TrustClientsOf(Process.Root);
        await clients.ApplyAsync();

        await clients.OtherIsEndedAsync("Gone Root");
        await clients.OtherIsRefusedAsync();
    }

    [Test]
    public async Task A_client_ends_its_sessions_with_a_server_whose_CA_is_removed()
    {
        var file = Process.Root.WriteFile(Process.Files.Path, "others.crt");
        using var clients = await TwoClients.StartAsync(Process, Process.Root, clients => clients.OthersCa = file);

        TestCa.CreateRoot("New Root").WriteFile(Process.Files.Path, "others.crt");
        await clients.ApplyAsync();

        await clients.OtherIsEndedAsync("Test Root", by: "d");
        await clients.OtherIsRefusedAsync(byItself: true);
    }

    [Test]
    public async Task A_client_asks_no_name_of_a_server_that_is_no_longer_its_own_but_still_trusts_it_or_not()
    {
        var file = Process.Root.WriteFile(Process.Files.Path, "others.crt");
        using var clients = await TwoClients.StartAsync(Process, Process.Root, clients => clients.OthersCa = file);

        (clients.OthersServerPort, clients.AtOthersServer) = (Wire.FreePort(), "server_name: another.example");
        await clients.ApplyAsync();
        await clients.GoOnAsync();

        TestCa.CreateRoot("New Root").WriteFile(Process.Files.Path, "others.crt");
        await clients.ApplyAsync();
        await clients.OtherIsEndedAsync("Test Root", by: "d");
    }

    [Test]
    public async Task A_server_that_has_not_the_name_any_more_is_left()
    {
        using var clients = await TwoClients.StartAsync(Process, Process.Root);

        clients.AtOthersServer = "server_name: another.example";
        await clients.ApplyAsync();

        await clients.OtherIsEndedAsync("another.example", by: "d");
    }

    [Test]
    public async Task A_CA_that_is_renewed_with_its_key_ends_nobody()
    {
        using var clients = await TwoClients.StartAsync(Process, Process.Root.CreateIntermediate());

        TrustClientsOf(Process.Root.Renew());
        await clients.ApplyAsync();

        await clients.GoOnAsync();
        await clients.OpenAsync();
        await clients.GoOnAsync();
    }

    [Test]
    public async Task A_client_with_intermediates_comes_back_after_a_reload()
    {
        using var clients = await TwoClients.StartAsync(Process, Process.Root.CreateIntermediate());
        await clients.OpenAsync();

        clients.AtServer = "allowed_client_cns: [client, other]";
        await clients.ApplyAsync();

        await clients.OpenAsync();
        await clients.GoOnAsync();
    }

    [Test]
    public async Task A_session_ends_when_a_certificate_of_its_peer_expires()
    {
        var end = DateTimeOffset.UtcNow + _life;
        using var clients = await TwoClients.StartAsync(Process, Process.Root.CreateIntermediate(notAfter: end));

        await clients.OtherIsEndedAsync("expired on");
        // A certificate counts whole seconds.
        Assert.That(DateTimeOffset.UtcNow, Is.GreaterThan(end - TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task Where_there_are_only_warnings_sessions_go_on()
    {
        using var clients = await WithListAsync(Process.Root);

        clients.AtServer = "allowed_client_cns: [client], on_revoked: warn";
        await clients.ApplyAsync();

        await clients.LineAsync("client other would not be let in now:", "1 live sessions of it go on");
        await clients.GoOnAsync();
        await clients.OtherIsRefusedAsync();
    }

    [Test]
    public async Task A_session_that_the_old_rules_let_in_while_they_changed_is_asked_too()
    {
        using var target = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        target.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        // The system lets a second connection wait until the first has been accepted.
        target.Listen(0);
        using var first = await Wire.DialAsync(target.EndPoint());
        using var clients = new TwoClients(Process, Process.Root.Issue(new TestLeaf { CommonName = "other" }))
        {
            Target = target,
        };
        await clients.ApplyAsync();
        using var application = await Process.DialAsync("d");
        await Eventually.HoldsAsync(
            () => Process.Of("s").Table.Records().Any(session => session.State == SessionState.Connecting),
            () => "nobody is on the way to the target"
        );

        clients.AtServer = "allowed_client_cns: [client]";
        await clients.ApplyAsync();
        using var room = await target.AcceptSoonAsync();

        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        await clients.LineAsync("reason=no_longer_allowed");
    }

    private void TrustClientsOf(params TestCa[] cas)
    {
        var pem = string.Concat(cas.Select(ca => ca.Certificate.ExportCertificatePem() + "\n"));
        Process.Files.Write(System.IO.Path.GetFileName(Process.Certificates.ClientCa), pem);
    }

    private Task<TwoClients> WithListAsync(TestCa ca) =>
        TwoClients.StartAsync(Process, ca, clients => clients.AtServer = "allowed_client_cns: [client, other]");
}
