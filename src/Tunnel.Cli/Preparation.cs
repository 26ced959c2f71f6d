using System.Globalization;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.OpenSsl;
using Tunnel.Rights;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Cli;

/// <summary>From a configuration file to tunnels that are ready to start.</summary>
internal static class Preparation
{
    /// <summary>
    /// As <see cref="Of(ConfigSource)"/>; and from here on the process is confined as its configuration says, and
    /// handles signals.
    /// </summary>
    /// <inheritdoc cref="Judge(ConfigSource)"/>
    public static PreparedProcess Confined(ConfigSource source)
    {
        var loaded = ConfigLoader.Load(source);
        var notes = Confinement.Enter(loaded.Settings);
        // After it, because they bring a thread of their own; before the files are read, which may take a while.
        _ = Signals.OfProcess;
        return Of(source, loaded) with { Notes = notes };
    }

    /// <inheritdoc cref="Judge(ConfigSource)"/>
    public static PreparedProcess Of(ConfigSource source) => Of(source, ConfigLoader.Load(source));

    private static PreparedProcess Of(ConfigSource source, LoadedConfig loaded)
    {
        var candidate = Judge(source, loaded);
        return new PreparedProcess(
            TitleOf(candidate.Settings.Tunnels),
            [.. candidate.ConfigWarnings.Select(one => $"{one}"), .. candidate.Tunnels.SelectMany(NotesOf).Distinct()],
            candidate.Settings.Logging,
            async () =>
                await MonitoredProcess.StartAsync(candidate, new Engine(candidate.SessionBytes), () => Judge(source))
        );
    }

    /// <summary>Reads the file and all files that it names, and lets the backends judge them.</summary>
    /// <exception cref="ConfigException">The file is faulty.</exception>
    /// <exception cref="TlsSetupException">
    /// A certificate, key, CA or CRL file cannot be used, or a backend or the owner of a socket is missing; with the
    /// faults of all tunnels.
    /// </exception>
    public static ProcessCandidate Judge(ConfigSource source) => Judge(source, ConfigLoader.Load(source));

    private static ProcessCandidate Judge(ConfigSource source, LoadedConfig loaded)
    {
        var judged = JudgeEach(loaded);
        if (judged.AllFaults is { Count: > 0 } faults)
        {
            judged.Dispose();
            throw new TlsSetupException(faults);
        }

        var settings = loaded.Settings;
        return new ProcessCandidate(settings, [.. judged.Candidates], FilesOf(source, settings), loaded.Warnings)
        {
            HttpToken = judged.HttpToken,
        };
    }

    /// <summary>The same without an end at the first tunnel of which a file cannot be used.</summary>
    /// <exception cref="ConfigException">The file is faulty.</exception>
    public static JudgedConfig JudgeEach(ConfigSource source) => JudgeEach(ConfigLoader.Load(source));

    private static JudgedConfig JudgeEach(LoadedConfig loaded)
    {
        var shared = new SharedFiles();
        var tunnels = loaded.Settings.Tunnels.Select(tunnel => JudgeOne(tunnel, shared)).ToList();
        var faults = new List<Trouble>();
        var token = ReadToken(loaded.Settings, faults);
        return new JudgedConfig(loaded, tunnels, faults) { HttpToken = token };
    }

    private static JudgedTunnel JudgeOne(TunnelSettings tunnel, SharedFiles shared)
    {
        var owners = TunnelCandidate.UnknownOwners(tunnel).ToList();
        try
        {
            var profile = TlsProfiles.Of(tunnel, shared);
            var choice = BackendChoice.For(tunnel.Tls.Backend);
            return new(tunnel, TunnelCandidate.Of(tunnel, profile, choice.Backend, choice.Note), owners);
        }
        catch (TlsSetupException e)
        {
            return new(tunnel, null, [.. owners, .. e.Troubles]);
        }
    }

    private static HttpToken? ReadToken(ProcessSettings settings, List<Trouble> faults)
    {
        try
        {
            return settings.Monitor.Http?.TokenFile is { } file ? HttpToken.Read(file) : null;
        }
        catch (TlsSetupException e)
        {
            faults.AddRange(e.Troubles);
            return null;
        }
    }

    private static List<string> FilesOf(ConfigSource source, ProcessSettings settings) =>
        [source.File, .. settings.Tunnels.SelectMany(tunnel => tunnel.Tls.Files).Select(file => file.Path).Distinct()];

    private static string TitleOf(IReadOnlyList<TunnelSettings> tunnels) =>
        tunnels is [{ Name: null } only]
            ? only.Role.Word()
            : string.Create(CultureInfo.InvariantCulture, $"process with {tunnels.Count} tunnels");

    private static IEnumerable<string> NotesOf(TunnelCandidate tunnel)
    {
        var profile = tunnel.Profile;
        if (tunnel.BackendNote is { } note)
        {
            yield return note;
        }

        foreach (var report in CertificateReports.Of(profile, DateTimeOffset.UtcNow))
        {
            foreach (var warning in report.Warnings)
            {
                yield return warning.Text;
            }
        }
    }
}
