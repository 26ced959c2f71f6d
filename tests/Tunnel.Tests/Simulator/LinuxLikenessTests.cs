using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Simulator;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Simulator;

/// <summary>
/// The simulator's TCP is like that of the machine: the same calls on a simulated connection and on one over loopback
/// come to the same, whatever their order.
/// </summary>
[Platform("Linux")]
public sealed class LinuxLikenessTests
{
    private const int Sequences = 400;
    private const int MostCalls = 9;

    // Far less than any buffer holds, so that nothing ever waits for room.
    private const int MostBytes = 2000;

    [Test]
    public void Any_order_of_calls_comes_to_the_same()
    {
        for (var sequence = 0; sequence < Sequences; sequence++)
        {
            Compare(new Dice(sequence));
        }
    }

    private static void Compare(Dice dice)
    {
        using var real = RealConnection.Open();
        var simulated = new SimulatedConnection();
        var calls = new List<string>();
        for (var count = dice.Next(1, MostCalls); count > 0; count--)
        {
            var call = (Call)dice.Next(Enum.GetValues<Call>().Length);
            var end = dice.Next(2);
            if (simulated.IsClosed[end])
            {
                continue;
            }

            var bytes = dice.Next(1, MostBytes);
            var expected = Make(call, simulated.Sockets[end], bytes);
            simulated.Settle();
            var actual = Make(call, real.Sockets[end], bytes);
            simulated.IsClosed[end] |= call is Call.Close or Call.Cut;
            calls.Add($"{(end == 0 ? "dialled" : "accepted")} {call} {(call == Call.Send ? bytes : "")}: {expected}");
            var words = string.Join('\n', calls);
            Assert.That(actual, Is.EqualTo(expected), words);
            for (var other = 0; other < 2; other++)
            {
                AssertLike(real, simulated, other, words);
            }
        }
    }

    /// <summary>What the kernel does on its own may take a moment.</summary>
    private static void AssertLike(RealConnection real, SimulatedConnection simulated, int end, string calls)
    {
        if (simulated.IsClosed[end])
        {
            return;
        }

        var expected = StateOf(simulated.Sockets[end]);
        SpinWait.SpinUntil(() => StateOf(real.Sockets[end]) == expected, Wire.Patience);
        Assert.That(StateOf(real.Sockets[end]), Is.EqualTo(expected), calls);
    }

    private static object Make(Call call, ITcpSocket socket, int bytes)
    {
        switch (call)
        {
            case Call.Send:
                return socket.Send(new byte[bytes]);
            case Call.Receive:
                return socket.Receive(new byte[64 * 1024]);
            case Call.ReceiveOne:
                return socket.Receive(new byte[1]);
            case Call.ShutdownSend:
                return socket.ShutdownSend();
            case Call.TakeError:
                return socket.TakeError();
            case Call.Close:
                socket.Close();
                return "closed";
            default:
                socket.Cut();
                return "cut";
        }
    }

    private static (PeerPresence, bool IsClosed, long Received, long Acked) StateOf(ITcpSocket socket) =>
        socket.Inspect() is { } state
            ? (state.Presence, state.IsClosed, state.BytesReceived, state.BytesAcked)
            : throw new InvalidOperationException("a socket that nobody has closed cannot be looked at");

    private enum Call
    {
        Send,
        Receive,
        ReceiveOne,
        ShutdownSend,
        TakeError,
        Close,
        Cut,
    }

    private sealed class RealConnection : IDisposable
    {
        private readonly Socket[] _sockets;

        private RealConnection(params Socket[] sockets)
        {
            _sockets = sockets;
            Sockets = [.. sockets.Select(socket => new SystemTcpSocket(socket))];
        }

        public ITcpSocket[] Sockets { get; }

        public static RealConnection Open()
        {
            using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            SocketTuning.Listener(listener);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            var dialled = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            dialled.Connect(listener.LocalEndPoint!);
            SocketTuning.Outgoing(dialled);
            var accepted = listener.Accept();
            SocketTuning.Accepted(accepted, inherits: true);
            return new RealConnection(dialled, accepted);
        }

        public void Dispose() => Array.ForEach(_sockets, socket => socket.Dispose());
    }

    private sealed class SimulatedConnection : IAcceptor
    {
        private static readonly TcpSizes _sizes = new(256 * 1024, 256 * 1024, 1460);

        private readonly Scheduler _scheduler = new(new Unruliness(1, 0, 0));

        public SimulatedConnection()
        {
            var internet = new Internet(_scheduler);
            var here = new SimulatedMachine("here", IPAddress.Loopback, _sizes);
            internet.Join(here, Machine, new Link(_scheduler, TimeSpan.FromMicroseconds(10), TimeSpan.Zero));
            var process = new SimulatedProcess(_scheduler, internet, here) { Resolve = _ => default };
            var at = new IPEndPoint(IPAddress.Loopback, 1);
            internet.Open(at, this);
            internet.Dial(here, at, (end, _) => Sockets[0] = new SimulatedSocket(process, end));
            Process = process;
            Settle();
        }

        public SimulatedMachine Machine { get; } = new("there", IPAddress.Loopback, _sizes);

        public SimulatedProcess Process { get; }

        public ITcpSocket[] Sockets { get; } = new ITcpSocket[2];

        public bool[] IsClosed { get; } = new bool[2];

        public void Arrive(TcpEnd end) => Sockets[1] = new SimulatedSocket(Process, end);

        /// <summary>Lets happen what follows from the last call, late acknowledgements included.</summary>
        public void Settle() =>
            _scheduler.RunUntil(() => false, _scheduler.Now + TimeSpan.FromMilliseconds(100), long.MaxValue);
    }
}
