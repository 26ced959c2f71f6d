using NUnit.Framework;
using NUnit.Framework.Interfaces;
using Tunnel.Net;

namespace Tunnel.Tests.TestKit;

/// <summary>
/// What must hold after every test that ran a tunnel, whatever it was about: all buffers are back, and the tunnel has
/// met no fault of its own. Nothing a peer or the network does is an error of ours.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = true)]
public sealed class LeavesNothingAttribute : Attribute, ITestAction
{
    private long _rentedBefore;

    public ActionTargets Targets => ActionTargets.Test;

    public void BeforeTest(ITest test)
    {
        _rentedBefore = BufferPool.RentedBytes;
        CapturedLog.ForgetErrors();
    }

    public void AfterTest(ITest test) =>
        Assert.Multiple(() =>
        {
            Assert.That(BufferPool.RentedBytes, Is.EqualTo(_rentedBefore), "buffers that did not come back");
            Assert.That(CapturedLog.Errors, Is.Empty, "faults of our own in the log");
        });
}
