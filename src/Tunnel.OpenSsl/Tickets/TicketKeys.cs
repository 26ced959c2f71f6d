using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>
/// The ticket keys of now: others with each period, and when the file has others. Thread-safe. Disposed of when there are
/// no handshakes any more; the secrets it was made with stay whole, as others may have them too.
/// </summary>
internal sealed class TicketKeys(TicketSecrets secrets, Action<TlsNotice>? tell, TimeProvider time) : IDisposable
{
    // A read of one small file; and soon enough for secrets that an orchestrator spreads within a minute.
    private static readonly TimeSpan _lookEvery = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly TicketSecrets _given = secrets;
    private TicketSecrets _secrets = secrets;
    private TicketKeyRing _ring = new(secrets, TicketKeyRing.PeriodAt(time.GetUtcNow()));
    private long _lookedAt = time.GetTimestamp();
    private string? _fault;

    /// <summary>Asked for by each handshake. Whoever finds something due does it, the others go on with what was.</summary>
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

    /// <summary>What was read here is nobody else's.</summary>
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
                        true,
                        $"{string.Join("; ", e.Faults)}; until then the ticket keys stay what they were"
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
        tell?.Invoke(new TlsNotice(false, $"ticket keys: now made of {found}"));
        return true;
    }
}
