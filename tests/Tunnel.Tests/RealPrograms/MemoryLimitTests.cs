using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>
/// Client and server in 64 MiB each, as in a small container. With SslStream a session takes some 60 KiB of each
/// process and its handshake twice that, so there it is 200 connections.
/// </summary>
[TestFixture(TlsBackendSetting.OpenSsl, 1000)]
[TestFixture(TlsBackendSetting.SslStream, 200)]
public sealed class MemoryLimitTests(TlsBackendSetting backend, int connections)
{
    private const long Limit = 64 * 1024 * 1024;

    [Test]
    public async Task Chat_and_bulk_for_all_at_once()
    {
        if (!TunnelProgram.IsNative)
        {
            Assert.Ignore("the shared runtime alone takes a third of it");
        }

        using var serverGroup = MemoryGroup.Create(Limit);
        using var clientGroup = MemoryGroup.Create(Limit);
        using var echo = new EchoService();
        await using var pair = await ProcessPair.StartAsync(
            echo.Port,
            new ProcessPairOptions
            {
                Backends = new BackendPair(backend, backend),
                Verbose = false,
                Under = role => (role == "server" ? serverGroup : clientGroup).Enter,
            }
        );

        var crowd = await Crowd.GatherAsync(pair.Client.EndPoint, connections);
        await crowd.SpeakAsync(bytes: 64);
        await crowd.SpeakAsync(bytes: 256 * 1024);
        await crowd.SpeakAsync(bytes: 64);
        await crowd.LeaveAsync();

        Assert.That((await pair.Client.ClosedAsync(connections)).Select(line => line.Reason), Is.All.EqualTo("eof"));
    }
}
