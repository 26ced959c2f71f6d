using static Tunnel.Config.NumberRules;
using static Tunnel.Config.SharedSections;
using static Tunnel.Config.TextRules;

namespace Tunnel.Config;

/// <summary>
/// The whole file. With <c>tunnels</c> it is a list of named tunnels, and what stands beside the list is the default
/// for all of them; without it is one tunnel.
/// </summary>
internal static class ProcessSchema
{
    /// <summary>The key that tells a list of tunnels from a single one.</summary>
    public const string List = "tunnels";

    private const string Name = "name";

    private static readonly TunnelRole[] _roles = [TunnelRole.Client, TunnelRole.Server];

    /// <param name="role">Of the only tunnel; null in front of a list.</param>
    public static ProcessSettings Read(SectionReader root, TunnelRole? role)
    {
        IReadOnlyList<TunnelSettings> tunnels = role is { } only
            ? [WithAccess(root, Read(root, only), [])]
            : ReadList(root);
        return new ProcessSettings(
            tunnels,
            Logging(root.Section("logging")),
            MonitorSchema.Read(root.Section("monitor"))
        )
        {
            Sandbox = Sandbox(root.Section("sandbox")),
            ShutdownDelay = root.Section("shutdown").Optional("delay", Seconds(0, Hour), TimeSpan.Zero),
        };
    }

    /// <summary>Whose sections these are; null when they are nobody's, or both's.</summary>
    public static TunnelRole? RoleOf(Func<string, bool> hasSection)
    {
        var roles = _roles.Where(role => OwnSections(role).Any(hasSection)).ToArray();
        return roles is [var role] ? role : null;
    }

    /// <summary>The sections that only this role has.</summary>
    public static string[] OwnSections(TunnelRole role) =>
        role == TunnelRole.Server ? ServerSchema.OwnSections : ClientSchema.OwnSections;

    private static TunnelSettings Read(SectionReader section, TunnelRole role) =>
        role == TunnelRole.Server ? ServerSchema.Read(section) : ClientSchema.Read(section);

    /// <summary>The same, with what its list of <c>access</c> says about it among these tunnels.</summary>
    private static TunnelSettings WithAccess(SectionReader section, TunnelSettings tunnel, string[] names)
    {
        var holder = tunnel.Role == TunnelRole.Server ? section : section.Section("remote_server");
        AccessSchema.RejectUnknownTunnels(holder, names);
        var own = AccessSchema.For(tunnel.Name, tunnel.Access);
        if (
            own.IsEnforced
            && tunnel.Tls.AllowedClientNames.Count == 0
            && !own.Entries.Any(one => one is { Denies: false, IsAudit: false })
        )
        {
            holder.Warn(
                AccessSchema.List,
                $"allows nobody in tunnel {YamlText.Quote(tunnel.Title)}",
                "add an entry that lets its clients in, or remove that tunnel"
            );
        }

        return tunnel with
        {
            Access = own,
        };
    }

    private static List<TunnelSettings> ReadList(SectionReader root)
    {
        if (root.Has(Name))
        {
            root.Fault(Name, "stands beside the list of tunnels", "give each entry of the list a name of its own");
        }

        // Defaults for clients are no mistake where there is no client at the moment.
        Array.ForEach(_roles, role => root.Learn(section => Read(section, role)));
        var tunnels = new List<(SectionReader Reader, TunnelSettings Settings)>();
        foreach (var reader in root.Items(List, "write '- name: ...' and its keys for each of them"))
        {
            var name = reader.Required(Name, TunnelName);
            if (RoleOf(reader) is { } role)
            {
                tunnels.Add((reader, Read(reader, role) with { Name = name }));
            }
        }

        for (var index = 0; index < tunnels.Count; index++)
        {
            RejectTwins(tunnels[index].Reader, tunnels[index].Settings, tunnels.Take(index));
        }

        string[] names = [.. tunnels.Select(tunnel => tunnel.Settings.Name!)];
        return [.. tunnels.Select(tunnel => WithAccess(tunnel.Reader, tunnel.Settings, names))];
    }

    /// <summary>Its own sections say what it is; where it has none, the defaults do.</summary>
    private static TunnelRole? RoleOf(SectionReader tunnel)
    {
        if (RoleOf(tunnel.Has) is { } role)
        {
            return role;
        }

        tunnel.AcceptUnknown();
        var isBoth = _roles.All(one => OwnSections(one).Any(tunnel.Has));
        tunnel.Fault(
            isBoth ? "has the sections of a client and those of a server" : "is neither a client nor a server",
            "a client has local_listener and remote_server, a server has server_listener and target_service"
        );
        return null;
    }

    private static void RejectTwins(
        SectionReader reader,
        TunnelSettings tunnel,
        IEnumerable<(SectionReader Reader, TunnelSettings Settings)> before
    )
    {
        foreach (var (_, other) in before)
        {
            if (other.Name is not null && other.Name.Equals(tunnel.Name, StringComparison.OrdinalIgnoreCase))
            {
                reader.Fault(
                    Name,
                    $"is {YamlText.Quote(tunnel.Name!)}, and an earlier tunnel has this name",
                    "give each tunnel a name of its own"
                );
            }

            for (var number = 0; number < tunnel.Listen.Count; number++)
            {
                var address = tunnel.Listen[number];
                if (other.Listen.Any(address.IsSameListener))
                {
                    AddressRules
                        .Of(reader.Section(OwnSections(tunnel.Role)[0]), number)
                        .Fault(
                            AddressRules.KeyOf(address),
                            $"makes this {YamlText.Quote(address.ToString())}, where tunnel "
                                + $"{YamlText.Quote(other.Title)} listens",
                            "give each tunnel an address of its own"
                        );
                }
            }
        }
    }
}
