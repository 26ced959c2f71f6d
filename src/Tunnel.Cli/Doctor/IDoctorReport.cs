using Tunnel.Config;

namespace Tunnel.Cli.Doctor;

/// <summary>Who hears what a doctor finds, while it finds it.</summary>
internal interface IDoctorReport
{
    /// <param name="file">The configuration.</param>
    void Begin(string file);

    void Begin(TunnelSettings tunnel);

    void Show(Step step);

    /// <returns>The exit code.</returns>
    int End(IReadOnlyList<Findings> all);
}
