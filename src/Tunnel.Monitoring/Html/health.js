// Whether all is well, in one line and in the words of each thing that is not.
const MOST_FINDINGS = 20;
let known = [];

/** What the process finds, and what only shows itself to whoever goes on looking. */
function findings() {
  const found = report.findings.map(one => ({ ...one, level: one.level === "problem" ? "bad" : "warn" }));
  const warn = (tunnel, words, remedy) => found.push({ level: "warn", tunnel: tunnel?.name, words, remedy });
  if (restartedAt && report.uptime_seconds * 1000 < MINUTES)
    warn(null, `the process was started again at ${clock(restartedAt)}`, "see the end of its last log");
  for (const tunnel of report.tunnels) {
    const [away, failed, refused] = ["away", "failed", "refused"].map(what => grown(tunnel, what));
    const last = tunnel.last_refusal;
    if (away) warn(tunnel, `${many(away, "session")} found no place within its limits in the last minutes`,
      "raise them if these are good clients, and the target can bear more");
    if (failed) warn(tunnel, `${many(failed, "attempt")} to reach a server failed in the last minutes`,
      "'tunnel doctor' says what stands in the way");
    if (last && (refused || now - Date.parse(last.at) < MINUTES))
      warn(tunnel, `${refused > 1 ? `${count(refused)} peers were refused in the last minutes, the last one`
        : "a peer was refused"} at ${clock(last.at)}: ${last.refusal.replaceAll("_", " ")}, ${last.detail}`,
      "nothing, if it was meant; 'tunnel explain' tells which certificates get in");
  }
  return found;
}

/** Whether all is well, in one line; why not, and what to do, below it. */
function judge() {
  const found = [...known];
  if (silence !== null) found.unshift({ level: "bad", remedy: "see its log; this page goes on asking",
    words: heardAt === null ? `no answer yet: ${silence}`
      : `no answer since ${clock(heardAt)}, and what is below is from then: ${silence}` });
  const worst = found.some(one => one.level === "bad") ? "bad" : found.length ? "warn" : "good";
  $("health").className = worst;
  document.body.classList.toggle("stale", silence !== null);
  const words = { bad: "✗ Trouble", warn: "! Look at this", good: "✓ All is well" }[worst];
  const [bad, warn, beyond] = [...["bad", "warn"].map(level => found.filter(one => one.level === level).length),
    report?.more_findings ?? 0];
  say($("verdict"), worst === "good" ? `${words}: ${many(report.tunnels.length, "tunnel")}, ready for new sessions`
    : silence !== null ? `${words}: the process does not answer`
    : `${words}: ${[bad && many(bad, "problem"), warn && many(warn, "warning"), beyond && `${count(beyond)} more`]
      .filter(Boolean).join(" and ")}; ${report.not_ready ? "not ready" : "ready"} for new sessions`);
  document.title = `${words[0]} tunnel ${location.host}`;
  found.sort((a, b) => a.level < b.level ? -1 : a.level > b.level ? 1 : 0);
  const more = Math.max(0, found.length - MOST_FINDINGS) + beyond;
  fill($("findings"), [found, more], ([all, more]) => [...all.slice(0, MOST_FINDINGS).map(one =>
    el("li", {}, el("span", { class: one.level }, one.level === "bad" ? "✗ Problem " : "! Warning "),
      ...(one.tunnel === undefined ? [] : [el("bdi", {}, safe(one.tunnel)), ": "]), el("bdi", {}, safe(one.words)),
      el("span", { class: "soft" }, "; what to do: ", el("bdi", {}, safe(one.remedy))))),
    ...more > 0 ? [el("li", {}, `and ${count(more)} more`)] : []]);
}

/** Of all tunnels, each once, the next to expire first. */
function certificates() {
  const found = new Map();
  for (const tunnel of report.tunnels) {
    for (const { file, subject, not_after, expires_in_seconds: left, expires_soon: soon } of tunnel.certificates) {
      const key = JSON.stringify([file, subject, not_after]), known = found.get(key), name = tunnel.name ?? tunnel.role;
      found.set(key, { file, subject, not_after, days: Math.floor(left / DAY), soon,
        tunnels: known ? `${known.tunnels}, ${name}` : name });
    }
  }
  return [...found.values()].sort((a, b) => a.days - b.days);
}
