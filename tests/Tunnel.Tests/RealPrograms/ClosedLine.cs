using Tunnel.Tests.Text;

namespace Tunnel.Tests.RealPrograms;

/// <summary>The line in which a session ended, as whoever collects logs reads it.</summary>
public sealed class ClosedLine(string line)
{
    private readonly Dictionary<string, string> _fields = LogfmtReader.Read(line).ToDictionary();

    public static bool Is(string line) => line.Contains(" closed: closed_by=", StringComparison.Ordinal);

    public string Reason => _fields["reason"];

    public string Id => line.Split("session ")[1].Split(' ')[0];

    public string Peer => _fields["peer"];

    /// <summary>Null where the line has no such field.</summary>
    public string? Via => _fields.GetValueOrDefault("via");

    public string ClosedBy => _fields["closed_by"];

    public string TlsVersion => _fields["tls"];

    public string Cipher => _fields["cipher"];

    public string Detail => _fields["detail"];

    public (string Reason, string ClosedBy) End => (Reason, ClosedBy);

    public long Sent => long.Parse(_fields["sent"], System.Globalization.CultureInfo.InvariantCulture);

    public long Received => long.Parse(_fields["received"], System.Globalization.CultureInfo.InvariantCulture);

    public override string ToString() => line;
}
