--- The page itself: one document, its style and its script, which needs no other server.

local site = { js = require "luashot.page.site_script" }

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
  tbody th, tbody td { border: 0; padding: 0; white-space: normal }
  tbody th, td.wide { grid-column: 1 / -1 }
  tbody td.wide { margin-top: .35rem; white-space: nowrap }
  td[data-label]::before { content: attr(data-label) " "; color: var(--quiet) }
}
@media (min-width: 30rem) and (max-width: 52rem), (min-width: 75rem) and (max-width: 110rem) {
  tbody tr { grid-template-columns: repeat(2, minmax(0, 1fr)) minmax(min-content, 1fr) }
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

return site
