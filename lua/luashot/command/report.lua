--- The page that `luashot diff --report` writes: one HTML file with its pictures inside, for a browser.

local core = require "luashot.core"

local report = {}

local PAGE <const> = [[
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>%s</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 sans-serif; margin: 2em }
div { display: flex; flex-wrap: wrap; gap: 1.5em }
figure { margin: 0; flex: 1 1 20em }
img { max-width: 100%%; border: 1px solid gray }
td, th { padding: 0 1em 0 0; text-align: right }
</style>
</head>
<body>
<h1>%s</h1>
<p>%s</p>
<div>
%s
</div>
%s</body>
</html>
]]

--- Escapes text for HTML.
---@param text string
---@return string
function report.escape(text)
  return (text:gsub('[&<>"]', { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }))
end

local function figure(caption, frame)
  local bytes, message, code = frame:encode "png"
  if not bytes then
    return nil, message, code
  end
  return ('<figure><img alt="%s" src="data:image/png;base64,%s"><figcaption>%s, %d × %d</figcaption></figure>')
    :format(caption, core.base64(bytes), caption, frame.width, frame.height)
end

local function groups(rects)
  local rows = { "<h2>Groups of changes</h2>\n<table>\n<tr><th>x<th>y<th>width<th>height" }
  for _, rect in ipairs(rects) do
    rows[#rows + 1] = ("<tr><td>%d<td>%d<td>%d<td>%d"):format(rect.x, rect.y, rect.width, rect.height)
  end
  rows[#rows + 1] = "</table>\n"
  return table.concat(rows, "\n")
end

---@class luashot.command.report.Pictures
---@field before { path: string, frame: luashot.Frame }
---@field after { path: string, frame: luashot.Frame }
---@field picture? luashot.Frame of the difference; nil if the sizes differ
---@field rects luashot.Region[] around each group of changes

--- The page.
---@param verdict string the result in one sentence
---@param pictures luashot.command.report.Pictures
---@return string|nil html
---@return string? message
---@return string? code ENOMEM
function report.html(verdict, pictures)
  local before, after = report.escape(pictures.before.path), report.escape(pictures.after.path)
  local figures = {}
  for _, shown in ipairs {
    { "before: " .. before, pictures.before.frame },
    { "after: " .. after, pictures.after.frame },
    pictures.picture and { "the difference, in red", pictures.picture },
  } do
    local text, message, code = figure(shown[1], shown[2])
    if not text then
      return nil, message, code
    end
    figures[#figures + 1] = text
  end
  local title = ("%s and %s"):format(before, after)
  return PAGE:format(title, title, report.escape(verdict), table.concat(figures, "\n"),
    #pictures.rects > 0 and groups(pictures.rects) or "")
end

return report
