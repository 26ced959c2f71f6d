using System.Text.RegularExpressions;

namespace Tunnel.Config;

/// <summary>
/// Recognises other files that people give us by mistake. YAML accepts nearly any text as a value, so the parser's
/// message would not help.
/// </summary>
internal static partial class ForeignFile
{
    private static readonly (string Theirs, string ForClient, string ForServer)[] _stunnel =
    [
        ("accept", "local_listener", "server_listener"),
        ("connect", "remote_server", "target_service"),
        ("cert", "tls.client_cert", "tls.server_cert"),
        ("key", "tls.client_key", "tls.server_key"),
        ("CAfile", "remote_server.server_ca_cert", "tls.client_ca_cert"),
        ("checkHost", "remote_server.server_name", "tls.allowed_client_cns"),
    ];

    /// <summary>
    /// What the text is instead of YAML and what to do, or null if it could be a configuration of ours.
    /// </summary>
    /// <param name="role">Whose file it should be; null: anybody's.</param>
    public static (Position At, string Found, string Remedy)? Recognise(string text, TunnelRole? role)
    {
        var first = FirstWords().Match(text);
        var line = first.Groups["line"].Value;
        if (line.StartsWith("-----BEGIN ", StringComparison.Ordinal))
        {
            return At(
                "this is a PEM file, such as a certificate or a key",
                $"name the {ExampleFile.Owner(role)} YAML file here; it names the PEM files"
            );
        }

        var assignment = Assignment().Match(text);
        if (assignment.Success && (Section().IsMatch(line) || Assignment().IsMatch(line)))
        {
            return _stunnel.Any(option => Regex.IsMatch(text, $@"(?m)^[ \t]*{option.Theirs}[ \t]*="))
                ? At("this is a configuration of stunnel", $"{Start(role)}; {Translation(role)}")
                : At("this is a file of 'key = value' lines", $"write YAML, 'key: value': {Start(role)}");
        }

        return HaproxySection().IsMatch(line) ? At("this is a configuration of HAProxy", Start(role))
            : NginxBlock().IsMatch(line) ? At("this is a configuration of nginx", Start(role))
            : null;

        (Position, string, string)? At(string found, string remedy) =>
            (Position.Of(text, first.Groups["line"].Index), found, remedy);
    }

    private static string Start(TunnelRole? role) => $"start from {ExampleFile.Of(role)}";

    private static string Translation(TunnelRole? role)
    {
        var pairs = _stunnel.Select(option =>
            $"'{option.Theirs}' is "
            + role switch
            {
                TunnelRole.Client => option.ForClient,
                TunnelRole.Server => option.ForServer,
                _ => $"{option.ForClient} or {option.ForServer}",
            }
        );
        return $"{string.Join(", ", pairs)} there";
    }

    /// <summary>
    /// The first line that is not blank and not a comment, of YAML, HAProxy and nginx (#) or of stunnel (;).
    /// </summary>
    [GeneratedRegex(@"\A([ \t\r]*([#;][^\n]*)?\n)*[ \t]*(?<line>[^\n\r]*)")]
    private static partial Regex FirstWords();

    [GeneratedRegex(@"(?m)^[ \t]*[A-Za-z][A-Za-z0-9_.-]*[ \t]*=")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"^\[[^\],:]+\]\s*([;#].*)?$")]
    private static partial Regex Section();

    [GeneratedRegex(@"^(global|defaults|((frontend|backend|listen)\s+[^\s:]+))\s*(#.*)?$")]
    private static partial Regex HaproxySection();

    [GeneratedRegex(
        @"^((stream|http|events|server)\s*\{|(user|worker_processes|load_module|pid|error_log|include)\s[^:]*;)"
    )]
    private static partial Regex NginxBlock();
}
