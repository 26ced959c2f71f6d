using Tunnel.Config;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Cli;

/// <summary>The work of <c>tunnel explain</c>: a certificate and what each tunnel of a file would say of it.</summary>
internal static class Explain
{
    /// <exception cref="ConfigException">The configuration is faulty.</exception>
    /// <exception cref="TlsSetupException">A file cannot be used.</exception>
    public static int Run(ConfigSource source, ExplainOptions options, TextWriter output)
    {
        var presented = PresentedCertificates.Read(options.Certificate);
        using var candidate = Preparation.Judge(source);
        var tunnels = AskedTunnels.Of(candidate.Tunnels, options.Tunnel);
        output.WriteLine($"{options.Certificate}: {PeerIdentity.From(presented.Leaf)}");
        var isRefused = false;
        foreach (var tunnel in tunnels)
        {
            for (var server = 0; server < Peers(tunnel); server++)
            {
                var answer = tunnel.Answer(presented, options.From, server);
                output.WriteLine($"{Place(tunnel, server)}{Words(answer)}");
                if (answer.Refusal is { } refusal)
                {
                    output.WriteLine($"  what to do: {RefusalAdvice.Of(refusal.Code).Remedy}");
                    isRefused = true;
                }
            }
        }

        return isRefused ? ExitCodes.Failed : ExitCodes.Ok;
    }

    /// <summary>A client judges each of its servers by its own name.</summary>
    private static int Peers(TunnelCandidate tunnel) =>
        tunnel.Settings.Role == TunnelRole.Client ? tunnel.Settings.Forward.Targets.Count : 1;

    private static string Place(TunnelCandidate tunnel, int server)
    {
        var name = tunnel.Settings.Name is { } given ? $"tunnel {given}: " : "";
        return Peers(tunnel) > 1 ? $"{name}as {tunnel.Settings.Forward.Targets[server].Address}: " : name;
    }

    private static string Words(PeerAnswer answer) =>
        answer switch
        {
            { Refusal: { } refusal } => $"would be refused: refusal={refusal.Code.Word()} detail={refusal.Reason}",
            { By: { } by, Audit: var audit } => $"would be let in by {by}{Note(audit)}",
            { Audit: var audit } => $"would be let in: no rule asks for more than the CA{Note(audit)}",
        };

    private static string Note(string? audit) => audit is null ? "" : $"; {audit}";
}
