// What the pages do by themselves: follow what is live, and draw a buyer's score and limits.
"use strict";

function follow(live) {
  const source = new EventSource(live.dataset.stream);
  source.addEventListener("panel", (event) => {
    if (window.getSelection && String(window.getSelection())) return; // do not pull text away from who is copying it
    const scrolled = [...live.querySelectorAll(".scroll")].map((e) => e.scrollLeft);
    const focused = placeOf(live, document.activeElement);
    live.innerHTML = event.data; // made by our own templates, escaped there
    live.querySelectorAll(".scroll").forEach((e, i) => { e.scrollLeft = scrolled[i] || 0; });
    if (focused) focused()?.focus({ preventScroll: true });
    const now = live.querySelector("[data-log-time]"), clock = document.getElementById("log-time");
    if (now && clock) clock.textContent = now.textContent;
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) location.reload(); // the session is over: the page says so
  });
  window.addEventListener("pagehide", () => source.close());
}

// placeOf finds what has the focus again after the panel was made anew: the same link, or the same table. null where it is not in the panel.
function placeOf(live, element) {
  if (!element || element === live || !live.contains(element)) return null;
  const link = element.getAttribute("href"), table = [...live.querySelectorAll(".scroll")].indexOf(element);
  return () => link ? [...live.querySelectorAll("a")].find((a) => a.getAttribute("href") === link) : live.querySelectorAll(".scroll")[table];
}

function style(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// dated says an instant of the axis as finely as its steps are.
function dated(t, step) {
  const options = step >= 86400 * 365 ? { year: "numeric" } : step >= 86400 ? { day: "numeric", month: "short" }
    : { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (step >= 86400 && step < 86400 * 365 && new Date(t * 1000).toISOString().slice(5, 10) === "01-01") {
    return new Date(t * 1000).toISOString().slice(0, 4); // a year begins
  }
  return new Date(t * 1000).toLocaleString("en-GB", { ...options, timeZone: "UTC" });
}

// toTheMinute says an instant to the minute.
function toTheMinute(t) {
  return new Date(t * 1000).toISOString().slice(0, 16).replace("T", " ");
}

// atLeastAnHour keeps an axis from being of one instant.
function atLeastAnHour(u, low, high) {
  const more = Math.max(3600 - (high - low), 0) / 2;
  return [low - more, high + more];
}

const mostLines = 6;

function drawLimits(box, history) {
  const all = history.timelines.map((line) => [line.policy_id,
    { currency: line.currency, steps: line.steps.map((s) => ({ on: Date.parse(s.from) / 1000, amount: Number(s.granted) })) }]);
  if (all.length === 0) {
    box.remove();
    return;
  }
  const lines = all.slice(0, mostLines);
  const now = document.getElementById("log-time");
  const today = (Date.parse(`${now ? now.textContent : ""} UTC`) || Date.now()) / 1000;
  const days = [...new Set(lines.flatMap(([, line]) => line.steps.map((s) => s.on)).concat(today))].sort((a, b) => a - b);
  days.push(days.at(-1) + Math.max((days.at(-1) - days[0]) / 20, 3600)); // what comes last is seen to last
  const amounts = lines.map(([, line]) => days.map((day) => (line.steps.filter((s) => s.on <= day).pop() || { amount: null }).amount));
  box.textContent = "";
  const axis = { stroke: style("--quiet"), grid: { stroke: style("--line"), width: 1 }, ticks: { stroke: style("--line"), width: 1 }, font: "12px system-ui" };
  const said = (v) => v == null ? "–" : v.toLocaleString("en-GB");
  const chart = new uPlot({
    width: box.clientWidth, height: 200, tzDate: (t) => uPlot.tzDate(new Date(t * 1000), "Etc/UTC"),
    scales: { x: { time: true, range: atLeastAnHour }, y: { range: (u, low, high) => [0, (high || 1) * 1.1] } },
    axes: [{ ...axis, values: (u, splits, i, space, step) => splits.map((t) => dated(t, step)) },
      { ...axis, size: 84, values: (u, splits) => splits.map(said) }],
    series: [{ label: "From", value: (u, t) => t == null ? "–" : toTheMinute(t) },
      ...lines.map(([policy, line], i) => ({ label: `${policy} (${line.currency})`, stroke: style(["--accent", "--g8", "--g3", "--g10", "--g7", "--quiet"][i]), width: 2,
        paths: uPlot.paths.stepped({ align: 1 }), points: { show: days.length < 60, size: 5 }, value: (u, v) => said(v) }))],
  }, [days, ...amounts], box);
  new ResizeObserver(() => chart.setSize({ width: box.clientWidth, height: 200 })).observe(box);
}

async function draw(box, limits) {
  if (typeof uPlot === "undefined") return;
  const answer = await fetch((box || limits).dataset.history);
  if (!answer.ok) return;
  const history = await answer.json();
  if (limits) drawLimits(limits, history);
  const scores = history.scores.reverse();
  if (!box || scores.length === 0) return;
  const at = scores.map((d) => Date.parse(d.at) / 1000);
  const points = scores.map((d) => d.score.points);
  const grades = scores.map((d) => d.score.grade);
  const pds = scores.map((d) => Number(d.score.pd) * 100);
  box.textContent = "";
  const axis = { stroke: style("--quiet"), grid: { stroke: style("--line"), width: 1 }, ticks: { stroke: style("--line"), width: 1 }, font: "12px system-ui" };
  const stepped = uPlot.paths.stepped({ align: 1 });
  const few = scores.length < 60;
  const chart = new uPlot({
    width: box.clientWidth, height: 250, tzDate: (t) => uPlot.tzDate(new Date(t * 1000), "Etc/UTC"),
    scales: { x: { time: true, range: atLeastAnHour }, points: {}, grade: { range: [0.5, 10.5] } },
    axes: [{ ...axis, values: (u, splits, i, space, step) => splits.map((t) => dated(t, step)) }, { ...axis, scale: "points", size: 62, label: "points, riskier above", labelSize: 18, labelFont: "12px system-ui" },
      { ...axis, scale: "grade", side: 1, grid: { show: false }, splits: () => [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], label: "grade", labelSize: 18, labelFont: "12px system-ui" }],
    series: [
      { label: "Time", value: (u, t) => t == null ? "–" : toTheMinute(t) },
      { label: "Points", scale: "points", stroke: style("--accent"), width: 2, paths: stepped, points: { show: few, size: 5 } },
      { label: "Grade", scale: "grade", stroke: style("--g8"), width: 1.5, dash: [5, 4], paths: stepped, points: { show: false } },
      { label: "PD", scale: "pd", show: true, stroke: "transparent", width: 0, points: { show: false }, value: (u, v) => v == null ? "–" : v.toFixed(2) + " %" },
    ],
  }, [at, points, grades, pds], box);
  new ResizeObserver(() => chart.setSize({ width: box.clientWidth, height: 250 })).observe(box);
}

// failed says that what was asked for did not happen, where the answer has no place on the page.
function failed() {
  const said = document.getElementById("said");
  if (!said) return;
  said.textContent = "The server did not answer. Reload the page to see what holds.";
  said.classList.remove("sr");
  said.classList.add("notice");
}
document.addEventListener("htmx:responseError", failed);
document.addEventListener("htmx:sendError", failed);

document.addEventListener("DOMContentLoaded", () => {
  const live = document.querySelector("[data-stream]");
  if (live) follow(live);
  const chart = document.getElementById("chart");
  const limits = document.getElementById("limits-chart");
  if (chart || limits) draw(chart, limits);
});
