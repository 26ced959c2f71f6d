using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Hostile;

/// <summary>Where a client looks for its server there is somebody else, who proves nothing.</summary>
public sealed class FalseServerTests(BackendPair backends) : HostileTests(backends)
{
    private enum Manner
    {
        /// <summary>FIN behind the answer.</summary>
        Fin,

        /// <summary>RST behind the answer.</summary>
        Rst,

        /// <summary>It stays.</summary>
        Stay,
    }

    [Test]
    public async Task An_application_hears_RST_and_no_byte_of_somebody_who_is_not_its_server() =>
        await Campaign.RunAsync(
            new LaneOptions(),
            random =>
                [
                    .. from words in ServerWords.All(random).ToArray()
                    from manner in Enum.GetValues<Manner>()
                    select new Probe($"{words.Name}, {manner}", lane => MeetAsync(lane, words.Answer, manner)),
                ]
        );

    private static async Task MeetAsync(Lane lane, Func<byte[], byte[]> answer, Manner manner)
    {
        lane.Middle.Player = client => PlayAsync(client, answer, manner);
        var heard = lane.ExchangeAsync(HostileWords.OfApplication);
        await lane.EndedAsync(clock: manner == Manner.Stay);
        var application = await heard.WaitAsync(Wire.Patience);
        Assert.That((application.Bytes.Length, application.End), Is.EqualTo((0, SocketError.ConnectionReset)));
        await lane.Middle.Over.WaitAsync(Wire.Patience);
        Assert.That(await lane.Desk.VisitsAsync(), Is.Empty, "visitors of the target");
    }

    private static async Task PlayAsync(Socket client, Func<byte[], byte[]> answer, Manner manner)
    {
        var header = await client.ReadExactlyAsync(5);
        byte[] hello = [.. header, .. await client.ReadExactlyAsync((header[3] << 8) | header[4])];
        await client.SendAllAsync(answer(hello));
        if (manner == Manner.Rst)
        {
            client.Reset();
            return;
        }

        if (manner == Manner.Fin)
        {
            client.Shutdown(SocketShutdown.Send);
        }

        var buffer = new byte[16 * 1024];
        while (await client.ReceiveAsync(buffer) > 0) { }
    }
}
