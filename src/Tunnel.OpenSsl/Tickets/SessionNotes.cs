using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>
/// What a session and its tickets store about the peer's chain besides the leaf (SSL_SESSION_set1_ticket_appdata(3)),
/// because a peer that resumes sends no chain: a byte that says how the CN counts, then the intermediates, DER.
/// </summary>
internal static unsafe class SessionNotes
{
    // Four usual intermediates; a ticket is sent in every ClientHello. A longer chain is known only where it was seen.
    private const int MostBytes = 4096;

    /// <param name="chain">With the anchor at its end, which whoever opens the ticket has as well.</param>
    public static void Write(nint ssl, CommonNameUse use, JudgedChain? chain)
    {
        byte[] intermediates =
        [
            .. (chain?.Certificates ?? []).Skip(1).SkipLast(1).SelectMany(certificate => certificate.RawData),
        ];
        byte[] note = [(byte)use, .. intermediates.Length < MostBytes ? intermediates : []];
        fixed (byte* start = note)
        {
            if (LibSsl.SSL_SESSION_set1_ticket_appdata(LibSsl.SSL_get_session(ssl), start, (nuint)note.Length) != 1)
            {
                throw new OpenSslException("SSL_SESSION_set1_ticket_appdata");
            }
        }
    }

    /// <returns><see cref="CommonNameUse.Nothing"/> where there is no note.</returns>
    public static CommonNameUse CommonNameUseOf(nint ssl) =>
        Read(ssl) is [var use and <= (byte)CommonNameUse.AnyName, ..] ? (CommonNameUse)use : CommonNameUse.Nothing;

    /// <returns>None where there is no note, or one that cannot be read.</returns>
    public static IReadOnlyList<X509Certificate2> IntermediatesOf(nint ssl)
    {
        var found = new List<X509Certificate2>();
        var rest = Read(ssl) is [_, .. var encodings] ? encodings : [];
        try
        {
            while (rest.Length > 0)
            {
                AsnDecoder.ReadSequence(rest, AsnEncodingRules.DER, out _, out _, out var length);
                found.Add(X509CertificateLoader.LoadCertificate(rest[..length]));
                rest = rest[length..];
            }
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            return [];
        }

        return found;
    }

    /// <returns>Belongs to the session.</returns>
    private static ReadOnlySpan<byte> Read(nint ssl)
    {
        byte* note;
        nuint length;
        var session = LibSsl.SSL_get_session(ssl);
        return session != 0 && LibSsl.SSL_SESSION_get0_ticket_appdata(session, &note, &length) == 1
            ? new ReadOnlySpan<byte>(note, (int)length)
            : [];
    }
}
