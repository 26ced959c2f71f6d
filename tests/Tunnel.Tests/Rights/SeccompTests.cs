using System.Runtime.InteropServices;
using NUnit.Framework;
using Tunnel.Rights;

namespace Tunnel.Tests.Rights;

/// <summary>Which system calls the filter lets pass, and that the kernel does as it says.</summary>
[Platform("Linux")]
public sealed class SeccompTests
{
    private const uint Allow = 0x7fff_0000;
    private const uint NotPermitted = 0x0005_0001;
    private const uint SomeArchitecture = 7;

    // linux/sched.h, linux/prctl.h, errno(3).
    private const int Files = 0x400;
    private const int SetNoNewPrivileges = 38;
    private const int NoPermission = 1;
    private const int NoSuchFile = 2;

    [Test]
    public void What_is_forbidden_fails_and_all_else_passes()
    {
        var program = Seccomp.Program(SomeArchitecture, ForbiddenCalls.Numbers);
        for (var number = 0u; number < 1000; number++)
        {
            Assert.That(
                Run(program, SomeArchitecture, number),
                Is.EqualTo(ForbiddenCalls.Numbers.Contains(number) ? NotPermitted : Allow),
                $"system call {number}"
            );
        }
    }

    [Test]
    public void The_same_calls_by_another_way_fail_too()
    {
        var program = Seccomp.Program(SomeArchitecture, ForbiddenCalls.Numbers);
        Assert.That(Run(program, SomeArchitecture, 0x4000_0000 + 59), Is.EqualTo(NotPermitted), "x32");
        Assert.That(Run(program, SomeArchitecture + 1, 1), Is.EqualTo(NotPermitted), "another architecture");
    }

    [Test]
    public void The_kernel_does_as_the_filter_says()
    {
        (string? Why, int Unshare, int Execute, int Before, bool StillReads) seen = default;
        // The filter stays with the thread.
        var thread = new Thread(() =>
        {
            _ = Unshare(Files);
            _ = Execute("/nonexistent", [null], [null]);
            var before = Marshal.GetLastPInvokeError();
            _ = Prctl(SetNoNewPrivileges, 1, 0, 0, 0);
            var why = Seccomp.Confine(everywhere: false);
            var unshare = Unshare(Files) == 0 ? 0 : Marshal.GetLastPInvokeError();
            _ = Execute("/nonexistent", [null], [null]);
            var execute = Marshal.GetLastPInvokeError();
            seen = (why, unshare, execute, before, File.ReadAllText("/proc/self/comm").Length > 0);
        });
        thread.Start();
        thread.Join();

        Assert.That(seen, Is.EqualTo(((string?)null, NoPermission, NoPermission, NoSuchFile, true)));
    }

    /// <summary>What the kernel's interpreter makes of it, as far as the program uses it.</summary>
    private static uint Run(long[] program, uint architecture, uint number)
    {
        var accumulator = 0u;
        for (var at = 0; ; at++)
        {
            var instruction = (ulong)program[at];
            var (then, otherwise) = ((int)(instruction >> 16) & 0xff, (int)(instruction >> 24) & 0xff);
            var value = (uint)(instruction >> 32);
            switch (instruction & 0xffff)
            {
                case 0x20:
                    accumulator = value == 0 ? number : architecture;
                    break;
                case 0x15:
                    at += accumulator == value ? then : otherwise;
                    break;
                case 0x35:
                    at += accumulator >= value ? then : otherwise;
                    break;
                case 0x06:
                    return value;
                default:
                    throw new InvalidOperationException($"instruction {at} is none");
            }
        }
    }

    [DllImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static extern int Unshare(int flags);

    [DllImport("libc", EntryPoint = "execve", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false)]
    private static extern int Execute(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        string?[] arguments,
        string?[] environment
    );

    [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static extern int Prctl(int option, nuint first, nuint second, nuint third, nuint fourth);
}
