--- The wall itself: one document, its style and its script, which needs no other server.

local page = require "luashot.page.site"

local site = {}

site.html = [==[
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>luashot wall</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/wall.css">
<script src="/wall.js" defer></script>
</head>
<body>
<header>
<h1>Screens</h1>
<p id="status" role="status">connecting</p>
</header>
<main>
<form id="filter" aria-label="Filter">
<label>Name <input id="name" type="search" autocomplete="off"></label>
<label>Group <select id="group"><option value="">all</option></select></label>
<label><input id="offline" type="checkbox"> offline only</label>
</form>
<ul id="hosts"></ul>
<p id="none" hidden>No screen fits.</p>
</main>
<dialog id="large" aria-labelledby="large-title">
<h2 id="large-title"></h2>
<img id="large-picture" alt="">
<p id="large-note" role="status"></p>
<button type="button" id="close">Close</button>
</dialog>
</body>
</html>
]==]

site.css = page.css .. [==[
body { max-width: none }
main { display: block }
input[type=search] {
  font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: .25rem;
  padding: .25rem .6rem;
}
#hosts {
  list-style: none; margin: 1rem 0 0; padding: 0; display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr));
}
#hosts li { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; overflow: hidden }
#hosts button { display: block; width: 100%; padding: 0; border: 0; background: #000; border-radius: 0 }
#hosts img { display: block; width: 100%; aspect-ratio: 16 / 9; object-fit: contain }
#hosts p { margin: 0; padding: .3rem .75rem; overflow-wrap: anywhere }
#hosts .event { color: var(--quiet); font-size: .9rem; padding-top: 0 }
li.offline img { opacity: .4 }
dialog { max-width: 95vw; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: .5rem }
dialog img { display: block; max-width: 100%; max-height: 75vh; margin: .5rem 0; background: #000 }
]==]

site.js = [==[
"use strict";
const $ = id => document.getElementById(id);
const hosts = new Map();  // name -> what the wall knows
const cards = new Map();  // name -> its elements
const REFRESH = 2000;     // ms between two large pictures
let visit = null;         // the host whose large picture is shown; another each time that one is opened
let broker = { connected: true };

function time(seconds) {
  return seconds ? new Date(seconds * 1000).toLocaleTimeString() : "–";
}

function element(kind, parent, className) {
  const one = document.createElement(kind);
  if (className) one.className = className;
  parent.append(one);
  return one;
}

function still(host) {
  const names = Object.keys(host.stills || {});
  const name = names.includes("screen") ? "screen" : names.sort()[0];
  return name && "/still.jpg?" + new URLSearchParams({ host: host.name, name, v: host.stills[name] });
}

function makeCard(name) {
  const card = { item: document.createElement("li") };
  card.button = element("button", card.item);
  card.button.type = "button";
  card.button.addEventListener("click", () => show(name));
  card.image = element("img", card.button);
  card.image.loading = "lazy";
  card.image.alt = "";
  // Too many requests at one time are refused; a picture that did not come is tried again.
  card.image.addEventListener("error", () => {
    const source = card.source;
    setTimeout(() => { if (source === card.source && source) card.image.src = source + "&again=" + Date.now(); },
      1000 + Math.random() * 4000);
  });
  card.text = element("p", card.item);
  card.event = element("p", card.item, "event");
  const after = [...cards.keys()].filter(other => other > name).sort()[0];
  $("hosts").insertBefore(card.item, after ? cards.get(after).item : null);
  cards.set(name, card);
  return card;
}

function describe(host) {
  const parts = [host.presence];
  if (host.waiting) parts.push(host.waiting + " waiting");
  if (host.failures) parts.push(host.failures + (host.failures === 1 ? " failure" : " failures"));
  return host.name + " · " + parts.join(", ");
}

function draw(host) {
  const card = cards.get(host.name) || makeCard(host.name);
  card.item.className = host.presence;
  card.text.textContent = describe(host);
  card.text.className = host.presence === "online" ? "" : "bad";
  card.button.setAttribute("aria-label", describe(host) + ", larger picture");
  const event = host.event;
  card.event.textContent = !event ? ""
    : event.name + (event.data ? " " + event.data : "") + " · " + time(event.time);
  const source = still(host);
  if (source !== card.source) {
    card.source = source;
    if (source) card.image.src = source; else card.image.removeAttribute("src");
  }
}

function filter() {
  const name = $("name").value.toLowerCase(), group = $("group").value, offline = $("offline").checked;
  let shown = 0, online = 0;
  for (const host of hosts.values()) {
    const fits = host.name.toLowerCase().includes(name) && (!group || host.groups.includes(group))
      && (!offline || host.presence !== "online");
    cards.get(host.name).item.hidden = !fits;
    shown += fits;
    online += host.presence === "online";
  }
  $("none").hidden = shown > 0;
  const count = online + " of " + hosts.size + " online";
  $("status").textContent = broker.connected ? count
    : "no connection to the broker: " + (broker.message || "it has just begun");
  $("status").className = !broker.connected ? "bad" : online < hosts.size ? "wait" : "";
}

function groups() {
  const names = new Set();
  for (const host of hosts.values()) host.groups.forEach(name => names.add(name));
  const known = [...$("group").options].map(option => option.value);
  for (const name of [...names].sort()) {
    if (!known.includes(name)) $("group").add(new Option(name, name));
  }
}

function take(list) {
  for (const host of list) {
    hosts.set(host.name, host);
    draw(host);
  }
  groups();
  filter();
}

async function refresh(mine) {
  if (mine !== visit) return;
  const name = mine.name;
  let note = "";
  try {
    const answer = await fetch("/picture?" + new URLSearchParams({ host: name }), { method: "POST" });
    if (answer.ok && mine === visit) {
      $("large-picture").src = "/large.jpg?" + new URLSearchParams({ host: name, v: Date.now() });
    } else if (!answer.ok) {
      note = (await answer.text()).trim();
    }
  } catch (error) {
    note = "the wall does not answer";
  }
  if (mine !== visit) return;
  $("large-note").textContent = note;
  setTimeout(() => refresh(mine), REFRESH);
}

function show(name) {
  const host = hosts.get(name);
  visit = { name };
  $("large-title").textContent = name;
  $("large-picture").alt = "The screen of " + name;
  const source = still(host);
  if (source) $("large-picture").src = source; else $("large-picture").removeAttribute("src");
  $("large-note").textContent = "";
  $("large").showModal();
  if (host.commands.includes("picture")) refresh(visit);
}

// The event comes later: by then the dialog may be open again.
$("large").addEventListener("close", () => { if (!$("large").open) visit = null; });
$("close").addEventListener("click", () => $("large").close());
$("filter").addEventListener("input", filter);
$("filter").addEventListener("submit", event => event.preventDefault());

const events = new EventSource("/events");
events.addEventListener("message", event => take(JSON.parse(event.data)));
events.addEventListener("broker", event => {
  broker = JSON.parse(event.data);
  filter();
});
events.addEventListener("error", () => {
  $("status").textContent = "the wall does not answer";
  $("status").className = "bad";
});
]==]

site.icon = page.icon

return site
