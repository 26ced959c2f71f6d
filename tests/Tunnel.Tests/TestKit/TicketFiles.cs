using System.Security.Cryptography;

namespace Tunnel.Tests.TestKit;

/// <summary>What a ticket key file is made of.</summary>
public static class TicketFiles
{
    /// <summary>As <c>openssl rand -base64 48</c> prints it.</summary>
    public static string Secret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(48));

    /// <summary>A file's content, one secret a line.</summary>
    public static string Of(params string[] secrets) => string.Join('\n', secrets) + "\n";
}
