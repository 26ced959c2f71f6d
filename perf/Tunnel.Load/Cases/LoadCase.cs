using Tunnel.Load.Pairs;

namespace Tunnel.Load.Cases;

/// <summary>Which instance of a pair a case runs against when it is measured warm.</summary>
internal enum PairState
{
    /// <summary>One for the whole run, that resumes sessions.</summary>
    Warm,

    /// <summary>One for the whole run, whose every handshake is a full one.</summary>
    FullHandshakes,

    /// <summary>
    /// A new one for each measurement: it is about new ones, so there is no difference between warm and cold.
    /// </summary>
    Fresh,

    /// <summary>A new one for each measurement, with a second client of another name.</summary>
    Contended,
}

/// <summary>How long the processes of a pair have been at work.</summary>
internal enum Warmth
{
    /// <summary>Since long before the measurement.</summary>
    Warm,

    /// <summary>Since the measurement began: the first seconds of their life.</summary>
    Cold,
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

    /// <summary>Whether it is a matter of traffic, which meets a pair warm or cold.</summary>
    public bool IsMeasuredCold => state is PairState.Warm or PairState.FullHandshakes;

    /// <summary>The connection without a tunnel has nothing to be measured in cases that are about processes.</summary>
    public bool AppliesTo(string pair) => pair != Lineup.Direct || IsMeasuredCold;

    /// <summary>How a pair is measured in this case.</summary>
    public IEnumerable<Warmth> Warmths(string pair) =>
        IsMeasuredCold && pair != Lineup.Direct ? [Warmth.Warm, Warmth.Cold] : [Warmth.Warm];

    /// <exception cref="IOException">A connection failed.</exception>
    /// <exception cref="InvalidDataException">Wrong bytes came out.</exception>
    public abstract double[] Run(RunningPair pair, Timing timing);
}

/// <summary>When a measurement begins after the load, and how long it is.</summary>
internal readonly record struct Timing(TimeSpan WarmUp, TimeSpan Measure);

/// <summary>One measured quantity.</summary>
/// <param name="Name">Heading, with the unit.</param>
/// <param name="Decimals">Digits shown behind the point.</param>
internal sealed record Column(string Name, int Decimals, bool MoreIsBetter);
