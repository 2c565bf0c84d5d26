--- The script of the page, for browsers.

return [==[
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
