using System.Net;

namespace Tunnel.Simulator;

/// <summary>Where one of the servers is: a process, and after its death perhaps another.</summary>
/// <param name="make">Makes a process of the number of its life, from 0 on.</param>
internal sealed class ServerPlace(World world, Func<int, TunnelProcess> make)
{
    private readonly List<TunnelProcess> _lives = [make(0)];

    public IReadOnlyList<TunnelProcess> Lives => _lives;

    public TunnelProcess Process => _lives[^1];

    public Presence Presence { get; } = new(world.Scheduler);

    public IPEndPoint At => Process.ListensAt;

    public void Start()
    {
        Process.Start();
        Presence.Note(isThere: !Process.Process.IsDead);
    }

    public void Kill()
    {
        Presence.Note(isThere: false);
        Process.Kill();
    }

    /// <summary>Another one in the place of one that was killed.</summary>
    public void StartAgain()
    {
        if (Process.Process.IsDead)
        {
            _lives.Add(make(_lives.Count));
            Start();
        }
    }
}
