using System.Net;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Text;

namespace Tunnel.Tests.Net;

/// <summary>A lookup that gives no answer is reported as what it was.</summary>
public sealed class ResolverTests
{
    // netdb.h and errno.h.
    private const int NoName = -2;
    private const int TryAgain = -3;
    private const int Fail = -4;
    private const int NoData = -5;
    private const int SystemError = -11;
    private const int TooManyFiles = 24;

    private static readonly TimeSpan _atOnce = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _late = TimeSpan.FromSeconds(10);

    [Test]
    public void Each_kind_of_failure_has_words_of_its_own()
    {
        Trouble[] troubles =
        [
            ResolverErrors.Of(NoName, 0, _atOnce),
            ResolverErrors.Of(NoData, 0, _atOnce),
            ResolverErrors.Of(TryAgain, 0, _atOnce),
            ResolverErrors.Of(TryAgain, 0, _late),
            ResolverErrors.Of(Fail, 0, _atOnce),
            ResolverErrors.Of(SystemError, TooManyFiles, _atOnce),
            ResolverErrors.Of(-12345, 5, _atOnce),
            ResolverErrors.NoAnswerYet,
        ];
        var all = troubles.Select(trouble => trouble.Cause).ToList();
        Assert.That(all, Is.Unique);
        Assert.That(all, Is.All.StartsWith("the name"));
        Assert.That(all[0], Does.Contain("NXDOMAIN"));
        Assert.That(all[1], Does.Contain("no address"));
        Assert.That(all[2], Does.Contain("SERVFAIL").And.Not.Contain("timeout"));
        Assert.That(all[3], Does.Contain("timeout").And.Not.Contain("SERVFAIL"));
        Assert.That(all[5], Does.Contain("ulimit -n"));
    }

    [Test]
    public void The_system_finds_this_machine()
    {
        var found = SystemResolver.Lookup("localhost");
        Assert.That(found.Fault, Is.Null);
        Assert.That(found.Addresses, Is.Unique.And.Not.Empty);
        Assert.That(found.Addresses.All(IPAddress.IsLoopback));
        Assert.That(found.Addresses, Is.EquivalentTo(Dns.GetHostAddresses("localhost").Distinct()));
    }

    [TestCase("192.0.2.1")]
    [TestCase("2001:db8::1:2")]
    [TestCase("fe80::1%1")]
    public void Addresses_are_read_whole(string text)
    {
        Assert.That(SystemResolver.Lookup(text).Addresses, Is.EqualTo([IPAddress.Parse(text)]));
    }

    [Test]
    public void A_name_that_nobody_can_have_does_not_exist()
    {
        // An empty label: the system says so without asking a name server.
        Assert.That(SystemResolver.Lookup("empty..label").Fault?.Cause, Does.StartWith("the name does not exist"));
    }
}
