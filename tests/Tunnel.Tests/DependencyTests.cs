using System.Text.RegularExpressions;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests;

/// <summary>The README's map, enforced: each folder of the core may use those named here, and no other.</summary>
public sealed partial class DependencyTests
{
    private static readonly Dictionary<string, string[]> _mayUse = new()
    {
        ["Text"] = [],
        ["Net"] = ["Text"],
        ["Config"] = ["Text"],
        ["Tls"] = ["Net", "Config", "Text"],
        ["Certs"] = ["Tls", "Text"],
        ["Diagnostics"] = ["Config", "Text"],
        ["Relay"] = ["Net", "Config", "Text"],
        ["Opening"] = ["Relay", "Net", "Tls", "Config", "Text"],
        ["Sessions"] = ["Opening", "Relay", "Net", "Tls", "Text"],
        ["Services"] = ["Sessions", "Opening", "Relay", "Net", "Tls", "Config", "Text"],
    };

    [Test]
    public void Folders_use_only_what_stands_below_them()
    {
        var core = Path.Combine(Repository.Root, "src", "Tunnel.Core");
        var folders = Directory.GetDirectories(core).Select(Path.GetFileName).Except(["bin", "obj"]);
        Assert.That(folders, Is.EquivalentTo(_mayUse.Keys), "a new folder needs its place on the map");

        var wrong =
            from folder in _mayUse.Keys
            from file in Directory.GetFiles(Path.Combine(core, folder), "*.cs", SearchOption.AllDirectories)
            from Match use in Reference().Matches(File.ReadAllText(file))
            let used = use.Groups["folder"].Value
            where used != folder && _mayUse.ContainsKey(used) && !_mayUse[folder].Contains(used)
            select $"{Path.GetRelativePath(core, file)} uses {used}";
        Assert.That(wrong.Distinct(), Is.Empty);
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

    // "using Tunnel.Net;", and a name qualified in passing.
    [GeneratedRegex(@"\bTunnel\.(?<folder>[A-Z][A-Za-z]+)\b")]
    private static partial Regex Reference();
}
