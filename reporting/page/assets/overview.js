const rows = all(".targets li");
function refreshed() {
  const answers = rows.map((row) => row.dataset.answer), good = answers.filter((answer) => answer === "yes" || answer === "warnings").length;
  const line = one(".count");
  if (!line) return;
  line.textContent = `${good} of ${rows.length} verified good`;
  line.closest("[data-answer]").dataset.answer = data.order.find((answer) => answers.includes(answer));
  document.title = `${good} of ${rows.length} verified good – Backup verification`;
  one(".asof").textContent = `Made ${age(clock() - data.made)} ago`;
}
refresh();
setInterval(refresh, 60000);
// A message links to a run; the overview knows which target's page has it.
const found = location.hash.startsWith("#run-") && Object.entries(data.files).find(([, ids]) => ids.includes(location.hash.slice(5)));
if (found) location.replace(found[0] + location.hash);
