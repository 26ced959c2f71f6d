using static Tunnel.Config.NumberRules;
using static Tunnel.Config.TextRules;

namespace Tunnel.Config;

/// <summary>
/// The keys that say where a tunnel listens, and whom it connects to: a host and a port, or a Unix socket.
/// </summary>
internal static class AddressRules
{
    private static readonly string[] _fileKeys = ["mode", "owner"];

    public static Address Listener(SectionReader section)
    {
        var defaults = new UnixAddress("");
        var mode = section.Optional("mode", ModeOfFile, defaults.Mode);
        var owner = section.Optional("owner", OwnerOfFile, null);
        var address = Read(section, ListenPort);
        foreach (var key in _fileKeys.Where(section.IsGiven))
        {
            if (address is not UnixAddress { Name: var name })
            {
                section.Fault(key, "is given without a Unix socket", "only a Unix socket has one: remove it");
            }
            else if (name.StartsWith('@'))
            {
                section.Fault(
                    key,
                    "is given for an abstract Unix socket",
                    "it has no file, and every process of this machine can connect: write a path, or remove the key"
                );
            }
        }

        return address is UnixAddress unix ? unix with { Mode = mode, Owner = owner } : address;
    }

    public static Address Far(SectionReader section) => Read(section, Port);

    private static Address Read(SectionReader section, ValueRule<int> portRule)
    {
        var name = section.Optional("unix", UnixName, null);
        if (!section.IsGiven("unix"))
        {
            return new HostPort(section.Required("host", HostRule.Host), section.Required("port", portRule));
        }

        RejectBeside(section, "host", section.Optional("host", HostRule.Host, null) is not null);
        RejectBeside(section, "port", section.Optional("port", portRule, 0) > 0);
        return new UnixAddress(name ?? "");
    }

    private static void RejectBeside(SectionReader section, string key, bool isGiven)
    {
        if (isGiven)
        {
            section.Fault(key, "is given together with a Unix socket", "it is one or the other: remove one of the two");
        }
    }
}
