using System.Globalization;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>Many connections, more than there are files for, and what they leave behind.</summary>
public sealed class ProcessLoadTests(BackendPair backends) : ProcessTests(backends)
{
    private const long MiB = 1024 * 1024;

    // Of both processes together. What SslStream has of a session is many times as large, and so are the gaps that what
    // lives on leaves in the C library's heap.
    private readonly long _mostLeftBehind = backends == TestBackends.Pairs[0] ? 8 * MiB : 24 * MiB;

    private static readonly byte[] _words = "some words"u8.ToArray();

    [Test]
    public async Task Two_thousand_connections_at_once_are_served_and_what_they_took_is_given_back()
    {
        using var echo = new EchoService();
        await using var pair = await ProcessPair.StartAsync(
            echo.Port,
            Options with
            {
                Verbose = false,
                CanBeSeen = true,
            }
        );
        // What the first connections bring in stays: code, tables, names.
        await (await Crowd.GatherSpeakersAsync(pair.Client.EndPoint, 50)).LeaveAsync();
        await pair.Client.ClosedAsync(50);
        var before = Bytes(pair);

        var crowd = await Crowd.GatherSpeakersAsync(pair.Client.EndPoint, 2000);
        await crowd.SpeakAsync(bytes: 100);
        await crowd.LeaveAsync();

        Assert.That((await pair.Client.ClosedAsync(2050)).Select(line => line.Reason), Is.All.EqualTo("eof"));
        AssertNoFault(pair);
        // The other form holds what it has compiled by then, too.
        if (TunnelProgram.IsNative)
        {
            await Eventually.HoldsAsync(
                () => Bytes(pair) - before < _mostLeftBehind,
                () => $"the pair had {before >> 10} KiB and has {Bytes(pair) >> 10}"
            );
        }
    }

    [Test]
    public async Task A_server_without_files_left_goes_on_when_there_are_some([Values] bool lowered)
    {
        Needed.Program("prlimit");
        if (lowered && !TunnelProgram.IsNative)
        {
            Assert.Ignore("the shared runtime ends the process when it has no file left to start a thread");
        }

        using var echo = new EchoService();
        await using var pair = await ProcessPair.StartAsync(
            echo.Port,
            Options with
            {
                CanBeSeen = true,
                Verbose = false,
                ServerOpenFiles = lowered ? null : 256,
            }
        );
        if (lowered)
        {
            // Below what it counts on: the system refuses what the program believes to have.
            await Tool.RunAsync(
                "prlimit",
                "--pid",
                pair.Server.ProcessId.ToString(CultureInfo.InvariantCulture),
                "--nofile=192:192"
            );
        }

        var crowd = await Crowd.GatherAsync(pair.Client.EndPoint, 300);
        await pair.Server.LineAsync(line => line.Contains("cannot accept"));
        crowd.Cut();

        await Eventually.HoldsAsync(
            () => IsServedAsync(pair),
            () => $"it does not serve any more:\n{pair.Server.Log}\n{pair.Client.Log}"
        );
        AssertNoFault(pair);
    }

    private static long Bytes(ProcessPair pair) => pair.Server.MemoryBytes + pair.Client.MemoryBytes;

    private static async Task<bool> IsServedAsync(ProcessPair pair)
    {
        using var application = await pair.DialAsync();
        await application.SendAllAsync(_words);
        try
        {
            return (await application.ReadExactlyAsync(_words.Length)).AsSpan().SequenceEqual(_words);
        }
        catch (Exception e) when (e is SocketException or EndOfStreamException or TimeoutException)
        {
            return false;
        }
    }
}
