using Tunnel.Load.Cases;
using Tunnel.Load.Reports;

namespace Tunnel.Load.Machine;

/// <summary>
/// What this machine charges for what every tunnel has to do; measured in each round, before its first case.
/// </summary>
internal sealed class MachineCosts
{
    private static readonly IReadOnlyList<Column> _columns =
    [
        new("waking a thread, median us", 1, MoreIsBetter: false),
        new("p99 us", 1, MoreIsBetter: false),
        new("on another processor, median us", 1, MoreIsBetter: false),
        new("p99 us", 1, MoreIsBetter: false),
        new("empty epoll_wait ns", 0, MoreIsBetter: false),
        new("empty recv ns", 0, MoreIsBetter: false),
    ];

    private readonly List<double[]> _rounds = [];

    public void Measure()
    {
        var anywhere = WakeCost.Measure(apart: false);
        var apart = WakeCost.Measure(apart: true);
        _rounds.Add([anywhere.P50, anywhere.P99, apart.P50, apart.P99, EmptyCalls.EpollWait(), EmptyCalls.Receive()]);
    }

    public IEnumerable<string> Report()
    {
        yield return Table.Row(_columns.Select(column => column.Name));
        yield return Table.Row(_columns.Select(_ => "---:"));
        yield return Table.Row(
            _columns.Select((column, i) => Spread.Of(_rounds.Select(round => round[i]))!.Text(column.Decimals))
        );
        yield return "";
    }
}
