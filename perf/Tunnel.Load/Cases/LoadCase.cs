using Tunnel.Load.Pairs;

namespace Tunnel.Load.Cases;

/// <summary>Which instance of a pair a case runs against.</summary>
internal enum PairState
{
    /// <summary>One for the whole run, warm, that resumes sessions.</summary>
    Warm,

    /// <summary>One for the whole run, warm, whose every handshake is a full one.</summary>
    FullHandshakes,

    /// <summary>A new one for each measurement.</summary>
    Fresh,
}

/// <summary>One load and what is measured under it.</summary>
/// <param name="name">As in <c>--cases</c>.</param>
/// <param name="title">Heading of its table.</param>
/// <param name="targetStyle">See <see cref="Ends.Target"/>.</param>
internal abstract class LoadCase(string name, string title, string targetStyle, PairState state)
{
    public string Name => name;

    public string Title => title;

    public string TargetStyle => targetStyle;

    public PairState State => state;

    /// <summary>What is measured, in the order of <see cref="Run"/>'s results.</summary>
    public abstract IReadOnlyList<Column> Columns { get; }

    /// <summary>False where the connection without a tunnel has nothing to be measured.</summary>
    public virtual bool AppliesToDirect => true;

    /// <exception cref="IOException">A connection failed.</exception>
    /// <exception cref="InvalidDataException">Wrong bytes came out.</exception>
    public abstract double[] Run(RunningPair pair, TimeSpan measure);
}

/// <summary>One measured quantity.</summary>
/// <param name="Name">Heading, with the unit.</param>
/// <param name="Decimals">Digits shown behind the point.</param>
/// <param name="NeedsProcesses">Empty for the direct connection.</param>
internal sealed record Column(string Name, int Decimals, bool MoreIsBetter, bool NeedsProcesses = false);
