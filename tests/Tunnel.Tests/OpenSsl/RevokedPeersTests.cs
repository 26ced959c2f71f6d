using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.OpenSsl;

/// <summary>Live sessions whose peer is revoked by a list that comes while they run.</summary>
[LeavesNothing]
public sealed class RevokedPeersTests
{
    private ConfiguredProcess _process = null!;

    private string ListFile => _process.Files.File("list.pem");

    [SetUp]
    public async Task StartAsync()
    {
        _process = new ConfiguredProcess();
        await _process.StartAsync();
    }

    [TearDown]
    public async Task StopAsync() => await _process.DisposeAsync();

    [Test]
    public async Task A_client_that_is_revoked_is_ended()
    {
        using var clients = await WithCrlsAsync(_process.Root, _process.Root.Crl([]));

        _process.Files.Write("list.pem", _process.Root.Crl([clients.Other.Certificate]));
        await clients.ApplyAsync();

        await clients.OtherIsEndedAsync("is revoked by");
        await clients.OtherIsRefusedAsync();
    }

    [Test]
    public async Task The_clients_below_a_CA_that_is_revoked_are_ended()
    {
        var lower = _process.Root.CreateIntermediate();
        using var clients = await WithCrlsAsync(lower, _process.Root.Crl([]) + lower.Crl([]));

        _process.Files.Write("list.pem", _process.Root.Crl([lower.Certificate]) + lower.Crl([]));
        await clients.ApplyAsync();

        await clients.OtherIsEndedAsync("is revoked by");
        await clients.OtherIsRefusedAsync();
    }

    [Test]
    public async Task A_client_ends_its_sessions_with_a_server_that_is_revoked()
    {
        var server = _process.Root.Issue(new TestLeaf { CommonName = "server" });
        server.WriteFiles(_process.Files.Path, "server");
        _process.Files.Write("list.pem", _process.Root.Crl([]));
        using var clients = await TwoClients.StartAsync(
            _process,
            _process.Root,
            clients => clients.AtOther = $"crl: {ListFile}"
        );

        _process.Files.Write("list.pem", _process.Root.Crl([server.Certificate]));
        await clients.ApplyAsync();

        await clients.OtherIsEndedAsync("is revoked by", by: "d");
        await clients.OtherIsRefusedAsync(byItself: true);
    }

    [Test]
    public async Task Nobody_is_ended_because_a_list_is_missing()
    {
        var lower = _process.Root.CreateIntermediate();
        using var clients = await WithCrlsAsync(lower, _process.Root.Crl([]) + lower.Crl([]));

        _process.Files.Write("list.pem", _process.Root.Crl([]));
        await clients.ApplyAsync();

        await clients.LineAsync("client other would not be let in now: it is unknown whether", "go on");
        await clients.GoOnAsync();
        await clients.OtherIsRefusedAsync();
    }

    private Task<TwoClients> WithCrlsAsync(TestCa ca, string lists)
    {
        _process.Files.Write("list.pem", lists);
        return TwoClients.StartAsync(_process, ca, clients => clients.AtServer = $"crl: {ListFile}");
    }
}
