using System.Text.RegularExpressions;

namespace Tunnel.Tests.TestKit;

/// <summary>All files of <c>src</c>, and which of them refer to which.</summary>
internal sealed partial class SourceTree
{
    private readonly Dictionary<SourceFile, ILookup<SourceFile, string>> _references;

    private SourceTree(IReadOnlyList<SourceFile> files, IEnumerable<string> global)
    {
        Files = files;
        var declaring = files
            .SelectMany(file => file.Types, (file, type) => (file, type))
            .ToLookup(declared => declared.type, declared => declared.file);
        _references = files.ToDictionary(file => file, file => file.References(declaring, global));
    }

    public IReadOnlyList<SourceFile> Files { get; }

    public static SourceTree Load()
    {
        var source = Path.Combine(Repository.Root, "src");
        var files =
            from path in Directory.GetFiles(source, "*.cs", SearchOption.AllDirectories)
            let name = Path.GetRelativePath(source, path)
            where name.Split('/') is var parts && !parts.Contains("obj") && !parts.Contains("bin")
            orderby name
            select new SourceFile(Path.ChangeExtension(name, null), File.ReadAllText(path));
        var global =
            from project in Directory.GetFiles(source, "*.csproj", SearchOption.AllDirectories)
            from Match match in GlobalUsing().Matches(File.ReadAllText(project))
            select match.Groups["name"].Value;
        return new SourceTree([.. files], [.. global.Distinct()]);
    }

    public static SourceTree Of(params SourceFile[] files) => new(files, []);

    /// <summary>The files whose types this one mentions, each with those types.</summary>
    public ILookup<SourceFile, string> ReferencesOf(SourceFile file) => _references[file];

    /// <summary>
    /// The largest sets of files in which each one refers to each other one, directly or through others.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<SourceFile>> Circles()
    {
        var reached = Files.ToDictionary(file => file, ReachedFrom);
        return
        [
            .. Files
                .Where(file => reached[file].Contains(file))
                .Select(file => Files.Where(other => reached[file].Contains(other) && reached[other].Contains(file)))
                .Select(circle => circle.ToArray())
                .DistinctBy(circle => circle[0]),
        ];
    }

    private HashSet<SourceFile> ReachedFrom(SourceFile start)
    {
        var reached = new HashSet<SourceFile>();
        var toVisit = new Stack<SourceFile>([start]);
        while (toVisit.TryPop(out var file))
        {
            foreach (var next in _references[file].Where(next => reached.Add(next.Key)))
            {
                toVisit.Push(next.Key);
            }
        }

        return reached;
    }

    [GeneratedRegex("""<Using Include="(?<name>[\w.]+)" />""")]
    private static partial Regex GlobalUsing();
}
