using System.Text.Json;
using Tunnel.Tls;

namespace Tunnel.Relay;

/// <summary>How enumerations are written for people and for machines that read the log.</summary>
public static class Words
{
    public static string Word(this CloseReason reason) => Snake(reason.ToString());

    public static string Word(this Party party) => Snake(party.ToString());

    public static string Word(this SessionState state) => Snake(state.ToString());

    /// <summary>What a refused peer is told: the class of the fault, nothing of our rules.</summary>
    public static string Word(this RefusalCode code) => Snake(code.ToString());

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
