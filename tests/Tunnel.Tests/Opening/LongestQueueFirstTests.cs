using NUnit.Framework;
using Tunnel.Opening;

namespace Tunnel.Tests.Opening;

using Queues = LongestQueueFirst<string, int>;

/// <summary>Who gives way when there is one too many.</summary>
public sealed class LongestQueueFirstTests
{
    [Test]
    public void Of_one_queue_the_oldest_goes()
    {
        var queues = new Queues();
        Enter(queues, "a", 1, 2, 3);

        Assert.That(InOrder(queues), Is.EqualTo("1 2 3"));
        Assert.That(queues.First, Is.Null);
    }

    [Test]
    public void A_crowd_goes_before_who_has_come_alone_however_long_ago()
    {
        var queues = new Queues();
        Enter(queues, "alone", 1);
        Enter(queues, "crowd", 2, 3, 4);
        Enter(queues, "late", 5);

        Assert.That(InOrder(queues), Is.EqualTo("2 3 1 5 4"));
    }

    [Test]
    public void Of_many_who_come_alone_the_oldest_goes()
    {
        var queues = new Queues();
        for (var i = 0; i < 100; i++)
        {
            Enter(queues, $"source {i}", i);
        }

        Assert.That(InOrder(queues), Is.EqualTo(string.Join(' ', Enumerable.Range(0, 100))));
    }

    [Test]
    public void Who_gets_on_is_the_youngest_of_the_next_queue()
    {
        var queues = new Queues();
        var places = Enter(queues, "silent", 1, 2);
        Enter(queues, "handshaking", 3, 4);

        queues.Enter(places[0], "handshaking");

        Assert.That(InOrder(queues), Is.EqualTo("3 4 2 1"));
    }

    [Test]
    public void Who_has_left_is_not_there_and_can_leave_again()
    {
        var queues = new Queues();
        var places = Enter(queues, "a", 1, 2, 3);

        Assert.That(queues.Leave(places[1]), Is.True);
        Assert.That(queues.Leave(places[1]), Is.False);

        Assert.That(queues.Count, Is.EqualTo(2));
        Assert.That(InOrder(queues), Is.EqualTo("1 3"));
    }

    [Test]
    public void Whatever_happens_the_first_is_the_oldest_of_a_longest_queue()
    {
        var random = new Random(3);
        var queues = new Queues();
        var model = new List<(string Key, Queues.Place Place)>();
        for (var i = 0; i < 20_000; i++)
        {
            // In phases, so that it fills and drains.
            var grows = random.Next(100) < (i / 2_000 % 2 == 0 ? 70 : 30);
            if (grows || model.Count == 0)
            {
                var key = $"{random.Next(1, 12)}";
                model.Add((key, Enter(queues, key, i)[0]));
            }
            else
            {
                var gone = random.Next(model.Count);
                queues.Leave(model[gone].Place);
                model.RemoveAt(gone);
            }

            var byKey = model.GroupBy(entry => entry.Key).ToArray();
            var longest = byKey.Length == 0 ? 0 : byKey.Max(queue => queue.Count());
            Assert.That(queues.Count, Is.EqualTo(model.Count));
            Assert.That(
                byKey.Where(queue => queue.Count() == longest).Select(queue => queue.First().Place.Item),
                longest == 0 ? Is.Empty : Has.Member(queues.First!.Item)
            );
        }
    }

    private static Queues.Place[] Enter(Queues queues, string key, params int[] items)
    {
        var places = items.Select(item => new Queues.Place(item)).ToArray();
        foreach (var place in places)
        {
            queues.Enter(place, key);
        }

        return places;
    }

    private static string InOrder(Queues queues)
    {
        var order = new List<int>();
        while (queues.First is { } first)
        {
            order.Add(first.Item);
            queues.Leave(first);
        }

        return string.Join(' ', order);
    }
}
