using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Net;

namespace Tunnel.Tests.Net;

public sealed class AddressOrderTests
{
    private static readonly Random _random = new(1);

    [Test]
    public void Every_order_of_equal_addresses_comes_about_as_often_as_any_other()
    {
        const int draws = 6000;
        var orders = new Dictionary<string, int>();
        for (var i = 0; i < draws; i++)
        {
            var order = Spread("10.0.0.1 10.0.0.2 10.0.0.3");
            orders[order] = orders.GetValueOrDefault(order) + 1;
        }

        Assert.That(orders, Has.Count.EqualTo(6));
        Assert.That(orders.Values, Has.All.InRange(draws / 6 * 0.8, draws / 6 * 1.2));
    }

    [TestCase("::1", "6")]
    [TestCase("::1 10.0.0.1", "6 4")]
    [TestCase("10.0.0.1 ::1", "4 6")]
    [TestCase("::1 ::2 ::3 10.0.0.1", "6 4 6 6")]
    [TestCase("10.0.0.1 ::1 ::2 ::3", "4 6 6 6")]
    [TestCase("::1 10.0.0.1 10.0.0.2 10.0.0.3 ::2", "6 4 6 4 4")]
    public void Families_take_turns_and_the_resolver_s_comes_first(string resolved, string families)
    {
        var orders = Enumerable.Range(0, 100).Select(_ => Spread(resolved)).ToArray();

        Assert.That(orders.Select(Families), Has.All.EqualTo(families));
        Assert.That(orders.Select(order => order.Split(' ')), Has.All.EquivalentTo(resolved.Split(' ')));
    }

    [Test]
    public void Each_address_of_either_family_comes_first_in_its_family()
    {
        var orders = Enumerable.Range(0, 200).Select(_ => Spread("::1 ::2 ::3 10.0.0.1 10.0.0.2").Split(' ')).ToArray();

        Assert.That(orders.Select(order => order[0]).Distinct(), Is.EquivalentTo(["::1", "::2", "::3"]));
        Assert.That(orders.Select(order => order[1]).Distinct(), Is.EquivalentTo(["10.0.0.1", "10.0.0.2"]));
    }

    private static string Spread(string addresses) =>
        string.Join<IPAddress>(' ', AddressOrder.Spread([.. addresses.Split(' ').Select(IPAddress.Parse)], _random));

    private static string Families(string addresses) =>
        string.Join(
            ' ',
            addresses
                .Split(' ')
                .Select(address => IPAddress.Parse(address).AddressFamily == AddressFamily.InterNetworkV6 ? '6' : '4')
        );
}
