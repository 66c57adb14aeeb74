"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const one = (selector, within = document) => within.querySelector(selector);

// The page ages where it lies: what it said when it was made is asked again by the reader's clock.
function age(seconds) {
  seconds = Math.max(seconds, 0);
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86400)} days`;
}
// What would be lost is never told shorter than it is.
function lost(seconds) {
  seconds = Math.max(seconds, 0);
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} min`;
  return seconds < 172800 ? `${(Math.ceil(10 * seconds / 3600) / 10).toFixed(1)} h` : `${Math.ceil(seconds / 86400)} days`;
}
function answered(element, now) {
  const { fresh, freshReason, verified } = element.dataset;
  const elapsed = now - Number(verified);
  if (fresh === "no" || fresh === "unknown" || !verified) return [fresh, freshReason];
  if (elapsed < -data.clocks) return ["unknown", data.ahead];
  return elapsed > data.maxAge ? ["stale", data.stale] : [fresh, freshReason];
}
// A clock that lies behind the page's own making is wrong, and makes nothing fresh.
const clock = () => Math.max(Date.now() / 1000, data.made || 0);
function refresh() {
  const now = clock();
  for (const element of all("[data-fresh]")) {
    const [answer, reason] = answered(element, now);
    element.dataset.answer = answer;
    one(".symbol", element).textContent = data.symbols[answer];
    one(".word", element).textContent = data.words[answer];
    one(".reason", element).textContent = reason;
    const asof = one(".asof", element);
    if (asof && element.dataset.verified) asof.textContent = `Verified ${age(now - element.dataset.verified)} ago, ${asof.dataset.at}`;
  }
  for (const element of all("[data-since]")) {
    const { since, behind } = element.dataset;
    element.textContent = behind ? age(now - since) + behind : lost(now - since);
  }
  if (typeof refreshed === "function") refreshed();
}

const themes = { "": "as the system", light: "light", dark: "dark" };
function theme(name) {
  document.documentElement.dataset.theme = name;
  one("#theme span").textContent = themes[name];
  document.dispatchEvent(new Event("theme"));
}
one("#theme").addEventListener("click", () => {
  const names = Object.keys(themes);
  const next = names[(names.indexOf(document.documentElement.dataset.theme || "") + 1) % names.length];
  theme(next);
  try { localStorage.setItem("backup-verification-theme", next); } catch { /* not kept, then */ }
});
try { const kept = localStorage.getItem("backup-verification-theme"); if (kept in themes) theme(kept); } catch { /* none kept */ }
document.documentElement.classList.add("scripted");
