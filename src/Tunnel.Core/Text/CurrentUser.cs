using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Tunnel.Text;

/// <summary>The user this process runs as, for messages.</summary>
internal static class CurrentUser
{
    /// <summary><c>user app</c>; <c>user id 10001</c> where the user has no name, as in many containers.</summary>
    public static string Describe()
    {
        try
        {
            return Describe(Environment.UserName);
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            return Describe("");
        }
    }

    /// <param name="name">Empty where there is none: the runtime returns that, or throws.</param>
    internal static string Describe(string name) => name.Length > 0 ? $"user {name}" : $"user id {EffectiveUserId()}";

    [DllImport("libc", EntryPoint = "geteuid")]
    private static extern uint EffectiveUserId();
}
