-- The pictures of the documentation that show a use, each made by what the page beside it says.
-- With LUASHOT_KEEP_PICTURES=1 they are kept; their size is compared, because letters differ between machines.
local browser = require "spec.support.browser"
local desk = require "spec.support.desk"
local files = require "spec.support.files"
local luashot = require "luashot"
local need = require "spec.support.need"
local process = require "spec.support.process"
local uv = require "luv"

local build = assert(os.getenv "LUASHOT_BUILD")
local source = assert(os.getenv "LUASHOT_SOURCE")

describe("a picture of the documentation", function()
  local screen, display, folder, env
  local programs = {}

  setup(function()
    screen = desk.start()
    display = assert(luashot.open { display = screen.server.display, input = true })
    env = screen.env
    env.PATH = ("%s:%s"):format(build, os.getenv "PATH")
    env.LANG, env.LC_ALL = "C.UTF-8", "C.UTF-8"
    screen.server:run { "xsetroot", "-solid", "#33475b" }
  end)

  teardown(function()
    display:close()
    screen:stop()
  end)

  before_each(function()
    folder = files.folder()
    assert(display:move(890, 490))
  end)

  after_each(function()
    for _, program in ipairs(programs) do
      program:stop()
    end
    programs = {}
    assert(process.wait_until(function() return #assert(display:windows()) == 0 end, 20))
    files.remove(folder)
  end)

  local function spawn(...)
    local program = process.spawn({ ... }, { env = env, cwd = folder })
    programs[#programs + 1] = program
    return program
  end

  --- A dialog of zenity 3, with which the pictures are made: those of GTK 4 look otherwise.
  local function zenity(...)
    local version = process.run({ "zenity", "--version" }, { env = env }).out
    need(version:find "^3%.", "zenity 3 is not installed")
    return spawn("zenity", ...)
  end

  --- The picture of a place on the screen, when two in a row are the same.
  local function still(what)
    local before
    for _ = 1, 100 do
      local frame = display:grab(what)
      if frame and before and frame:same(before) then
        return frame
      end
      before = frame
      process.sleep(0.3)
    end
    error "the picture does not come to rest"
  end

  local function keep(name, made)
    local kept = ("%s/docs/images/%s.png"):format(source, name)
    if os.getenv "LUASHOT_KEEP_PICTURES" then
      assert(made:save(kept, { level = "small", mode = "644" }))
    end
    local shown <close> = assert(luashot.load(kept))
    assert.same({ made.width, made.height }, { shown.width, shown.height })
  end

  local function run(...)
    return process.run({ ... }, { env = env, cwd = folder, timeout = 60 })
  end

  --- An xterm in which a script of sh runs; it is there when this returns.
  local function terminal(title, geometry, script)
    spawn("xterm", "-T", title, "-fn", "9x15", "-geometry", geometry, "-bg", "#1e1e2e", "-fg", "#cdd6f4",
      "-ti", "vt340", "-xrm", "XTerm*numColorRegisters: 256", "-e", "sh", "-c", script)
    screen:wait_for(display, title)
  end

  it("shows a desktop, and commands that were run on it", function()
    files.write(folder .. "/corner.lua", files.read(source .. "/README.md"):match "(%-%- corner%.lua:.-)```")
    spawn("xterm", "-T", "corner.lua", "-fn", "9x15", "-geometry", "95x13+10+10", "-bg", "#fdf6e3", "-fg", "#073642",
      "-e", "sh", "-c", "printf '\\033[?25l'; cat corner.lua; exec sleep 100")
    spawn("xclock", "-geometry", "160x160+700+290")
    spawn("xeyes", "-geometry", "140x80+540+380")
    assert(process.wait_until(function() return #assert(display:windows()) == 3 end, 20))
    terminal("luashot", "56x12+10+270", [[
      for line in "luashot shot --list" "luashot corner.lua" "luashot -e 'print(grab())'"; do
        printf '$ %s\n' "$line"; eval "$line"
      done
      touch done; printf '$ '; exec sleep 100]])
    assert(process.wait_until(function() return uv.fs_stat(folder .. "/done") end, 60))
    local frame <close> = still()
    assert.truthy(table.concat(files.names(folder), " "):find "corner%-%d%d%-%d%d%-%d%d%-1%.png")
    keep("desktop", frame)
  end)

  it("shows a dialog in which a button was found", function()
    local dialog = { title = "^Save$" }
    zenity("--question", "--title", "Save", "--text", "Save the changes to report.txt?", "--ok-label", "Save",
      "--cancel-label", "Discard")
    screen:wait_for(display, "Save")
    still(dialog):release()
    local text = assert(display:find_text("Discard", { what = dialog }))
    local button <close> = assert(display:grab { x = text.x - 20, y = text.y - 8, width = 96, height = 30 })
    assert(button:save(folder .. "/discard.png"))
    local found = run("luashot", "find", "discard.png")
    assert.equal(("%d %d 96 30 1.0000\n"):format(button.x, button.y), found.out)

    local frame <close> = assert(display:grab { x = 225, y = 150, width = 450, height = 200 })
    local match = assert(frame:find(folder .. "/discard.png"))
    local picture <close> = frame:copy():rectangle(match, "#e03030", { thickness = 3 })
      :text(match.x, match.y - 18, "found", { color = "#fff", background = "#e03030" })
    keep("button", picture)
  end)

  it("shows the report of two forms that differ", function()
    local tab = browser.start()
    finally(function() tab:stop() end)
    for name, town in pairs { before = "Town", after = "City" } do
      local form = zenity("--forms", "--title", "Order", "--text", "Where to?", "--add-entry", "Name",
        "--add-entry", "Street", "--add-entry", town)
      screen:wait_for(display, "Order")
      assert(still({ title = "^Order$" }):save(("%s/%s.png"):format(folder, name)))
      form:stop()
      assert(process.wait_until(function() return #assert(display:windows()) == 0 end, 20))
    end
    local compared = run("luashot", "diff", "--allow", "0.1%", "--report", "page.html", "before.png", "after.png")
    assert.equal(1, compared.code)
    tab:resize(1140, 300, "light")
    tab:open("file://" .. folder .. "/page.html")
    assert(tab:wait_for "[...document.images].filter(one => one.naturalWidth > 0).length === 3")
    assert.truthy(tab:evaluate "document.body.innerText":find("pixels differ", 1, true))
    local page <close> = assert(luashot.load(tab:shoot()))
    local top <close> = assert(page:crop(0, 0, 1060, 390))
    keep("report", top)
  end)

  it("shows an error message with a remark", function()
    local dialog = { title = "^Backup$" }
    zenity("--error", "--no-wrap", "--title", "Backup", "--text",
      "The backup has failed.\n/srv/backup: No space left on device")
    screen:wait_for(display, "Backup")
    still(dialog):release()
    local message = assert(display:find_text("No space left on device", { what = dialog }))
    local frame <close> = assert(display:grab { x = 225, y = 150, width = 450, height = 200 })
    local place = { x = message.x - frame.x - 6, y = message.y - frame.y - 6, width = message.width + 12,
      height = message.height + 12 }
    local picture <close> = frame:copy():rectangle(place, "#e03030", { thickness = 3 })
      :text(place.x, place.y + place.height + 4, "since Monday", { color = "#fff", background = "#e03030" })
    keep("error", picture)
  end)

  it("shows the prompt with a picture in the terminal", function()
    spawn("xclock", "-geometry", "200x200+690+20")
    assert(process.wait_until(function() return #assert(display:windows()) == 1 end, 20))
    terminal("prompt", "72x24+10+10", "exec luashot")
    assert(luashot.wait { display, { title = "^prompt$" }, text = "luashot", timeout = "30s" }):release()
    still { title = "^prompt$" }:release() -- the line's editor has come, too
    assert(display:type "clock = grab{ class = 'XClock' }\nclock\nclock:show()\n")
    local frame <close> = still "900x420+0+0"
    local clock <close> = assert(display:grab { class = "XClock" })
    local terminal_frame <close> = assert(display:grab { title = "^prompt$" })
    assert.truthy(terminal_frame:find(clock, { min_score = 0.95 }), "the terminal does not show the clock")
    keep("prompt", frame)
  end)

  it("shows what top says", function()
    local seconds = 3
    terminal("top", "60x7+10+10", ("luashot top --fps 30 --count %d; touch done; exec sleep 100"):format(seconds))
    assert(process.wait_until(function() return uv.fs_stat(folder .. "/done") end, 60))
    local frame <close> = still { title = "^top$" }
    assert(luashot.wait { display, { title = "^top$" }, text = "captures", timeout = "10s" }):release()
    keep("top", frame)
  end)
end)
