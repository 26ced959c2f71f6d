using System.Net;
using Tunnel.Config;

namespace Tunnel.Cli;

/// <summary>
/// What the commands do. The command line knows how they are spelled and explained; what they throw ends the process as
/// <see cref="Failures"/> says.
/// </summary>
internal sealed record Actions
{
    /// <summary>Reads a configuration and the certificates it names.</summary>
    public required Func<ConfigSource, PreparedProcess> Prepare { get; init; }

    /// <summary>
    /// Runs what has been prepared until it is told to stop, logging at a level of its own or, with null, at the
    /// configured one; returns the exit code.
    /// </summary>
    public required Func<PreparedProcess, LogLevelSetting?, Task<int>> Run { get; init; }

    /// <summary>Validates a configuration file and reports on it; returns the exit code.</summary>
    public required Func<ConfigSource, TextWriter, int> Check { get; init; }

    /// <summary>
    /// Asks the process that runs with a configuration file for its status, as JSON or for people; returns the exit
    /// code.
    /// </summary>
    public required Func<ConfigSource, bool, TextWriter, Task<int>> Status { get; init; }

    /// <summary>Shows its live sessions, as JSON or for people; returns the exit code.</summary>
    public required Func<ConfigSource, bool, TextWriter, Task<int>> Sessions { get; init; }

    /// <summary>Ends the session of an id or, with true, those of a peer; returns the exit code.</summary>
    public required Func<ConfigSource, string, bool, TextWriter, Task<int>> Kill { get; init; }

    /// <summary>Watches its live sessions until the user quits; returns the exit code.</summary>
    public required Func<ConfigSource, TopOptions, TextWriter, TextWriter, Task<int>> Top { get; init; }

    /// <summary>Waits until it accepts connections; returns the exit code.</summary>
    public required Func<ConfigSource, TimeSpan, TextWriter, Task<int>> Wait { get; init; }

    /// <summary>Asks it to stop in order; returns the exit code.</summary>
    public required Func<ConfigSource, TextWriter, Task<int>> Drain { get; init; }

    /// <summary>Checks, and then goes the way of a session; returns the exit code.</summary>
    public required Func<ConfigSource, TextWriter, Task<int>> CheckConnect { get; init; }

    /// <summary>Asks the process that runs with a configuration file to read it again; returns the exit code.</summary>
    public required Func<ConfigSource, TextWriter, Task<int>> Reload { get; init; }

    /// <summary>
    /// Gathers what a bug report needs into a file or, with null, one with a name of its own; returns the exit code.
    /// </summary>
    public required Func<ConfigSource, string?, TextWriter, Task<int>> Diag { get; init; }

    /// <summary>Says whether a certificate would be accepted; returns the exit code.</summary>
    public required Func<ConfigSource, ExplainOptions, TextWriter, int> Explain { get; init; }

    /// <summary>Climbs from a tunnel to its service and says what is in the way; returns the exit code.</summary>
    public required Func<ConfigSource, DoctorOptions, TextWriter, Task<int>> Doctor { get; init; }

    /// <summary>Measures the way through a tunnel; returns the exit code.</summary>
    public required Func<ConfigSource, PingOptions, TextWriter, Task<int>> Ping { get; init; }

    /// <summary>Makes certificates and says which; returns the exit code.</summary>
    public required Func<CertsInitOptions, TextWriter, int> CertsInit { get; init; }

    /// <summary>Shows the whole path on this machine; returns the exit code.</summary>
    public required Func<DemoOptions, TextWriter, Task<int>> Demo { get; init; }
}

/// <param name="Interval">Time between two answers.</param>
/// <param name="Once">One table, and the end.</param>
internal sealed record TopOptions(TimeSpan Interval, bool Once);

/// <param name="Certificate">The PEM file that the peer would present.</param>
/// <param name="From">Its address; null: not said.</param>
/// <param name="Tunnel">The name of the only tunnel that is meant; null: all of the file.</param>
internal sealed record ExplainOptions(string Certificate, IPAddress? From, string? Tunnel);

/// <param name="Tunnel">The name of the only tunnel that is meant; null: all of the file.</param>
/// <param name="Json">For a program instead of a person.</param>
internal sealed record DoctorOptions(string? Tunnel, bool Json);

/// <param name="Tunnel">The name of the client; null: the only one of the file.</param>
/// <param name="Count">How many tries, at least one.</param>
/// <param name="Interval">From the beginning of one to the next.</param>
/// <param name="Json">For a program instead of a person.</param>
internal sealed record PingOptions(string? Tunnel, int Count, TimeSpan Interval, bool Json = false);

/// <param name="Directory">Where the files go.</param>
/// <param name="ServerNames">DNS names and IP addresses; empty: those of this machine seen from itself.</param>
/// <param name="ClientName">Null: the default name.</param>
internal sealed record CertsInitOptions(string Directory, IReadOnlyList<string> ServerNames, string? ClientName);

/// <param name="Stay">Keep everything running after the transfer.</param>
/// <param name="SizeMiB">How much random data goes through, 1 to 65,536.</param>
internal sealed record DemoOptions(bool Stay, int SizeMiB);
