using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Tunnel.Config;
using Tunnel.OpenSsl;

namespace Tunnel.Cli.Diagnosis;

/// <summary>What a tunnel stands on: versions, limits of the system, the files that its configuration names.</summary>
internal static class MachineText
{
    // What limits the number and the kind of connections, and what judges the sandbox.
    private static readonly string[] _system =
    [
        "/proc/version",
        "/proc/self/limits",
        "/proc/sys/net/core/somaxconn",
        "/proc/sys/net/ipv4/ip_local_port_range",
        "/proc/sys/net/ipv4/tcp_migrate_req",
        "/proc/sys/fs/file-nr",
        "/proc/meminfo",
        "/sys/fs/cgroup/memory.max",
        "/sys/fs/cgroup/cpu.max",
        "/sys/kernel/security/lsm",
    ];

    private static readonly string[] _fileKeys =
    [
        "client_cert",
        "server_cert",
        "client_ca_cert",
        "server_ca_cert",
        "crl",
        "log_file",
        "status_socket",
        "unix",
    ];

    public static string Versions()
    {
        var (openSsl, whyNot) = OpenSslTls.TryLoad();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{VersionText.Full}\nlibssl: {openSsl?.Description ?? whyNot}\n"
                + $"system: {RuntimeInformation.OSDescription}\nprocessors: {Environment.ProcessorCount}\ncontainer: "
                + $"{(Environment.GetEnvironmentVariable(Failures.InContainer) == "true" ? "yes" : "not known")}\n"
                + $"time: {DateTimeOffset.UtcNow:yyyy-MM-ddTHH:mm:ssZ}\n"
        );
    }

    public static string Limits()
    {
        var text = new StringBuilder();
        foreach (var path in _system)
        {
            text.Append(CultureInfo.InvariantCulture, $"== {path}\n{Read(path)}\n");
        }

        return text.ToString();
    }

    /// <summary>Their sizes, modes and times; nothing of what is in them.</summary>
    public static string Files(ConfigOutline config)
    {
        var text = new StringBuilder();
        foreach (var (key, path) in config.Values)
        {
            // What stands in the place of a secret file's name may be the secret.
            if (_fileKeys.Contains(key) || (ConfigOutline.IsSecretFile(key) && File.Exists(path)))
            {
                text.Append(CultureInfo.InvariantCulture, $"{key} {SafeText.Escape(path)}: {Describe(path)}\n");
            }
        }

        return text.ToString();
    }

    private static string Describe(string path)
    {
        try
        {
            var file = new FileInfo(path);
            var mode = OperatingSystem.IsWindows() ? "" : $", mode {Convert.ToString((int)file.UnixFileMode, 8)}";
            return file.Exists
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{file.Length} bytes{mode}, changed {file.LastWriteTimeUtc:yyyy-MM-ddTHH:mm:ssZ}"
                )
                : "does not exist";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return SafeText.Escape(e.Message);
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"not there: {SafeText.Escape(e.Message)}";
        }
    }
}
