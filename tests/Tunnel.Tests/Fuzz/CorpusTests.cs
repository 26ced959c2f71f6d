using NUnit.Framework;
using Tunnel.Fuzz.Engine;
using Tunnel.Fuzz.Targets;

namespace Tunnel.Tests.Fuzz;

/// <summary>
/// Every input that a fuzzing campaign was worth, through the same targets: what was found once is found again, and a
/// target that no longer fits its code fails here. <c>tests/README.md</c> says how inputs come into the corpus.
/// </summary>
public sealed class CorpusTests
{
    public static IEnumerable<string> Targets => AllTargets.List.Select(target => target.Name);

    [TestCaseSource(nameof(Targets))]
    public void Every_input_of_the_corpus_is_handled(string name)
    {
        var target = AllTargets.Find(name)!;
        Assert.Multiple(() =>
        {
            foreach (var file in Directory.GetFiles(CorpusFolder.Of(name)))
            {
                Assert.That(() => target.Run(File.ReadAllBytes(file)), Throws.Nothing, Path.GetFileName(file));
            }
        });
    }

    [Test]
    public void Each_target_has_its_folder_and_each_folder_its_target() =>
        Assert.That(
            Directory.GetDirectories(CorpusFolder.InRepository).Select(Path.GetFileName),
            Is.EquivalentTo(Targets)
        );

    [Test]
    public void No_input_is_longer_than_its_target_tries() =>
        Assert.That(
            from target in AllTargets.List
            from file in Directory.GetFiles(CorpusFolder.Of(target.Name))
            where new FileInfo(file).Length > target.MostBytes
            select file,
            Is.Empty
        );
}
