using System.Net;
using System.Net.Sockets;
using Tunnel.Net;

namespace Tunnel.Simulator;

/// <summary>
/// A process under test: its sockets, the files it may open, the names it can look up. It may be killed.
/// </summary>
internal sealed class SimulatedProcess(Scheduler scheduler, Internet internet, SimulatedMachine machine)
    : INetwork,
        INames
{
    private readonly List<SimulatedSocket> _sockets = [];
    private readonly List<SimulatedListener> _listeners = [];
    private readonly Dictionary<SimulatedSocket, SimulatedSocket> _fronts = [];
    private int _open;

    public Scheduler Scheduler => scheduler;

    public Internet Internet => internet;

    public SimulatedMachine Machine => machine;

    /// <summary>Files that it may have open for connections.</summary>
    public int MostFiles { get; set; } = int.MaxValue;

    public bool LacksFiles => _open >= MostFiles;

    public bool IsDead { get; private set; }

    /// <summary>Answers lookups: the addresses, and how long it takes to find them.</summary>
    public required Func<string, (LookupResult Result, TimeSpan After)> Resolve { get; init; }

    /// <summary>The most connections beside others that it had at a time: a session has one of its own.</summary>
    public int MostDialled { get; private set; }

    /// <summary>Sockets that nobody has given back.</summary>
    public int Unreleased => _sockets.Count;

    public ITcpSocket Open(AddressFamily family, ITcpSocket? beside)
    {
        scheduler.Interrupt();
        if (IsDead || LacksFiles)
        {
            throw new SocketException((int)(IsDead ? SocketError.NetworkDown : SocketError.TooManyOpenSockets));
        }

        var socket = new SimulatedSocket(this, null);
        Opened(socket);
        if (beside is SimulatedSocket front)
        {
            _fronts[socket] = front;
            MostDialled = Math.Max(MostDialled, _fronts.Count(pair => _sockets.Contains(pair.Key)));
        }

        return socket;
    }

    public PassedSockets Passed => PassedSockets.None;

    public IListenSocket Listen(IPEndPoint endPoint, bool reusePort)
    {
        var listener = new SimulatedListener(this, endPoint);
        _listeners.Add(listener);
        return listener;
    }

    public IListenSocket Listen(UnixEndPoint at, UnixFileMode mode, string? owner) =>
        throw new NotSupportedException("worlds have TCP alone");

    public IListenSocket Listen(PassedSocket passed) => throw new NotSupportedException("worlds have no systemd");

    public Task<LookupResult> LookupAsync(string name)
    {
        if (IPAddress.TryParse(name, out var literal))
        {
            return Task.FromResult(LookupResult.Of([literal]));
        }

        var (result, after) = Resolve(name);
        var answer = new TaskCompletionSource<LookupResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        scheduler.Inside(after, () => answer.SetResult(result));
        return answer.Task;
    }

    /// <summary>
    /// The connection that was accepted for the session that dialled this one; null if this process did not dial it.
    /// </summary>
    public TcpEnd? FrontOf(TcpEnd dialled) => _fronts.FirstOrDefault(pair => pair.Key.End == dialled).Value?.End;

    /// <summary>
    /// Both connections of the session whose peer has this address: that which was accepted, and the last one dialled.
    /// </summary>
    public IReadOnlyList<TcpEnd> EndsOf(string peer)
    {
        var (dialled, front) = _fronts.LastOrDefault(pair =>
            pair.Value.End!.Remote.ToString() == peer && pair.Key.End is not null
        );
        return dialled is null ? [] : [front.End!, dialled.End!];
    }

    public void Opened(SimulatedSocket socket)
    {
        _open++;
        _sockets.Add(socket);
    }

    public void Closed(SimulatedSocket socket)
    {
        // One that was reset in the backlog has never been opened.
        _open -= _sockets.Contains(socket) ? 1 : 0;
        _listeners.ForEach(listener => listener.Look());
    }

    public void Forget(SimulatedSocket socket) => _sockets.Remove(socket);

    /// <summary>SIGKILL: the kernel closes everything it had; what its code still does reaches nobody.</summary>
    public void Kill()
    {
        IsDead = true;
        _listeners.ForEach(listener => listener.Close(static () => false, static _ => { }));
        foreach (var socket in _sockets.ToArray())
        {
            socket.Cut();
        }
    }
}
