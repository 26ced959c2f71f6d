using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>A client tries again while its server cannot be reached, within its budget.</summary>
public sealed class ProcessRetryTests(BackendPair backends) : ProcessTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    [Test]
    public async Task A_connection_made_while_the_server_is_down_is_served_when_it_is_up()
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(
            target.EndPoint().Port,
            Options with
            {
                MaxElapsedSeconds = 20,
            }
        );
        await KillServerAsync(pair);
        using var application = await pair.DialAsync();
        await application.SendAllAsync(_words);
        await pair.Client.LineAsync(line => line.Contains("attempt 1 failed: reason=unreachable"));

        await pair.RestartServerAsync();

        using var service = await target.AcceptSoonAsync();
        Assert.That(await service.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
        AssertNoFault(pair);
    }

    [Test]
    public async Task When_the_budget_is_spent_the_application_sees_RST_and_the_log_says_so()
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(
            target.EndPoint().Port,
            Options with
            {
                MaxElapsedSeconds = 0.5,
            }
        );
        await KillServerAsync(pair);

        Assert.That(await pair.VisitAsync(), Is.EqualTo(SocketError.ConnectionReset));
        await pair.Client.LineAsync(line => line.Contains("given up: reason=unreachable"));
        Assert.That((await pair.Client.ClosedAsync())[0].End, Is.EqualTo(("unreachable", "server")));
        AssertNoFault(pair);
    }

    private static async Task KillServerAsync(ProcessPair pair)
    {
        pair.Server.Signal("KILL");
        await pair.Server.ExitCodeAsync();
    }
}
