using System.Net;
using System.Net.Sockets;
using NLog;
using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Tunnels;

/// <summary>
/// Listens on every address of the configured host that this machine has, on a Unix socket, or on what systemd opened.
/// </summary>
internal static class Listening
{
    /// <param name="bind">Gives a port or throws a <see cref="SocketException"/>.</param>
    /// <returns>At least one.</returns>
    /// <exception cref="TunnelStartException">
    /// No address can be used, or one is taken; the message names it.
    /// </exception>
    public static Task<IReadOnlyList<ServedPort>> BindAsync(
        Address at,
        Engine engine,
        Func<EndPoint, ServedPort> bind,
        ILogger log
    ) =>
        at switch
        {
            UnixAddress unix => Task.FromResult(Bind(unix, bind)),
            SystemdSocket systemd => Task.FromResult(Bind(systemd, engine.Network.Passed, bind)),
            _ => BindAsync((HostPort)at, engine, bind, log),
        };

    private static IReadOnlyList<ServedPort> Bind(
        SystemdSocket at,
        PassedSockets passed,
        Func<EndPoint, ServedPort> bind
    )
    {
        var sockets = passed.Named(at.Name);
        if (sockets.Count == 0)
        {
            throw new TunnelStartException(
                Trouble.Of(
                    $"{at.Place}: {at.Key} is '{at.Name}', but systemd has passed {passed}",
                    "write the FileDescriptorName= of its unit, or else the unit's name"
                )
            );
        }

        try
        {
            return [.. sockets.Select(bind)];
        }
        catch (IOException e)
        {
            throw new TunnelStartException(
                UnusableSocketException.TroubleOf(e).Behind($"{at.Place}: {at.Key} is '{at.Name}', but ")
            );
        }
    }

    private static IReadOnlyList<ServedPort> Bind(UnixAddress at, Func<EndPoint, ServedPort> bind)
    {
        try
        {
            return [bind(new UnixEndPoint(at.Name))];
        }
        catch (IOException e)
        {
            throw new TunnelStartException(UnusableSocketException.TroubleOf(e).Behind($"cannot listen on {at}: "));
        }
    }

    private static async Task<IReadOnlyList<ServedPort>> BindAsync(
        HostPort at,
        Engine engine,
        Func<EndPoint, ServedPort> bind,
        ILogger log
    )
    {
        var (addresses, fault) = await engine.Names.LookupAsync(at.Host).ConfigureAwait(false);
        return fault is null
            ? Bind(at, addresses, bind, (endPoint, why) => TunnelLog.NotListening(log, endPoint, $"{why}"))
            : throw new TunnelStartException(fault.Behind($"cannot listen on {at}: {at.Host}: "));
    }

    /// <summary>The same for addresses that are known.</summary>
    /// <param name="leftOut">Called for an address that the machine does not have, if another one works.</param>
    internal static IReadOnlyList<ServedPort> Bind(
        HostPort at,
        IEnumerable<IPAddress> addresses,
        Func<IPEndPoint, ServedPort> bind,
        Action<IPEndPoint, Trouble> leftOut
    )
    {
        var bound = new List<ServedPort>();
        var missing = new List<(IPEndPoint EndPoint, Trouble Why)>();
        var wanted = new Queue<IPAddress>(addresses);
        while (wanted.TryDequeue(out var address))
        {
            var endPoint = new IPEndPoint(address, at.Port);
            try
            {
                bound.Add(bind(endPoint));
            }
            catch (SocketException e) when (AddressFaults.IsMissing(address, e.SocketErrorCode))
            {
                // localhost is ::1 in most hosts files, even where IPv6 is switched off.
                missing.Add((endPoint, AddressFaults.OfListening(endPoint, e.SocketErrorCode)));
                if (address.Equals(IPAddress.IPv6Any))
                {
                    // It means all addresses of the machine: use those that it has.
                    wanted.Enqueue(IPAddress.Any);
                }
            }
            catch (SocketException e)
            {
                var why = AddressFaults.OfListening(endPoint, e.SocketErrorCode);
                throw new TunnelStartException(Refusal(at, why.Behind($"{endPoint}: ")));
            }
        }

        if (bound.Count == 0)
        {
            throw new TunnelStartException(
                Refusal(
                    at,
                    Trouble.Of(
                        string.Join("; ", missing.Select(one => $"{one.EndPoint}: {one.Why.Cause}")),
                        missing[^1].Why.Remedy
                    )
                )
            );
        }

        missing.ForEach(one => leftOut(one.EndPoint, one.Why));
        return bound;
    }

    private static Trouble Refusal(HostPort at, Trouble why) =>
        why.Behind(
            why.Cause.StartsWith($"{at}: ", StringComparison.Ordinal) ? "cannot listen on " : $"cannot listen on {at}: "
        );
}
