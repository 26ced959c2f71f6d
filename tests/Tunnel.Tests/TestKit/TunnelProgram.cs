using System.Diagnostics;
using NUnit.Framework;
using Tunnel.Net;

namespace Tunnel.Tests.TestKit;

/// <summary>
/// The program that tests start as a process: the file that <see cref="Variable"/> names, such as the native one that
/// ships, or else the build beside these tests.
/// </summary>
internal static class TunnelProgram
{
    /// <summary>
    /// Environment variable with the path of the program; a relative one counts from the repository's root.
    /// </summary>
    public const string Variable = "TUNNEL_PROGRAM";

    private static readonly Lazy<string> _file = new(Find);

    /// <summary>What starts it.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="under">A command that runs the command behind it, such as <c>prlimit</c>; none if null.</param>
    public static ProcessStartInfo StartInfo(string[] arguments, string[]? under = null)
    {
        string[] command = [.. under ?? [], _file.Value, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true };
        // Set for the tests' own process: the program has to see to it by itself.
        start.Environment.Remove(EventLoop.InlineCompletionsVariable);
        return start;
    }

    /// <summary>Whether it is a native file: the other form has its code beside it.</summary>
    public static bool IsNative => !File.Exists(Path.ChangeExtension(_file.Value, ".dll"));

    private static string Find()
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        var file = string.IsNullOrEmpty(named)
            ? Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "tunnel.exe" : "tunnel")
            : Path.GetFullPath(named, Repository.Root);
        if (!File.Exists(file))
        {
            throw new FileNotFoundException($"The program to be tested is not there: {file} ({Variable})");
        }

        // This writer is passed on at once, so the log of every run says what it was about.
        TestContext.Error.WriteLine($"tests that start the program use {file}");
        return file;
    }
}
