using System.Globalization;
using System.Text;
using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.Opening;

/// <summary>What the server says to the client before any byte of the target.</summary>
public enum GreetingCode : byte
{
    /// <summary>Authorised and connected to the target; the text is the server's session id.</summary>
    Ready = 1,

    /// <summary>The certificate was not accepted; the text is the class of the fault.</summary>
    Denied = 2,

    /// <summary>The target cannot be reached; trying again may help.</summary>
    TargetUnreachable = 3,

    /// <summary>The server is being stopped; trying again may help.</summary>
    Stopping = 4,

    /// <summary>
    /// The server cannot judge the certificate because of a fault of its own, which the text names; trying again may
    /// help.
    /// </summary>
    CannotJudge = 5,

    /// <summary>
    /// A limit is reached. The text is a number of milliseconds after which trying again may help, a space, and which
    /// limit it is.
    /// </summary>
    Busy = 6,

    /// <summary>
    /// The server's wall clock, in milliseconds since 1970-01-01 UTC. Only in <see cref="Greeting.ClockProtocol"/>.
    /// </summary>
    Clock = 7,
}

/// <summary>
/// One small frame from server to client, sent if both agreed on it by ALPN (<see cref="Protocol"/>). In TLS 1.3 a
/// client's handshake succeeds before the server has looked at its certificate, so without it the client would send the
/// application's first bytes into a connection that may be refused, and could neither try again nor explain it.
/// </summary>
/// <remarks>Wire: one byte code, one byte length, that many bytes of UTF-8.</remarks>
public sealed record Greeting(GreetingCode Code, string Text)
{
    /// <summary>
    /// Its name in ALPN (RFC 7301): offered by our client, accepted by our server. Other peers get plain TLS.
    /// </summary>
    public const string Protocol = "x-tunnel/1";

    /// <summary>
    /// Its name where a client only wants to know what time it is at the server, because the dates of a certificate
    /// look wrong: the answer is <see cref="GreetingCode.Clock"/> and the end. A client whose certificate is good, but
    /// for its dates, is told too.
    /// </summary>
    public const string ClockProtocol = "x-tunnel-clock/1";

    private const int HeaderBytes = 2;

    // No server of ours asks for more than a few seconds; what asks for more is not to be obeyed.
    private const int MostBusyMs = 60_000;

    /// <summary>Both ends are tunnels and agreed on it.</summary>
    public static bool IsSpokenOver(TlsInfo? tls) => tls?.ApplicationProtocol is Protocol or ClockProtocol;

    /// <summary>The client wants the time and nothing else.</summary>
    public static bool AsksForClock(TlsInfo? tls) => tls?.ApplicationProtocol == ClockProtocol;

    /// <summary>One that says what time it is here.</summary>
    public static Greeting Clock(DateTimeOffset now) =>
        new(GreetingCode.Clock, now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));

    /// <summary>The time of a <see cref="GreetingCode.Clock"/>; null: it says none.</summary>
    public DateTimeOffset? ReadClock() =>
        Code == GreetingCode.Clock
        && long.TryParse(Text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms)
        && ms <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
            : null;

    /// <summary>One that turns the client away for some time.</summary>
    public static Greeting Busy(TimeSpan retryAfter, string limit) =>
        new(
            GreetingCode.Busy,
            string.Create(CultureInfo.InvariantCulture, $"{retryAfter.TotalMilliseconds:0} {limit}")
        );

    /// <summary>
    /// The two parts of a text of <see cref="GreetingCode.Busy"/>; a time that is none, or too long, is left out.
    /// </summary>
    public (TimeSpan RetryAfter, string Limit) ReadBusy()
    {
        var space = Text.IndexOf(' ', StringComparison.Ordinal);
        return
            space > 0
            && int.TryParse(Text.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var wait)
            && wait <= MostBusyMs
            ? (TimeSpan.FromMilliseconds(wait), Text[(space + 1)..])
            : (TimeSpan.Zero, Text);
    }

    /// <summary>Cuts a text longer than 255 bytes: it is for people.</summary>
    public byte[] ToFrame()
    {
        var frame = new byte[HeaderBytes + byte.MaxValue];
        Encoding.UTF8.GetEncoder().Convert(Text, frame.AsSpan(HeaderBytes), true, out _, out var length, out _);
        frame[0] = (byte)Code;
        frame[1] = (byte)length;
        return frame[..(HeaderBytes + length)];
    }

    /// <summary>Reads the frame, and returns what came after it.</summary>
    /// <returns>Null with the chunk that ended the stream, if it ended first or was not valid.</returns>
    public static async Task<(Greeting? Greeting, Chunk Behind)> ReadAsync(ITransport from)
    {
        var frame = new byte[HeaderBytes + byte.MaxValue];
        var have = 0;
        while (true)
        {
            var chunk = await from.ReadAsync().ConfigureAwait(false);
            if (chunk.Status != IoStatus.Ok)
            {
                return (null, chunk);
            }

            var length = have + chunk.Bytes.Length > 1 ? (have > 1 ? frame[1] : chunk.Bytes.Span[1 - have]) : 0;
            var taken = Math.Min(HeaderBytes + length - have, chunk.Bytes.Length);
            chunk.Bytes.Span[..taken].CopyTo(frame.AsSpan(have));
            have += taken;
            if (have < HeaderBytes + length)
            {
                chunk.Return();
                continue;
            }

            if (!Enum.IsDefined((GreetingCode)frame[0]))
            {
                chunk.Return();
                return (null, Chunk.End(IoStatus.Failed));
            }

            var text = Encoding.UTF8.GetString(frame, HeaderBytes, length);
            return (new Greeting((GreetingCode)frame[0], SafeText.Escape(text)), chunk.Skip(taken));
        }
    }
}
