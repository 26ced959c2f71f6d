using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Tunnel.Tests.RealPrograms;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Faults.Kit;

/// <summary>
/// Two machines and a router between them, as network namespaces. The path is cut by the router's forwarding nothing
/// any more: no FIN, no RST, no ICMP, and both interfaces stay up.
/// </summary>
internal sealed class Network : IDisposable
{
    /// <summary>Where the server is.</summary>
    public const string ServerHost = "10.77.2.2";

    private const string Near = "10.77.1.1",
        NearGate = "10.77.1.2",
        FarGate = "10.77.2.1";

    private readonly string _near;
    private readonly string _router;
    private readonly string _far;

    private Network(string name) => (_near, _router, _far) = ($"{name}-near", $"{name}-router", $"{name}-far");

    /// <summary>Where the applications and the client are.</summary>
    public IPlace Applications => new Namespace(_near);

    /// <summary>Where the server and the target are.</summary>
    public IPlace Services => new Namespace(_far);

    /// <summary>Left out where this user may not make one.</summary>
    public static async Task<Network> CreateAsync()
    {
        Needed.Program("ip");
        if (Environment.UserName != "root")
        {
            Needed.Missing("needs network namespaces, which root may make");
        }

        var network = new Network($"faults-{Guid.NewGuid().ToString("n")[..6]}");
        await network.BuildAsync();
        return network;
    }

    /// <summary>The command that runs the command behind it on one of the machines.</summary>
    public string[] Under(string role) => ["ip", "netns", "exec", role == "server" ? _far : _near];

    /// <summary>From now on nothing arrives, in either direction.</summary>
    public Task CutAsync() => ForwardAsync(false);

    /// <summary>The path is there again.</summary>
    public Task HealAsync() => ForwardAsync(true);

    public void Dispose()
    {
        foreach (var name in (string[])[_near, _router, _far])
        {
            Tool.RunAsync("ip", "netns", "delete", name).GetAwaiter().GetResult();
        }
    }

    private async Task BuildAsync()
    {
        foreach (var name in (string[])[_near, _router, _far])
        {
            await Tool.RunAsync("ip", "netns", "add", name);
            await Tool.RunAsync("ip", "-n", name, "link", "set", "lo", "up");
        }

        await ConnectAsync(_near, Near, NearGate);
        await ConnectAsync(_far, ServerHost, FarGate);
        await HealAsync();
    }

    private async Task ConnectAsync(string machine, string host, string gate)
    {
        var inside = $"to{machine[^4..]}";
        await Tool.RunAsync(
            "ip",
            "-n",
            machine,
            "link",
            "add",
            "up0",
            "type",
            "veth",
            "peer",
            "name",
            inside,
            "netns",
            _router
        );
        await Tool.RunAsync("ip", "-n", machine, "address", "add", $"{host}/24", "dev", "up0");
        await Tool.RunAsync("ip", "-n", machine, "link", "set", "up0", "up");
        await Tool.RunAsync("ip", "-n", _router, "address", "add", $"{gate}/24", "dev", inside);
        await Tool.RunAsync("ip", "-n", _router, "link", "set", inside, "up");
        await Tool.RunAsync("ip", "-n", machine, "route", "add", "default", "via", gate);
    }

    private async Task ForwardAsync(bool forwards)
    {
        var echo = string.Create(
            CultureInfo.InvariantCulture,
            $"echo {(forwards ? 1 : 0)} > /proc/sys/net/ipv4/ip_forward"
        );
        await Tool.RunAsync("ip", "netns", "exec", _router, "sh", "-c", echo);
    }

    /// <summary>
    /// A socket belongs to the namespace in which its thread was when it was made (network_namespaces(7)).
    /// </summary>
    private sealed class Namespace(string name) : IPlace
    {
        private const int CloneNewNet = 0x40000000;

        public Socket NewSocket() => Inside(Loopback.Instance.NewSocket);

        public Socket Listen(int port = 0) => Inside(() => Loopback.Instance.Listen(port));

        private Socket Inside(Func<Socket> make)
        {
            Socket? made = null;
            Exception? failure = null;
            // A thread of its own, which ends there.
            var thread = new Thread(() =>
            {
                try
                {
                    using var file = File.OpenHandle($"/run/netns/{name}");
                    if (setns(file.DangerousGetHandle().ToInt32(), CloneNewNet) != 0)
                    {
                        throw new InvalidOperationException($"setns: error {Marshal.GetLastPInvokeError()}");
                    }

                    made = make();
                }
                catch (Exception e)
                {
                    failure = e;
                }
            });
            thread.Start();
            thread.Join();
            return made ?? throw new InvalidOperationException($"no socket in {name}", failure);
        }

        [DllImport("libc", SetLastError = true)]
        private static extern int setns(int fd, int type);
    }
}
