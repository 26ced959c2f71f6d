namespace Tunnel.Config;

/// <summary>
/// Turns a YAML file into settings. Whatever the file holds, the outcome is settings or a <see cref="ConfigException"/>
/// with every fault; files named inside (certificates, keys) are not opened.
/// </summary>
public static class ConfigLoader
{
    /// <summary>Reads the file of <c>tunnel client</c> or <c>tunnel server</c>.</summary>
    /// <exception cref="ConfigException">The file cannot be read or has faults.</exception>
    public static LoadedConfig Load(TunnelRole role, string path) =>
        Parse(role, ConfigText.Read(path, role, new Findings(path)), path);

    /// <summary>As <see cref="Load"/>, from text; <paramref name="fileName"/> is only shown.</summary>
    /// <exception cref="ConfigException">The text has faults.</exception>
    public static LoadedConfig Parse(TunnelRole role, string text, string fileName)
    {
        var findings = new Findings(fileName);
        var root = ReadRoot(text, findings, role);
        RejectOtherRole(root, findings, role);
        var reader = new SectionReader(root, findings);
        var settings = role == TunnelRole.Server ? ServerSchema.Read(reader) : ClientSchema.Read(reader);
        reader.RejectUnknown();
        findings.ThrowIfAny();
        return new LoadedConfig(settings, findings.Warnings);
    }

    private static MappingNode ReadRoot(string text, Findings findings, TunnelRole role)
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

    /// <summary>The other role's file would otherwise show as a dozen unknown and missing keys.</summary>
    private static void RejectOtherRole(MappingNode root, Findings findings, TunnelRole role)
    {
        var other = role.Peer();
        if (
            !OwnSections(role).Any(root.Entries.ContainsKey)
            && OwnSections(other).FirstOrDefault(root.Entries.ContainsKey) is { } telling
        )
        {
            throw findings.Fatal(
                root.Entries[telling].KeyAt,
                $"this is the configuration of a {other.Word()}: it has '{telling}'",
                $"give it to 'tunnel {other.Word()}', or name the other file here"
            );
        }
    }

    private static string[] OwnSections(TunnelRole role) =>
        role == TunnelRole.Server ? ServerSchema.OwnSections : ClientSchema.OwnSections;
}
