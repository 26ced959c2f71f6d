using static Tunnel.Text.Advice;

namespace Tunnel.Opening;

/// <summary>What a tunnel server says to a tunnel client, explained from the client's side.</summary>
public static class GreetingAdvice
{
    /// <summary>One for each word, in the order of <see cref="GreetingCode"/>.</summary>
    public static IReadOnlyList<Advice> All { get; } =
    [
        On(GreetingCode.Ready, "We are let in, and the target is reached."),
        On(
            GreetingCode.Denied,
            "The server refused our certificate, and says with which word (refusal).",
            "Look up that word above; the server's log has the details."
        ),
        On(
            GreetingCode.TargetUnreachable,
            "The server could not reach its target.",
            "Start the target, or correct target_service of the server; we try again as reconnect says."
        ),
        On(GreetingCode.Stopping, "The server is being stopped.", "Nothing: we try again as reconnect says."),
        On(
            GreetingCode.CannotJudge,
            "The server cannot judge our certificate because of a fault of its own, most often a CRL.",
            "Correct the server: its log says what is wrong. We try again as reconnect says."
        ),
        On(
            GreetingCode.Busy,
            "A limit of the server is reached; it says which, and how long to stay away.",
            "Raise that limit on the server if its target can bear more; we come back by ourselves."
        ),
        On(GreetingCode.Clock, "The server's clock, which tunnel doctor has asked for."),
    ];
}
