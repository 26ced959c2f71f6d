using System.Text;
using Tunnel.Tls;

namespace Tunnel.Fuzz.Targets;

/// <summary>A file of ticket secrets: no fault may tell a secret.</summary>
internal sealed class TicketSecretsTarget : ITarget
{
    // Shorter runs of the letters of base64 are in any sentence, and in the path.
    private const int LeastTelling = 16;

    public string Name => "ticket-secrets";

    public IReadOnlyList<byte[]> Words =>
        [
            [.. "\n"u8],
            [.. "\r\n"u8],
            [.. "# "u8],
            [.. "=="u8],
            [.. "\ufeff"u8],
            [0xff, 0xfe],
            [.. "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm\n"u8],
        ];

    public void Run(byte[] input)
    {
        try
        {
            using var secrets = TicketSecrets.Load(Scratch.Holding(input));
            using var again = TicketSecrets.Load(Scratch.Holding(input));
            Hold.That(secrets.IsSameAs(again), "a file differs from itself");
            Hold.Same(secrets.Count, Lines(input).Count, "secrets of a file");
            Hold.That(secrets.Count is >= 1 and <= 16, "more secrets than may be");
            Hold.That(secrets.Extracted.All(secret => secret.Length == 32), "a secret of another length");
            Hold.IsLine(secrets.ToString(), "what is printed of secrets");
        }
        catch (TlsSetupException e)
        {
            foreach (var fault in e.Troubles.Select(trouble => trouble.ToString()))
            {
                Hold.IsLine(fault, "a fault of a secrets file");
                Hold.That(!Lines(input).Exists(line => IsToldIn(fault, line)), "a fault tells a part of a secret");
            }
        }
    }

    /// <summary>Those that are neither blank nor comments.</summary>
    private static List<string> Lines(byte[] input) =>
        [
            .. Encoding
                .Latin1.GetString(input.AsSpan().StartsWith("\ufeff"u8) ? input.AsSpan(3) : input)
                .Split('\n')
                .Select(line => line.Trim(' ', '\t', '\r'))
                .Where(line => line.Length > 0 && line[0] != '#'),
        ];

    private static bool IsToldIn(string fault, string line)
    {
        for (var at = 0; at + LeastTelling <= line.Length; at++)
        {
            if (fault.Contains(line.Substring(at, LeastTelling), StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
