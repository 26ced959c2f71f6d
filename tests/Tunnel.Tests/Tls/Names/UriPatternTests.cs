using NUnit.Framework;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

/// <summary>Wildcards in a URI's path, and URIs that try to be two things at once.</summary>
public sealed class UriPatternTests
{
    [TestCase("spiffe://corp/ns/billing/*", "spiffe://corp/ns/billing/api", true)]
    [TestCase("spiffe://corp/ns/billing/*", "spiffe://corp/ns/billing/sa/api", true)]
    [TestCase("spiffe://corp/ns/billing/*", "spiffe://corp/ns/billing", false)]
    [TestCase("spiffe://corp/ns/billing/*", "spiffe://corp/ns/billing/", false)]
    [TestCase("spiffe://corp/ns/billing/*", "spiffe://corp/ns/billing2/api", false)]
    [TestCase("spiffe://corp/ns/billing/*", "spiffe://corp/ns/billing/../admin/api", false)]
    [TestCase("spiffe://corp/ns/billing/*", "spiffe://corp/ns/billing/./api", false)]
    [TestCase("spiffe://corp/ns/billing/*", "spiffe://corp/ns/billing//api", false)]
    [TestCase("spiffe://corp/ns/billing/*", "spiffe://corp/ns/billing/%2e%2e/api", false)]
    [TestCase("spiffe://corp/ns/billing/*", "spiffe://corp/ns/billing/api?x", false)]
    [TestCase("spiffe://corp/ns/billing/*", "spiffe://corp/ns/billing/api#x", false)]
    [TestCase("spiffe://corp/ns/billing/*", "spiffe://corp/ns/billing/..\\admin", false)]
    [TestCase("spiffe://corp/ns/billing/*", "spiffe://corp/ns/billing/*", false)]
    [TestCase("spiffe://corp/ns/billing/*", "SPIFFE://corp/ns/billing/api", false)]
    [TestCase("spiffe://corp/ns/billing/*", "spiffe://evil/ns/billing/api", false)]
    [TestCase("spiffe://corp/ns/billing/*", "https://corp/ns/billing/api", false)]
    [TestCase("spiffe://*/ns/a", "spiffe://corp/ns/a", false)]
    [TestCase("spiffe://corp/ns/*/sa/api", "spiffe://corp/ns/web/sa/api", true)]
    [TestCase("spiffe://corp/ns/*/sa/api", "spiffe://corp/ns//sa/api", false)]
    [TestCase("spiffe://corp/ns/*/sa/api", "spiffe://corp/ns/web/x/sa/api", false)]
    [TestCase("spiffe://corp/ns/*/sa/api", "spiffe://corp/ns/web/sa/api/x", false)]
    [TestCase("spiffe://corp/ns/*/sa/*", "spiffe://corp/ns/web/sa/api/x", true)]
    [TestCase("spiffe://corp/ns/*/sa/*", "spiffe://corp/ns/web/so/api", false)]
    public void A_star_stands_for_one_segment_and_at_the_end_for_all_that_follow(
        string pattern,
        string uri,
        bool matches
    ) => Assert.That(UriPattern.Matches(uri, pattern), Is.EqualTo(matches));
}
