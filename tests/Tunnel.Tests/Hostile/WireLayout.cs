using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Hostile;

/// <summary>The records of a connection with which nobody interferes.</summary>
/// <param name="ClientShakes">How many of the client's records end with its part of the handshake.</param>
/// <param name="ServerShakes">
/// How many of the server's come before the client answers them; without them the client proves nothing.
/// </param>
internal sealed record WireLayout(SeenRecord[] ToServer, SeenRecord[] ToClient, int ClientShakes, int ServerShakes)
{
    public SeenRecord[] Records(bool toServer) => toServer ? ToServer : ToClient;

    /// <summary>Whether it belongs to the part of the handshake without which nobody is let in.</summary>
    public bool Shakes(bool toServer, int record) => record < (toServer ? ClientShakes : ServerShakes);

    /// <summary>Whether it carries what applications say, or comes behind that.</summary>
    public bool Carries(bool toServer, int record) =>
        toServer
            ? record >= ClientShakes
            : record >= ServerShakes && ToClient[ServerShakes..(record + 1)].Any(IsAnswer);

    private static bool IsAnswer(SeenRecord record) => record.Length > HostileWords.OfTarget.Length;

    public static async Task<WireLayout> OfAsync(LaneOptions options)
    {
        await using var lane = await Lane.StartAsync(options);
        using var application = await lane.DialAsync();
        // The target has spoken, so the client's handshake is over; its application has said nothing yet.
        var words = await application.ReadExactlyAsync(options.Answer.Length);
        Assert.That(words, Is.EqualTo(options.Answer));
        var shakes = lane.Middle.Seen.Count(record => record.ToServer);
        await Heard.ExchangeAsync(application, HostileWords.OfApplication).WaitAsync(Wire.Patience);
        await lane.EndedAsync(clock: false);
        await lane.Desk.VisitsAsync();
        await lane.Middle.Over.WaitAsync(Wire.Patience);
        var seen = lane.Middle.Seen.ToArray();
        var answered = seen.Index().Where(at => at.Item.ToServer).ElementAt(1).Index;
        return new WireLayout(
            [.. seen.Where(record => record.ToServer)],
            [.. seen.Where(record => !record.ToServer)],
            shakes,
            seen[..answered].Count(record => !record.ToServer)
        );
    }
}
