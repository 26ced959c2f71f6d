using System.Globalization;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests;

/// <summary>What <c>.editorconfig</c> says and neither the compiler nor the formatter enforces.</summary>
public sealed class StyleTests
{
    [Test]
    public void No_line_of_code_is_longer_than_the_editorconfig_allows()
    {
        var most = int.Parse(
            File.ReadLines(Path.Combine(Repository.Root, ".editorconfig"))
                .Single(line => line.StartsWith("max_line_length", StringComparison.Ordinal))
                .Split('=')[1],
            CultureInfo.InvariantCulture
        );
        var tooLong =
            from folder in (string[])["src", "tests", "perf", "docker"]
            from file in Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
            where !file.Split('/').Intersect(["bin", "obj"]).Any()
            from line in File.ReadLines(file).Index()
            where line.Item.Length > most
            select $"{Path.GetRelativePath(Repository.Root, file)}:{line.Index + 1}: {line.Item.Length} characters";
        Assert.That(tooLong, Is.Empty);
    }
}
