using NUnit.Framework;
using Tunnel.Net;

namespace Tunnel.Tests.Net;

public sealed class RoundRobinTests
{
    [Test]
    public void Keys_are_served_in_turns_and_each_in_order()
    {
        var queues = new RoundRobin<char, string>();
        foreach (var item in (string[])["a1", "a2", "a3", "b1", "c1", "b2"])
        {
            queues.Enter(item[0], item);
        }

        Assert.That(All(queues), Is.EqualTo("a1 b1 c1 a2 b2 a3"));
    }

    [Test]
    public void One_that_comes_back_is_behind_those_who_waited()
    {
        var queues = new RoundRobin<char, string>();
        queues.Enter('a', "a1");
        queues.Enter('b', "b1");
        queues.TryNext(out _);
        queues.Enter('a', "a2");

        Assert.That(All(queues), Is.EqualTo("b1 a2"));
    }

    [Test]
    public void Whoever_leaves_is_not_served_and_leaves_nothing_behind()
    {
        var queues = new RoundRobin<char, string>();
        var first = queues.Enter('a', "a1");
        var only = queues.Enter('b', "b1");
        queues.Enter('a', "a2");
        queues.Leave(first);
        queues.Leave(only);
        queues.Leave(only);

        Assert.That(queues.Count, Is.EqualTo(1));
        Assert.That(All(queues), Is.EqualTo("a2"));
        queues.Leave(first);
        Assert.That(queues.Count, Is.Zero);
    }

    [Test]
    public void It_is_like_a_list_of_lists_whatever_happens()
    {
        var random = new Random(1);
        var queues = new RoundRobin<int, int>();
        var model = new List<(int Key, Queue<(int Item, RoundRobin<int, int>.Place Place)> Items)>();
        for (var step = 0; step < 20_000; step++)
        {
            if (random.Next(2) == 0)
            {
                var key = random.Next(5);
                var place = queues.Enter(key, step);
                if (model.FindIndex(line => line.Key == key) is var at and >= 0)
                {
                    model[at].Items.Enqueue((step, place));
                }
                else
                {
                    model.Add((key, new([(step, place)])));
                }
            }
            else if (model.Count > 0 && random.Next(3) == 0)
            {
                var line = model[random.Next(model.Count)];
                queues.Leave(line.Items.Dequeue().Place);
                model.RemoveAll(line => line.Items.Count == 0);
            }
            else
            {
                var isOne = queues.TryNext(out var item);
                Assert.That(isOne, Is.EqualTo(model.Count > 0));
                if (isOne)
                {
                    var line = model[0];
                    model.RemoveAt(0);
                    Assert.That(item, Is.EqualTo(line.Items.Dequeue().Item));
                    model.AddRange(line.Items.Count > 0 ? [line] : []);
                }
            }

            Assert.That(queues.Count, Is.EqualTo(model.Sum(line => line.Items.Count)));
        }
    }

    private static string All(RoundRobin<char, string> queues)
    {
        List<string> all = [];
        while (queues.TryNext(out var item))
        {
            all.Add(item);
        }

        return string.Join(' ', all);
    }
}
