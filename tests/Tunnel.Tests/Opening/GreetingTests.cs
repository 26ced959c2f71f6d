using System.Text;
using FsCheck;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Opening;

public sealed class GreetingTests
{
    [QuietProperty]
    public void However_the_stream_is_split_the_greeting_and_what_follows_come_out(
        NonEmptyString text,
        byte[] behind,
        PositiveInt[] splits
    )
    {
        var greeting = new Greeting(GreetingCode.Ready, text.Get);
        var frame = greeting.ToFrame();
        var before = BufferPool.RentedBytes;
        var transport = new ScriptedTransport(Pieces.Of([.. frame, .. behind], splits));

        // Nothing waits: the script is there.
        var reading = Greeting.ReadAsync(transport);
        Assert.That(reading.IsCompletedSuccessfully);
        var (read, rest) = reading.GetAwaiter().GetResult();
        var came = rest.Bytes.ToArray().Concat(transport.Rest()).ToArray();
        rest.Return();

        Assert.That(read!.Code, Is.EqualTo(GreetingCode.Ready));
        Assert.That(read.Text, Is.EqualTo(Tunnel.Text.SafeText.Escape(Encoding.UTF8.GetString(frame.AsSpan(2)))));
        Assert.That(came, Is.EqualTo(behind));
        Assert.That(BufferPool.RentedBytes, Is.EqualTo(before));
    }

    [TestCase("")]
    [TestCase("01")]
    [TestCase("0105")]
    [TestCase("010561")]
    public async Task A_stream_that_ends_first_is_no_greeting(string hex)
    {
        var transport = new ScriptedTransport([Convert.FromHexString(hex)]);

        var (read, rest) = await Greeting.ReadAsync(transport);

        Assert.That((read, rest.Status), Is.EqualTo(((Greeting?)null, IoStatus.Eof)));
    }

    [Test]
    public async Task An_unknown_code_is_no_greeting()
    {
        var (read, rest) = await Greeting.ReadAsync(new ScriptedTransport(["HT"u8.ToArray(), new byte[200]]));

        Assert.That((read, rest.Status), Is.EqualTo(((Greeting?)null, IoStatus.Failed)));
    }

    [Test]
    public void A_text_that_is_too_long_is_cut_between_characters()
    {
        var frame = new Greeting(GreetingCode.Denied, new string('é', 300)).ToFrame();

        Assert.That(Encoding.UTF8.GetString(frame.AsSpan(2)), Is.EqualTo(new string('é', 127)));
        Assert.That(frame[1], Is.EqualTo(frame.Length - 2));
    }
}
