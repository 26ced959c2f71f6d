namespace Tunnel.Config;

/// <summary>A configuration that cannot be used. The message lists every fault, one a line.</summary>
public sealed class ConfigException : ExplainedException
{
    /// <summary>A broken file of the largest size allowed has more faults than anybody can read.</summary>
    private const int MostFaultsInMessage = 100;

    public ConfigException(IReadOnlyList<ConfigFault> faults)
        : base(Describe(faults), ExitCodes.BadInput) => Faults = faults;

    /// <summary>Every fault, in the order of the file; at least one.</summary>
    public IReadOnlyList<ConfigFault> Faults { get; }

    private static List<Trouble> Describe(IReadOnlyList<ConfigFault> faults)
    {
        var troubles = faults.Take(MostFaultsInMessage).Select(fault => fault.Trouble).ToList();
        if (faults.Count > MostFaultsInMessage)
        {
            troubles.Add(
                Trouble.Of($"... and {faults.Count - MostFaultsInMessage} more faults", "correct the first ones first")
            );
        }

        return troubles;
    }
}
