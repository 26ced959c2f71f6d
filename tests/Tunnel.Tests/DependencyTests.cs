using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests;

/// <summary>Who may know whom: folders by the README's map, and files by having no circle among them.</summary>
public sealed class DependencyTests
{
    private static readonly SourceTree _source = SourceTree.Load();

    // Each with the reason why it is not opened. What is open leaves the list.
    private static readonly (string Why, string[] Files)[] _circles =
    [
        (
            "a loop knows its load and its turn, and both are asked for a loop",
            [
                "Tunnel.Core/Net/Loop/EventLoop",
                "Tunnel.Core/Net/Loop/LoopLoad",
                "Tunnel.Core/Net/Loop/LoopOrder",
                "Tunnel.Core/Net/Loop/LoopSeat",
                "Tunnel.Core/Net/Loop/SocketOperation",
            ]
        ),
        (
            "a stranger is a place among all of them, and moves in their queues",
            ["Tunnel.Core/Opening/Stranger", "Tunnel.Core/Opening/Strangers"]
        ),
    ];

    [Test]
    public void Folders_use_only_what_the_map_allows()
    {
        var map = SourceMap.Load();
        Assert.That(map.Unknown, Is.Empty, "what stands behind an arrow is the name of a folder that has one");
        Assert.That(
            _source.Files.Where(file => map.FolderOf(file) is null).Select(file => file.Name),
            Is.Empty,
            "every folder has its place on the README's map"
        );
        Assert.That(
            map.Folders.Except(_source.Files.Select(file => map.FolderOf(file))),
            Is.Empty,
            "folders of the map that hold no file"
        );

        // Of a namespace that is spread over folders the outermost one counts.
        var folderOf = _source
            .Files.GroupBy(file => file.Namespace, file => map.FolderOf(file)!)
            .ToDictionary(space => space.Key, space => space.MinBy(folder => folder.Length)!);
        var used =
            from file in _source.Files
            from use in _source
                .ReferencesOf(file)
                .Select(other => (Folder: map.FolderOf(other.Key)!, What: string.Join(", ", other)))
                .Concat(
                    from space in file.Usings
                    where folderOf.ContainsKey(space)
                    select (Folder: folderOf[space], What: $"using {space}")
                )
            where !map.MayUse(map.FolderOf(file)!, use.Folder)
            select $"{file.Name} uses {map.NameOf(use.Folder)}: {use.What}";
        Assert.That(used, Is.Empty);
    }

    [Test]
    public void Files_refer_to_each_other_in_no_circle()
    {
        var circles = _source.Circles().ToDictionary(circle => string.Join(", ", circle.Select(file => file.Name)));
        var known = _circles.Select(circle => string.Join(", ", circle.Files)).ToArray();
        Assert.That(
            circles.Keys,
            Is.EquivalentTo(known),
            () => string.Join('\n', circles.Keys.Except(known).SelectMany(circle => WhoKnowsWhom(circles[circle])))
        );
    }

    [TestCase("using Tunnel.Net; class A { Below b; }", true)]
    [TestCase("class A { Net.Below b; }", true)]
    [TestCase("class A { void B(Tunnel.Net.Below b) { } }", true)]
    [TestCase("class A { string B() => $\"{Net.Below.Name}\"; }", true)]
    [TestCase("using Tunnel.Net; class A { Below Below { get; } }", true)]
    [TestCase("using static Tunnel.Net.Below; class A { }", true)]
    [TestCase("using Tunnel.Net; class A { object B() => c ? Below.One : new Below(); }", true)]
    [TestCase("class A { Below b; }", false)]
    [TestCase("using Tunnel.Net; class A { int Below; int B() => Below + b.Below; }", false)]
    [TestCase(
        "using Tunnel.Net; // Below\nclass A { string b = \"Below\" + '\"' + @\"\\\" + \"\"\"Below\"\"\"; /* Below "
            + "*/ }",
        false
    )]
    public void A_reference_is_seen_however_it_is_written(string text, bool isReference)
    {
        var above = new SourceFile("Relay/Above", text.Replace("class A", "\nnamespace Tunnel.Relay;\nclass A"));
        var below = new SourceFile("Net/Below", "namespace Tunnel.Net;\nenum Below { One }");
        Assert.That(SourceTree.Of(above, below).ReferencesOf(above).Contains(below), Is.EqualTo(isReference));
    }

    [Test]
    public void Only_the_OpenSsl_project_may_be_unsafe()
    {
        var unsafeProjects = Directory
            .GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Where(project => File.ReadAllText(project).Contains("AllowUnsafeBlocks"))
            .Select(Path.GetFileName);
        Assert.That(unsafeProjects.Single(), Is.EqualTo("Tunnel.OpenSsl.csproj"));
    }

    private static IEnumerable<string> WhoKnowsWhom(IReadOnlyList<SourceFile> circle) =>
        from file in circle
        from other in _source.ReferencesOf(file)
        where circle.Contains(other.Key)
        select $"{file.Name} -> {other.Key.Name}: {string.Join(", ", other)}";
}
