namespace Tunnel.Tests.TestKit;

/// <summary>A property that FsCheck tries with values of its own choice. It speaks up only when it fails.</summary>
public sealed class QuietPropertyAttribute : FsCheck.NUnit.PropertyAttribute
{
    public QuietPropertyAttribute() => QuietOnSuccess = true;
}
