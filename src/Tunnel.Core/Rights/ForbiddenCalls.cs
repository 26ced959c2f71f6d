using System.Runtime.InteropServices;

namespace Tunnel.Rights;

/// <summary>
/// System calls for which a tunnel has no use, and somebody who has taken it over has. By their numbers on x86-64
/// (asm/unistd_64.h) and on arm64 (asm-generic/unistd.h).
/// </summary>
internal static class ForbiddenCalls
{
    // It does not exist there.
    private const uint None = uint.MaxValue;

    private static readonly bool _isX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private static readonly (uint OnX64, uint OnArm64)[] _all =
    [
        // Starting programs, and looking into others.
        (59, 221), // execve
        (322, 281), // execveat
        (101, 117), // ptrace
        (310, 270), // process_vm_readv
        (311, 271), // process_vm_writev
        (440, 440), // process_madvise
        (438, 438), // pidfd_getfd
        (312, 272), // kcmp
        // Being somebody else.
        (105, 146), // setuid
        (106, 144), // setgid
        (113, 145), // setreuid
        (114, 143), // setregid
        (116, 159), // setgroups
        (117, 147), // setresuid
        (119, 149), // setresgid
        (122, 151), // setfsuid
        (123, 152), // setfsgid
        (126, 91), // capset
        // Seeing other files.
        (165, 40), // mount
        (166, 39), // umount2
        (155, 41), // pivot_root
        (161, 51), // chroot
        (428, 428), // open_tree
        (429, 429), // move_mount
        (430, 430), // fsopen
        (431, 431), // fsconfig
        (432, 432), // fsmount
        (433, 433), // fspick
        (442, 442), // mount_setattr
        (308, 268), // setns
        (272, 97), // unshare
        (133, None), // mknod
        (259, 33), // mknodat
        (304, 265), // open_by_handle_at
        (179, 60), // quotactl
        (163, 89), // acct
        // The machine and its clock.
        (246, 104), // kexec_load
        (320, 294), // kexec_file_load
        (175, 105), // init_module
        (313, 273), // finit_module
        (176, 106), // delete_module
        (169, 142), // reboot
        (167, 224), // swapon
        (168, 225), // swapoff
        (103, 116), // syslog
        (172, None), // iopl
        (173, None), // ioperm
        (154, None), // modify_ldt
        (164, 170), // settimeofday
        (227, 112), // clock_settime
        (159, 171), // adjtimex
        (305, 266), // clock_adjtime
        (170, 161), // sethostname
        (171, 162), // setdomainname
        // The kernel's keys, and large interfaces of it that had faults.
        (250, 219), // keyctl
        (248, 217), // add_key
        (249, 218), // request_key
        (321, 280), // bpf
        (298, 241), // perf_event_open
        (323, 282), // userfaultfd
        (300, 262), // fanotify_init
        (425, 425), // io_uring_setup
        (426, 426), // io_uring_enter
        (427, 427), // io_uring_register
    ];

    /// <summary>linux/audit.h: how the kernel calls this kind of processor; 0: not known here.</summary>
    public static uint Kind { get; } =
        RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => 0xC000_003E,
            Architecture.Arm64 => 0xC000_00B7,
            _ => 0,
        };

    /// <summary>seccomp(2) itself.</summary>
    public static nint Seccomp => _isX64 ? 317 : 277;

    public static IReadOnlyList<uint> Numbers { get; } =
    [.. _all.Select(call => _isX64 ? call.OnX64 : call.OnArm64).Where(number => number != None)];
}
