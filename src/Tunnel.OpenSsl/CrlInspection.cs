using System.Security.Cryptography.X509Certificates;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>
/// Checks at the start whether the revocation lists let anybody in: each known CA needs one that OpenSSL accepts. It
/// chooses like OpenSSL (get_crl_score in x509_vfy.c): the newest of a CA's lists that are complete, understood, of the
/// right scope and in date, and only then checks the signature.
/// </summary>
internal static class CrlInspection
{
    /// <summary>A list that expires within this time gets a warning: many CAs make a new one each week.</summary>
    private static readonly TimeSpan _notice = TimeSpan.FromDays(7);

    private const string AddComplete = "add the complete one";

    public static IEnumerable<TlsNotice> Of(
        NativeCrls crls,
        RevocationLists file,
        TrustAnchors anchors,
        DateTimeOffset now
    )
    {
        var findings = anchors.Certificates.Select(ca => Judge(crls, ca, now)).ToList();
        // A chain ends in a self-signed certificate, which needs a list too.
        var isHopeless = findings.TrueForAll(finding => finding is { Fault: not null } or { IsRoot: false });
        foreach (var finding in findings.Where(finding => finding.Fault is not null))
        {
            var whom = isHopeless ? "nobody is let in" : "nobody whose certificate comes from it is let in";
            var (cause, remedy) = (finding.Fault!.Cause, finding.Fault.Remedy);
            yield return new TlsNotice(Trouble.Of($"{file.File}: {cause}; so {whom}", remedy))
            {
                BreaksTunnel = isHopeless,
            };
        }

        foreach (var finding in findings.Where(finding => finding.Note is not null))
        {
            yield return new TlsNotice(finding.Note!.Behind($"{file.File}: "));
        }

        foreach (var trouble in OfStrangers(crls, anchors, now))
        {
            yield return new TlsNotice(trouble.Behind($"{file.File}: "));
        }
    }

    private static Finding Judge(NativeCrls crls, X509Certificate2 ca, DateTimeOffset now)
    {
        var native = NativeCertificates.FromManaged(ca);
        try
        {
            var name = SafeText.Escape(ca.Subject);
            var isRoot = ca.SubjectName.RawData.AsSpan().SequenceEqual(ca.IssuerName.RawData);
            var own = crls.Lists.Where(list =>
                list.IsIssuedBy(LibCrypto.X509_get_subject_name(native)) && IsOfKey(list, ca)
            );
            var lists = own.ToList();
            // The root's list covers the root itself, an intermediate's list what it issued.
            var scope = isRoot ? RevocationScope.Authorities : RevocationScope.Users;
            var fault = FaultOf(Choose(lists, scope, now), lists, scope, ca, native, name, now);
            var note = fault is null ? NoteOn(lists, scope, name, now) : null;
            return new Finding(isRoot, fault, note);
        }
        finally
        {
            LibCrypto.X509_free(native);
        }
    }

    private static NativeCrl? Choose(List<NativeCrl> lists, RevocationScope scope, DateTimeOffset now) =>
        lists
            .Where(list => !list.Facts.IsDelta && list.Facts.Scope != RevocationScope.Nothing)
            .OrderByDescending(list => list.Facts.UnknownCriticalExtension is null)
            .ThenByDescending(list => Covers(list, scope))
            .ThenByDescending(list => list.Facts.IsInDate(now))
            .ThenByDescending(list => list.Facts.From)
            .FirstOrDefault();

