// A card for each tunnel.
const cards = new Map();

function newCard(key) {
  const part = (name, style) => el(name, style && { class: style });
  const sample = what => el("svg", { class: "key", viewBox: "0 0 20 4", "aria-hidden": "true" },
    el("polyline", { class: what, points: "0,2 20,2" }));
  const card = { title: part("h3"), state: part("span"), role: part("p", "soft"), targets: part("ul"),
    live: part("b"), sent: part("b"), received: part("b"), out: part("polyline", "sent"),
    back: part("polyline", "received"), peak: part("p", "soft"), facts: part("dl") };
  const rateOf = (name, value, ...before) => el("span", { class: "number" }, ...before, `${name} `, value);
  card.graph = el("svg", { viewBox: "0 0 300 60", preserveAspectRatio: "none", role: "img" }, card.out, card.back);
  card.all = el("article", { class: "card" },
    el("div", { class: "head" }, card.title, card.state), card.role, card.targets,
    el("div", { class: "rates" }, rateOf("sessions", card.live), rateOf("sent", card.sent, sample("sent"), " "),
      rateOf("received", card.received, sample("received"), " ")), card.graph, card.peak, card.facts);
  cards.set(key, card);
  $("tunnels").append(card.all);
  return card;
}

function showTunnel(tunnel) {
  const card = cards.get(keyOf(tunnel)) ?? newCard(keyOf(tunnel));
  const well = tunnel.state === "accepting";
  say(card.title, safe(tunnel.name ?? tunnel.role));
  const [level, sign] = well ? ["good", "✓"] : tunnel.state === "draining" ? ["warn", "!"] : ["bad", "✗"];
  fill(card.state, tunnel.state, state => el("span", { class: level }, `${sign} ${word(state)}`));
  const where = tunnel.listeners.length ? ` at ${tunnel.listeners.join(", ")}` : "";
  say(card.role, safe(`${tunnel.role}${where}, ${tunnel.backend}`));
  fill(card.targets, tunnel.targets, all => all.map(target =>
    el("li", {}, "→ ", el("bdi", {}, safe(target.address)), " ",
      el("span", { class: target.healthy ? "good" : "bad" }, target.healthy ? "✓ healthy" : "✗ unhealthy"),
      ` since ${instant(target.since)}, ${many(target.sessions, "session")}${target.detail === undefined ? "" : ": "}`,
      el("bdi", {}, safe(target.detail)))));
  const history = histories.get(keyOf(tunnel)), [out, back] = [points(history, "sent"), points(history, "received")];
  const peak = Math.max(1, ...out.map(point => point.rate), ...back.map(point => point.rate));
  const line = all => all
    .map(({ ago, rate }) => `${(300 - ago / 1000).toFixed(1)},${(58 - 56 * rate / peak).toFixed(1)}`).join(" ");
  card.out.setAttribute("points", line(out));
  card.back.setAttribute("points", line(back));
  const [sent, received] = [out, back].map(all => rate(all.at(-1)?.rate ?? 0));
  say(card.live, count(tunnel.sessions_active));
  say(card.sent, sent);
  say(card.received, received);
  const top = peak === 1 ? "nothing flowed" : `at most ${rate(peak)}`;
  card.graph.setAttribute("aria-label", `Last five minutes: ${top}; now ${sent} sent, ${received} received`);
  say(card.peak, `${top} in five minutes`);
  const counts = numbers => Object.entries(numbers).map(([key, number]) => `${word(key)} ${count(number)}`)
    .join(" · ");
  const refused = tunnel.last_refusal;
  fill(card.facts, [
    ["Not listening", safe(tunnel.cause)],
    ["Sessions", `${count(tunnel.sessions_accepted)} accepted, ${count(tunnel.sessions_failed)} not ended in order`],
    ["Bytes", `${bytes(tunnel.bytes_sent)} sent, ${bytes(tunnel.bytes_received)} received`],
    ["Handshakes", counts(tunnel.handshakes)], ["Ended", counts(tunnel.sessions_ended)],
    ["Failed attempts", counts(tunnel.failed_attempts)], ["Refused", counts(tunnel.refusals)],
    ["Last refused", refused && safe(`${instant(refused.at)}, ${refused.peer}, `
      + `${refused.claimed === undefined ? "" : `says it is ${refused.claimed}, `}`
      + `${refused.refusal}: ${refused.detail}`)],
    ...tunnel.limits.map(({ key, used, most, waiting, turned_away: away, nearly_full: nearly }) => [
      safe(key.replace("limits.", "Limit ")),
      used === undefined && !waiting && !away ? "" : [`${used === undefined ? "" : `${count(used)} of `}${count(most)}`,
        waiting && many(waiting, "waits", "wait"), away && `${count(away)} turned away`].filter(Boolean).join(", "),
      used, most, nearly ? 0 : most]),
  ].filter(fact => fact[1]), all => all.flatMap(([name, text, used, most, high]) => [
    el("dt", {}, word(name)), el("dd", {},
    ...(used === undefined ? []
      : [el("meter", { max: most, high, optimum: 0, value: used, "aria-label": name }), " "]),
    el("bdi", {}, text))]));
}
