--- The page itself: one document, its style and its script, which needs no other server.

local site = {}

site.html = [==[
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>luashot</title>
<link rel="icon" href="/screen.png?width=32">
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
</head>
<body>
<header>
<h1>luashot <span id="host"></span></h1>
<p id="status" role="status">connecting</p>
</header>
<main>
<section aria-labelledby="screen-title">
<h2 id="screen-title">Screen</h2>
<img id="screen" alt="The screen of this host, live">
<form id="settings" aria-label="Live picture">
<label>Width <select id="width"><option value="480">480</option><option value="960" selected>960</option>
<option value="1920">1920</option><option value="">full</option></select></label>
<label>Rate <select id="fps"><option value="1">1 a second</option><option value="5">5 a second</option>
<option value="10" selected>10 a second</option><option value="30">30 a second</option></select></label>
<button type="button" id="pause" aria-pressed="false">Pause</button>
<a href="/screen.png" download>Still</a>
</form>
</section>
<section aria-labelledby="jobs-title">
<h2 id="jobs-title">Jobs</h2>
<div class="wide"><table><thead><tr><th scope="col">Job</th><th scope="col">Next</th><th scope="col">Last</th>
<th scope="col">Took</th><th scope="col">Runs</th><th scope="col">Errors</th><th scope="col">Skipped</th>
<th scope="col">Actions</th></tr></thead><tbody id="jobs"></tbody></table></div>
<p id="no-jobs" hidden>There are no jobs.</p>
</section>
<section aria-labelledby="log-title">
<h2 id="log-title">Messages</h2>
<ol id="log"></ol>
<p id="no-log">There were no failures.</p>
</section>
</main>
</body>
</html>
]==]

site.css = [==[
:root { --text: #1b2733; --quiet: #55626f; --page: #f6f7f8; --card: #fff; --line: #d5dadf; --accent: #0a5cad; --bad: #a81818 }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6ebf0; --quiet: #a3afba; --page: #14191e; --card: #1d242b; --line: #38424c; --accent: #7dbcff; --bad: #ff9c9c }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--page) }
header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 0 1rem }
h1 { font-size: 1.3rem; margin: 0 }
h2 { font-size: 1rem; margin: 0 0 .5rem }
header p, .quiet { color: var(--quiet); margin: 0 }
section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin-top: 1rem }
#screen { display: block; width: 100%; height: auto; min-height: 4rem; background: #000; border-radius: .25rem }
form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; margin-top: .75rem }
select, button { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--line); border-radius: .25rem; padding: .25rem .6rem }
button { cursor: pointer }
a { color: var(--accent) }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; white-space: nowrap }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-top: 1px solid var(--line) }
thead th { border-top: 0; color: var(--quiet); font-weight: normal }
td.number { font-variant-numeric: tabular-nums }
.bad { color: var(--bad) }
#log { margin: 0; padding: 0; list-style: none; font-family: ui-monospace, monospace; font-size: .9rem; overflow-wrap: anywhere }
]==]

site.js = [==[
"use strict";
const $ = id => document.getElementById(id);

function time(seconds) {
  return seconds ? new Date(seconds * 1000).toLocaleTimeString() : "–";
}

function took(seconds) {
  if (seconds === undefined) return "–";
  return seconds < 1 ? Math.round(seconds * 1000) + " ms" : seconds.toFixed(1) + " s";
}

function say(text, isBad) {
  $("status").textContent = text;
  $("status").className = isBad ? "bad" : "";
}

// The live picture: an address without a picture ends the connection.
function look() {
  const isPaused = $("pause").getAttribute("aria-pressed") === "true" || document.hidden;
  const query = new URLSearchParams({ fps: $("fps").value });
  if ($("width").value) query.set("width", $("width").value);
  $("screen").src = isPaused ? "/screen.jpg?" + query : "/live.mjpg?" + query;
}

async function act(action, id) {
  const answer = await fetch("/job/" + action + "?" + new URLSearchParams({ id }), { method: "POST" });
  if (!answer.ok) say(await answer.text(), true);
}

function button(text, action, job) {
  const one = document.createElement("button");
  one.type = "button";
  one.textContent = text;
  one.setAttribute("aria-label", text + " " + job.name);
  one.dataset.key = action.replace("resume", "pause") + job.id;
  one.addEventListener("click", () => act(action, job.id));
  return one;
}

function cell(row, text, isNumber) {
  const one = row.insertCell();
  one.textContent = text;
  if (isNumber) one.className = "number";
  return one;
}

function showJobs(jobs) {
  const rows = jobs.map(job => {
    const row = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = job.name;
    row.append(head);
    cell(row, job.running > 0 ? "running" : job.paused ? "paused" : time(job.next));
    cell(row, time(job.last));
    cell(row, took(job.duration), true);
    cell(row, job.runs, true);
    const errors = cell(row, job.errors, true);
    if (job.errors > 0) {
      errors.classList.add("bad");
      errors.title = job.message || "";
    }
    cell(row, job.skipped, true);
    const actions = row.insertCell();
    actions.append(button("Run now", "run", job));
    if (job.paused) actions.append(" ", button("Resume", "resume", job));
    else if (!job.endless) actions.append(" ", button("Pause", "pause", job));
    return row;
  });
  const focused = document.activeElement && document.activeElement.dataset.key;
  $("jobs").replaceChildren(...rows);
  for (const one of $("jobs").querySelectorAll("button")) {
    if (focused && one.dataset.key === focused) one.focus();
  }
  $("no-jobs").hidden = jobs.length > 0;
}

function showLog(lines) {
  $("log").replaceChildren(...lines.slice().reverse().map(line => {
    const one = document.createElement("li");
    one.textContent = time(line.time) + (line.job ? " " + line.job : "") + ": " + line.text;
    return one;
  }));
  $("no-log").hidden = lines.length > 0;
}

const events = new EventSource("/events");
events.onopen = () => say("connected");
events.onerror = () => say("no connection to the host", true);
events.onmessage = event => {
  const state = JSON.parse(event.data);
  say("luashot " + state.version + ", " + state.viewers + (state.viewers === 1 ? " viewer" : " viewers"));
  showJobs(state.jobs);
  showLog(state.log);
};

$("host").textContent = "on " + location.hostname;
$("width").addEventListener("change", look);
$("fps").addEventListener("change", look);
$("settings").addEventListener("submit", event => event.preventDefault());
$("pause").addEventListener("click", () => {
  const isPaused = $("pause").getAttribute("aria-pressed") !== "true";
  $("pause").setAttribute("aria-pressed", String(isPaused));
  look();
});
document.addEventListener("visibilitychange", look);
look();
]==]

return site
