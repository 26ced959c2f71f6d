namespace Tunnel.Config;

/// <summary>
/// Turns a YAML file into settings. Whatever the file holds, the outcome is settings or a <see cref="ConfigException"/>
/// with every fault; files named inside (certificates, keys) are not opened.
/// </summary>
public static class ConfigLoader
{
    /// <exception cref="ConfigException">The file cannot be read or has faults.</exception>
    public static LoadedConfig Load(ConfigSource source) =>
        Parse(source, ConfigText.Read(source.File, source.Role, new Findings(source.File)));

    /// <summary>As <see cref="Load"/>, from the text of the file.</summary>
    /// <exception cref="ConfigException">The text has faults.</exception>
    public static LoadedConfig Parse(ConfigSource source, string text)
    {
        var findings = new Findings(source.File);
        var written = ReadRoot(text, findings, source.Role);
        var expanded = new EnvironmentValues(findings).Expand(written);
        var root = new Overrides(findings).Apply((MappingNode)expanded, source.Overrides);
        var role = RoleOf(root, findings, source.Role);
        var reader = new SectionReader(root, findings);
        var settings = ProcessSchema.Read(reader, role);
        reader.RejectUnknown();
        findings.ThrowIfAny();
        return new LoadedConfig(settings, findings.Warnings);
    }

    private static MappingNode ReadRoot(string text, Findings findings, TunnelRole? role)
    {
        var content = ConfigText.Check(text, findings);
        if (ForeignFile.Recognise(content, role) is { } foreign)
        {
            throw findings.Fatal(foreign.At, foreign.Found, foreign.Remedy);
        }

        var root = YamlTree.Read(content, findings);
        return root switch
        {
            MappingNode mapping => mapping,
            AliasNode => throw findings.Failure(),
            null or ScalarNode { IsBlank: true } => throw findings.Fatal(
                default,
                "the file is empty",
                $"start from {ExampleFile.Of(role)}"
            ),
            _ => throw findings.Fatal(
                root.At,
                $"the file holds {(root is ScalarNode ? "a single value" : "a list")} instead of sections",
                $"start from {ExampleFile.Of(role)}"
            ),
        };
    }

    /// <summary>
    /// The role of the only tunnel; null for a list. A file of another kind than the one expected would otherwise show
    /// as a dozen unknown and missing keys.
    /// </summary>
    private static TunnelRole? RoleOf(MappingNode root, Findings findings, TunnelRole? expected)
    {
        var list = root.Entries.GetValueOrDefault(ProcessSchema.List);
        if (expected is null)
        {
            return list is not null ? null
                : ProcessSchema.RoleOf(root.Entries.ContainsKey) is { } role ? role
                : throw findings.Fatal(
                    root.At,
                    "the file is neither a client's nor a server's, and has no list of tunnels",
                    $"start from {ExampleFile.Of(null)}"
                );
        }

        if (list is not null)
        {
            throw findings.Fatal(
                list.KeyAt,
                "this is a configuration of several tunnels: it has 'tunnels'",
                $"give it to 'tunnel run', or name the file of a single {expected.Value.Word()} here"
            );
        }

        RejectOtherRole(root, findings, expected.Value);
        return expected;
    }

    private static void RejectOtherRole(MappingNode root, Findings findings, TunnelRole role)
    {
        var other = role.Peer();
        if (
            !ProcessSchema.OwnSections(role).Any(root.Entries.ContainsKey)
            && ProcessSchema.OwnSections(other).FirstOrDefault(root.Entries.ContainsKey) is { } telling
        )
        {
            throw findings.Fatal(
                root.Entries[telling].KeyAt,
                $"this is the configuration of a {other.Word()}: it has '{telling}'",
                $"give it to 'tunnel {other.Word()}', or name the other file here"
            );
        }
    }
}
