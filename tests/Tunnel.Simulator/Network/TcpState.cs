namespace Tunnel.Simulator;

/// <summary>
/// States of RFC 9293 section 3.3.2 that a connection can be seen in; TIME_WAIT is nobody's any more, as in Linux.
/// </summary>
internal enum TcpState
{
    Established,
    FinWait1,
    FinWait2,
    CloseWait,
    LastAck,
    Closing,
    Closed,
}
