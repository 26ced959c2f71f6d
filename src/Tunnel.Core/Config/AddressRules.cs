using static Tunnel.Config.NumberRules;
using static Tunnel.Config.TextRules;

namespace Tunnel.Config;

/// <summary>
/// The keys that say where a tunnel listens, and whom it connects to: a host and a port, a Unix socket, or for a
/// listener a socket of systemd.
/// </summary>
internal static class AddressRules
{
    private const string List = "addresses";
    private const string Systemd = "systemd";
    private const string ReusePort = "reuse_port";

    private static readonly string[] _fileKeys = ["mode", "owner"];
    private static readonly string[] _ownKeys = ["host", "port", ReusePort, "unix", .. _fileKeys];

    /// <summary>Where a tunnel listens: at the address of the section, or at those of its list.</summary>
    public static ValueList<Address> Listeners(SectionReader section)
    {
        if (Entries(section) is not { } entries)
        {
            return [Listener(section)];
        }

        RejectBeside(section, _ownKeys.Append(Systemd), List, "write it as an entry of that list");
        var addresses = new List<Address>();
        foreach (var entry in entries)
        {
            var address = Listener(entry);
            if (addresses.Exists(address.IsSameListener))
            {
                entry.Fault(
                    KeyOf(address),
                    $"makes this {YamlText.Quote(address.ToString())}, as an earlier entry does",
                    "remove one of the two"
                );
            }

            addresses.Add(address);
        }

        return new ValueList<Address>(addresses);
    }

    /// <summary>The section, or entry of its list, where the address of this number is written.</summary>
    public static SectionReader Of(SectionReader listeners, int number) => Entries(listeners)?[number] ?? listeners;

    /// <summary>The key that a fault of an address is about.</summary>
    public static string KeyOf(Address address) =>
        address switch
        {
            UnixAddress => "unix",
            SystemdSocket => Systemd,
            _ => "port",
        };

    public static Address Far(SectionReader section) => Read(section, Port);

    private static IReadOnlyList<SectionReader>? Entries(SectionReader section) =>
        section.Sections(List, "write '- { host: ..., port: ... }' for each of them");

    private static Address Listener(SectionReader section)
    {
        var reusePort = section.Optional(ReusePort, TrueOrFalse, false);
        var defaults = new UnixAddress("");
        var mode = section.Optional("mode", ModeOfFile, defaults.Mode);
        var owner = section.OptionalFile("owner", OwnerOfFile);
        if (section.OptionalFile(Systemd, DescriptorName) is { } name)
        {
            return Passed(section, name);
        }

        var address = Read(section, ListenPort);
        if (address is UnixAddress && section.IsGiven(ReusePort))
        {
            section.Fault(ReusePort, "is given for a Unix socket", "only TCP has it: remove it");
        }

        RejectRights(section, address);
        var (key, place) = section.WhereIs(KeyOf(address));
        return address switch
        {
            UnixAddress unix => unix with { Mode = mode, Owner = owner, Key = key, Place = place },
            HostPort tcp => tcp with { ReusePort = reusePort, Key = key, Place = place },
            _ => address,
        };
    }

    private static SystemdSocket Passed(SectionReader section, FileSetting name)
    {
        RejectBeside(section, _ownKeys, Systemd, "the unit of the socket says this: remove the key");
        return new SystemdSocket(name.Path) { Key = name.Key, Place = name.Place };
    }

    /// <summary>What stands in the defaults of several tunnels does not count.</summary>
    private static void RejectBeside(SectionReader section, IEnumerable<string> keys, string other, string remedy)
    {
        foreach (var key in keys)
        {
            section.Know(key);
            if (section.Has(key))
            {
                section.Fault(key, $"is given together with {other}", remedy);
            }
        }
    }

    private static void RejectRights(SectionReader section, Address address)
    {
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
    }

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
