namespace Tunnel.Reports;

/// <summary>When what there is of something may soon not be enough.</summary>
internal static class Share
{
    // A fifth is left: time to raise a limit before somebody is turned away.
    private const double Much = 0.8;

    public static bool IsNearlyFull(long used, long most) => most > 0 && used >= Much * most;
}
