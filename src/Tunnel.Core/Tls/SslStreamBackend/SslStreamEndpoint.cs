using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Tls.SslStreamBackend;

/// <summary>Runs SslStream's handshakes for one tunnel.</summary>
/// <remarks>
/// SslStream verifies a certificate after the TLS handshake has ended and sends no alert when its callback says no: a
/// refused client would see success and then the end of the stream. So a server lets the handshake complete and returns
/// its transport beside the <see cref="Refusal"/>, only to tell the client. A client that refuses just leaves.
/// </remarks>
internal sealed class SslStreamEndpoint : ITlsEndpoint
{
    // The runtime's session caches are those of the process too: a peer may resume what it began with another endpoint.
    private static readonly KnownChains _known = new();

    // SslStream takes the byte behind it for the type of its message, and may find none: IndexOutOfRangeException.
    private const string EmptyRecord = "the peer sent a handshake record without content (RFC 8446 section 5.1)";

    private readonly TlsProfile _profile;
    private readonly string _backend;
    private readonly List<SslApplicationProtocol> _protocols;
    private readonly SslStreamCertificateContext? _certificate;
    private readonly HandshakeLane _lane = new();

    public SslStreamEndpoint(TlsProfile profile, string backend)
    {
        RejectWhatOnlyOpenSslCan(profile);
        _profile = profile;
        _backend = backend;
        _protocols = [.. profile.ApplicationProtocols.Select(name => new SslApplicationProtocol(name))];
        // Offline: the chain is what the file holds, and nothing is downloaded. It is built once and also keys the
        // session cache.
        _certificate = profile.Own is { } own
            ? SslStreamCertificateContext.Create(own.Leaf, own.Intermediates, offline: true)
            : null;
    }

