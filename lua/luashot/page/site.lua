--- The page itself: one document, its style and its script, which needs no other server.

local site = {}

site.icon = [==[
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect x="2" y="4" width="28" height="20" rx="3" fill="#0a5cad"/>
<rect x="5" y="7" width="22" height="14" fill="#cfe4fa"/>
<circle cx="16" cy="14" r="4" fill="#0a5cad"/>
<rect x="11" y="26" width="10" height="3" rx="1" fill="#0a5cad"/>
</svg>
]==]

site.html = [==[
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>luashot</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
</head>
<body>
<header>
<h1>luashot <span id="host"></span></h1>
<p><span id="status" role="status" class="wait">connecting</span> <span id="about"></span></p>
</header>
<p id="problem" role="alert" hidden></p>
<main>
<section id="live" aria-labelledby="screen-title">
<h2 id="screen-title">Screen</h2>
<img id="screen" alt="The screen of this host, live" width="16" height="9">
<form id="settings" aria-label="Live picture">
<label>Width <select id="width"><option value="auto" selected>fits</option><option value="480">480</option>
<option value="960">960</option><option value="1920">1920</option><option value="">full</option></select></label>
<label>Rate <select id="fps"><option value="1">1 a second</option><option value="5">5 a second</option>
<option value="10" selected>10 a second</option><option value="30">30 a second</option></select></label>
<button type="button" id="pause" aria-pressed="false">Pause</button>
<a class="button" href="/screen.png" download="screen.png">Save a picture</a>
</form>
</section>
<section aria-labelledby="jobs-title">
<h2 id="jobs-title">Jobs</h2>
<table role="table" aria-labelledby="jobs-title"><thead role="rowgroup"><tr role="row">
<th role="columnheader" scope="col">Job</th><th role="columnheader" scope="col">Next</th>
<th role="columnheader" scope="col">Last</th><th role="columnheader" scope="col">Took</th>
<th role="columnheader" scope="col">Runs</th><th role="columnheader" scope="col">Errors</th>
<th role="columnheader" scope="col">Skipped</th><th role="columnheader" scope="col" id="actions-title">Actions</th>
</tr></thead><tbody role="rowgroup" id="jobs"></tbody></table>
<p id="no-jobs" class="quiet" hidden>There are no jobs.</p>
</section>
<section aria-labelledby="log-title">
<h2 id="log-title">Messages</h2>
<ol id="log" tabindex="0" aria-labelledby="log-title"></ol>
<p id="no-log" class="quiet">No job has failed.</p>
</section>
<section aria-labelledby="numbers-title">
<h2 id="numbers-title">Numbers</h2>
<dl id="numbers"></dl>
</section>
<section id="pictures" aria-labelledby="pictures-title" hidden>
<h2 id="pictures-title">Newest pictures</h2>
<ul id="album"></ul>
<p id="no-pictures" class="quiet" hidden>There are no pictures yet.</p>
</section>
</main>
</body>
</html>
]==]

site.css = [==[
:root {
  --text: #1b2733; --quiet: #51606e; --page: #f2f4f6; --card: #fff; --line: #d3d9df; --control: #eef1f4;
  --accent: #0a5cad; --good: #17692f; --bad: #a81818;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6ebf0; --quiet: #a3afba; --page: #10151a; --card: #1a2128; --line: #36414b; --control: #26303a;
    --accent: #7dbcff; --good: #7fd796; --bad: #ff9c9c;
  }
}
* { box-sizing: border-box }
body {
  margin: 0 auto; max-width: 110rem; padding: clamp(.75rem, 2vw, 1.5rem);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", "DejaVu Sans", sans-serif;
  color: var(--text); background: var(--page);
}
header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 0 1.5rem }
header p { margin: 0; color: var(--quiet) }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 }
h2 { font-size: 1.05rem; line-height: 1.3; margin: 0 0 .75rem }
#host { font-weight: normal; color: var(--quiet) }
#status::before { content: ""; display: inline-block; width: .6em; height: .6em; margin-right: .4em;
  border-radius: 50%; background: currentColor }
