using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>
/// What a session and its tickets store about the peer's chain besides the leaf (SSL_SESSION_set1_ticket_appdata(3)):
/// how the CN counts, because a peer that resumes sends no chain that would show it.
/// </summary>
internal static unsafe class SessionNotes
{
    public static void Write(nint ssl, CommonNameUse use)
    {
        var note = (byte)use;
        if (LibSsl.SSL_SESSION_set1_ticket_appdata(LibSsl.SSL_get_session(ssl), &note, 1) != 1)
        {
            throw new OpenSslException("SSL_SESSION_set1_ticket_appdata");
        }
    }

    /// <returns><see cref="CommonNameUse.Nothing"/> where there is no note.</returns>
    public static CommonNameUse CommonNameUseOf(nint ssl)
    {
        byte* note;
        nuint length;
        var session = LibSsl.SSL_get_session(ssl);
        return
            session != 0
            && LibSsl.SSL_SESSION_get0_ticket_appdata(session, &note, &length) == 1
            && length == 1
            && *note <= (byte)CommonNameUse.AnyName
            ? (CommonNameUse)(*note)
            : CommonNameUse.Nothing;
    }
}
