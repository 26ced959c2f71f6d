using static Tunnel.Config.NumberRules;
using static Tunnel.Config.TextRules;

namespace Tunnel.Config;

/// <summary>
/// The sections that both roles have, and those of the process: each row is a key, its rule and its default.
/// </summary>
internal static class SharedSections
{
    public const decimal Millisecond = 0.001m;
    public const int Hour = 3600;
    public const int Day = 24 * Hour;
    private const int Week = 7 * Day;

    public static TimeoutSettings Timeouts(SectionReader section)
    {
        var defaults = new TimeoutSettings();
        return new TimeoutSettings
        {
            Connect = section.Optional("connect", Seconds(Millisecond, Hour), defaults.Connect),
            Handshake = section.Optional("handshake", Seconds(Millisecond, Hour), defaults.Handshake),
            Idle = section.Optional("idle", SecondsOrOff(Millisecond, Week), defaults.Idle),
            Write = section.Optional("write", SecondsOrOff(Millisecond, Week), defaults.Write),
            HalfClose = section.Optional("half_close", SecondsOrOff(Millisecond, Week), defaults.HalfClose),
            Shutdown = section.Optional("shutdown", Seconds(0, Day), defaults.Shutdown),
        };
    }

    /// <summary>What both roles can set under <c>tls</c>.</summary>
    public static TlsSettings CommonTls(SectionReader section)
    {
        var defaults = new TlsSettings();
        var onRevoked = section.Optional("on_revoked", OneOf<OnRevokedSetting>(), defaults.OnRevoked);
        if (onRevoked == OnRevokedSetting.Warn)
        {
            section.Warn(
                "on_revoked",
                "is warn: who has been revoked or removed stays connected until he leaves",
                "write close to end such sessions"
            );
        }

        var profile = section.Optional("profile", OneOf<TlsProfileSetting>(), defaults.Profile);
        var require = section.Optional("require", OneOf<TlsRequirement>(EnumWords.Word), defaults.Require);
        if (require == TlsRequirement.PostQuantum && section.IsGiven("groups"))
        {
            section.Fault(
                "groups",
                "is given together with tls.require: post_quantum",
                "that allows the post-quantum groups and no others: remove one of the two"
            );
        }

        return new TlsSettings
        {
            Profile = profile,
            Require = require,
            MinVersion = MinVersion(section, profile, require),
            Backend = section.Optional("backend", OneOf<TlsBackendSetting>(), defaults.Backend),
            SessionResumption = section.Optional("session_resumption", TrueOrFalse, defaults.SessionResumption),
            CrlFile = section.OptionalFile("crl", FilePath),
            OnRevoked = onRevoked,
            Ciphers = section.Optional("ciphers", CipherList, null),
            CipherSuites = section.Optional("ciphersuites", CipherList, null),
            Groups = section.Optional("groups", CipherList, null),
        };
    }

    /// <summary>The same with the files that hold secrets marked so, unless others are meant to read them.</summary>
    public static TlsSettings WithSecrets(SectionReader section, TlsSettings settings)
    {
        if (section.Optional("allow_readable_keys", TrueOrFalse, false))
        {
            section.Warn(
                "allow_readable_keys",
                "is true: keys are used although other users of this machine may be able to read them, and whoever "
                    + "reads one can pose as us",
                "chmod 600 them and remove this key unless the others are meant to have them"
            );
            return settings;
        }

        return settings with
        {
            KeyFile = Secret(settings.KeyFile),
            KeyPasswordFile = Secret(settings.KeyPasswordFile),
            TicketKeyFile = Secret(settings.TicketKeyFile),
        };
    }

    public static LoggingSettings Logging(SectionReader section)
    {
        var defaults = new LoggingSettings();
        return new LoggingSettings
        {
            Level = section.Optional("level", OneOf<LogLevelSetting>(), defaults.Level),
            LogFile = section.Optional("log_file", FilePath, defaults.LogFile),
            Format = section.Optional("format", OneOf<LogFormat>(), defaults.Format),
            Console = section.Optional("console", Perhaps(OneOf<LogFormat>()), null),
            Sessions = section.Optional("sessions", OneOf<SessionLines>(), defaults.Sessions),
            SessionInterval = section.Optional("session_interval", SecondsOrOff(1, Day), null),
            MaxSizeMiB = section.Optional("max_size_mib", WholeNumber(1, 102_400, "MiB"), defaults.MaxSizeMiB),
            MaxAgeDays = section.Optional("max_age_days", WholeNumber(1, 36_500, "days"), defaults.MaxAgeDays),
            MaxFiles = section.Optional("max_files", WholeNumber(1, 10_000, "files"), defaults.MaxFiles),
        };
    }

    public static SandboxSettings Sandbox(SectionReader section)
    {
        var defaults = new SandboxSettings();
        var settings = new SandboxSettings
        {
            NoNewPrivileges = section.Optional("no_new_privileges", TrueOrFalse, defaults.NoNewPrivileges),
            Landlock = section.Optional("landlock", TrueOrFalse, defaults.Landlock),
            Seccomp = section.Optional("seccomp", TrueOrFalse, defaults.Seccomp),
            CoreDumps = section.Optional("core_dumps", TrueOrFalse, defaults.CoreDumps),
        };
        if (!settings.Landlock)
        {
            section.Warn(
                "landlock",
                "is false: whoever takes over this process may write wherever its user can, and start programs",
                "remove the key where the kernel has Landlock"
            );
        }

        if (!settings.Seccomp)
        {
            section.Warn(
                "seccomp",
                "is false: whoever takes over this process may use system calls that a tunnel has no use for",
                "remove the key unless it is needed"
            );
        }

        if (!settings.NoNewPrivileges && (settings.Landlock || settings.Seccomp))
        {
            var other = settings.Landlock ? "landlock" : "seccomp";
            section.Fault(
                "no_new_privileges",
                $"is false although sandbox.{other} is true",
                $"the kernel wants both or none: write {other}: false too"
            );
        }
        else if (!settings.NoNewPrivileges)
        {
            section.Warn(
                "no_new_privileges",
                "is false: whoever takes over this process may start programs that have more rights than it",
                "remove the key unless it is needed"
            );
        }

        if (settings.CoreDumps)
        {
            section.Warn(
                "core_dumps",
                "is true: a core dump of this process holds its private key",
                "remove the key when you have the dump, and keep the dump from others"
            );
        }

        return settings;
    }

    public static void RejectTwoPasswords(SectionReader tls, string fileKey, string variableKey)
    {
        if (tls.IsGiven(fileKey) && tls.IsGiven(variableKey))
        {
            tls.Fault(
                variableKey,
                $"is given together with tls.{fileKey}",
                "the password comes from one place: remove one of the two"
            );
        }
    }

    private static Version MinVersion(SectionReader section, TlsProfileSetting profile, TlsRequirement require)
    {
        var why =
            require == TlsRequirement.PostQuantum ? "tls.require is post_quantum"
            : profile == TlsProfileSetting.Modern ? "tls.profile is modern"
            : null;
        var version = section.Optional("min_version", TlsVersion, new TlsSettings().MinVersion);
        if (why is not null && section.IsGiven("min_version") && version < new Version(1, 3))
        {
            section.Fault("min_version", $"is not 1.3 although {why}", "remove it: that means TLS 1.3 anyway");
        }

        return version;
    }

    private static FileSetting? Secret(FileSetting? file) => file is null ? null : file with { OwnerOnly = true };
}
