using Tunnel.Relay;

namespace Tunnel.Opening;

/// <summary>What each target has answered to one session that it does not serve.</summary>
internal sealed class TargetFailures
{
    private readonly List<(Target Target, AttemptFailure Failure)> _last = [];

    /// <summary>Those that would answer the same again.</summary>
    public IReadOnlyCollection<Target> Final => [.. _last.Where(one => one.Failure.Final).Select(one => one.Target)];

    /// <summary>How long those of which there is hope ask us to stay away: the longest of them.</summary>
    public TimeSpan RetryAfter =>
        _last.Where(one => !one.Failure.Final).Select(one => one.Failure.RetryAfter).DefaultIfEmpty().Max();

    /// <summary>The one before now.</summary>
    public SessionEnd Last => _last[^1].Failure.End;

    /// <summary>
    /// The end of a session that none of them serves: the reason is that of the last one of which there was hope, and
    /// the detail has the words of each.
    /// </summary>
    public SessionEnd Together
    {
        get
        {
            var end = _last.FindLast(one => !one.Failure.Final) is { Failure.End: { } hopeful }
                ? hopeful
                : _last[^1].Failure.End;
            return _last.Count == 1 ? end : end with { Detail = string.Join("; ", _last.Select(Words)) };
        }
    }

    /// <summary>What it has answered before does not count any more.</summary>
    public void Note(Target target, AttemptFailure failure)
    {
        _last.RemoveAll(one => one.Target == target);
        _last.Add((target, failure));
    }

    /// <summary>By another plan each of them may answer something else.</summary>
    public void Forget() => _last.Clear();

    private static string Words((Target Target, AttemptFailure Failure) one)
    {
        var (address, words) = (one.Target.Settings.Address.ToString()!, one.Failure.End.Detail ?? "");
        return words.Contains(address, StringComparison.Ordinal) ? words : $"{address}: {words}";
    }
}
