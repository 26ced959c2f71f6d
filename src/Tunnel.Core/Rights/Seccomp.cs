using System.Runtime.InteropServices;

namespace Tunnel.Rights;

/// <summary>
/// Linux's filter for system calls (seccomp(2)): those of <see cref="ForbiddenCalls"/> fail with EPERM, on all threads,
/// also those that the runtime has started before.
/// </summary>
internal static class Seccomp
{
    // linux/seccomp.h
    private const nint SetModeFilter = 1;
    private const nint OnAllThreads = 1;

    // Before Linux 5.16 a filter would otherwise slow the processor down (SSBD), for programs that run foreign code.
    private const nint WithSpeculation = 4;
    private const uint Allow = 0x7fff_0000;
    private const uint Fail = 0x0005_0000;
    private const uint NotPermitted = 1;

    // struct seccomp_data
    private const uint NumberAt = 0;
    private const uint ArchitectureAt = 4;

    // On x86-64, numbers from here on are those of the x32 ABI, which lead to the same calls.
    private const uint FirstOfX32 = 0x4000_0000;

    // linux/bpf_common.h: load a word; jump if equal, if at least; return.
    private const ulong Load = 0x20;
    private const ulong JumpIfEqual = 0x15;
    private const ulong JumpIfAtLeast = 0x35;
    private const ulong Return = 0x06;

    // errno(3)
    private const int NotImplemented = 38;
    private const int Invalid = 22;

    /// <param name="everywhere">False: only this thread, and those that it starts.</param>
    /// <returns>Null if it is done; else why it could not be.</returns>
    public static string? Confine(bool everywhere = true)
    {
        if (ForbiddenCalls.Kind == 0)
        {
            return $"its numbers are not known for {RuntimeInformation.ProcessArchitecture}";
        }

        var instructions = Program(ForbiddenCalls.Kind, ForbiddenCalls.Numbers);
        var memory = Marshal.AllocHGlobal(instructions.Length * sizeof(long));
        try
        {
            Marshal.Copy(instructions, 0, memory, instructions.Length);
            var filter = new Filter { Length = (ushort)instructions.Length, Instructions = memory };
            return Install(
                ForbiddenCalls.Seccomp,
                SetModeFilter,
                WithSpeculation | (everywhere ? OnAllThreads : 0),
                ref filter
            ) switch
            {
                0 => null,
                > 0 => "a thread of this process has a filter of its own",
                _ => Why(),
            };
        }
        finally
        {
            Marshal.FreeHGlobal(memory);
        }
    }

    /// <summary>In the form of struct sock_filter, eight bytes each.</summary>
    internal static long[] Program(uint architecture, IReadOnlyList<uint> forbidden)
    {
        List<long> program =
        [
            Instruction(Load, ArchitectureAt),
            // Behind the comparisons there is the return that allows, and then the one that fails.
            Instruction(JumpIfEqual, architecture, otherwise: forbidden.Count + 3),
            Instruction(Load, NumberAt),
            Instruction(JumpIfAtLeast, FirstOfX32, then: forbidden.Count + 1),
        ];
        for (var left = forbidden.Count; left > 0; left--)
        {
            program.Add(Instruction(JumpIfEqual, forbidden[^left], then: left));
        }

        return [.. program, Instruction(Return, Allow), Instruction(Return, Fail | NotPermitted)];
    }

    private static long Instruction(ulong code, uint value, int then = 0, int otherwise = 0) =>
        (long)(
            code | ((ulong)checked((byte)then) << 16) | ((ulong)checked((byte)otherwise) << 24) | ((ulong)value << 32)
        );

    private static string Why() =>
        Marshal.GetLastPInvokeError() switch
        {
            NotImplemented or Invalid => "this kernel has no filters for system calls (CONFIG_SECCOMP_FILTER)",
            var other => Marshal.GetPInvokeErrorMessage(other),
        };

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern nint Install(nint number, nint operation, nint flags, ref Filter filter);

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Filter
    {
        public ushort Length;
        public nint Instructions;
    }
}
