namespace Tunnel.Config;

/// <summary>Collects the faults of one file, so that all are reported at once.</summary>
internal sealed class Findings(string file)
{
    // A fault of what several tunnels share is one fault.
    private readonly HashSet<ConfigFault> _faults = [];
    private readonly List<Trouble> _warnings = [];

    public IReadOnlyList<Trouble> Warnings => _warnings;

    public void Fault(Position at, string keyPath, string found, string remedy) =>
        _faults.Add(new ConfigFault(at.Option ?? file, at.Line, at.Column, keyPath, found, remedy));

    public void Warn(Position at, Trouble trouble)
    {
        var warning = trouble.Behind($"{Place(at)}: ");
        if (!_warnings.Contains(warning))
        {
            _warnings.Add(warning);
        }
    }

    public string Place(Position at) => ConfigFault.Place(at.Option ?? file, at.Line, at.Column);

    /// <summary>For a fault that ends the reading: reported together with those found before it.</summary>
    public ConfigException Fatal(Position at, string found, string remedy)
    {
        Fault(at, "", found, remedy);
        return Failure();
    }

    /// <summary>All faults found, in the order of the file.</summary>
    public ConfigException Failure() => new([.. _faults.OrderBy(fault => fault.Line).ThenBy(fault => fault.Column)]);

    public void ThrowIfAny()
    {
        if (_faults.Count > 0)
        {
            throw Failure();
        }
    }
}
