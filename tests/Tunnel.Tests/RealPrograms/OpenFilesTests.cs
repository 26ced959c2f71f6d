using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>A server that has run out of files says so, waits, and goes on.</summary>
public sealed class OpenFilesTests
{
    private static readonly byte[] _words = "still here"u8.ToArray();

    [Test]
    public async Task A_server_out_of_files_recovers_when_connections_end()
    {
        // The runtime itself needs about 180; the rest is for a few dozen connections.
        const int openFiles = 256;
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port, openFiles);
        var good = new List<Socket>();
        for (var i = 0; i < openFiles; i++)
        {
            good.Add(await pair.DialAsync());
        }

        await pair.Server.LineAsync(line => line.Contains("cannot accept") && line.Contains("too many open files"));
        good.ForEach(socket => socket.Dispose());

        using var application = await pair.DialAsync();
        await application.SendAllAsync(_words);
        await Eventually.HoldsAsync(
            () => target.HasVisitor(),
            () => $"the target was not reached:\n{pair.Server.Log}\n{pair.Client.Log}"
        );
        // Those that were waiting come first, and have left.
        while (!await SaysTheWordsAsync(target)) { }

        Assert.That(pair.Server.Log, Does.Not.Contain(" ERROR "));
    }

    private static async Task<bool> SaysTheWordsAsync(Socket target)
    {
        using var service = await target.AcceptSoonAsync();
        try
        {
            return (await service.ReadExactlyAsync(_words.Length)).AsSpan().SequenceEqual(_words);
        }
        catch (Exception e) when (e is EndOfStreamException or SocketException)
        {
            return false;
        }
    }
}