    public async Task<HandshakeOutcome> HandshakeAsync(
        SocketChannel channel,
        Chunk early = default,
        IPAddress? from = null
    )
    {
        var inner = new ChannelStream(
            channel,
            sniffOutgoing: _profile.Role == TunnelRole.Server,
            early,
            new HandshakeIntake(_lane, _profile.Role)
        );
        var tls = new SslStream(inner, leaveInnerStreamOpen: false);
        var verdict = new Verdict(_profile, inner, from);
        try
        {
            if (_profile.Role == TunnelRole.Server)
            {
                await tls.AuthenticateAsServerAsync(ServerOptions(verdict)).ConfigureAwait(false);
            }
            else
            {
                await tls.AuthenticateAsClientAsync(ClientOptions(verdict)).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is AuthenticationException or IOException or IndexOutOfRangeException)
        {
            var fault = verdict.Refused ? null : Classify(_profile.Policy.Peer, e, inner);
            await tls.DisposeAsync().ConfigureAwait(false);
            return new HandshakeOutcome
            {
                Fault = fault,
                // SslStream sends an alert for what it does not understand, and does not report that.
                AlertIsSent = inner.Ended == IoStatus.Ok && !verdict.Refused && e is not IndexOutOfRangeException,
                Refusal = verdict.Refused ? verdict.Refusal : null,
                Info = verdict.Refused ? new TlsInfo("-", "-", false, _backend, null, verdict.Leaf) : null,
            };
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        var info = new TlsInfo(
            VersionName(tls.SslProtocol),
            tls.NegotiatedCipherSuite.ToString(),
            inner.EndHandshake(),
            _backend,
            tls.NegotiatedApplicationProtocol is { Protocol.IsEmpty: false } agreed ? agreed.ToString() : null,
            verdict.Leaf
        )
        {
            Chain = verdict.Chain,
            From = from,
            Access = verdict.Access,
        };
        return new HandshakeOutcome
        {
            Transport = new SslStreamTransport(tls, inner, channel),
            Info = info,
            Refusal = verdict.Refusal,
        };
    }

    public Refusal? JudgeAgain(TlsInfo peer) => _profile.Policy.JudgeAgain(peer.Peer, peer.Chain, peer.From);

    /// <summary>The certificate belongs to the profile; SslStream's contexts belong to the runtime.</summary>
    public void Dispose() => _lane.Dispose();

    private static HandshakeFault Classify(TunnelRole peer, Exception thrown, ChannelStream inner) =>
        HandshakeFaults.Classify(
            peer,
            inner.Ended,
            inner.First,
            inner.Failure?.Cause,
            thrown is IndexOutOfRangeException ? EmptyRecord : thrown.GetBaseException().Message
        );

    // SslStream copies the options; each handshake has its own set with its own verdict.
    private SslServerAuthenticationOptions ServerOptions(Verdict verdict) =>
        new()
        {
            ServerCertificateContext = _certificate,
            ClientCertificateRequired = _profile.Policy.RequiresCertificate,
            EnabledSslProtocols = _profile.Versions,
            AllowRenegotiation = false,
            AllowTlsResume = _profile.SessionResumption && !_known.IsFull,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = _profile.Policy.RequiresCertificate ? _profile.Policy.CreateChainPolicy() : null,
            RemoteCertificateValidationCallback = verdict.Take,
            ApplicationProtocols = _protocols,
        };

    private SslClientAuthenticationOptions ClientOptions(Verdict verdict) =>
        new()
        {
            // An IP address must not be sent as SNI (RFC 6066 section 3), and SslStream sends everything that is not an
            // IP literal.
            TargetHost = _profile.ServerName,
            ClientCertificateContext = _certificate,
            EnabledSslProtocols = _profile.Versions,
            AllowRenegotiation = false,
            AllowTlsResume = _profile.SessionResumption && !_known.IsFull,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = _profile.Policy.CreateChainPolicy(),
            RemoteCertificateValidationCallback = verdict.Take,
            ApplicationProtocols = _protocols,
        };

    // Starting without what was asked for would be worse than not starting.
    private static void RejectWhatOnlyOpenSslCan(TlsProfile profile)
    {
        var faults = new[]
        {
            (Key: "crl", Value: profile.Crls?.File),
            (Key: "ciphers", Value: profile.Ciphers),
            (Key: "ciphersuites", Value: profile.CipherSuites),
            (Key: "groups", Value: profile.Groups),
            (Key: "require", Value: profile.KeyExchange == KeyExchange.PostQuantum ? "post_quantum" : null),
            (Key: "ticket_keys", Value: profile.TicketSecrets?.File),
        }
            .Where(setting => setting.Value is not null)
            .Select(setting =>
                Trouble.Of(
                    $"tls.{setting.Key} needs the openssl backend (tls.backend: openssl); SslStream does not support "
                        + "it",
                    "set that, or remove the key"
                )
            )
            .ToArray();
        if (faults.Length > 0)
        {
            throw new TlsSetupException(faults);
        }
    }

    private static string VersionName(SslProtocols protocol) =>
        protocol switch
        {
            SslProtocols.Tls13 => "TLSv1.3",
            SslProtocols.Tls12 => "TLSv1.2",
            _ => protocol.ToString(),
        };

    /// <summary>
    /// One handshake's verdict. Until the callback has run it is a refusal, so nothing passes by default.
    /// </summary>
    private sealed class Verdict(TlsProfile profile, ChannelStream inner, IPAddress? from)
    {
        private bool _taken;

        public Refusal? Refusal { get; private set; } = profile.Policy.Judge(leaf: null, chain: null);

        public X509Certificate2? Leaf { get; private set; }

        /// <summary>By which the peer was accepted.</summary>
        public JudgedChain? Chain { get; private set; }

        /// <summary>What the rules about access say about a peer that is let in.</summary>
        public AccessVerdict Access =>
            Refusal is null && Chain is not null
                ? profile.Policy.AccessOf(Leaf, Chain, PeerPolicy.CommonNameUseOf(Chain), from)
                : AccessVerdict.Unasked;

        /// <summary>
        /// True once the callback has refused; a handshake that failed earlier was not refused by us.
        /// </summary>
        public bool Refused => _taken && Refusal is not null;

        public bool Take(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            _taken = true;
            // The callback's certificate is disposed of with the stream, and the session's log line needs it later.
            Leaf = certificate is null ? null : X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
            Refusal = Judge(chain);
            // One object for all sessions of a peer.
            Leaf = Chain?.Certificates[0] ?? Leaf;
            return Refusal is null || profile.Role == TunnelRole.Server;
        }

        private Refusal? Judge(X509Chain? chain)
        {
            var policy = profile.Policy;
            if (Leaf is null || !policy.RequiresCertificate)
            {
                return policy.Judge(Leaf, chain, from);
            }

            Chain = _known.Of(Leaf);
            if (inner.IsResumed)
            {
                return policy.JudgeAgain(Leaf, Chain, from);
            }

            var refusal = policy.Judge(Leaf, chain, from);
            if (
                refusal is null or { Code: RefusalCode.WrongName or RefusalCode.NotAllowed }
                && JudgedChain.From(chain!, Leaf) is { } built
                && policy.JudgeVerified(built) is null
                && (Chain is null || !policy.Anchors!.Contains(Chain.Certificates[^1]))
            )
            {
                // The certificates of the chain are disposed of with the stream.
                var copies = built.Certificates.Select(c => X509CertificateLoader.LoadCertificate(c.RawData));
                Chain = policy.WithSharedAuthorities(JudgedChain.Good([.. copies]));
                _known.Remember(Chain);
            }

            return refusal;
        }
    }
}
