// The two things that the pages do by themselves: follow what is live, and draw a buyer's score.
"use strict";

function follow(live) {
  const source = new EventSource(live.dataset.stream);
  source.addEventListener("panel", (event) => {
    if (window.getSelection && String(window.getSelection())) return; // do not pull text away from who is copying it
    const scrolled = [...live.querySelectorAll(".scroll")].map((e) => e.scrollLeft);
    live.innerHTML = event.data; // made by our own templates, escaped there
    live.querySelectorAll(".scroll").forEach((e, i) => { e.scrollLeft = scrolled[i] || 0; });
    const now = live.querySelector("[data-log-time]"), clock = document.getElementById("log-time");
    if (now && clock) clock.textContent = now.textContent;
  });
  window.addEventListener("pagehide", () => source.close());
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

async function draw(box) {
  if (typeof uPlot === "undefined") return;
  const answer = await fetch(box.dataset.history);
  if (!answer.ok) return;
  const scores = (await answer.json()).scores.reverse();
  if (scores.length === 0) return;
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
    scales: { x: { time: true }, points: {}, grade: { range: [0.5, 10.5] } },
    axes: [{ ...axis, values: (u, splits, i, space, step) => splits.map((t) => dated(t, step)) }, { ...axis, scale: "points", size: 62, label: "points, riskier above", labelSize: 18, labelFont: "12px system-ui" },
      { ...axis, scale: "grade", side: 1, grid: { show: false }, splits: () => [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], label: "grade", labelSize: 18, labelFont: "12px system-ui" }],
    series: [
      { label: "Time", value: (u, t) => t == null ? "–" : new Date(t * 1000).toISOString().slice(0, 16).replace("T", " ") },
      { label: "Points", scale: "points", stroke: style("--accent"), width: 2, paths: stepped, points: { show: few, size: 5 } },
      { label: "Grade", scale: "grade", stroke: style("--g8"), width: 1.5, dash: [5, 4], paths: stepped, points: { show: false } },
      { label: "PD", scale: "pd", show: true, stroke: "transparent", width: 0, points: { show: false }, value: (u, v) => v == null ? "–" : v.toFixed(2) + " %" },
    ],
  }, [at, points, grades, pds], box);
  new ResizeObserver(() => chart.setSize({ width: box.clientWidth, height: 250 })).observe(box);
}

document.addEventListener("DOMContentLoaded", () => {
  const live = document.querySelector("[data-stream]");
  if (live) follow(live);
  const chart = document.getElementById("chart");
  if (chart) draw(chart);
});
