using System.Net;
using Tunnel.Config;

namespace Tunnel.Simulator;

/// <summary>The addresses of the targets, or servers, of a world.</summary>
internal static class Lists
{
    /// <param name="machine">Where they are, each at a port of its own.</param>
    /// <param name="silent">Takes the addresses at which nobody answers.</param>
    /// <param name="network">The third number of these.</param>
    public static IReadOnlyList<IPEndPoint> Of(
        ListSpec list,
        IPAddress machine,
        int firstPort,
        HashSet<IPAddress> silent,
        byte network
    )
    {
        var all = new List<IPEndPoint>();
        foreach (var (index, member) in list.All.Index())
        {
            var address = machine;
            if (member.Kind == MemberKind.Silent)
            {
                silent.Add(address = new IPAddress([10, 0, network, (byte)index]));
            }

            all.Add(new IPEndPoint(address, firstPort + index));
        }

        return all;
    }

    /// <param name="firstName">Of the first, where a name stands in the place of its address.</param>
    public static ForwardSettings ToSettings(ListSpec list, IReadOnlyList<IPEndPoint> all, string? firstName = null) =>
        new(
            new ValueList<TargetSettings>(
                all.Select(
                    (at, index) =>
                        new TargetSettings(
                            new HostPort(index == 0 && firstName is not null ? firstName : $"{at.Address}", at.Port)
                        )
                )
            )
        )
        {
            Policy = list.Policy,
        };
}
