using System.Globalization;
using Tunnel.Fuzz.Engine;
using Tunnel.Fuzz.Targets;

namespace Tunnel.Fuzz;

/// <summary>What <c>run</c> is asked to do.</summary>
/// <param name="Keep">Afterwards <c>Corpus</c> holds what the campaign found worth keeping.</param>
internal sealed record Options(IReadOnlyList<ITarget> Targets, TimeSpan Time, ulong Seed, bool Keep)
{
    private static readonly TimeSpan _usualTime = TimeSpan.FromMinutes(30);

    /// <returns>Null for what is not understood.</returns>
    public static Options? Parse(string[] arguments)
    {
        var options = new Options(AllTargets.List, _usualTime, 1, Keep: false);
        foreach (var argument in arguments)
        {
            var value = argument[(argument.IndexOf('=', StringComparison.Ordinal) + 1)..];
            var parsed = argument.Split('=')[0] switch
            {
                "--keep" => options with { Keep = true },
                "--for" when double.TryParse(value, CultureInfo.InvariantCulture, out var minutes) => options with
                {
                    Time = TimeSpan.FromMinutes(minutes),
                },
                "--seed" when ulong.TryParse(value, CultureInfo.InvariantCulture, out var seed) => options with
                {
                    Seed = seed,
                },
                "--only" when AllTargets.Find(value) is { } target => options with { Targets = [target] },
                _ => null,
            };
            if (parsed is null)
            {
                return null;
            }

            options = parsed;
        }

        return options;
    }

    /// <returns>The exit code: 1 when there are findings.</returns>
    public int Run()
    {
        var findings = 0;
        foreach (var target in Targets)
        {
            findings += Campaign.Run(target, Seed, Time);
            if (Keep)
            {
                CorpusFolder.Replace(
                    CorpusFolder.Of(target.Name),
                    CorpusFolder.Read(new Workplace(target.Name).Corpus)
                );
            }
        }

        Console.WriteLine($"{findings} findings, in {Workplace.Root}");
        return findings == 0 ? 0 : 1;
    }
}
