using System.Text;
using Tunnel.Tls;

namespace Tunnel.Fuzz.Targets;

/// <summary>Files of ours that cannot be used are told of, and nothing that they hold may be told with it.</summary>
internal static class Faults
{
    // As long as four words; no sentence of ours has such a run of what base64 is made of.
    private const int LeastTelling = 32;

    /// <summary>
    /// Calls what reads the file; a <see cref="TlsSetupException"/> with good words is as good as success.
    /// </summary>
    public static void AreLines(Func<object?> read, byte[] input)
    {
        try
        {
            (read() as IDisposable)?.Dispose();
        }
        catch (TlsSetupException e)
        {
            Hold.That(e.Troubles.Count > 0, "a refusal without a fault");
            foreach (var fault in e.Troubles.Select(trouble => trouble.ToString()))
            {
                Hold.IsLine(fault, "a fault of a file", 16 * 1024);
                Hold.That(!TellsOf(fault, input), "a fault tells a part of the file");
            }
        }
    }

    private static bool TellsOf(string fault, byte[] input)
    {
        var content = Encoding.Latin1.GetString(input);
        var run = 0;
        for (var at = 0; at < fault.Length; at++)
        {
            run = char.IsAsciiLetterOrDigit(fault[at]) || fault[at] is '+' or '/' ? run + 1 : 0;
            if (run >= LeastTelling && content.Contains(fault.Substring(at - run + 1, run), StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
