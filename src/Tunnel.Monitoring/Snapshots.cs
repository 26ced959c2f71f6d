using Tunnel.Reports;
using Tunnel.Tunnels;

namespace Tunnel.Monitoring;

/// <summary>
/// Reports that many may ask for: one is made and shared for a moment, so that a thousand askers cost no more than one.
/// </summary>
internal sealed class Snapshots(IWatchedProcess process)
{
    // Ten a second at most, however many ask.
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private (long At, ProcessReport Value)? _report;
    private (long At, int Most, SessionList Value)? _sessions;

    public ProcessReport Report
    {
        get
        {
            lock (_lock)
            {
                if (_report is not { } last || IsOld(last.At))
                {
                    _report = (Environment.TickCount64, process.Report());
                }

                return _report.Value.Value;
            }
        }
    }

    public SessionList Sessions(int most)
    {
        lock (_lock)
        {
            if (_sessions is not { } last || IsOld(last.At) || last.Most < most)
            {
                _sessions = last = (Environment.TickCount64, most, process.Sessions(most));
            }

            return last.Most == most ? last.Value : last.Value with { Sessions = [.. last.Value.Sessions.Take(most)] };
        }
    }

    private static bool IsOld(long at) => Environment.TickCount64 - at >= _moment.TotalMilliseconds;
}
