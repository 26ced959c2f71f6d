using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>A server that has run out of files says so, waits, and goes on.</summary>
public sealed class OpenFilesTests
{
    [Test]
    public async Task A_server_out_of_files_recovers_when_connections_end()
    {
        // The runtime itself needs about 180; the rest is for a few dozen connections.
        const int openFiles = 256;
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port, openFiles);
        var silent = new List<Socket>();
        for (var i = 0; i < openFiles; i++)
        {
            silent.Add(await Wire.DialAsync(pair.Server.EndPoint));
        }

        await pair.Server.LineAsync(line => line.Contains("cannot accept") && line.Contains("too many open files"));
        silent.ForEach(socket => socket.Dispose());

        using var application = await pair.DialAsync();
        var accepting = target.AcceptSoonAsync();
        await Eventually.HoldsAsync(
            () => accepting.IsCompleted,
            () => $"the target was not reached:\n{pair.Server.Log}\n{pair.Client.Log}"
        );
        using var service = await accepting;
        await application.SendAllAsync("still here"u8.ToArray());
        Assert.That(await service.ReadExactlyAsync(10), Is.EqualTo("still here"u8.ToArray()));
        Assert.That(pair.Server.Log, Does.Not.Contain(" ERROR "));
    }
}
