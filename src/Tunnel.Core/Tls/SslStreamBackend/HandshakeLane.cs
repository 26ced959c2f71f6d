namespace Tunnel.Tls.SslStreamBackend;

/// <summary>
/// Where SslStream works on handshakes that are larger than usual. The runtime verifies every signature of a chain before it
/// asks us, whatever the chain leads to, and leaves no way to stop it. So such work is done away from the event loops and
/// on half of the processors at most: who has a small chain, or a connection already, does not wait behind it.
/// </summary>
internal sealed class HandshakeLane : IDisposable
{
    private readonly SemaphoreSlim _room = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Goes on from the thread pool, when it is its turn.</summary>
    public async ValueTask EnterAsync()
    {
        await _room.WaitAsync().ConfigureAwait(false);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }

    public void Leave() => _room.Release();

    public void Dispose() => _room.Dispose();
}
