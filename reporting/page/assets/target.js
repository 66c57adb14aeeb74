function refreshed() {
  const state = one("[data-fresh]");
  if (state) document.title = `${one(".symbol", state).textContent} ${one(".word", state).textContent} – ${one("h1", state).textContent}`;
}
refresh();
setInterval(refresh, 60000);

const names = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const day = (seconds) => { const at = new Date(seconds * 1000); return `${at.getUTCDate()} ${names[at.getUTCMonth()]} ${at.getUTCFullYear()}`; };
const time = (seconds) => `${day(seconds)} ${new Date(seconds * 1000).toISOString().slice(11, 16)} UTC`;
const spelt = ({ first, width, letters }, scale) => {
  const base = data.letters.length, half = (base ** width - 1) / 2, values = [];
  let sum = first;
  for (let at = 0; at < letters.length; at += width) {
    if (letters[at] === ".") { values.push(null); continue; }
    let leap = 0;
    for (const letter of letters.slice(at, at + width)) leap = leap * base + data.letters.indexOf(letter);
    values.push((sum += leap - half) * scale);
  }
  return values;
};
const runs = spelt(data.minutes, 60);
const ids = data.ids;
const outcomes = { s: "success", w: "warning", f: "failure", p: "a part of the checks only" };
const marks = { s: "✓", w: "!", f: "✗", p: "½" };
const trends = data.trends.map((trend) => {
  const values = spelt(trend.values, trend.step), middles = spelt(trend.middles, trend.coarse), halves = spelt(trend.halves, trend.coarse);
  const ends = (sign) => middles.map((middle, i) => (middle === null ? null : middle + sign * halves[i]));
  return { name: trend.name, unit: trend.unit, odd: trend.odd, values, low: ends(-1).map((v) => v === null ? null : Math.max(v, 0)), high: ends(1) };
});
function duration(seconds) {
  if (seconds < 59.5) return `${seconds < 9.95 ? Number(seconds.toPrecision(2)) : Math.round(seconds)} s`;
  const whole = Math.round(seconds), minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
function measured(value, unit) {
  if (value === null || value === undefined) return "–";
  if (unit === "rows") return `${Math.round(value).toLocaleString("en")} row${Math.round(value) === 1 ? "" : "s"}`;
  if (unit === "hours") return `${value.toFixed(1)} h`;
  if (unit === "seconds") return duration(value);
  let size = value, at = 0;
  while (size >= 999.5 && at < 4) { size /= 1024; at += 1; }
  return `${size < 999.5 ? Number(size.toPrecision(3)) : Math.round(size)} ${["bytes", "kB", "MB", "GB", "TB"][at]}`;
}

// A run, opened from the strip, a chart, a check's history or a link.
const dialog = one("#run"), told = one("#run-told");
const make = (tag, text, className) => { const made = document.createElement(tag); made.textContent = text; if (className) made.className = className; return made; };
let shown = -1;
function values(index) {
  const list = make("dl", "", "values");
  for (const [at, trend] of trends.entries()) {
    if (trend.values[index] === null) continue;
    const item = make("div", ""), name = make("dt", "");
    name.append(...one("h3", figures[at]).cloneNode(true).childNodes);
    item.append(name, make("dd", measured(trend.values[index], trend.unit)));
    list.append(item);
  }
  return list;
}
function others(index) {
  const same = runs.map((_, i) => i).filter((i) => i !== index && day(runs[i]) === day(runs[index]));
  const line = make("p", same.length ? "Other runs of this day: " : "", "quiet");
  for (const i of same) {
    const link = make("a", `${time(runs[i]).slice(-9)} (${outcomes[data.cells[i]]})`);
    link.href = `#run-${ids[i]}`;
    line.append(link, " ");
  }
  return line;
}
function show(index) {
  const article = document.getElementById(`run-${ids[index]}`);
  const parts = article ? [...article.children].map((child) => child.cloneNode(true)) : [];
  if (parts.length && parts[0].tagName === "H3") parts[0].firstChild.remove();
  const badge = make("p", "");
  badge.append(make("span", `${marks[data.cells[index]]} ${outcomes[data.cells[index]]}`, `badge ${data.cells[index]}`), data.cells[index] === "s" ? " Every check passed." : "");
  told.replaceChildren(...(parts.length ? parts : [badge]), others(index), values(index));
  one("#run-title").textContent = time(runs[index]);
  one("#earlier").disabled = index === 0;
  one("#later").disabled = index === runs.length - 1;
  shown = index;
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}
function open(index) {
  if (index < 0 || index >= runs.length) return;
  history.replaceState(null, "", `#run-${ids[index]}`);
  show(index);
}
const named = (hash) => (hash.startsWith("#run-") ? ids.indexOf(hash.slice(5)) : -1);
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#run-"]');
  if (!link || named(link.hash) < 0) return;
  event.preventDefault();
  open(named(link.hash));
});
window.addEventListener("hashchange", () => open(named(location.hash)));
one("#earlier").addEventListener("click", () => open(shown - 1));
one("#later").addEventListener("click", () => open(shown + 1));
one("#close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
dialog.addEventListener("close", () => history.replaceState(null, "", location.pathname + location.search));
dialog.addEventListener("keydown", (event) => {
  if (event.key === "ArrowLeft") open(shown - 1);
  if (event.key === "ArrowRight") open(shown + 1);
});

// The strip: each day with runs opens the worst of them. One stop for the Tab key; arrows go on from there.
const months = all(".months > li:not(.numbers) .days");
const days = months.toReversed().flatMap((month) => all("li:not(.e, .o)", month));
const worst = runs.map((_, i) => i).filter((i) => !data.hidden.includes(i));
const cells = days.map((item, i) => {
  const cell = one("a", item) || make("a", ""), index = worst[i];
  if (!cell.parentElement) { cell.append(...item.childNodes); item.append(cell); }
  cell.href = `#run-${ids[index]}`;
  cell.tabIndex = i === days.length - 1 ? 0 : -1;
  cell.title = `${day(runs[index])}: ${outcomes[data.cells[index]]}`;
  cell.setAttribute("aria-label", cell.title);
  return cell;
});
function step(cell, key) {
  const row = cell.closest(".days"), column = [...row.children].indexOf(cell.parentElement);
  const at = cells.indexOf(cell);
  const sideways = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: cells.length - 1 };
  if (key in sideways) return cells[sideways[key]];
  const next = months[months.indexOf(row) + (key === "ArrowUp" ? -1 : 1)];
  return next && one("a", next.children[column] || next);
}
if (cells.length) one(".months").addEventListener("keydown", (event) => {
  if (!/^(Arrow|Home$|End$)/.test(event.key) || !event.target.matches(".days a")) return;
  event.preventDefault();
  const next = step(event.target, event.key);
  if (!next) return;
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});
for (const picture of all(".history svg")) picture.addEventListener("click", (event) => {
  const box = picture.getBoundingClientRect();
  open(Math.floor((event.clientX - box.left) / box.width * runs.length));
});

