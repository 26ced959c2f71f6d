using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Tunnels;

namespace Tunnel.Cli.Doctor;

/// <summary>From a server's place: its files, its listeners, and the services behind it.</summary>
internal sealed class ServerLadder(TunnelCandidate tunnel, Engine engine, Ladder ladder)
{
    private readonly List<Diagnosis> _faults = [];
    private readonly List<string> _ways = [];

    public async Task<Findings> ClimbAsync()
    {
        if (OwnFiles.Look(tunnel, ladder) is { } own)
        {
            return Result(
                own.Code == "expired"
                    ? own.And($"this machine's clock says {Instants.Format(DateTimeOffset.UtcNow)}")
                    : own
            );
        }

        Diagnosis? listener = null;
        foreach (var at in tunnel.Settings.Listen)
        {
            listener ??= await new ListenerLook(tunnel, engine, ladder).AtAsync(at).ConfigureAwait(false);
        }

        foreach (var target in tunnel.Settings.Forward.Targets)
        {
            await TryAsync(target.Address).ConfigureAwait(false);
        }

        return Result(listener ?? (_ways.Count > 0 ? null : _faults[0]));
    }

    private Findings Result(Diagnosis? worst) =>
        new(
            tunnel.Settings.Name,
            tunnel.Settings.Role.Word(),
            ladder.Steps,
            worst,
            worst?.ToString()
                ?? $"its files, its listeners and its service are in order ({string.Join(", ", _ways)}); whether "
                    + "clients get here, tunnel doctor says at a client"
        )
        {
            Beside = [.. _faults.Where(fault => fault != worst)],
        };

    private async Task TryAsync(Address target)
    {
        var most = tunnel.Settings.Timeouts.Connect;
        var (found, unknown) = await NameStep
            .TakeAsync(target, "target_service.host", most, engine, ladder)
            .ConfigureAwait(false);
        if (unknown is not null)
        {
            _faults.Add(unknown);
            return;
        }

        var tries = found.Select(at => (At: at, Try: Reach.TryAsync(at, most, engine))).ToList();
        foreach (var (at, attempt) in tries)
        {
            var (fault, took) = await attempt.ConfigureAwait(false);
            ladder.Add(
                new Step(
                    Rung.Target,
                    fault is null ? StepResult.Ok : StepResult.Failed,
                    took,
                    fault ?? $"{at} accepts connections"
                )
                {
                    Peer = target.ToString(),
                    Address = at.ToString(),
                }
            );
            if (fault is null)
            {
                _ways.Add(at.ToString()!);
                continue;
            }

            _faults.Add(
                new Diagnosis(
                    Rung.Target,
                    "target_down",
                    $"the service at {target} is not reached from this machine",
                    $"start the service, or correct target_service ({target}); if it runs elsewhere, let TCP through "
                        + "to it from here"
                ).And(fault)
            );
        }
    }
}
