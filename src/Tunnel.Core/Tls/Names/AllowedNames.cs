using System.Security.Cryptography.X509Certificates;
using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>The rule about a client's names, in words.</summary>
internal static class AllowedNames
{
    // A list of this length is quickly read; for a longer one its length and the nearest name say more.
    private const int MostListed = 8;

    // Comparing two names takes microseconds, and the list may have thousands.
    private const int MostCompared = 64;

    /// <summary>Null when the list is empty or the leaf has a name from it.</summary>
    public static string? FaultOf(X509Certificate2 leaf, IReadOnlyList<string> allowed, CommonNameUse commonNameUse)
    {
        if (allowed.Count == 0 || NameRules.MatchesAllowed(leaf, allowed, commonNameUse))
        {
            return null;
        }

        var commonName = CommonName.Of(leaf);
        var constrained =
            commonName is not null
            && commonNameUse != CommonNameUse.AnyName
            && NameRules.MatchesAllowed(leaf, allowed, CommonNameUse.AnyName)
                ? " (the CN does not count, because the name constraints of its CA do not allow it as a DNS name)"
                : "";
        return $"{Borne(leaf)} matches none of {Text(allowed, commonName)}{constrained}";
    }

    /// <summary>All names that a certificate bears, for a message about rules: its CN, then its SANs.</summary>
    public static string Borne(X509Certificate2 certificate) =>
        $"{(CommonName.Of(certificate) is { } name ? $"CN={SafeText.Escape(name)}" : "no CN")}, "
        + SubjectAltNames.Of(certificate);

    private static string Text(IReadOnlyList<string> allowed, string? commonName)
    {
        if (allowed.Count <= MostListed)
        {
            return $"allowed_client_cns: {SafeText.Escape(string.Join(", ", allowed))}";
        }

        var nearest = commonName is null ? null : Nearest(commonName, allowed);
        return $"allowed_client_cns ({allowed.Count} "
            + $"names{(nearest is null ? "" : $", the nearest is {SafeText.Escape(nearest)}")})";
    }

    private static string? Nearest(string name, IReadOnlyList<string> allowed) =>
        name.Length is 0 or > 64
            ? null
            : ClosestName.Find(
                name,
                allowed
                    .Where(other =>
                        other.Length > 0
                        && char.ToLowerInvariant(other[0]) == char.ToLowerInvariant(name[0])
                        && Math.Abs(other.Length - name.Length) <= name.Length / 3
                    )
                    .Take(MostCompared)
            );
}
