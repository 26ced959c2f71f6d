namespace Tunnel.Config;

/// <summary>Where a tunnel listens, or whom it connects to. Its text is what the log shows.</summary>
public abstract record Address;
