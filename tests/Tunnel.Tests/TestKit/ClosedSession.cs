using NLog;

namespace Tunnel.Tests.TestKit;

/// <summary>The one line in which a session ended.</summary>
public sealed class ClosedSession(LogEventInfo line)
{
    public string Id => Text("session");

    public string Reason => Text("reason");

    public string ClosedBy => Text("closed_by");

    public string Detail => Text("detail");

    public string Peer => Text("peer");

    /// <summary>Null where the line has no such field.</summary>
    public string? Via => line.Properties.ContainsKey("via") ? Text("via") : null;

    public string Identity => Text("identity");

    /// <summary>Of a peer that was refused.</summary>
    public string Claimed => Text("claimed");

    public string TlsVersion => Text("tls");

    public string Cipher => Text("cipher");

    public string Resumed => Text("resumed");

    public string RemoteId => Text("remote_id");

    public long Sent => (long)line.Properties["sent"]!;

    public long Received => (long)line.Properties["received"]!;

    public LogLevel Level => line.Level;

    public override string ToString() => line.FormattedMessage;

    // As the text of the line has them.
    private string Text(string field) =>
        line.Properties[field] switch
        {
            bool yes => yes ? "yes" : "no",
            var value => value!.ToString()!,
        };
}
