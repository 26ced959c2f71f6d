using System.Text.RegularExpressions;

namespace Tunnel.Tests.TestKit;

/// <summary>The README's map of the source: which folders there are, and what each may use.</summary>
internal sealed partial class SourceMap
{
    private readonly Dictionary<string, (string Name, string[] MayUse)> _folders = [];

    private SourceMap(string readme)
    {
        var section = readme[readme.IndexOf("## Map of the source", StringComparison.Ordinal)..];
        var path = new Stack<(int Indent, string Name)>();
        foreach (var line in section.Split("```")[1].Split('\n').Select(text => Entry().Match(text)))
        {
            if (!line.Success)
            {
                continue;
            }

            var indent = line.Groups["indent"].Length;
            while (path.TryPeek(out var above) && above.Indent >= indent)
            {
                path.Pop();
            }

            path.Push((indent, line.Groups["name"].Value.TrimEnd('/')));
            if (line.Groups["uses"] is { Success: true } uses)
            {
                var folder = string.Join('/', path.Reverse().Select(part => part.Name));
                _folders[folder] = (folder.Split('/')[^1], uses.Value.Split(", "));
            }
        }
    }

    /// <summary>Those that have an arrow, by their paths from the root of the repository.</summary>
    public IEnumerable<string> Folders => _folders.Keys;

    public static SourceMap Load() => new(File.ReadAllText(Path.Combine(Repository.Root, "README.md")));

    /// <returns>The innermost folder with an arrow that holds the file; null: it has no place on the map.</returns>
    public string? FolderOf(SourceFile file) =>
        _folders
            .Keys.Where(folder => $"src/{file.Name}".StartsWith($"{folder}/", StringComparison.Ordinal))
            .MaxBy(folder => folder.Length);

    public bool MayUse(string folder, string used) =>
        folder == used || _folders[folder].MayUse is ["everything"] || _folders[folder].MayUse.Contains(NameOf(used));

    /// <summary>Its name in the lists of others: the last part of its path.</summary>
    public string NameOf(string folder) => _folders[folder].Name;

    /// <summary>Names behind an arrow that are no folder's.</summary>
    public IEnumerable<string> Unknown =>
        _folders
            .Values.SelectMany(folder => folder.MayUse)
            .Except(_folders.Values.Select(folder => folder.Name))
            .Except(["everything", "nothing"]);

    [GeneratedRegex(@"^(?<indent> *)(?<name>[A-Za-z][\w./-]*)(?=\s|$).*?(─▶ (?<uses>.+?))?\s*$")]
    private static partial Regex Entry();
}