// The charts: each is drawn when it first comes into sight, and once more whenever colours or widths change.
const probe = document.body.appendChild(make("i", "", "off"));
const colour = (name) => { probe.style.color = `var(--${name})`; return getComputedStyle(probe).color; };
const axis = { stroke: () => colour("quiet"), grid: { show: false }, ticks: { show: false }, font: "10px system-ui, sans-serif" };
const short = (value, unit) => unit === "rows" ? Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 4 }).format(value) : unit === "seconds" && value >= 60 ? `${Number((value / 60).toPrecision(3))} min` : measured(value, unit);
function usual({ low, high, unit }, at) {
  if (low[at] === null) return "not known";
  const [first, last] = [low[at], high[at]].map((end) => measured(end, unit));
  return `${unit === "rows" || unit === "hours" ? first.replace(/ .*/, "") : first} to ${last}`;
}
function triangles(plot, trend) {
  const { ctx } = plot, size = 4 * devicePixelRatio;
  ctx.fillStyle = colour("odd");
  trend.values.forEach((value, i) => {
    if (!trend.odd.includes(i)) return;
    const x = plot.valToPos(runs[i], "x", true), y = plot.valToPos(value, "y", true);
    ctx.beginPath();
    ctx.moveTo(x, y - size); ctx.lineTo(x + size, y + size); ctx.lineTo(x - size, y + size);
    ctx.fill();
  });
}
// The values fill the height; a band that is wider than all of them is cut.
function range(trend) {
  const known = trend.values.filter((value) => value !== null), low = Math.min(...known), high = Math.max(...known);
  const room = Math.max((high - low) * 0.15, high * 0.02) || 1, most = Math.max((high - low) * 0.6, room);
  const lowest = Math.min(low - room, ...trend.low.filter((end) => end !== null)), highest = Math.max(high + room, ...trend.high.filter((end) => end !== null));
  return [Math.max(lowest, low - most, 0), Math.min(highest, high + most)];
}
function draw(figure, trend) {
  const box = one(".plot", figure), lines = [one(".latest", figure), one(".usual", figure)], now = lines.map((line) => line.textContent);
  const pointed = (at) => [measured(trend.values[at], trend.unit), `on ${day(runs[at])}; usual ${usual(trend, at)}`];
  const sentence = box.textContent;
  box.textContent = "";
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", `${trend.name}: ${sentence}`);
  const lone = trend.values.filter((value) => value !== null).length < 3;
  const plot = new uPlot({
    width: box.clientWidth, height: box.clientHeight, legend: { show: false }, padding: [6, 6, 0, 0],
    cursor: { y: false, drag: { setScale: false, x: false, y: false }, sync: { key: "trends" }, points: { size: (_, series) => (series === 3 ? 6 : 0), fill: () => colour("line") } },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    scales: { y: { range: () => range(trend) } },
    axes: [{ ...axis, size: 20, space: 56, values: (_, splits) => splits.map((split, i) => { const label = day(split).split(" "); return (splits[1] - splits[0]) < 2419200 ? `${label[0]} ${label[1]}` : label[1]; }) },
           { ...axis, size: 56, space: 30, values: (_, splits) => splits.map((split) => short(split, trend.unit)) }],
    series: [{}, { spanGaps: true }, { spanGaps: true }, { stroke: () => colour("line"), width: 1.5, spanGaps: true, points: { show: lone, fill: () => colour("line") } }],
    bands: [{ series: [2, 1], fill: () => colour("band") }],
    hooks: {
      draw: [(drawn) => triangles(drawn, trend)],
      setCursor: [(drawn) => { const at = drawn.cursor.idx, told = at === null || at === undefined ? now : pointed(at); lines.forEach((line, i) => { line.textContent = told[i]; }); }],
    },
  }, [runs, trend.low, trend.high, trend.values], box);
  box.addEventListener("click", () => { if (plot.cursor.idx !== null) open(plot.cursor.idx); });
  return plot;
}
const figures = all(".trend"), plots = new Map();
const charted = runs.length > 1; // of a single run the sentences say all
document.documentElement.classList.toggle("uncharted", !charted);
function drawn(i) {
  if (!plots.has(i)) plots.set(i, draw(figures[i], trends[i]));
  return plots.get(i);
}
const fit = (i) => { const box = one(".plot", figures[i]); drawn(i).setSize({ width: box.clientWidth, height: box.clientHeight }); };
// One at a time, so that the page answers meanwhile.
(function next(i) {
  if (i === figures.length) { document.documentElement.dataset.drawn = i; return; }
  drawn(i);
  setTimeout(next, 0, i + 1);
})(charted ? 0 : figures.length);
let waiting = 0;
window.addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(() => plots.forEach((_, i) => fit(i)), 100); });
const redraw = () => plots.forEach((plot) => plot.redraw(false, false));
document.addEventListener("theme", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

// On paper: light, and as small as four in a row.
let before = "";
window.addEventListener("beforeprint", () => {
  before = document.documentElement.dataset.theme || "";
  document.documentElement.dataset.theme = "light";
  one("#printed").textContent = `Printed ${time(Date.now() / 1000)}.`;
  if (charted) figures.slice(0, 12).forEach((_, i) => drawn(i).setSize({ width: 300, height: 78 }));
});
window.addEventListener("afterprint", () => {
  document.documentElement.dataset.theme = before;
  plots.forEach((_, i) => fit(i));
});

figures.forEach((figure, i) => {
  const trend = trends[i], details = make("details", ""), summary = make("summary", "As a table"), scroll = make("div", "", "scroll");
  summary.append(make("span", `: ${trend.name}`, "off"));
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", `Values of ${trend.name}`);
  details.append(summary, scroll);
  details.addEventListener("toggle", () => { if (details.open && !scroll.firstChild) scroll.append(table(trend)); });
  figure.append(details);
});
function table(trend) {
  const made = make("table", ""), head = made.createTHead().insertRow(), body = made.createTBody();
  for (const title of ["Run", "Value", "Usual"]) { const cell = make("th", title); cell.scope = "col"; head.append(cell); }
  for (let at = runs.length - 1; at >= 0; at -= 1) {
    if (trend.values[at] === null) continue;
    const row = body.insertRow();
    for (const text of [time(runs[at]), measured(trend.values[at], trend.unit), usual(trend, at)]) row.insertCell().textContent = text;
  }
  return made;
}
if (named(location.hash) >= 0) show(named(location.hash));
