-- frame:words: what it takes and gives, and who waits for it.
local files = require "spec.support.files"
local luashot = require "luashot"
local process = require "spec.support.process"
local collector = require "spec.support.collector"
local walls = require "spec.support.walls"

local host = assert(os.getenv "LUASHOT_BUILD") .. "/luashot"

-- A picture with a text, light or dark, at a place.
local function picture(text, color, background)
  local frame = assert(luashot.load("P6 200 60 255 " .. ("\255"):rep(200 * 60 * 3))):copy "bgrx"
  frame:fill({ x = 0, y = 0, width = 200, height = 60 }, background or "#ffffff")
  frame:text(20, 16, text or "Log in", { color = color or "#000000", scale = 2 })
  return frame
end

local function run(text, ...)
  return process.run { host, "-e", text, ... }
end

describe("frame:words", function()
  it("gives words with their places, lines and blocks", function()
    for _, colors in ipairs { { "#000000", "#ffffff" }, { "#ffffff", "#202020" }, { "#fce94f", "#204a87" } } do
      local frame <close> = picture("Log in", table.unpack(colors))
      local words = assert(frame:words())
      assert.same({ "Log", "in" }, { words[1].text, words[2].text })
      local log, within = words[1], words[2]
      assert.is_true(log.x >= 20 and log.x < 26 and log.x + log.width < within.x)
      assert.is_true(log.y >= 16 and log.y + log.height <= 16 + 26)
      assert.is_true(log.confidence > 60 and log.confidence <= 100)
      assert.same({ 1, 1, 1, 1 }, { log.line, within.line, log.block, within.block })
    end
  end)

  it("reads an area, whose words keep their places in the frame", function()
    local frame <close> = picture()
    local whole = assert(frame:words())
    local part = assert(frame:words { area = { x = 10, y = 10, width = 180, height = 40 } })
    assert.same({ whole[1].text, whole[1].x, whole[1].y }, { part[1].text, part[1].x, part[1].y })
    assert.same({}, assert(frame:words { area = { x = 0, y = 0, width = 9, height = 9 } }))
    assert.same({}, assert(frame:words { min_confidence = 100 }))
    local none, message, code = frame:words { area = { x = 100, y = 0, width = 101, height = 9 } }
    assert.same({ nil, "EGEOMETRY" }, { none, code })
    assert.matches("200x60", message)
  end)

  it("gives lines that look the same each their own place", function()
    local frame <close> = assert(luashot.load("P6 400 120 255 " .. ("\255"):rep(400 * 120 * 3))):copy "bgrx"
    for _, at in ipairs { { 20, 10 }, { 20, 50 }, { 220, 50 } } do
      frame:text(at[1], at[2], "Log in", { color = "#000000", scale = 2 })
    end
    local words = assert(frame:words())
    local first = words[1]
    local places = {}
    for i, word in ipairs(words) do
      places[i] = ("%s %d,%d in line %d, block %d"):format(word.text, word.x - first.x, word.y - first.y, word.line,
        word.block)
    end
    local right, down = words[2].x - first.x, words[2].y - first.y
    assert.same({ "Log 0,0 in line 1, block 1", ("in %d,%d in line 1, block 1"):format(right, down),
      "Log 0,40 in line 2, block 1", ("in %d,%d in line 2, block 1"):format(right, 40 + down),
      "Log 200,40 in line 2, block 2", ("in %d,%d in line 2, block 2"):format(200 + right, 40 + down) }, places)
  end)

  it("reads pictures of any size and no text", function()
    for _, size in ipairs { { 1, 1 }, { 1, 300 }, { 300, 1 }, { 3, 2 }, { 64, 64 } } do
      local bytes = {}
      for i = 1, size[1] * size[2] * 3 do
        bytes[i] = string.char(i * i * 7 % 251)
      end
      local frame <close> = assert(luashot.load(("P6 %d %d 255 "):format(size[1], size[2]) .. table.concat(bytes)))
      assert.is_table(frame:words())
    end
  end)

  it("refuses what it cannot mean", function()
    local frame = picture()
    local wrong = {
      { "word", "table expected" }, { { wrong = 1 }, "wrong" }, { { language = 1 }, "language" },
      { { language = "../eng" }, "'eng' or 'deu%+eng' expected" }, { { language = "" }, "language" },
      { { language = "eng+" }, "language" }, { { min_confidence = 101 }, "min_confidence" },
      { { area = "10x10" }, "area" }, { { area = { x = 1, y = 1 } }, "area" },
      { { language = ("x"):rep(80) }, "language" },
    }
    for _, case in ipairs(wrong) do
      assert.error_matches(function() frame:words(case[1]) end, case[2])
    end
    frame:release()
    assert.error_matches(function() frame:words() end, "released")
    assert.error_matches(function() luashot.frame.words(1) end, "luashot.frame")
  end)

  it("names the package of a language or library that is missing", function()
    local frame <close> = picture()
    for language, package in pairs { xyz = "tesseract-ocr-xyz", ["eng+chi_nix"] = "tesseract-ocr-chi-nix" } do
      local none, message, code = frame:words { language = language }
      assert.same({ nil, "ENOTSUP" }, { none, code })
      assert.matches(package, message, 1, true)
    end
    assert.equal("Log", assert(frame:words())[1].text) -- the engine has come back
  end)

  it("lets go of the frame when it is over, and when nobody waits any more", function()
    for _ = 1, 20 do
      local frame = picture()
      local ok = collector.strike(function() end, frame.words, frame)
      assert.is_true(ok)
      frame:release()
    end
  end)

  it("lets other jobs run, and stops with its job", function()
    local folder = files.folder()
    finally(function() files.remove(folder) end)
    local large <close> = assert(luashot.load("P6 900 350 255 " .. ("\255"):rep(900 * 350 * 3))):copy "bgrx"
    for y = 4, 330, 16 do
      large:text(4, y, ("The quick brown fox jumps over the lazy dog %d times. "):format(y):rep(2))
    end
    assert(large:save(folder .. "/large.png"))
    local result = run(([[
      local frame = assert(luashot.load "%s/large.png")
      local turns, over = 0, nil
      local job = every("5ms", function() turns = turns + 1 end)
      local reading = after(0, function() over = #frame:words() end)
      local stopped = after(0, function() frame:words() over = "never" end)
      sleep "50ms"
      stopped:stop()
      while not over do sleep "5ms" end
      job:stop()
      print(over > 300, turns > 10)
    ]]):format(folder))
    assert.same({ 0, "true\ttrue\n", "" }, { result.code, result.out, result.err })
    -- A program that ends does not wait for what is read.
    result = run(([[
      local frame = assert(luashot.load "%s/large.png")
      after(0, function() frame:words() end)
      sleep "400ms"
      os.exit(0)
    ]]):format(folder))
    assert.same({ 0, "" }, { result.code, result.err })
  end)

  it("refuses a picture when too many wait, and reads those", function()
    local result = run [[
      local frame <close> = luashot.load("P6 60 30 255 " .. ("\255"):rep(60 * 30 * 3))
      local read, busy, reason = 0, 0, nil
      for _ = 1, 40 do
        after(0, function()
          local words, message, code = frame:words()
          read = read + (words and 1 or 0)
          if code == "EBUSY" then
            busy, reason = busy + 1, message
          end
        end)
      end
      repeat sleep "10ms" until read + busy == 40
      print(read >= 32 and busy > 0, reason) -- some are read while others begin to wait
    ]]
    assert.same({ 0, "true\t32 pictures wait to be read already\n", "" }, { result.code, result.out, result.err })
  end)

  it("leaves the environment as it was, and no thread of OpenMP's beside its own", function()
    local result = run [[
      local frame = assert(luashot.load("P6 40 20 255 " .. ("\255"):rep(40 * 20 * 3)))
      frame:words()
      local threads = 0
      for _ in require "luv".fs_scandir_next, require "luv".fs_scandir "/proc/self/task" do threads = threads + 1 end
      print(os.getenv "OMP_THREAD_LIMIT", threads)
    ]]
    assert.same({ 0, "nil\t2\n" }, { result.code, result.out })
  end)

  it("says in a sandbox why it cannot", function()
    walls.need()
    local folder = files.folder()
    files.write(folder .. "/read.lua", [[
      local frame = assert(luashot.load("P6 40 20 255 " .. ("\255"):rep(40 * 20 * 3)))
      print(pcall(frame.words, frame))
      print(pcall(frame.text, frame))
    ]])
    local result = process.run({ host, "--sandbox", folder, folder .. "/read.lua" }, { env = {
      ASAN_OPTIONS = (os.getenv "ASAN_OPTIONS" or "") .. ":detect_leaks=0" } }) -- it forks
    files.remove(folder)
    assert.equal(0, result.code, result.err)
    local refusal = "false\t[^\n]*frame:words is not available in a sandbox\n"
    assert.matches("^" .. refusal .. refusal .. "$", result.out)
  end)
end)