#status { color: var(--good); font-weight: 600 }
#status.wait { color: var(--quiet) }
#status.bad, .bad, #problem { color: var(--bad) }
#problem { border: 1px solid; border-radius: .5rem; padding: .5rem .75rem; margin: .75rem 0 0; background: var(--card) }
main { display: grid; gap: 1rem; margin-top: 1rem; grid-template-columns: minmax(0, 1fr) }
@media (min-width: 75rem) {
  main { grid-template: auto auto 1fr auto / minmax(0, 3fr) minmax(0, 2fr); align-items: start }
  #live { grid-row: span 3 }
  #pictures { grid-column: 1 / -1 }
}
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; min-width: 0 }
#screen { display: block; width: 100%; height: auto; background: #000; border-radius: .3rem }
form { display: flex; flex-wrap: wrap; gap: .6rem .9rem; align-items: center; margin-top: .9rem }
select, button, .button {
  font: inherit; line-height: 1.4; color: inherit; background: var(--control); border: 1px solid var(--line);
  border-radius: .35rem; padding: .3rem .7rem; min-height: 2.25rem; text-decoration: none; display: inline-block;
}
button, .button, select { cursor: pointer }
button:hover, .button:hover, select:hover { border-color: var(--accent) }
button[aria-pressed="true"] { border-color: var(--accent); color: var(--accent); font-weight: 600 }
button[aria-busy="true"] { opacity: .6 }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .45rem .8rem .45rem 0; border-top: 1px solid var(--line); vertical-align: top }
tr > :last-child { padding-right: 0 }
thead th { border-top: 0; color: var(--quiet); font-weight: normal; padding-top: 0 }
tbody th { overflow-wrap: anywhere }
td { font-variant-numeric: tabular-nums; white-space: nowrap }
.message { display: block; font-weight: normal; font-size: .875rem; color: var(--bad); overflow-wrap: anywhere }
.actions { display: flex; gap: .4rem }
.no-actions .wide, .no-actions #actions-title { display: none }
@media (max-width: 52rem), (min-width: 75rem) and (max-width: 110rem) {
  table thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  table, tbody { display: block }
  tbody tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(7.5rem, 1fr)); gap: .15rem .75rem;
    padding: .75rem 0; border-top: 1px solid var(--line) }
  tbody tr:first-child { border-top: 0; padding-top: 0 }
  tbody th, tbody td { border: 0; padding: 0 }
  tbody th, td.wide { grid-column: 1 / -1 }
  td.wide { margin-top: .35rem }
  td[data-label]::before { content: attr(data-label) " "; color: var(--quiet) }
}
@media (min-width: 30rem) and (max-width: 52rem), (min-width: 75rem) and (max-width: 110rem) {
  tbody tr { grid-template-columns: repeat(3, 1fr) }
  tbody th { grid-column: 1 / 3 }
  tbody td.wide { grid-area: 1 / 3; margin: 0; justify-self: end }
}
.quiet { color: var(--quiet); margin: 0 }
#log { margin: 0; padding: 0; list-style: none; max-height: 24rem; overflow-y: auto; font-size: .925rem }
#log li { padding: .3rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere }
#log li:first-child { border-top: 0 }
#log:empty { display: none }
#log time { color: var(--quiet); font-variant-numeric: tabular-nums; margin-right: .6em }
#log b { margin-right: .6em }
#numbers { margin: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .15rem .75rem }
#numbers div { display: flex; gap: .4em }
#numbers dt { color: var(--quiet) }
#numbers dd { margin: 0; font-variant-numeric: tabular-nums }
#album { margin: 0; padding: 0; list-style: none; display: grid; gap: .75rem;
  grid-template-columns: repeat(auto-fill, minmax(min(10rem, 45%), 1fr)) }
#album a { display: block; color: inherit; text-decoration: none }
#album img { display: block; width: 100%; aspect-ratio: 16 / 10; object-fit: contain; background: #000;
  border-radius: .3rem }
