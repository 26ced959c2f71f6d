using System.Diagnostics;
using System.Text;
using Tunnel.Fuzz.Targets;

namespace Tunnel.Fuzz.Engine;

/// <summary>What went wrong, and where: findings of the same kind have the same key.</summary>
/// <param name="Key">Fit for a file's name.</param>
/// <param name="Words">The exception with its stack.</param>
internal sealed record Finding(string Key, string Words)
{
    /// <summary>Of inputs that take too long, and are not made shorter: each try would take as long.</summary>
    public const string SlowKey = "slow";

    private const int MostKeyLetters = 60;

    public static Finding Of(Exception fault)
    {
        // Of an invariant the words tell it apart, as all are thrown at one place; values stand behind a colon.
        var where = fault is BrokenInvariantException ? fault.Message.Split(':')[0] : Place(fault);
        return new Finding(Slug($"{fault.GetType().Name} {where}"), fault.ToString());
    }

    public static Finding Slow(TimeSpan time) => new(SlowKey, $"took {time.TotalSeconds:0.0} s");

    /// <summary>The innermost method of the tunnel's.</summary>
    private static string Place(Exception fault) =>
        new StackTrace(fault)
            .GetFrames()
            .Select(frame => frame.GetMethod())
            .FirstOrDefault(method => method?.DeclaringType?.Assembly.GetName().Name?.StartsWith("Tunnel.") == true)
            is { } method
            ? $"{method.DeclaringType!.Name} {method.Name}"
            : "elsewhere";

    private static string Slug(string text)
    {
        var slug = new StringBuilder();
        foreach (var letter in text.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter == ' '))
        {
            slug.Append(letter == ' ' ? '-' : char.ToLowerInvariant(letter));
        }

        return slug.ToString(0, Math.Min(slug.Length, MostKeyLetters)).Trim('-');
    }
}
