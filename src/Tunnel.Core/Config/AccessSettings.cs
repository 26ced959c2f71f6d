namespace Tunnel.Config;

/// <summary>Who gets in, as the list <c>access</c> says it for one tunnel.</summary>
/// <param name="Entries">Those that concern this tunnel.</param>
/// <param name="IsEnforced">
/// The list has an entry that is not only logged: then whoever matches no <c>allow</c> is refused.
/// </param>
public sealed record AccessSettings(ValueList<AccessEntry> Entries, bool IsEnforced)
{
    /// <summary>No list: the CA alone decides.</summary>
    public static AccessSettings None { get; } = new([], IsEnforced: false);
}

/// <summary>One entry of the list; it matches a peer that meets all of its conditions.</summary>
/// <param name="Key">How messages call it, such as <c>access[0]</c>.</param>
/// <param name="Denies">False when it allows.</param>
/// <param name="IsAudit">What it would do is logged, and not done.</param>
/// <param name="Conditions">Empty: everybody.</param>
public sealed record AccessEntry(string Key, bool Denies, bool IsAudit, ValueList<AccessCondition> Conditions)
{
    /// <summary>The tunnels that the entry is for; empty: all.</summary>
    public ValueList<string> To { get; init; } = [];

    /// <summary>The tunnels that it is not for.</summary>
    public ValueList<string> NotTo { get; init; } = [];

    /// <summary>Whether it is for this tunnel. Names of tunnels are compared without case.</summary>
    public bool Concerns(string? tunnel) =>
        (To.Count == 0 || To.Contains(tunnel, StringComparer.OrdinalIgnoreCase))
        && !NotTo.Contains(tunnel, StringComparer.OrdinalIgnoreCase);
}

/// <summary>One key of an entry; met by a peer that has one of the values, or none of them.</summary>
/// <param name="IsNot">Its <c>not_</c> form: none of them.</param>
/// <param name="Values">At least one, each well-formed.</param>
public sealed record AccessCondition(AccessKey Key, bool IsNot, ValueList<string> Values)
{
    /// <summary>As it is written.</summary>
    public string Name => IsNot ? $"not_{Key.Word()}" : Key.Word();
}

/// <summary>What an entry can ask for.</summary>
public enum AccessKey
{
    /// <summary>The CN or a SAN.</summary>
    Names,

    /// <summary>An OU of the subject.</summary>
    Ou,

    /// <summary>A CA above the certificate, by its CN, its subject, or the SHA-256 of its public key.</summary>
    Issuer,

    /// <summary>The serial number, hexadecimal.</summary>
    Serial,

    /// <summary>SHA-256 of the certificate, hexadecimal.</summary>
    Fingerprint,

    /// <summary>The network of the address it connects from.</summary>
    From,
}
