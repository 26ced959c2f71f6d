namespace Tunnel.Tests.Monitoring;

/// <summary>
/// WCAG 2.2, 1.4.3 and 1.4.11, level AA: text stands out 4.5 times from what is behind it, lines 3 times.
/// </summary>
internal static class Contrast
{
    /// <summary>JavaScript: what does not, each with its ratio.</summary>
    public const string TooLow = """
        () => {
          const parts = color => color.match(/[\d.]+/g).map(Number);
          const light = color => {
            const [r, g, b] = parts(color).map(v => v / 255)
              .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
            return .2126 * r + .7152 * g + .0722 * b;
          };
          const ratio = (a, b) => (Math.max(light(a), light(b)) + .05) / (Math.min(light(a), light(b)) + .05);
          const behind = one => {
            const color = getComputedStyle(one).backgroundColor;
            return parts(color)[3] === 0 ? behind(one.parentElement) : color;
          };
          const found = [];
          let looked = 0;
          for (const one of document.body.querySelectorAll("*")) {
            const style = getComputedStyle(one);
            const isText = [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim() !== "");
            if (!one.checkVisibility() || !(isText || one.tagName === "polyline")) continue;
            const [color, least] = isText ? [style.color, 4.5] : [style.stroke, 3];
            looked++;
            if (ratio(color, behind(one)) < least) {
              found.push(`${one.tagName} ${one.textContent}: ${color} on ${behind(one)} ${ratio(color, behind(one))}`);
            }
          }
          return looked > 50 ? found : [`only ${looked} were looked at`];
        }
        """;
}
