using System.Globalization;
using Tunnel.Load.Cases;
using Tunnel.Load.Ends;
using Tunnel.Load.Pairs;

namespace Tunnel.Load;

/// <summary>Everybody who takes part, and the processes that are up for them.</summary>
internal sealed class Lineup : IDisposable
{
    /// <summary>Load and target without a tunnel.</summary>
    public const string Direct = "direct";

    private const string Ours = "tunnel";

    private readonly string _directory;
    private readonly Certificates _certificates;
    private readonly List<Contender> _contenders;
    private readonly Dictionary<(string, PairState), RunningPair> _running = [];
    private int _started;

    public Lineup(Options options, string directory)
    {
        _directory = directory;
        _certificates = new Certificates(Path.Combine(directory, "certs"));
        List<Contender> all =
        [
            new RelaysContender(),
            new TunnelContender(Ours, options.Tunnel, "openssl"),
            new TunnelContender(Ours, options.Tunnel, "sslstream"),
            .. options.Shared is { } shared
                ? [new TunnelContender($"{Ours}-shared", shared, "openssl")]
                : Array.Empty<Contender>(),
            new StunnelContender(),
            new HaproxyContender(),
            new NginxContender(),
            .. options.Ghostunnel is { } ghostunnel ? [new GhostunnelContender(ghostunnel)] : Array.Empty<Contender>(),
        ];
        bool IsWanted(string name) => options.Pairs.Count == 0 || options.Pairs.Contains(name);
        _contenders = all.FindAll(contender => IsWanted(contender.Name));
        Names = [.. IsWanted(Direct) ? [Direct] : Array.Empty<string>(), .. _contenders.Select(c => c.Name)];
    }

    public IReadOnlyList<string> Names { get; }

    public int TargetPort { get; } = Wire.FreePort();

    public IEnumerable<string> Versions =>
        _contenders.Select(contender =>
            $"- {contender.Name}: {(contender.Program is null ? "not installed" : contender.Version)}"
        );

    /// <summary>Whether it is a tunnel that is not ours.</summary>
    public static bool IsPeer(string name) =>
        name is not (Direct or RelaysContender.PairName) && !name.StartsWith(Ours, StringComparison.Ordinal);

    /// <summary>Null for who can take part.</summary>
    public string? WhyMissing(string name) => name != Direct && Find(name).Program is null ? "not installed" : null;

    /// <summary>Runs something against a pair in the state asked for; a cold one ends with it.</summary>
    public double[] Run(string name, PairState state, Warmth warmth, Func<RunningPair, double[]> run)
    {
        if (name == Direct)
        {
            return run(RunningPair.Direct(TargetPort));
        }

        if (state is PairState.Fresh or PairState.Contended || warmth == Warmth.Cold)
        {
            using var fresh = Start(name, state);
            return run(fresh);
        }

        if (!_running.TryGetValue((name, state), out var pair))
        {
            pair = _running[(name, state)] = Start(name, state);
        }

        pair.ThrowIfEnded();
        return run(pair);
    }

    public void Dispose()
    {
        foreach (var pair in _running.Values)
        {
            pair.Dispose();
        }
    }

    private Contender Find(string name) => _contenders.Single(contender => contender.Name == name);

    private RunningPair Start(string name, PairState state)
    {
        var number = (++_started).ToString(CultureInfo.InvariantCulture);
        return RunningPair.Start(
            Find(name),
            new PairSetup(
                Path.Combine(_directory, number),
                Wire.FreePort(),
                Wire.FreePort(),
                TargetPort,
                Resume: state != PairState.FullHandshakes,
                _certificates
            ),
            withOther: state == PairState.Contended
        );
    }
}
