// What the process says, and what has become of it: rates, and how much has grown in the last minutes.
const MINUTES = 5 * 60e3, PATIENCE = 5e3, MOST_SESSIONS = 500;
let token = null, report = null, list = { total: 0, sessions: [] }, rates = new Map();
let now = 0, heardAt = null, restartedAt = null;
// Why there is no answer; null: there is one.
let silence = null;
const histories = new Map();

async function get(path) {
  const headers = token === null ? {} : { Authorization: `Bearer ${token}` };
  const answer = await fetch(path, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  if (answer.ok) return answer.json();
  throw Object.assign(new Error(`${answer.status}: ${await answer.text()}`), { status: answer.status });
}

async function look() {
  let heard = false;
  try {
    const [status, sessions] = [await get("/status"), await get(`/sessions?limit=${MOST_SESSIONS}`)];
    heard = true;
    if (report !== null && report.started_at !== status.started_at) {
      restartedAt = status.started_at;
      histories.clear();
    }
    [report, list] = [status, sessions];
    now = Date.parse(report.started_at) + report.uptime_seconds * 1000;
    remember(performance.now());
    show();
    [silence, heardAt] = [null, Date.now()];
    judge();
  } catch (fault) {
    if (fault.status === 401) return askFor();
    // Whatever it is, nobody may take what stands here for what is.
    silence = heard ? `this page cannot show the answer: ${fault.message}`
      : fault.name === "TimeoutError" ? "it is connected, but silent" : fault.message;
    judge();
  }
}

const keyOf = tunnel => tunnel.name ?? "";
function remember(at) {
  for (const tunnel of report.tunnels) {
    const history = histories.get(keyOf(tunnel)) ?? [];
    histories.set(keyOf(tunnel), history);
    history.push({ at, sent: tunnel.bytes_sent, received: tunnel.bytes_received, refused: total(tunnel.refusals),
      failed: total(tunnel.failed_attempts), away: total(tunnel.limits.map(limit => limit.turned_away)) });
    while (history[0].at < at - MINUTES) history.shift();
  }
  const before = rates;
  rates = new Map(list.sessions.map(({ id, sent, received }) => {
    const last = before.get(id), seconds = last && (at - last.at) / 1000;
    return [id, { at, sent, received, out: last ? (sent - last.sent) / seconds : 0,
      back: last ? (received - last.received) / seconds : 0 }];
  }));
}
/** How much a number has grown, as long as this page has looked and for five minutes at most. */
const grown = (tunnel, what) => {
  const history = histories.get(keyOf(tunnel));
  return Math.max(0, history.at(-1)[what] - history[0][what]);
};
function points(history, what) {
  return history.slice(1).map((late, i) => ({ ago: history.at(-1).at - late.at,
    rate: Math.max(0, (late[what] - history[i][what]) * 1000 / (late.at - history[i].at)) }));
}
