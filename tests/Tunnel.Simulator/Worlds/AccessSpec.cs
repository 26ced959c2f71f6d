using Tunnel.Config;
using Tunnel.Tls;

namespace Tunnel.Simulator;

/// <summary>Lists of rules that a server may have in worlds with real handshakes, and what each means there.</summary>
internal static class AccessSpec
{
    /// <summary>The client's certificate is CN=client, and it comes from 10.0.0.0/24.</summary>
    public static IReadOnlyList<(AccessSettings Rules, bool LetsIn)> All { get; } =
    [
        (AccessSettings.None, true),
        (Of(Allow(Names("client"))), true),
        (Of(Allow(Names("somebody"))), false),
        (Of(Allow(), Deny(Names("client"))), false),
        (Of(Allow(), Deny(Names("somebody"))), true),
        (Of(Allow(Names("client"), From("10.9.0.0/16"))), false),
        (Of(Allow(Names("client"), From("10.0.0.0/24"))), true),
        (Of(Allow(), Deny(Names("client")) with { IsAudit = true }), true),
        (Of(Allow(Not(Names("client")))), false),
        (Of(Allow(Not(From("10.9.0.0/16")))), true),
    ];

    private static AccessSettings Of(params AccessEntry[] entries) => new([.. entries], IsEnforced: true);

    private static AccessEntry Allow(params AccessCondition[] conditions) => Entry(denies: false, conditions);

    private static AccessEntry Deny(params AccessCondition[] conditions) => Entry(denies: true, conditions);

    private static AccessEntry Entry(bool denies, AccessCondition[] conditions) =>
        new("access[0]", denies, IsAudit: false, [.. conditions]);

    private static AccessCondition Names(string name) => new(AccessKey.Names, IsNot: false, [name]);

    private static AccessCondition From(string network) => new(AccessKey.From, IsNot: false, [network]);

    private static AccessCondition Not(AccessCondition condition) => condition with { IsNot = true };
}
