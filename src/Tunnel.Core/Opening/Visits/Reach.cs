using System.Diagnostics;
using System.Globalization;
using System.Net;
using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Opening;

/// <summary>Where an address of a configuration leads at this moment.</summary>
/// <param name="EndPoints">At most <see cref="Reach.MostAddresses"/>; empty with a fault.</param>
/// <param name="Fault">Why there are none, in words.</param>
/// <param name="LeftOut">How many more there are.</param>
public sealed record Addresses(IReadOnlyList<EndPoint> EndPoints, string? Fault, int LeftOut, TimeSpan Took);

/// <summary>The first steps to somebody far away, one by one, for those who want to see each of them.</summary>
public static class Reach
{
    /// <summary>A name with more has them for the load, not for different ways.</summary>
    public const int MostAddresses = 8;

    /// <summary>The addresses of a name as the resolver orders them; of a literal or a Unix socket itself.</summary>
    /// <param name="most">How long the resolver may take.</param>
    public static async Task<Addresses> FindAsync(Address target, TimeSpan most, Engine engine)
    {
        if (target is UnixAddress unix)
        {
            return new Addresses([new UnixEndPoint(unix.Name)], null, 0, TimeSpan.Zero);
        }

        var (host, port) = (HostPort)target;
        var started = Stopwatch.GetTimestamp();
        var lookup = engine.Names.LookupAsync(host);
        await Task.WhenAny(lookup, engine.Wheel.DelayAsync(most)).ConfigureAwait(false);
        var (found, fault) = lookup.IsCompleted
            ? await lookup.ConfigureAwait(false)
            : LookupResult.Failed(ResolverErrors.NoAnswerYet);
        return new Addresses(
            [.. found.Take(MostAddresses).Select(address => new IPEndPoint(address, port))],
            fault?.Cause,
            Math.Max(found.Count - MostAddresses, 0),
            Stopwatch.GetElapsedTime(started)
        );
    }

    /// <summary>Connects to an address and closes the connection again, in order.</summary>
    /// <returns>Why it is not reached, with its address; null: it is.</returns>
    public static async Task<(string? Fault, TimeSpan Took)> TryAsync(EndPoint to, TimeSpan most, Engine engine)
    {
        var (channel, fault, _, took) = await ConnectAsync(to, most, engine).ConfigureAwait(false);
        channel?.Dispose(clean: true);
        return (fault, took);
    }

    internal static async Task<(SocketChannel? Channel, string? Fault, bool IsLate, TimeSpan Took)> ConnectAsync(
        EndPoint to,
        TimeSpan most,
        Engine engine
    )
    {
        if (!engine.Files.TryTake(1))
        {
            return (null, $"{to}: {SocketErrors.Words(engine.Files.Shortage)}", false, TimeSpan.Zero);
        }

        try
        {
            var attempt = to is UnixEndPoint unix
                ? new ConnectAttempt(unix, engine)
                : new ConnectAttempt(((IPEndPoint)to).Address.ToString(), ((IPEndPoint)to).Port, engine);
            var started = Stopwatch.GetTimestamp();
            using var limit = TimeLimit.Start(engine.Wheel, most, attempt.GiveUp);
            var result = await attempt.RunAsync().ConfigureAwait(false);
            var took = Stopwatch.GetElapsedTime(started);
            return result.Channel is not null ? (result.Channel, null, false, took)
                : limit.Expired ? (null, Late(most, result.Detail), true, took)
                : (null, result.Detail, false, took);
        }
        finally
        {
            engine.Files.Return(1);
        }
    }

    private static string Late(TimeSpan most, string detail) =>
        string.Create(CultureInfo.InvariantCulture, $"{detail} within {most.TotalSeconds:0.###} s (timeouts.connect)");
}
