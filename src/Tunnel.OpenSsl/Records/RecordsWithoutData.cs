namespace Tunnel.OpenSsl;

/// <summary>
/// Counts records without data that a peer sends between two bytes of data. The limits are libssl's, so a peer that
/// works with libssl works with us.
/// </summary>
internal struct RecordsWithoutData
{
    // MAX_EMPTY_RECORDS, MAX_WARN_ALERT_COUNT (the fifth is too many) and MAX_KEY_UPDATE_MESSAGES.
    private const int MostEmpty = 32;
    private const int MostWarnings = 4;
    private const int MostKeyUpdates = 32;

    private int _empty;
    private int _warnings;
    private int _keyUpdates;

    /// <summary>Data came, so counting starts again.</summary>
    public void Reset() => (_empty, _warnings, _keyUpdates) = (0, 0, 0);

    /// <returns>False when there were too many.</returns>
    public bool AllowsEmpty() => ++_empty <= MostEmpty;

    /// <inheritdoc cref="AllowsEmpty"/>
    public bool AllowsWarning() => ++_warnings <= MostWarnings;

    /// <inheritdoc cref="AllowsEmpty"/>
    public bool AllowsKeyUpdate() => ++_keyUpdates <= MostKeyUpdates;
}
