// Whether all is well, in one line and in the words of each thing that is not.
const MOST_FINDINGS = 20, SOON = 30;
let known = [];

function findings() {
  const found = [], add = (level, text, detail = "") => found.push({ level, text, detail: safe(detail) });
  const { reloads: { last: reload }, resources } = report;
  if (report.not_ready) add("bad", "Not ready:", report.not_ready);
  if (report.state !== "accepting") add("warn", `The process is ${word(report.state)}.`);
  if (restartedAt && report.uptime_seconds * 1000 < MINUTES)
    add("warn", `The process was started again at ${clock(restartedAt)}.`);
  if (reload && !reload.accepted)
    add("bad", `A new configuration was refused at ${instant(reload.at)} (${safe(reload.by)}), the old one serves on:`,
      reload.words.trim().replace(/\n+/g, "; "));
  if (resources.open_files > .8 * resources.open_files_most)
    add("warn", `${count(resources.open_files)} of ${count(resources.open_files_most)} open files are in use.`);
  for (const tunnel of report.tunnels) {
    const name = tunnel.name === undefined ? `The ${tunnel.role}` : `Tunnel ${safe(tunnel.name)}`;
    if (tunnel.state === "not_listening") add("bad", `${name} does not listen:`, tunnel.cause);
    // While another one is there, new sessions go to that.
    const level = tunnel.targets.some(target => target.healthy) ? "warn" : "bad";
    for (const target of tunnel.targets.filter(target => !target.healthy))
      add(level, `${name}: ${safe(target.address)} is unhealthy since ${instant(target.since)}:`, target.detail);
    for (const { key, used, most } of tunnel.limits.filter(limit => limit.used > .8 * limit.most))
      add("warn", `${name}: ${safe(key)} is above 80 %, ${count(used)} of ${count(most)} places are taken.`);
    const [away, failed, refused] = ["away", "failed", "refused"].map(what => grown(tunnel, what));
    const last = tunnel.last_refusal;
    if (away) add("warn", `${name}: ${many(away, "session")} found no place within its limits in the last minutes.`);
    if (failed) add("warn", `${name}: ${many(failed, "attempt")} to reach a server failed in the last minutes.`);
    if (last && (refused || now - Date.parse(last.at) < MINUTES))
      add("warn", `${name}: ${refused > 1 ? `${count(refused)} peers were refused in the last minutes, the last one`
        : "a peer was refused"} at ${clock(last.at)}:`, `${word(last.refusal)}, ${last.detail}`);
  }
  for (const { subject, file, days } of certificates().filter(one => one.days < SOON))
    add(days < 0 ? "bad" : "warn", days < 0 ? "This certificate has expired:"
      : `This certificate expires in ${days < 1 ? "less than a day" : many(days, "day")}:`, `${subject} (${file})`);
  return found;
}

/** Whether all is well, in one line; why not below it. */
function judge() {
  const found = [...known];
  if (silence !== null) found.unshift({ level: "bad", detail: safe(silence), text: heardAt === null ? "No answer yet:"
    : `No answer since ${clock(heardAt)}, and what is below is from then. This page goes on asking:` });
  const worst = found.some(one => one.level === "bad") ? "bad" : found.length ? "warn" : "good";
  $("health").className = worst;
  document.body.classList.toggle("stale", silence !== null);
  const words = { bad: "✗ Trouble", warn: "! Look at this", good: "✓ All is well" }[worst];
  const numbers = ["bad", "warn"].map(level => found.filter(one => one.level === level).length);
  say($("verdict"), worst === "good" ? `${words}: ${many(report.tunnels.length, "tunnel")}, ready for new sessions`
    : silence !== null ? `${words}: the process does not answer`
    : `${words}: ${[numbers[0] && many(numbers[0], "problem"), numbers[1] && many(numbers[1], "warning")]
      .filter(Boolean).join(" and ")}; ${report.not_ready ? "not ready" : "ready"} for new sessions`);
  document.title = `${words[0]} tunnel ${location.host}`;
  found.sort((a, b) => a.level < b.level ? -1 : a.level > b.level ? 1 : 0);
  const more = found.length - MOST_FINDINGS;
  fill($("findings"), found, all => [...all.slice(0, MOST_FINDINGS).map(one =>
    el("li", {}, el("span", { class: one.level }, one.level === "bad" ? "✗ Problem " : "! Warning "), one.text, " ",
      el("bdi", {}, one.detail))), ...more > 0 ? [el("li", {}, `and ${more} more`)] : []]);
}

/** Of all tunnels, each once, the next to expire first. */
function certificates() {
  const found = new Map();
  for (const tunnel of report.tunnels) {
    for (const { file, subject, not_after, expires_in_seconds: left } of tunnel.certificates) {
      const key = JSON.stringify([file, subject, not_after]), known = found.get(key), name = tunnel.name ?? tunnel.role;
      found.set(key, { file, subject, not_after, days: Math.floor(left / DAY),
        tunnels: known ? `${known.tunnels}, ${name}` : name });
    }
  }
  return [...found.values()].sort((a, b) => a.days - b.days);
}