#album b { display: block; font-weight: 500; font-size: .875rem; overflow-wrap: anywhere; margin-top: .25rem }
#album a:hover b { text-decoration: underline }
#album time { color: var(--quiet); font-size: .875rem }
]==]

site.js = [==[
"use strict";
const $ = id => document.getElementById(id);

function make(name, text, properties) {
  const one = document.createElement(name);
  if (text !== undefined) one.textContent = text;
  return Object.assign(one, properties);
}

function put(element, text) {
  if (element.textContent !== String(text)) element.textContent = text;
}

function time(seconds) {
  if (!seconds) return "–";
  const date = new Date(seconds * 1000);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? date.toLocaleTimeString() : date.toLocaleString();
}

function took(seconds) {
  if (seconds === undefined) return "–";
  return seconds < 1 ? Math.round(seconds * 1000) + " ms" : seconds.toFixed(1) + " s";
}

function say(text, kind) {
  put($("status"), text);
  $("status").className = kind || "";
}

function complain(text) {
  put($("problem"), text);
  $("problem").hidden = !text;
}

// The live picture. Widths are few, so that viewers share what is encoded for one.
const WIDTHS = [480, 960, 1440, 1920, 2560, 3840];

function width() {
  if ($("width").value !== "auto") return $("width").value;
  const pixels = $("screen").clientWidth * devicePixelRatio;
  return WIDTHS.find(one => one >= pixels) || "";
}

let shown;

function look(isForced) {
  const isPaused = $("pause").getAttribute("aria-pressed") === "true" || document.hidden;
  const query = new URLSearchParams({ fps: $("fps").value });
  if (width()) query.set("width", width());
  const address = (isPaused ? "/screen.jpg?" : "/live.mjpg?") + query;
  if (address !== shown || isForced === true) $("screen").src = shown = address;
}

// The real proportion, once it is known, keeps the page from jumping.
$("screen").addEventListener("load", () => {
  $("screen").width = $("screen").naturalWidth;
  $("screen").height = $("screen").naturalHeight;
});

// Jobs: their rows stay, so that the focus does, and a click that takes a moment.
const rows = new Map();

async function act(button, action, id) {
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true"; // a disabled button would lose the focus
  try {
    const answer = await fetch("/job/" + action + "?" + new URLSearchParams({ id }), { method: "POST" });
    complain(answer.ok ? "" : await answer.text());
  } catch (error) {
    complain("The host does not answer.");
  }
  button.ariaBusy = "false";
}

function cell(row, label, className) {
  const one = make("td", "", { className: className || "" });
  one.setAttribute("role", "cell");
  if (label) one.dataset.label = label;
  row.append(one);
  return one;
}

function button(job, text, action) {
  const one = make("button", text, { type: "button" });
  one.addEventListener("click", () => act(one, one.dataset.action, job.id));
  one.dataset.action = action;
  one.setAttribute("aria-label", text + " " + job.name);
  return one;
}

function makeRow(job) {
  const row = make("tr");
  row.setAttribute("role", "row");
  const head = make("th", "", { scope: "row" });
  head.setAttribute("role", "rowheader");
  head.append(make("span", job.name));
  row.append(head);
  const parts = { row, message: make("span", "", { className: "message" }) };
  head.append(parts.message);
  for (const name of ["Next", "Last", "Took", "Runs", "Errors", "Skipped"]) parts[name] = cell(row, name);
  const actions = make("div", undefined, { className: "actions" });
  cell(row, "", "wide").append(actions);
  parts.pause = button(job, "Pause", "pause");
  actions.append(button(job, "Run now", "run"), parts.pause);
  return parts;
}

function showJob(parts, job) {
  put(parts.message, job.message ? job.message.split("\n", 1)[0] : "");
  put(parts.Next, job.running > 0 ? "running" : job.paused ? "paused" : time(job.next));
  put(parts.Last, time(job.last));
  put(parts.Took, took(job.duration));
  put(parts.Runs, job.runs);
  put(parts.Errors, job.errors);
  parts.Errors.classList.toggle("bad", job.errors > 0);
  put(parts.Skipped, job.skipped);
  const text = job.paused ? "Resume" : "Pause";
  put(parts.pause, text);
  parts.pause.dataset.action = text.toLowerCase();
  parts.pause.setAttribute("aria-label", text + " " + job.name);
  parts.pause.hidden = job.endless;
}

function showJobs(jobs) {
  const ids = new Set(jobs.map(job => job.id));
  for (const [id, parts] of rows) {
    if (!ids.has(id)) {
      parts.row.remove();
      rows.delete(id);
    }
  }
  for (const job of jobs) {
    if (!rows.has(job.id)) {
      rows.set(job.id, makeRow(job));
      $("jobs").append(rows.get(job.id).row);
    }
    showJob(rows.get(job.id), job);
  }
  $("no-jobs").hidden = jobs.length > 0;
}

// Messages, the newest first.
let told = "";

function showLog(lines) {
  const text = JSON.stringify(lines);
  if (text === told) return;
  told = text;
  $("log").replaceChildren(...lines.slice().reverse().map(line => {
    const one = make("li");
    one.append(make("time", time(line.time)));
    if (line.job) one.append(make("b", line.job));
    one.append(line.text);
    return one;
  }));
  $("no-log").hidden = lines.length > 0;
}

function showNumbers(state) {
  const slots = state.slots;
  const numbers = {
    Viewers: state.viewers, Failures: state.failures, "Slots held": slots.held, "Slots idle": slots.idle,
    Memory: (slots.bytes / 1048576).toFixed(1) + " MiB", Path: slots.path
  };
  for (const [name, value] of Object.entries(numbers)) {
    const id = "number-" + name.replace(" ", "-");
    if (!$(id)) {
      const group = make("div");
      group.append(make("dt", name), make("dd", "", { id }));
      $("numbers").append(group);
    }
    put($(id), value);
  }
}

// The newest pictures of the folder.
let version;

function address(path, picture, more) {
  return path + "?" + new URLSearchParams({ name: picture.name, time: picture.time, ...more });
}

async function showPictures(now) {
  if (now === undefined || now === version) return;
  version = now;
  $("pictures").hidden = false;
  const answer = await fetch("/pictures.json");
  if (!answer.ok) return complain(await answer.text());
  const pictures = await answer.json();
  $("album").replaceChildren(...pictures.map(picture => {
    const isKnown = /\.(png|jpe?g|webp)$/i.test(picture.name);
    const link = make("a", undefined, {
      href: isKnown ? address("/picture", picture) : address("/thumbnail.jpg", picture, { width: 2048 })
    });
    link.append(make("img", undefined, { src: address("/thumbnail.jpg", picture), alt: "", loading: "lazy" }),
      make("b", picture.name), make("time", time(picture.time)));
    const one = make("li");
    one.append(link);
    return one;
  }));
  $("no-pictures").hidden = pictures.length > 0;
}

// What the host tells, at once and after each change.
let events;

function listen() {
  events = new EventSource("/events");
  events.onopen = () => {
    say("connected");
    look(true);
  };
  events.onerror = () => {
    say("no connection to the host", "bad");
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  };
  events.onmessage = event => {
    const state = JSON.parse(event.data);
    put($("about"), "luashot " + state.version);
    document.body.classList.toggle("no-actions", !state.actions);
    showJobs(state.jobs);
    showLog(state.log);
    showNumbers(state);
    showPictures(state.pictures);
  };
}

put($("host"), "on " + location.hostname);
document.title = "luashot on " + location.hostname;
$("width").addEventListener("change", look);
$("fps").addEventListener("change", look);
addEventListener("resize", look);
$("settings").addEventListener("submit", event => event.preventDefault());
$("pause").addEventListener("click", () => {
  const isPaused = $("pause").getAttribute("aria-pressed") !== "true";
  $("pause").setAttribute("aria-pressed", String(isPaused));
  look();
});
document.addEventListener("visibilitychange", look);
listen();
]==]

return site
