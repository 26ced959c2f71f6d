using System.Text.RegularExpressions;
using Tunnel.Config;

namespace Tunnel.Cli.Diagnosis;

/// <summary>
/// The secrets that a configuration names, so that whatever goes to others can be searched for them. Nothing of the
/// rest of the program writes one anywhere; this is for the day on which it does, or on which a path is wrong.
/// </summary>
internal sealed partial class KnownSecrets
{
    /// <summary>Stands where one was.</summary>
    public const string Removed = "<removed: a secret>";

    // Anything shorter is in every text.
    private const int LeastLetters = 4;

    private const int MostFileBytes = 1 << 20;

    private readonly List<string> _secrets;

    private KnownSecrets(IEnumerable<string> secrets) =>
        // The longest first: one may be a part of another.
        _secrets = [
            .. secrets
                .SelectMany(secret => (string[])[secret, SafeText.Escape(secret, int.MaxValue), Quoted(secret)])
                .Where(secret => secret.Length >= LeastLetters)
                .Distinct()
                .OrderByDescending(secret => secret.Length),
        ];

    /// <summary>Reads the files and variables that hold them; those that cannot be read hide nothing.</summary>
    public static KnownSecrets Of(ConfigOutline config) =>
        new([
            .. config.HiddenValues,
            .. config.Values.SelectMany(value =>
                ConfigOutline.IsSecretFile(value.Key) ? LinesOf(value.Value)
                : ConfigOutline.IsSecretVariable(value.Key) ? VariableOf(value.Value)
                : []
            ),
        ]);

    /// <summary>The text without any of them, and without private keys of anybody.</summary>
    public string RemovedFrom(string text)
    {
        text = PrivateKey().Replace(text, Removed);
        foreach (var secret in _secrets)
        {
            text = text.Replace(secret, Removed, StringComparison.Ordinal);
        }

        return text;
    }

    private static string Quoted(string secret) =>
        secret.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static IEnumerable<string> VariableOf(string name) =>
        Environment.GetEnvironmentVariable(name) is { } value ? [value] : [];

    private static IEnumerable<string> LinesOf(string path)
    {
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: <= MostFileBytes })
            {
                return [];
            }

            var text = File.ReadAllText(path);
            // Certificates may stand in the same file, and are no secret.
            var keys = string.Concat(PrivateKey().Matches(text).Select(key => key.Value));
            return (keys.Length > 0 ? keys : text)
                .Split('\n')
                .Select(line => line.Trim())
                .Where(line => !line.StartsWith("-----", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [];
        }
    }

    [GeneratedRegex(@"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)")]
    private static partial Regex PrivateKey();
}
