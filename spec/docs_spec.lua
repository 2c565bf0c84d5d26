-- What the README and docs/*.md tell the reader to type works, and their links lead somewhere.
--
-- Of a page, every ```lua and ```sh block is run in order, in one folder that is empty at first, on
-- a screen with something on it. Lua blocks run in luashot, or in what their #! line names; one that
-- begins with "-- name.lua" is kept under that name for the blocks after it, and a ```python block
-- under that of its "# name.py", a ```c block under that of its "/* name.c:". A ```text block says
-- what the block before it printed, with … for anything. ```console blocks are not run, because they
-- install and build; what they name must be there.
-- A picture in docs/images under the name of one that a block made is that one.
local files = require "spec.support.files"
local luashot = require "luashot"
local painter = require "spec.support.painter"
local process = require "spec.support.process"
local python = require "spec.support.python"
local uv = require "luv"
local xserver = require "spec.support.xserver"

local source = assert(os.getenv("LUASHOT_SOURCE"))
local build = assert(os.getenv("LUASHOT_BUILD"))

local function pages()
  local list = { "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md" }
  for _, name in ipairs(files.names(source .. "/docs/dev")) do
    if name:match("%.md$") then
      list[#list + 1] = "docs/dev/" .. name
    end
  end
  for _, name in ipairs(files.names(source .. "/docs")) do
    if name:match("%.md$") then
      list[#list + 1] = "docs/" .. name
    end
  end
  table.sort(list)
  return list
end

--- The fenced blocks of a page: { language, text, line }.
local function blocks(page)
  local found, block = {}, nil
  local number = 0
  for line in (files.read(source .. "/" .. page) .. "\n"):gmatch("([^\n]*)\n") do
    number = number + 1
    local language = line:match("^```(%w*)$")
    if block and language then
      block.text = table.concat(block.lines, "\n") .. "\n"
      block = nil
    elseif language then
      block = { language = language, lines = {}, line = number }
      found[#found + 1] = block
    elseif block then
      block.lines[#block.lines + 1] = line
    end
  end
  return found
end

--- Whether `text` is what `wanted` says, in which … stands for anything.
local function is_like(text, wanted)
  local pattern = wanted:gsub("[%^%$%(%)%%%.%[%]%*%+%-%?]", "%%%0"):gsub("…", ".-")
  return text:match("^" .. pattern .. "$") ~= nil
end

local run = {}

function run.lua(block, folder, environment)
  local name = block.text:match("^%-%- (%w+%.lua)") or "block.lua"
  local file <close> = assert(io.open(folder .. "/" .. name, "w"))
  file:write(block.text)
  file:flush()
  local program = block.text:match("^#!/usr/bin/env ([%w.]+)\n") or "luashot"
  return process.run({ program, name }, { cwd = folder, env = environment })
end

function run.sh(block, folder, environment)
  return process.run({ "sh", "-e", "-c", block.text }, { cwd = folder, env = environment })
end

function run.python(block, folder)
  python.with "zerobuffer"
  files.write(("%s/%s"):format(folder, block.text:match("^# (%w+%.py)")), block.text)
  return { code = 0, out = "", err = "" }
end

function run.c(block, folder)
  files.write(("%s/%s"):format(folder, block.text:match("^/%* (%w+%.c):")), block.text)
  return { code = 0, out = "", err = "" }
end

--- A picture that a page shows, and that its code has made, must be that one; returns 0 for others.
local function check_picture(made, kept)
  if not uv.fs_stat(made) then
    return 0
  end
  if os.getenv "LUASHOT_KEEP_PICTURES" then
    assert(uv.fs_copyfile(made, kept))
  end
  local first <close> = assert(luashot.load(made))
  local second <close> = assert(luashot.load(kept))
  assert(first:same(second), kept .. " is another: LUASHOT_KEEP_PICTURES=1 puts what was made there")
  return 1
end

describe("the documentation", function()
  local server, environment, folder, prefix

  setup(function()
    prefix = files.folder() -- for what is compiled with an installed luashot
    local installed = process.run { "cmake", "--install", build, "--prefix", prefix }
    assert(installed.code == 0, installed.err)
    server = xserver.start({ width = 1280, height = 800 })
    server:set_monitor("left", "640x800+0+0", { output = "screen", primary = true })
    server:set_monitor("right", "640x800+640+0")
    environment = server:env()
    environment.PATH = ("%s:%s/bin:%s"):format(build, os.getenv "LUASHOT_VENV" or "/usr", os.getenv "PATH")
    environment.PKG_CONFIG_PATH = prefix .. "/lib/pkgconfig"
  end)

  teardown(function()
    server:stop()
    files.remove(prefix)
  end)

  before_each(function()
    folder = files.folder()
    -- A window that a page before has closed leaves a hole.
    local paint = painter.start(server)
    paint("gradient")
    paint:stop()
  end)

  after_each(function()
    files.remove(folder)
  end)

  local ran, shown = 0, 0
  for _, page in ipairs(pages()) do
    it("tells the truth in " .. page, function()
      local before
      for _, block in ipairs(blocks(page)) do
        local place = ("%s:%d: "):format(page, block.line)
        if run[block.language] then
          before = run[block.language](block, folder, environment)
          assert(before.code == 0 and before.err == "",
            ("%sstatus %s\n%s%s"):format(place, before.code, before.out, before.err))
          ran = ran + 1
        elseif block.language == "text" then
          assert(before and is_like(before.out, block.text),
            ("%sit printed\n%s"):format(place, before and before.out))
          before = nil
        elseif block.language == "console" then
          for path in block.text:gmatch("scripts/dev/%w+") do
            assert(uv.fs_access(source .. "/" .. path, "X"), place .. path)
          end
        end
      end
      for name in files.read(source .. "/" .. page):gmatch("%]%(images/([%w_-]+%.png)%)") do
        shown = shown + check_picture(folder .. "/" .. name, source .. "/docs/images/" .. name)
      end
    end)

    it("has only links that lead somewhere in " .. page, function()
      local text = files.read(source .. "/" .. page)
      local base = source .. "/" .. (page:match("^.*/") or "")
      for target in text:gmatch("%]%(([^)%s]+)%)") do
        local path, anchor = target:match("^([^#]*)#?(.*)$")
        if not target:match("^https?:") then
          local whole = path == "" and source .. "/" .. page or base .. path
          assert(uv.fs_stat(whole), page .. " links to " .. target)
          if anchor ~= "" then
            local found = false
            for heading in files.read(whole):gmatch("\n#+ ([^\n]+)") do
              local made = heading:lower():gsub("[^%w _-]", ""):gsub(" ", "-")
              found = found or made == anchor
            end
            assert(found, page .. " links to " .. target)
          end
        end
      end
    end)
  end

  it("has only tables whose rows have as many cells as their heads", function()
    for _, page in ipairs(pages()) do
      local columns
      local number = 0
      for line in (files.read(source .. "/" .. page) .. "\n"):gmatch "([^\n]*)\n" do
        number = number + 1
        local _, bars = line:gsub("\\|", ""):gsub("|", "")
        columns = line:find "^|" and (columns or bars) or nil
        assert(not columns or bars == columns, ("%s:%d: %d bars, not %d"):format(page, number, bars, columns or 0))
      end
    end
  end)

  it("has something to run", function()
    assert.is_true(ran > 10)
    assert.is_true(shown >= 3)
  end)
end)
