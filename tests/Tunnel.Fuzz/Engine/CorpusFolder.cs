using System.Security.Cryptography;

namespace Tunnel.Fuzz.Engine;

/// <summary>Inputs as files: those that a campaign made are named by their content, findings by words.</summary>
internal static class CorpusFolder
{
    /// <summary>What was a finding stays, whatever it covers.</summary>
    public const string FindingPrefix = "finding-";

    /// <summary>The folder of the source with one folder for each target.</summary>
    public static string InRepository { get; } = Path.Combine(Repository.Root, "tests", "Tunnel.Fuzz", "Corpus");

    public static string Of(string target) => Path.Combine(InRepository, target);

    /// <summary>Every input of a folder, shortest first; none where there is no folder.</summary>
    public static IReadOnlyList<byte[]> Read(string folder) =>
        Directory.Exists(folder)
            ?
            [
                .. Directory
                    .GetFiles(folder)
                    .Order(StringComparer.Ordinal)
                    .Select(File.ReadAllBytes)
                    .OrderBy(i => i.Length),
            ]
            : [];

    public static void Add(string folder, byte[] input) =>
        File.WriteAllBytes(Path.Combine(folder, NameOf(input)), input);

    /// <summary>Puts these in place of what a campaign made before.</summary>
    public static void Replace(string folder, IEnumerable<byte[]> inputs)
    {
        Directory.CreateDirectory(folder);
        foreach (var old in Directory.GetFiles(folder).Where(file => !IsFinding(file)))
        {
            File.Delete(old);
        }

        foreach (var input in inputs)
        {
            Add(folder, input);
        }
    }

    /// <summary>16 hexadecimal digits.</summary>
    public static string NameOf(byte[] input) => Convert.ToHexStringLower(SHA256.HashData(input).AsSpan(0, 8));

    private static bool IsFinding(string file) =>
        Path.GetFileName(file).StartsWith(FindingPrefix, StringComparison.Ordinal);
}
