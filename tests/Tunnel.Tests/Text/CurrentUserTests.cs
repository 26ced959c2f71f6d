using NUnit.Framework;
using Tunnel.Text;

namespace Tunnel.Tests.Text;

public sealed class CurrentUserTests
{
    [Test]
    public void A_user_has_a_name_or_else_a_number()
    {
        Assert.That(CurrentUser.Describe("app"), Is.EqualTo("user app"));
        Assert.That(CurrentUser.Describe(""), Does.Match(@"^user id \d+$"));
        Assert.That(CurrentUser.Describe(), Does.Match(@"^user .+"));
    }
}