    private static Trouble? FaultOf(
        NativeCrl? chosen,
        List<NativeCrl> lists,
        RevocationScope scope,
        X509Certificate2 ca,
        nint native,
        string name,
        DateTimeOffset now
    )
    {
        if (chosen is null)
        {
            return lists.Count == 0
                    ? Trouble.Of($"there is no CRL of {name}", "fetch it from that CA and add it to the file")
                : lists.TrueForAll(list => list.Facts.IsDelta)
                    ? Trouble.Of($"{name} has only a delta CRL, which is not used", AddComplete)
                : Trouble.Of(
                    $"{name} has only CRLs that OpenSSL does not use (indirect, for some reasons only, or for "
                        + "attribute certificates)",
                    AddComplete
                );
        }

        var facts = chosen.Facts;
        var keyUsage = ca.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault()?.KeyUsages;
        return facts switch
        {
            _ when keyUsage is { } usages && !usages.HasFlag(X509KeyUsageFlags.CrlSign) => Trouble.Of(
                $"{name} must not sign CRLs: its key usage lacks cRLSign",
                "issue the CA's certificate again with it, or leave tls.crl out"
            ),
            _ when !Covers(chosen, scope) => Trouble.Of(
                $"the CRL of {name} covers only a part of its certificates (issuing distribution point)",
                AddComplete
            ),
            _ when now < facts.From => Trouble.Of(
                $"the CRL of {name} is not valid before {Instants.Format(facts.From)} (this machine's clock says "
                    + $"{Instants.Format(now)})",
                "set this machine's clock if it is wrong, or fetch a CRL that is valid now"
            ),
            { To: { } end } when end <= now => Trouble.Of(
                $"the CRL of {name} expired on {Instants.Format(end)} ({Instants.Format(now - end)} ago)",
                "fetch the new one"
            ),
            _ when !chosen.IsSignedBy(native) => Trouble.Of(
                $"the CRL of {name} was not signed with the key of that CA (forged, damaged, or from another CA of "
                    + "that name)",
                "fetch it again from that CA"
            ),
            { UnknownCriticalExtension: { } oid } => Trouble.Of(
                $"the CRL of {name} has a critical extension that OpenSSL does not know ({oid})",
                "let the CA issue one without it"
            ),
            _ => null,
        };
    }

    private static Trouble? NoteOn(List<NativeCrl> lists, RevocationScope scope, string name, DateTimeOffset now)
    {
        // When one expires, OpenSSL uses another that has not.
        var ends = lists.Select(list => list.Facts).Where(list => !list.IsDelta && list.IsInDate(now));
        if (ends.Max(list => list.To ?? DateTimeOffset.MaxValue) is var end && end - now < _notice)
        {
            return Trouble.Of(
                $"the CRL of {name} expires on {Instants.Format(end)} (in {Instants.Format(end - now)}), and then "
                    + "nobody whose certificate comes from it is let in",
                "fetch the new one before"
            );
        }

        return
            scope == RevocationScope.Authorities
            && !Covers(Choose(lists, RevocationScope.Users, now)!, RevocationScope.Users)
            ? Trouble.Of(
                $"the CRL of {name} covers only CAs: peers with certificates directly from it are not let in",
                "add the CRL for these, if there are any"
            )
            : null;
    }

    /// <summary>CAs whose certificate the peers send: only the date of their lists can be checked.</summary>
    private static IEnumerable<Trouble> OfStrangers(NativeCrls crls, TrustAnchors anchors, DateTimeOffset now)
    {
        var known = anchors.Certificates.Select(NativeCertificates.FromManaged).ToList();
        try
        {
            var strangers = crls
                .Lists.Where(list => !known.Exists(ca => list.IsIssuedBy(LibCrypto.X509_get_subject_name(ca))))
                .ToList();
            foreach (var list in strangers)
            {
                var name = LibCrypto.X509_CRL_get_issuer(list.Handle);
                var others = strangers.Where(other => other.IsIssuedBy(name)).ToList();
                if (others[0] == list && !others.Exists(other => other.Facts.IsInDate(now)))
                {
                    var words = SafeText.Escape(new X500DistinguishedName(NativeCertificates.NameToDer(name)).Name);
                    yield return Trouble.Of(
                        $"no CRL of {words} is in date; so nobody whose certificate comes from it is let in",
                        "fetch the new one"
                    );
                }
            }
        }
        finally
        {
            known.ForEach(LibCrypto.X509_free);
        }
    }

    private static bool Covers(NativeCrl list, RevocationScope scope) =>
        list.Facts.Scope == RevocationScope.All || list.Facts.Scope == scope;

    private static bool IsOfKey(NativeCrl list, X509Certificate2 ca)
    {
        var own = ca.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault()?.SubjectKeyIdentifierBytes;
        return own is not { } key || list.Facts.KeyIdentifier is not { } named || key.Span.SequenceEqual(named.Span);
    }

    /// <param name="Fault">Why nobody with a certificate from this CA gets in.</param>
    /// <param name="Note">Something that happens later, or concerns only some.</param>
    private sealed record Finding(bool IsRoot, Trouble? Fault, Trouble? Note);
}
