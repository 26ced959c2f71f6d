using Tunnel.Reports;

namespace Tunnel.Cli.Top;

/// <summary>The process that is watched.</summary>
internal interface IWatched
{
    /// <summary>Asks for everything.</summary>
    /// <exception cref="ExplainedException">There is no answer; the message says why.</exception>
    Task<Look> LookAsync();

    /// <summary>Ends a session.</summary>
    /// <returns>What the process says: done, or why not.</returns>
    /// <exception cref="ExplainedException">There is no answer; the message says why.</exception>
    Task<string> KillAsync(string id);
}

/// <summary>One answer of the process.</summary>
/// <param name="At">When it came, by a clock that only goes forward.</param>
internal sealed record Look(ProcessReport Report, SessionList Sessions, TimeSpan At);
