using System.Net;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Cli.Doctor;

/// <summary>From a client's place to the service: each server, each of its addresses.</summary>
internal sealed class ClientLadder(TunnelCandidate tunnel, Engine engine, Ladder ladder)
{
    private readonly List<Diagnosis> _faults = [];
    private readonly List<string> _ways = [];

    public async Task<Findings> ClimbAsync()
    {
        if (OwnFiles.Look(tunnel, ladder) is { } own)
        {
            _faults.Add(own);
            return Result();
        }

        for (var server = 0; server < tunnel.Settings.Forward.Targets.Count; server++)
        {
            await TryAsync(server).ConfigureAwait(false);
        }

        return Result();
    }

    private Findings Result()
    {
        // The one that came furthest: what is wrong further up matters only when the rungs below hold.
        var worst = _ways.Count > 0 ? null : _faults.MaxBy(fault => fault.Rung);
        return new Findings(
            tunnel.Settings.Name,
            tunnel.Settings.Role.Word(),
            ladder.Steps,
            worst,
            worst is null
                ? $"it works: who connects to {string.Join(", ", tunnel.Settings.Listen)} is served by way of "
                    + string.Join(", ", _ways)
                : worst.What
        )
        {
            Beside = [.. _faults.Where(fault => fault != worst)],
        };
    }

    private async Task TryAsync(int server)
    {
        var settings = tunnel.Settings;
        var peer = settings.Forward.Targets[server].Address;
        var found = await Reach.FindAsync(peer, settings.Timeouts.Connect, engine).ConfigureAwait(false);
        if (NameStep.Of(peer, found) is { } name)
        {
            ladder.Add(name);
        }

        if (found.Fault is not null)
        {
            _faults.Add(NameStep.Diagnose(peer, found.Fault, "remote_server.host"));
            return;
        }

        // At the same time, because an address that is silent takes all of the time for connecting.
        var visits = found.EndPoints.Select(address => tunnel.VisitTo(server, engine).PayAsync(address)).ToList();
        foreach (var visit in visits)
        {
            var report = await visit.ConfigureAwait(false);
            foreach (var step in VisitSteps.Of(report))
            {
                ladder.Add(step with { Peer = peer.ToString(), Address = report.Address.ToString() });
            }

            if (new VisitDiagnosis(tunnel, server).Of(report) is { } fault)
            {
                _faults.Add(fault);
            }
            else
            {
                _ways.Add(report.Address.ToString()!);
            }
        }
    }
}
