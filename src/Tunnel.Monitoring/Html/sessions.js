// The table of live sessions: sorted by any column, filtered by any text.
const rows = new Map();
let order = { column: 6, down: true };

// Title, text of a cell, and the number by which it is sorted, if it is one.
const columns = [
  ["Tunnel", one => one.tunnel ?? ""], ["State", one => one.state],
  ["Who", one => one.identity ?? (one.claimed === undefined ? "" : `says ${one.claimed}`)], ["Peer", one => one.peer],
  ["Target", one => one.target], ["TLS", one => one.tls === undefined ? "" : `${one.tls} ${one.group ?? ""}`],
  ["Age", one => span(one.age_ms / 1000), one => one.age_ms],
  ["Sent/s", one => rate(rates.get(one.id).out), one => rates.get(one.id).out],
  ["Received/s", one => rate(rates.get(one.id).back), one => rates.get(one.id).back],
  ["Sent", one => bytes(one.sent), one => one.sent], ["Received", one => bytes(one.received), one => one.received],
  ["Id", one => one.id],
];
columns.forEach(([title, , number], column) => {
  const button = el("button", { type: "button" }, title);
  const head = el("th", { scope: "col", class: number ? "number" : "" }, button);
  button.addEventListener("click", () => {
    // Of numbers the largest is looked for first.
    order = { column, down: order.column === column ? !order.down : number !== undefined };
    showSessions();
  });
  $("sessions").tHead.rows[0].append(head);
});

function showSessions() {
  [...$("sessions").tHead.rows[0].cells].forEach((cell, column) =>
    cell.setAttribute("aria-sort", column !== order.column ? "none" : order.down ? "descending" : "ascending"));
  const wanted = $("filter").value.trim().toLowerCase(), [, text, number] = columns[order.column];
  const shown = list.sessions
    .map(one => ({ one, by: (number ?? text)(one), cells: columns.map(column => safe(column[1](one))) }))
    .filter(({ cells }) => cells.join(" ").toLowerCase().includes(wanted));
  shown.sort((a, b) => (a.by < b.by ? -1 : a.by > b.by ? 1 : a.one.id < b.one.id ? -1 : 1) * (order.down ? -1 : 1));
  const body = $("sessions").tBodies[0], ids = new Set(shown.map(({ one }) => one.id));
  for (const [id, row] of rows) if (!ids.has(id)) { row.remove(); rows.delete(id); }
  shown.forEach(({ one, cells }, i) => {
    let row = rows.get(one.id);
    if (row === undefined) {
      row = el("tr", {}, ...columns.map(column => el("td", { class: column[2] ? "number" : "" })));
      rows.set(one.id, row);
    }
    cells.forEach((cell, column) => say(row.cells[column], cell));
    if (body.rows[i] !== row) body.insertBefore(row, body.rows[i] ?? null);
  });
  say($("shown"), `${count(list.sessions.length)} of ${count(list.total)} shown`
    + (wanted === "" ? "" : `, ${count(shown.length)} of them match`));
}
