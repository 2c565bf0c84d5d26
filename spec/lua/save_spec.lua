-- Frames as files: what is written, where, and what is said when that cannot be.
local files = require "spec.support.files"
local need = require "spec.support.need"
local nobody = require "spec.support.nobody"
local process = require "spec.support.process"
local screen = require "spec.support.screen"
local uv = require "luv"

describe("a frame", function()
  local shown, frame, folder
  setup(function()
    shown = screen.start({ width = 300, height = 200 })
    frame = assert(shown.display:grab("70x50+200+100"))
  end)
  teardown(function() shown:stop() end)
  before_each(function() folder = files.folder() end)
  after_each(function() files.remove(folder) end)

  --- No half-written and no temporary file is among them.
  local function names()
    return files.names(folder)
  end

  local function expected()
    return shown:expected(200, 100, 70, 50)
  end

  --- What ffmpeg reads in a picture, as rgb bytes.
  local function decoded(path)
    local result = process.run({ "ffmpeg", "-loglevel", "error", "-i", path, "-pix_fmt", "rgb24",
      "-f", "rawvideo", "-" })
    assert.equal("", result.err)
    return result.out
  end

  it("is saved with its pixels as they are", function()
    for _, name in ipairs({ "a.png", "b.ppm" }) do
      assert.equal(folder .. "/" .. name, frame:save(folder .. "/" .. name))
      assert.is_true(expected() == decoded(folder .. "/" .. name), name)
    end
    assert.equal(folder .. "/c.png", frame:save(folder .. "/c.png", { level = "small" }))
    assert.is_true(expected() == decoded(folder .. "/c.png"))
    assert.equal(folder .. "/d", frame:save(folder .. "/d", { format = "ppm" }))
    assert.equal(files.read(folder .. "/b.ppm"), files.read(folder .. "/d"))
    assert.same({ "a.png", "b.ppm", "c.png", "d" }, names())
    assert.equal("P6\n70 50\n255\n" .. expected(), files.read(folder .. "/d"))
  end)

  it("is encoded to the same bytes as it is saved", function()
    for _, format in ipairs({ "png", "ppm" }) do
      frame:save(folder .. "/x." .. format)
      assert.is_true(files.read(folder .. "/x." .. format) == assert(frame:encode(format)), format)
    end
    assert.equal("\137PNG", frame:encode("png", { level = "small" }):sub(1, 4))
    local crop <close> = assert(frame:crop(10, 10, 3, 2))
    assert.equal("P6\n3 2\n255\n" .. shown:expected(210, 110, 3, 2), crop:encode("ppm"))
  end)

  it("goes to an open file, after what was written to it", function()
    local file = assert(io.open(folder .. "/x", "wb"))
    file:write("before")
    assert.equal(file, frame:save(file, { format = "ppm" }))
    file:write("after")
    file:close()
    assert.equal("before" .. frame:encode("ppm") .. "after", files.read(folder .. "/x"))
    assert.error_matches(function() frame:save(file) end, "attempt to use a closed file")
  end)

  it("goes to standard output", function()
    local result = process.run(process.lua("-e", [[
      local frame = require("luashot.core").open():grab("5x4+1+1")
      io.write("before ")
      assert(frame:save("-", { format = "ppm" }) == "-")
      io.write(" after")
    ]]), { env = shown.server:env() })
    assert.equal("", result.err)
    assert.equal("before P6\n5 4\n255\n" .. shown:expected(1, 1, 5, 4) .. " after", result.out)
  end)

  it("is named by time, place and number", function()
    local path = assert(frame:save(folder .. "/%Y-{name}-{x}x{y}-{width}x{height}-{sequence}.ppm"))
    assert.equal(("%s/%s-root-200x100-70x50-%d.ppm"):format(folder, os.date("%Y"), frame.sequence), path)
  end)

  it("replaces, refuses or numbers what is there", function()
    local path = folder .. "/x.ppm"
    local file <close> = assert(io.open(path, "w"))
    file:write("old")
    file:close()
    local none, message, code = frame:save(path, { clobber = "error" })
    assert.is_nil(none)
    assert.equal("EEXIST", code)
    assert.matches(path, message, 1, true)
    assert.equal("old", files.read(path))
    assert.equal(folder .. "/x_1.ppm", frame:save(path, { clobber = "number" }))
    assert.equal(folder .. "/x_2.ppm", frame:save(path, { clobber = "number" }))
    assert.equal("old", files.read(path))
    assert.equal(path, frame:save(path))
    assert.equal(frame:encode("ppm"), files.read(path))
    assert.same({ "x.ppm", "x_1.ppm", "x_2.ppm" }, names())
  end)

  it("is not saved where that cannot be", function()
    local function fails(wanted, path, options)
      local none, message, code = frame:save(path, options)
      assert.is_nil(none)
      assert.equal(wanted, code)
      assert.matches(path, message, 1, true)
    end
    fails("ENOENT", folder .. "/missing/x.png")
    fails("ENOTDIR", "/dev/null/x.png")
    fails("ENOSPC", "/dev/full", { format = "png" })
    fails("EISDIR", folder, { format = "png" })
    fails("EFORMAT", folder .. "/x")
    fails("EFORMAT", folder .. "/x.tga")
    local _, known = frame:save(folder .. "/x.tga")
    assert.matches("(known: png,", known, 1, true)
    assert.same({ nil, known, "EFORMAT" }, { frame:save_async(folder .. "/x.tga") })
    local _, _, too_long = frame:save(folder .. "/" .. ("x"):rep(300) .. ".png")
    assert.equal("ENAMETOOLONG", too_long)
    assert.same({}, names())
    local full = assert(io.open("/dev/full", "wb"))
    local none, message, code = frame:save(full)
    full:close()
    assert.same({ nil, "ENOSPC" }, { none, code })
    assert.is_string(message)
  end)

  it("is not saved to a folder that may not be written", function()
    local code = ([[
      local frame = require("luashot.core").open():grab("5x4+1+1")
      print(frame:save(%q))
    ]]):format(folder .. "/x.png")
    local is_root = uv.getuid() == 0 -- who may write everywhere
    if not is_root then
      assert(uv.fs_chmod(folder, 365)) -- 0555
    end
    local result = process.run(is_root and nobody.lua({ "luashot.core" }, code) or process.lua("-e", code),
      { env = shown.server:env() })
    assert.equal("", result.err)
    assert.matches("^nil\t.*" .. folder:gsub("%p", "%%%0") .. "/x.png.*\tEACCES\n$", result.out)
    assert.same({}, names())
  end)

  it("is its user's alone, or has the permissions that are asked for", function()
    local function mode(path)
      return ("%o"):format(uv.fs_stat(path).mode & 4095)
    end
    local path = folder .. "/x.ppm"
    assert(frame:save(path))
    assert.equal("600", mode(path))
    assert(frame:save(path, { mode = "0644", fsync = true }))
    assert.equal("644", mode(path))
    assert(frame:save(path))
    assert.equal("644", mode(path))
    assert.same({ "x.ppm" }, names())
  end)

  it("goes through the descriptor that it names, after what was printed", function()
    for _, name in ipairs({ "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", folder .. "/link" }) do
      assert(uv.fs_symlink("/dev/stdout", folder .. "/link"))
      local result = process.run({ "sh", "-c", [[{ echo log; "$@"; echo end; } >]] .. folder .. "/out", "sh",
        table.unpack(process.lua("-e", ([[
          io.write "printed "
          print(require("luashot.core").open():grab("5x4+1+1"):save(%q, { format = "ppm" }))
        ]]):format(name))) }, { env = shown.server:env() })
      assert.equal("", result.err)
      assert.equal("log\nprinted P6\n5 4\n255\n" .. shown:expected(1, 1, 5, 4) .. name .. "\nend\n",
        files.read(folder .. "/out"))
      os.remove(folder .. "/link")
    end
  end)

  it("goes to a slow reader of a pipe whole, and other jobs go on", function()
    local large <close> = frame:scale(400, 400)
    local result = process.run({ "mkfifo", folder .. "/pipe" })
    assert.equal(0, result.code)
    files.write(folder .. "/picture.ppm", large:encode("ppm"))
    result = process.run({ "sh", "-c", [[{ sleep 0.5; cat; } <]] .. folder .. [[/pipe >]] .. folder ..
      "/read & " .. [["$@"; wait]], "sh", os.getenv("LUASHOT_BUILD") .. "/luashot", "-e", ([[
        local frame = luashot.load %q
        local ticks = 0
        local job = every("20ms", function() ticks = ticks + 1 end)
        local path, why, code
        repeat
          path, why, code = frame:save(%q, { format = "ppm" })
          sleep "10ms"
        until code ~= "ENXIO" -- the reader is not there yet
        job:stop()
        print(path, ticks > 3)
      ]]):format(folder .. "/picture.ppm", folder .. "/pipe") })
    assert.equal("", result.err)
    assert.equal(folder .. "/pipe\ttrue\n", result.out)
    assert.is_true(files.read(folder .. "/read") == files.read(folder .. "/picture.ppm"))
  end)

  it("does not hold up the end of the program where a reader stands still", function()
    assert.equal(0, process.run({ "mkfifo", folder .. "/pipe" }).code)
    for _, how in ipairs({ "frame:save(%q, { format = 'ppm' })", "frame:save_async(%q, { format = 'ppm' })",
      "frame:save(io.open(%q, 'w'), { format = 'ppm' })" }) do
      local result = process.run({ "sh", "-c", [[sleep 30 <>"$0/pipe" & reader=$!; sleep 0.2; "$@" & program=$!
        sleep 1; kill -TERM $program; wait $program; status=$?; kill $reader; exit $status]], folder,
        os.getenv("LUASHOT_BUILD") .. "/luashot", "--grace", "0.3", "-e",
        ("local frame = luashot.load('P6 300 300 255 ' .. ('x'):rep(270000)); " .. how):format(folder .. "/pipe"),
      }, { timeout = 25 })
      assert.equal(143, result.code, how .. result.err)
    end
  end)

  it("is refused in a shared folder where another user has put something", function()
    need(uv.getuid() == 0, "only root can make files of another user")
    local path = folder .. "/x.ppm"
    assert(uv.fs_chmod(folder, 1023)) -- 1777
    files.write(path, "theirs")
    assert(uv.fs_chown(path, 1234, 1234))
    local none, message, code = frame:save(path)
    assert.same({ nil, "EACCES" }, { none, code })
    assert.matches("'x.ppm' belongs to another user (1234), in a folder where everybody may write", message, 1, true)
    assert.equal(folder .. "/x_1.ppm", frame:save(path, { clobber = "number" }))
    assert.equal("theirs", files.read(path))
  end)

  it("with arguments that make no sense raises", function()
    local function raises(message, ...)
      local arguments = table.pack(...)
      assert.error_matches(function() frame:save(table.unpack(arguments, 1, arguments.n)) end,
        message, 1, true)
    end
    raises("a path cannot hold a NUL byte", folder .. "/x.png\0y")
    raises("unknown format 'tga' (known: png,", folder .. "/x", { format = "tga" })
    raises("unknown option 'clober' (did you mean 'clobber'?)", folder .. "/x.png", { clober = "error" })
    raises("option 'clobber': unknown value 'eror' (did you mean 'error'?)", folder .. "/x.png",
      { clobber = "eror" })
    raises("option 'level': unknown value 'smal' (known: fast, small)", folder .. "/x.png",
      { level = "smal" })
    for _, mode in ipairs({ "", "8", "1777", "-1", "rw" }) do
      raises("option 'mode': octal digits up to 777 expected, such as \"640\", got '" .. mode .. "'",
        folder .. "/x.png", { mode = mode })
    end
    raises("option 'mode': a string expected, got 420", folder .. "/x.png", { mode = 420 })
    raises("option 'level': a string expected, got 9", folder .. "/x.png", { level = 9 })
    raises("string expected, got nil", nil)
    raises("string expected, got table", {})
    assert.error_matches(function() frame:encode("tga") end, "unknown format 'tga' %(known: png,")
    assert.error_matches(function() frame:encode() end, "string expected")
    assert.error_matches(function() frame:encode("png", { leve = "fast" }) end, "did you mean 'level'")
    assert.same({}, names())
  end)
end)
