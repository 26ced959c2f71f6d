namespace Tunnel.Fuzz.Engine;

/// <summary>The folders of one target's campaign, below <c>artifacts/fuzz</c>.</summary>
internal sealed class Workplace
{
    private readonly string _folder;
    private readonly HashSet<string> _known;

    public Workplace(string target)
    {
        _folder = Path.Combine(Root, target);
        Directory.CreateDirectory(Queue);
        Directory.CreateDirectory(FindingsFolder);
        _known =
        [
            .. Directory.GetFiles(FindingsFolder, "*.txt").Select(Path.GetFileNameWithoutExtension).OfType<string>(),
        ];
    }

    public static string Root { get; } = Path.Combine(Repository.Root, "artifacts", "fuzz");

    /// <summary>
    /// What the campaign has found so far; a worker that takes over from one that crashed goes on with it.
    /// </summary>
    public string Queue => Path.Combine(_folder, "queue");

    /// <summary>The smallest set of inputs that reaches the same.</summary>
    public string Corpus => Path.Combine(_folder, "corpus");

    /// <summary>So that another campaign may be built and begin meanwhile.</summary>
    public string Program => Path.Combine(_folder, "program");

    public string Board => Path.Combine(_folder, "board");

    public int Findings => _known.Count;

    private string FindingsFolder => Path.Combine(_folder, "findings");

    public bool IsNew(Finding finding) => _known.Add(finding.Key);

    /// <summary>Two files: the input, and what it did.</summary>
    public void Keep(Finding finding, byte[] input)
    {
        var file = Path.Combine(FindingsFolder, finding.Key);
        File.WriteAllBytes(file, input);
        File.WriteAllText($"{file}.txt", finding.Words);
    }

    /// <summary>For a new campaign.</summary>
    public static void Clear(string target)
    {
        var folder = Path.Combine(Root, target);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
