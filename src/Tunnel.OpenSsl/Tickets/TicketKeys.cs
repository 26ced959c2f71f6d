using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>
/// The current ticket keys: new ones with each period, and when the file changes. Thread-safe. Disposed of after the
/// last handshake; the secrets it was made with are not wiped, because others may use them too.
/// </summary>
internal sealed class TicketKeys(TicketSecrets secrets, Action<TlsNotice>? tell, TimeProvider time) : IDisposable
{
    // It costs a read of one small file, and is soon enough for secrets that an orchestrator distributes within a
    // minute.
    private static readonly TimeSpan _lookEvery = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly TicketSecrets _given = secrets;
    private TicketSecrets _secrets = secrets;
    private TicketKeyRing _ring = new(secrets, TicketKeyRing.PeriodAt(time.GetUtcNow()));
    private long _lookedAt = time.GetTimestamp();
    private string? _fault;

    /// <summary>
    /// Read by every handshake; the one that finds a renewal due performs it, the others carry on with the current
    /// keys.
    /// </summary>
    public TicketKeyRing Current
    {
        get
        {
            var period = TicketKeyRing.PeriodAt(time.GetUtcNow());
            var isLookDue = time.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= _lookEvery;
            if ((isLookDue || Volatile.Read(ref _ring).Period != period) && _lock.TryEnter())
            {
                try
                {
                    Renew(period, isLookDue);
                }
                finally
                {
                    _lock.Exit();
                }
            }

            return Volatile.Read(ref _ring);
        }
    }

    public void Dispose()
    {
        _ring.Dispose();
        Replace(_given);
    }

    /// <summary>Wipes secrets that were read here: nobody else has them.</summary>
    private void Replace(TicketSecrets with)
    {
        if (_secrets != _given)
        {
            _secrets.Dispose();
        }

        _secrets = with;
    }

    private void Renew(long period, bool look)
    {
        var isNew = look && Look();
        if (isNew || _ring.Period != period)
        {
            Volatile.Write(ref _ring, new TicketKeyRing(_secrets, period));
        }
    }

    /// <returns>True when the file holds other secrets than before.</returns>
    private bool Look()
    {
        Volatile.Write(ref _lookedAt, time.GetTimestamp());
        TicketSecrets found;
        try
        {
            found = TicketSecrets.Load(_secrets.Setting);
        }
        catch (TlsSetupException e)
        {
            if (e.Message != _fault)
            {
                _fault = e.Message;
                tell?.Invoke(
                    new TlsNotice(
                        Trouble.Of(
                            string.Join("; ", e.Troubles.Select(trouble => trouble.Cause)),
                            $"{e.Troubles[^1].Remedy}; until then the ticket keys stay unchanged"
                        )
                    )
                );
            }

            return false;
        }

        _fault = null;
        if (found.IsSameAs(_secrets))
        {
            found.Dispose();
            return false;
        }

        Replace(found);
        tell?.Invoke(new TlsNotice($"ticket keys: now derived from {found}"));
        return true;
    }
}
