"use strict";
// All that is shown is text nodes: names of peers are as they sent them. The policy of this page allows nothing else.
const $ = id => document.getElementById(id);
const DAY = 86400;
const filled = new WeakMap();

// What cannot be seen, or turns the letters around it, is written out, as in the log.
const written = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const safe = text => String(text ?? "").slice(0, 2000).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, sign => written[sign]
  ?? sign.split("").map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""));

function el(name, attributes, ...children) {
  const svg = name === "svg" || name === "polyline";
  const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Builds what is inside a node anew, but only if it has changed: selections, focus and screen readers stay calm. */
function fill(node, data, build) {
  const text = JSON.stringify(data);
  if (filled.get(node) === text) return;
  filled.set(node, text);
  node.replaceChildren(...[build(data)].flat());
}
const say = (node, text) => fill(node, text, () => text);

function scaled(value, units, step) {
  let unit = 0;
  while (unit < units.length - 1 && value >= step * .9995) { value /= step; unit++; }
  return `${unit === 0 ? Math.round(value) : value >= 99.95 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]}`;
}
const bytes = value => scaled(value, ["B", "kB", "MB", "GB", "TB", "PB"], 1000);
const rate = value => `${bytes(value)}/s`;
const count = value => String(value).replace(/\B(?=(\d{3})+$)/g, ",");
const many = (value, one, more = `${one}s`) => `${count(value)} ${value === 1 ? one : more}`;
const instant = at => `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
const clock = at => new Date(at).toISOString().slice(11, 19) + " UTC";
const word = text => safe(text).replaceAll("_", " ");
function span(seconds) {
  const [s, m, h, d] = [seconds % 60, seconds / 60 % 60, seconds / 3600 % 24, seconds / DAY].map(Math.floor);
  return d ? `${d} d ${h} h` : h ? `${h} h ${m} min` : m ? `${m} min ${s} s` : `${s} s`;
}
const total = numbers => Object.values(numbers).reduce((sum, number) => sum + number, 0);
