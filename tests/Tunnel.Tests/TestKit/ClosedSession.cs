using NLog;

namespace Tunnel.Tests.TestKit;

/// <summary>The one line in which a session ended.</summary>
public sealed class ClosedSession(LogEventInfo line)
{
    public string Id => Text("SessionId");

    public string Reason => Text("Reason");

    public string ClosedBy => Text("ClosedBy");

    public string Detail => Text("Detail");

    public string Peer => Text("Peer");

    public string Identity => Text("Identity");

    public string TlsVersion => Text("TlsVersion");

    public string Resumed => Text("Resumed");

    public string RemoteId => Text("RemoteId");

    public long Sent => (long)line.Properties["BytesSent"]!;

    public long Received => (long)line.Properties["BytesReceived"]!;

    public LogLevel Level => line.Level;

    public override string ToString() => line.FormattedMessage;

    private string Text(string property) => (string)line.Properties[property]!;
}
