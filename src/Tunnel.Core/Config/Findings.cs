namespace Tunnel.Config;

/// <summary>Collects what is wrong with one file, so that all of it can be told at once.</summary>
internal sealed class Findings(string file)
{
    private readonly List<ConfigFault> faults = [];
    private readonly List<string> warnings = [];

    public IReadOnlyList<string> Warnings => warnings;

    public void Fault(Position at, string keyPath, string found, string remedy) =>
        faults.Add(new ConfigFault(file, at.Line, at.Column, keyPath, found, remedy));

    public void Warn(Position at, string text) => warnings.Add($"{Place(at)}: {text}");

    public string Place(Position at) => ConfigFault.Place(file, at.Line, at.Column);

    /// <summary>For a fault that leaves nothing to go on with: it ends the reading together with those found before it.</summary>
    public ConfigException Fatal(Position at, string found, string remedy)
    {
        Fault(at, "", found, remedy);
        return Failure();
    }

    /// <summary>All that was found, in the order of the file.</summary>
    public ConfigException Failure() => new([.. faults.OrderBy(fault => fault.Line).ThenBy(fault => fault.Column)]);

    public void ThrowIfAny()
    {
        if (faults.Count > 0)
        {
            throw Failure();
        }
    }
}
