using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests;

/// <summary>
/// The program ships as one native file, so nothing under <c>src</c> may need what is not in it: the analysers see to
/// that, and these tests see to it that they are asked.
/// </summary>
public sealed partial class NativeFileTests
{
    private static readonly string _source = Path.Combine(Repository.Root, "src");

    [Test]
    public void Every_project_is_held_to_what_a_native_file_can_do()
    {
        var projects = Directory.GetFiles(_source, "*.csproj", SearchOption.AllDirectories);
        Assert.That(projects, Is.Not.Empty);

        var notHeld = projects
            .Select(project => Path.GetFileNameWithoutExtension(project))
            .Where(name => !HasMark(name == "Tunnel.Cli" ? "tunnel" : name));
        Assert.That(notHeld, Is.Empty);
    }

    [Test]
    public void No_warning_of_the_analysers_is_silenced_or_passed_on()
    {
        var files = Directory
            .GetFiles(_source, "*", SearchOption.AllDirectories)
            .Where(file => !BuildOutput().IsMatch(file) && WrittenByHand().IsMatch(file))
            .Concat(Directory.GetFiles(Repository.Root, "Directory.*"))
            .Append(Path.Combine(Repository.Root, ".editorconfig"));
        var silenced =
            from file in files
            from Match silencer in Silencer().Matches(File.ReadAllText(file))
            select $"{Path.GetRelativePath(Repository.Root, file)}: {silencer.Value}";
        Assert.That(silenced, Is.Empty);
    }

    // The SDK leaves this mark in what it builds with IsAotCompatible, which turns the analysers on.
    private static bool HasMark(string assembly) =>
        Assembly
            .Load(assembly)
            .GetCustomAttributes<AssemblyMetadataAttribute>()
            .Any(mark => mark is { Key: "IsAotCompatible", Value: "True" });

    // A number of a warning, an attribute that silences it or makes it the caller's, a property that turns analysers
    // off.
    [GeneratedRegex(
        @"\bIL[23]\d{3}\b"
            + @"|\b(UnconditionalSuppressMessage|DynamicDependency)\b"
            + @"|\bRequires(UnreferencedCode|DynamicCode|AssemblyFiles)\b"
            + @"|\b(Enable(Trim|Aot|SingleFile)Analyzer|Suppress(Trim|Aot)AnalysisWarnings|NoWarn)\b"
    )]
    private static partial Regex Silencer();

    [GeneratedRegex(@"[/\\](bin|obj)[/\\]")]
    private static partial Regex BuildOutput();

    [GeneratedRegex(@"\.(cs|csproj|props|targets)$")]
    private static partial Regex WrittenByHand();
}
