using System.Net.Sockets;
using Tunnel.Config;
using Tunnel.Text;
using Tunnel.Tunnels;

namespace Tunnel.Tests.TestKit;

/// <summary>Lists of targets on this machine, and sessions through a pair to one of them.</summary>
public static class Forwards
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    public static ForwardSettings To(TargetPolicy policy, params IEnumerable<int> ports) =>
        To(policy, ports.Select(port => new TargetSettings(new HostPort("127.0.0.1", port))));

    public static ForwardSettings To(TargetPolicy policy, params IEnumerable<TargetSettings> targets) =>
        new(new ValueList<TargetSettings>(targets)) { Policy = policy };

    /// <summary>How a port of this machine is called in the log.</summary>
    public static string Address(int port) => $"127.0.0.1:{port}";

    /// <summary>A session that arrives at this target, and works.</summary>
    public static async Task<(Socket Application, Socket Target)> OpenAsync(this Pair pair, Socket at)
    {
        var application = await pair.DialAsync();
        var target = await at.AcceptSoonAsync();
        await application.PassAsync(target, _words);
        await target.PassAsync(application, _words);
        return (application, target);
    }

    /// <summary>The same, from its beginning to its end.</summary>
    public static async Task VisitAsync(this Pair pair, Socket at)
    {
        var (application, target) = await pair.OpenAsync(at);
        await EndAsync(application, target);
    }

    /// <summary>The same at a target that is also visited by somebody who says nothing.</summary>
    public static async Task VisitThroughAsync(this Pair pair, Socket at)
    {
        using var application = await pair.DialAsync();
        await application.SendAllAsync(_words);
        application.Shutdown(SocketShutdown.Send);
        while (true)
        {
            using var target = await at.AcceptSoonAsync();
            if ((await target.ReadToEndAsync()).AsSpan().SequenceEqual(_words))
            {
                target.Shutdown(SocketShutdown.Send);
                await application.ReadToEndAsync();
                return;
            }
        }
    }

    /// <summary>Ends a session in order.</summary>
    public static async Task EndAsync(Socket application, Socket target)
    {
        application.Shutdown(SocketShutdown.Send);
        await target.ReadToEndAsync();
        target.Shutdown(SocketShutdown.Send);
        await application.ReadToEndAsync();
        application.Dispose();
        target.Dispose();
    }

    /// <summary>
    /// Lets the clock run until its targets have so many sessions: when one has ended is looked at now and then.
    /// </summary>
    public static Task HaveSessionsAsync(this ManualTime time, RunningTunnel tunnel, params int[] sessions)
    {
        return time.RunUntilAsync(HoldsAsync());

        int[] Now() => [.. tunnel.Plan.Forward.All.Select(target => target.Sessions)];

        async Task<bool> HoldsAsync()
        {
            await Eventually.HoldsAsync(() => Now().SequenceEqual(sessions), () => string.Join(", ", Now()));
            return true;
        }
    }

    /// <summary>The lines so far that contain the words.</summary>
    public static IReadOnlyList<string> LinesWith(this Pair pair, string words) =>
        [.. pair.Lines().Select(line => line.FormattedMessage).Where(line => line.Contains(words))];
}
