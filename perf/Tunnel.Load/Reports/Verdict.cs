namespace Tunnel.Load.Reports;

/// <summary>Whether a goal is met, and whether beyond what rounds differ by.</summary>
internal static class Verdict
{
    public const string Met = "yes";
    public const string WithinTheSpread = "within the spread";
    public const string NotMet = "**no**";

    /// <param name="atMost">True: less is better.</param>
    public static string Of(Spread measured, double bound, bool atMost)
    {
        bool Meets(double value) => atMost ? value <= bound : value >= bound;
        return (Meets(measured.Median), Meets(measured.Least) && Meets(measured.Most)) switch
        {
            (true, true) => Met,
            (true, false) => WithinTheSpread,
            _ => NotMet,
        };
    }
}
