// When it asks, when it rests, and what it shows of the answers.
const EVERY = 1e3;
let asks = false, paused = false, wake = () => {};

function show() {
  asks = false;
  [$("ask").hidden, $("all").hidden] = [true, false];
  known = findings();
  const ends = report.tunnels.map(tunnel => histories.get(keyOf(tunnel)).slice(-2));
  const sum = what => ends.reduce((all, end) => all + (points(end, what)[0]?.rate ?? 0), 0);
  const { open_files: files, open_files_most: most, memory_bytes: memory } = report.resources;
  say($("facts"), [many(list.total, "session"), `${rate(sum("sent"))} sent`, `${rate(sum("received"))} received`,
    `up ${span(report.uptime_seconds)}`, `configuration ${report.generation}`, `${bytes(memory)} memory`,
    `${count(files)} of ${count(most)} files`, `version ${safe(report.version)}`].join(" · "));
  for (const tunnel of report.tunnels) showTunnel(tunnel);
  for (const [key, card] of cards)
    if (!report.tunnels.some(tunnel => keyOf(tunnel) === key)) {
      card.all.remove();
      cards.delete(key);
      histories.delete(key);
    }
  showSessions();
  fill($("certificates").tBodies[0], certificates(), all => all.map(one => {
    const level = one.days < 0 ? "bad" : one.soon ? "warn" : "good";
    const left = one.days < 0 ? "✗ expired" : `${one.soon ? "!" : "✓"} ${many(one.days, "day")}`;
    return el("tr", {}, el("td", {}, el("span", { class: level }, left)),
      ...[one.subject, one.file, one.tunnels, instant(one.not_after)].map(text =>
        el("td", {}, el("bdi", {}, safe(text)))));
  }));
}

function askFor() {
  asks = true;
  [$("ask").hidden, $("all").hidden] = [false, true];
  $("health").className = "warn";
  $("findings").replaceChildren();
  filled.delete($("findings"));
  say($("verdict"), "! This process wants a token");
  say($("askwhy"), token === null
    ? "It is the first line of the file that monitor.http.token_file names. This page forgets it when it is closed."
    : "✗ That token is not the right one.");
  token = null;
  $("token").focus();
}
$("ask").addEventListener("submit", event => {
  event.preventDefault();
  [token, $("token").value] = [$("token").value.trim().replace(/[^!-~]/g, "?"), ""];
  asks = false;
  wake();
});
$("pause").addEventListener("click", () => {
  paused = !paused;
  $("pause").setAttribute("aria-pressed", paused);
  say($("pause"), paused ? "Go on" : "Pause");
  // No live region says that all is well while nobody looks.
  document.body.classList.toggle("stale", paused || silence !== null);
  if (paused && heardAt !== null) say($("facts"), `Paused: all below is of ${clock(heardAt)}`);
  wake();
});
$("filter").addEventListener("input", () => report === null || showSessions());
document.addEventListener("visibilitychange", () => wake());

const sleep = ms => new Promise(done => { wake = done; if (ms !== undefined) setTimeout(done, ms); });
(async () => {
  // One request after the other, so never two at once; none while nobody looks.
  for (;;) {
    while (document.hidden || paused || asks) await sleep();
    const began = performance.now();
    await look();
    if (!asks) await sleep(Math.max(EVERY / 5, EVERY - (performance.now() - began)));
  }
})();
