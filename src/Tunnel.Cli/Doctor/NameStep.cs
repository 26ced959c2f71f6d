using System.Net;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Opening;

namespace Tunnel.Cli.Doctor;

/// <summary>The rung from a name to its addresses.</summary>
internal static class NameStep
{
    /// <summary>Asks for the addresses of a server or target, and takes the rung if it has a name.</summary>
    /// <param name="key">Of the configuration, which has the name.</param>
    /// <returns>The addresses, or why there are none.</returns>
    public static async Task<(IReadOnlyList<EndPoint> Found, Diagnosis? Fault)> TakeAsync(
        Address peer,
        string key,
        TimeSpan most,
        Engine engine,
        Ladder ladder
    )
    {
        var found = await Reach.FindAsync(peer, most, engine).ConfigureAwait(false);
        if (Of(peer, found) is { } step)
        {
            ladder.Add(step);
        }

        return (found.EndPoints, found.Fault is { } fault ? Diagnose(peer, fault, key) : null);
    }

    /// <returns>Null where there is no name.</returns>
    internal static Step? Of(Address peer, Addresses found)
    {
        if (peer is not HostPort { Host: var host } || IPAddress.TryParse(host, out _))
        {
            return null;
        }

        return found.Fault is { } fault
            ? new Step(Rung.Name, StepResult.Failed, found.Took, $"{host}: {fault}") { Peer = peer.ToString() }
            : new Step(Rung.Name, StepResult.Ok, found.Took, $"{host} is {List(found)}") { Peer = peer.ToString() };
    }

    /// <param name="key">Of the configuration, which has the name.</param>
    public static Diagnosis Diagnose(Address peer, string fault, string key) =>
        new(
            Rung.Name,
            "name_not_found",
            $"{peer} has no address: {((HostPort)peer).Host}: {fault}",
            $"correct {key}, or make the name known to this machine (DNS, /etc/hosts); 'getent hosts "
                + $"{((HostPort)peer).Host}' asks as the tunnel does"
        );

    private static string List(Addresses found)
    {
        var all = string.Join(", ", found.EndPoints.Cast<IPEndPoint>().Select(at => at.Address));
        return found.LeftOut > 0 ? $"{all} and {found.LeftOut} more, which are not tried" : all;
    }
}
