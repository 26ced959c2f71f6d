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
    private readonly List<Fault> _faults = [];
    private readonly List<string> _ways = [];
    private readonly SecondLook _second = new(tunnel, engine);

    public async Task<Findings> ClimbAsync()
    {
        if (OwnFiles.Look(tunnel, ladder) is { } own)
        {
            var known = own.Code is "expired" or "not_yet_valid"
                ? await _second.ClocksAsync(own).ConfigureAwait(false)
                : own;
            return Result(known, []);
        }

        for (var server = 0; server < tunnel.Settings.Forward.Targets.Count; server++)
        {
            await TryAsync(server).ConfigureAwait(false);
        }

        // The one that came furthest: what is wrong further up matters only when the rungs below hold.
        var worst = _ways.Count > 0 ? null : _faults.MaxBy(fault => fault.Diagnosis.Rung);
        return Result(
            worst is null ? null : await _second.AtAsync(worst).ConfigureAwait(false),
            [.. _faults.Where(fault => fault != worst).Select(fault => fault.Diagnosis)]
        );
    }

    private Findings Result(Diagnosis? worst, IReadOnlyList<Diagnosis> beside) =>
        new(
            tunnel.Settings.Name,
            tunnel.Settings.Role.Word(),
            ladder.Steps,
            worst,
            worst?.ToString()
                ?? $"it works: a client that runs with this file serves who connects to "
                    + $"{string.Join(", ", tunnel.Settings.Listen)}, by way of {string.Join(", ", _ways)}"
        )
        {
            Beside = beside,
        };

    private async Task TryAsync(int server)
    {
        var settings = tunnel.Settings;
        var peer = settings.Forward.Targets[server].Address;
        var (found, unknown) = await NameStep
            .TakeAsync(peer, "remote_server.host", settings.Timeouts.Connect, engine, ladder)
            .ConfigureAwait(false);
        if (unknown is not null)
        {
            _faults.Add(new Fault(unknown, server, null));
            return;
        }

        // At the same time, because an address that is silent takes all of the time for connecting.
        var visits = found.Select(address => tunnel.VisitTo(server, engine).PayAsync(address)).ToList();
        foreach (var visit in visits)
        {
            var report = await visit.ConfigureAwait(false);
            foreach (var step in VisitSteps.Of(report))
            {
                ladder.Add(step with { Peer = peer.ToString(), Address = report.Address.ToString() });
            }

            if (new VisitDiagnosis(tunnel, server).Of(report) is { } fault)
            {
                _faults.Add(new Fault(fault, server, report));
            }
            else
            {
                _ways.Add(report.Address.ToString()!);
            }
        }
    }
}
