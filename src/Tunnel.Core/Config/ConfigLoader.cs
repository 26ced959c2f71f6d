namespace Tunnel.Config;

/// <summary>
/// Turns a YAML file into settings. Whatever the file holds, the outcome is settings or a <see cref="ConfigException"/>
/// with every fault; files named inside (certificates, keys) are not opened.
/// </summary>
public static class ConfigLoader
{
    /// <summary>Reads the file of <c>tunnel client</c>.</summary>
    /// <exception cref="ConfigException">The file cannot be read or has faults.</exception>
    public static LoadedConfig<ClientSettings> LoadClient(string path) =>
        ParseClient(ConfigText.Read(path, "client", new Findings(path)), path);

    /// <summary>Reads the file of <c>tunnel server</c>.</summary>
    /// <exception cref="ConfigException">The file cannot be read or has faults.</exception>
    public static LoadedConfig<ServerSettings> LoadServer(string path) =>
        ParseServer(ConfigText.Read(path, "server", new Findings(path)), path);

    /// <summary>As <see cref="LoadClient"/>, from text; <paramref name="fileName"/> is only shown.</summary>
    /// <exception cref="ConfigException">The text has faults.</exception>
    public static LoadedConfig<ClientSettings> ParseClient(string text, string fileName)
    {
        var findings = new Findings(fileName);
        var root = ReadRoot(text, findings, "client");
        RejectOtherRole(root, findings, ClientSchema.OwnSections, ServerSchema.OwnSections, "server");
        return Read(root, findings, ClientSchema.Read);
    }

    /// <summary>As <see cref="LoadServer"/>, from text; <paramref name="fileName"/> is only shown.</summary>
    /// <exception cref="ConfigException">The text has faults.</exception>
    public static LoadedConfig<ServerSettings> ParseServer(string text, string fileName)
    {
        var findings = new Findings(fileName);
        var root = ReadRoot(text, findings, "server");
        RejectOtherRole(root, findings, ServerSchema.OwnSections, ClientSchema.OwnSections, "client");
        return Read(root, findings, ServerSchema.Read);
    }

    private static MappingNode ReadRoot(string text, Findings findings, string role)
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
                $"start from config/{role}_config.yaml.example"
            ),
            _ => throw findings.Fatal(
                root.At,
                $"the file holds {(root is ScalarNode ? "a single value" : "a list")} instead of sections",
                $"start from config/{role}_config.yaml.example"
            ),
        };
    }

    /// <summary>The other role's file would otherwise show as a dozen unknown and missing keys.</summary>
    private static void RejectOtherRole(
        MappingNode root,
        Findings findings,
        string[] own,
        string[] others,
        string other
    )
    {
        if (!own.Any(root.Entries.ContainsKey) && others.FirstOrDefault(root.Entries.ContainsKey) is { } telling)
        {
            throw findings.Fatal(
                root.Entries[telling].KeyAt,
                $"this is the configuration of a {other}: it has '{telling}'",
                $"give it to 'tunnel {other}', or name the other file here"
            );
        }
    }

    private static LoadedConfig<T> Read<T>(MappingNode root, Findings findings, Func<SectionReader, T> schema)
    {
        var reader = new SectionReader(root, findings);
        var settings = schema(reader);
        reader.RejectUnknown();
        findings.ThrowIfAny();
        return new LoadedConfig<T>(settings, findings.Warnings);
    }
}
