using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Tunnel.Text;

/// <summary>Who this process runs as, for messages.</summary>
internal static class CurrentUser
{
    /// <summary><c>user app</c>; <c>user id 10001</c> where the system has no name for it, as in many containers.</summary>
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

    /// <param name="name">Empty where there is none; the runtime gives that or an exception.</param>
    internal static string Describe(string name) => name.Length > 0 ? $"user {name}" : $"user id {EffectiveUserId()}";

    [DllImport("libc", EntryPoint = "geteuid")]
    private static extern uint EffectiveUserId();
}
