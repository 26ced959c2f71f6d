using System.Diagnostics;

namespace Tunnel.Simulator;

/// <summary>
/// Makes a world in which something went wrong as small as it can be with the same thing still going wrong.
/// </summary>
internal static class Shrinker
{
    // A smaller world needs other luck: so many schedules are tried before it counts as one in which nothing goes
    // wrong.
    private const int SchedulesOfACandidate = 30;

    private static readonly LinkSpec _plainLink = new(50, 0);

    // What is small by then is small enough to be read.
    private static readonly TimeSpan _most = TimeSpan.FromSeconds(60);

    public static Failure Shrink(Failure failure)
    {
        var started = Stopwatch.GetTimestamp();
        for (var smaller = failure; smaller is not null; )
        {
            failure = smaller;
            smaller = Candidates(failure.Spec)
                .TakeWhile(_ => Stopwatch.GetElapsedTime(started) < _most)
                .Select(spec => Try(spec, failure))
                .FirstOrDefault(found => found is not null);
        }

        return failure;
    }

    private static Failure? Try(WorldSpec spec, Failure like)
    {
        for (var schedule = 0; schedule <= SchedulesOfACandidate; schedule++)
        {
            var seed = schedule == 0 ? like.Schedule : schedule;
            if (Failure.Of(spec, seed) is { } failure && failure.Kind == like.Kind)
            {
                return failure;
            }
        }

        return null;
    }

    /// <summary>Worlds that are a little smaller, those with the largest step first.</summary>
    private static IEnumerable<WorldSpec> Candidates(WorldSpec spec)
    {
        foreach (var visits in Without(spec.Visits))
        {
            yield return spec with
            {
                Visits = visits,
            };
        }

        foreach (var troubles in Without(spec.Troubles))
        {
            yield return spec with
            {
                Troubles = troubles,
            };
        }

        foreach (var simpler in Simpler(spec))
        {
            if (simpler != spec)
            {
                yield return simpler;
            }
        }

        for (var index = 0; index < spec.Visits.Count; index++)
        {
            foreach (var visit in Smaller(spec.Visits[index]))
            {
                yield return spec with
                {
                    Visits = Replaced(spec.Visits, index, visit),
                };
            }
        }

        for (var index = 0; index < spec.Troubles.Count; index++)
        {
            foreach (var trouble in Smaller(spec.Troubles[index]))
            {
                yield return spec with
                {
                    Troubles = Replaced(spec.Troubles, index, trouble),
                };
            }
        }
    }

    private static IEnumerable<WorldSpec> Simpler(WorldSpec spec)
    {
        yield return spec with
        {
            Tls = TlsKind.Spared,
        };
        yield return spec with
        {
            BufferBudget = null,
            Places = 16,
            ClientFiles = WorldSpec.PlentyOfFiles,
            ServerFiles = WorldSpec.PlentyOfFiles,
        };
        yield return spec with
        {
            MostSessions = null,
            MostNewSessions = null,
        };
        yield return spec with
        {
            Name = NameSpec.None,
        };
        yield return spec with
        {
            Targets = ListSpec.One,
        };
        yield return spec with
        {
            Servers = ListSpec.One,
        };
        foreach (var all in Without(spec.Targets.All).Where(all => all.Count > 0))
        {
            yield return spec with
            {
                Targets = spec.Targets with { All = all },
            };
        }

        foreach (var all in Without(spec.Servers.All).Where(all => all.Count > 0))
        {
            yield return spec with
            {
                Servers = spec.Servers with { All = all },
            };
        }

        yield return spec with
        {
            InterruptPercent = 0,
        };
        yield return spec with
        {
            LatePercent = 0,
        };
        yield return spec with
        {
            Limits = new Limits(),
        };
        yield return spec with
        {
            Application = TcpSizes.Plain,
        };
        yield return spec with
        {
            Client = TcpSizes.Plain,
        };
        yield return spec with
        {
            Server = TcpSizes.Plain,
        };
        yield return spec with
        {
            Target = TcpSizes.Plain,
        };
        for (var link = 0; link < spec.Links.Count; link++)
        {
            if (spec.Links[link] != _plainLink)
            {
                yield return spec with
                {
                    Links = Replaced(spec.Links, link, _plainLink),
                };
            }
        }
    }

    private static IEnumerable<Visit> Smaller(Visit visit)
    {
        if (visit.AtMs > 0)
        {
            yield return visit with
            {
                AtMs = 0,
            };
        }

        foreach (var script in Smaller(visit.Application))
        {
            yield return visit with
            {
                Application = script,
            };
        }

        foreach (var script in Smaller(visit.Target))
        {
            yield return visit with
            {
                Target = script,
            };
        }
    }

    private static IEnumerable<Script> Smaller(Script script)
    {
        foreach (var deeds in Without(script.Deeds))
        {
            yield return script with
            {
                Deeds = deeds,
            };
        }

        var plain = new Reading(64 * 1024, 0, null, null);
        if (script.Reading != plain)
        {
            yield return script with
            {
                Reading = plain,
            };
        }

        for (var index = 0; index < script.Deeds.Count; index++)
        {
            var deed = script.Deeds[index];
            foreach (var amount in Smaller(deed.Amount))
            {
                yield return script with
                {
                    Deeds = Replaced(script.Deeds, index, deed with { Amount = amount }),
                };
            }
        }
    }

    private static IEnumerable<Trouble> Smaller(Trouble trouble) =>
        Smaller(trouble.AtMs)
            .Select(at => trouble with { AtMs = at })
            .Concat(Smaller(trouble.ForMs).Select(length => trouble with { ForMs = length }));

    private static IEnumerable<int> Smaller(int number) =>
        number <= 1 ? [] : new[] { 1, number / 2, number - 1 }.Distinct().Where(other => other < number);

    private static IEnumerable<IReadOnlyList<T>> Without<T>(IReadOnlyList<T> all) =>
        Enumerable.Range(0, all.Count).Select(index => (IReadOnlyList<T>)[.. all.Take(index), .. all.Skip(index + 1)]);

    private static IReadOnlyList<T> Replaced<T>(IReadOnlyList<T> all, int index, T one) =>
        [.. all.Take(index), one, .. all.Skip(index + 1)];
}
