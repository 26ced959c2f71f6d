using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Tunnel.Config;

namespace Tunnel.Tests.Config;

/// <summary>Valid settings of the section <c>monitor</c>, and how its own sections are written.</summary>
internal static class MonitorSamples
{
    public static Gen<MonitorSettings> Of(Gen<string> files, Gen<TimeSpan?> timesOrOff) =>
        from interval in timesOrOff.Where(interval => interval is null || interval >= TimeSpan.FromSeconds(1))
        from socket in files.OrNull()
        from watches in Gen.Elements(true, false)
        from http in Https(files).OrNull()
        from otlp in _otlps.OrNull()
        select new MonitorSettings
        {
            Interval = interval,
            StatusSocket = socket,
            WatchFiles = watches,
            Http = http,
            Otlp = otlp,
        };

    public static string Write(HttpSettings http, Func<string, string> quoted) =>
        $"{{ port: {http.Port}, host: {quoted(http.Address.ToString())}, token_file: {quoted(http.TokenFile!.Path)} }}";

    public static string Write(OtlpSettings otlp, Func<string, string> quoted) =>
        $"{{ endpoint: {quoted(otlp.Endpoint.ToString())}, interval: {otlp.Interval.TotalSeconds} }}";

    private static readonly Gen<OtlpSettings> _otlps =
        from seconds in Gen.Choose(1, 3600)
        from url in Gen.Elements("http://127.0.0.1:4318/v1/metrics", "https://otel.example/v1/metrics")
        select new OtlpSettings(new Uri(url), TimeSpan.FromSeconds(seconds));

    private static Gen<HttpSettings> Https(Gen<string> files) =>
        from token in files
        from port in Gen.Choose(0, 65535)
        from address in Gen.Elements("127.0.0.1", "::1", "0.0.0.0", "192.0.2.7")
        select new HttpSettings(IPAddress.Parse(address), port, token);
}
