-- Lines out of bytes that come in any pieces, and lines that nobody reads.
local files = require "spec.support.files"
local lines = require "luashot.mcp.lines"
local uv = require "luv"

local LIMIT <const> = 8 << 20

describe("lines of the Model Context Protocol", function()
  local function split(pieces)
    local got, long = {}, 0
    local reader = lines.splitter(function(line) got[#got + 1] = line end, function(limit)
      assert.equal(LIMIT, limit)
      long = long + 1
    end)
    for _, piece in ipairs(pieces) do
      reader:take(piece)
    end
    return got, long
  end

  it("are the same whatever pieces they come in", function()
    math.randomseed(11)
    for _ = 1, 500 do
      local wanted, text = {}, {}
      for i = 1, math.random(0, 20) do
        wanted[i] = ("x"):rep(math.random(1, 30)) .. i
        text[#text + 1] = wanted[i] .. "\n" .. ("\n"):rep(math.random(0, 2)) .. (" \r\n"):rep(math.random(0, 1))
      end
      text = table.concat(text) .. "half a line"
      local pieces, at = {}, 1
      while at <= #text do
        local size = math.random(1, 50)
        pieces[#pieces + 1] = text:sub(at, at + size - 1)
        at = at + size
      end
      local got, long = split(pieces)
      assert.same(wanted, got)
      assert.equal(0, long)
    end
  end)

  it("are dropped as they come when they are too long, and told once", function()
    local piece = ("a"):rep(1 << 20)
    local pieces = { "first\n" }
    for _ = 1, 20 do
      pieces[#pieces + 1] = piece
    end
    pieces[#pieces + 1] = "\nlast\n"
    local got, long = split(pieces)
    assert.same({ "first", "last" }, got)
    assert.equal(1, long)
    got, long = split { ("b"):rep(LIMIT) .. "\n", ("c"):rep(LIMIT + 1) .. "\n" }
    assert.equal(1, #got)
    assert.equal(1, long)
  end)

  it("are not taken while what was written is not read", function()
    local input, output = assert(uv.socketpair()), assert(uv.socketpair())
    local client, reader = uv.new_pipe(false), uv.new_pipe(false)
    client:open(input[1])
    reader:open(output[1])
    local got, ended = 0, false
    local stream = lines.open(input[2], output[2], {
      line = function() got = got + 1 end,
      long = error,
      over = function() ended = true end,
      gone = error,
    })
    local text = ("x"):rep(1 << 20)
    for _ = 1, 40 do
      stream:write { text:sub(1, 1 << 16), text:sub((1 << 16) + 1) }
    end
    client:write "one\n"
    for _ = 1, 5 do
      uv.run "nowait"
    end
    assert.equal(0, got)
    local read = 0
    reader:read_start(function(_, bytes)
      read = read + #(bytes or "")
    end)
    local deadline = uv.hrtime() + 20e9
    while (got == 0 or read < 40 * (#text + 1)) and uv.hrtime() < deadline do
      uv.run "once"
    end
    assert.equal(1, got)
    assert.equal(40 * (#text + 1), read)
    client:close()
    while not ended do
      uv.run "once"
    end
    stream:close()
    reader:close()
    uv.run()
  end)

  it("have room for a picture in a pipe", function()
    local pipe, input = assert(uv.pipe()), assert(uv.pipe())
    local stream = lines.open(input.read, pipe.write, { line = error, long = error, over = error, gone = error })
    stream:write { ("x"):rep(1000000) }
    assert.equal(0, stream.output:get_write_queue_size()) -- nobody reads, and nothing waits
    stream:close()
    uv.run()
    uv.fs_close(pipe.read)
    uv.fs_close(input.write)
  end)

  it("go to a file whole", function()
    local folder = files.folder()
    files.write(folder .. "/in", "one\n")
    local input = assert(uv.fs_open(folder .. "/in", "r", 0))
    local output = assert(uv.fs_open(folder .. "/out", "w", 420))
    local ended, stream = false, nil
    stream = lines.open(input, output, {
      line = function(line) stream:write { "<", line, ">" } end,
      long = error,
      over = function() ended = true end,
      gone = error,
    })
    while not ended do
      uv.run "once"
    end
    stream:close()
    assert.equal("<one>\n", files.read(folder .. "/out"))
    uv.fs_close(input)
    uv.fs_close(output)
    files.remove(folder)
  end)

  it("cost memory for what is kept alone", function()
    local reader = lines.splitter(error, function() end)
    local piece = ("a"):rep(1 << 16)
    collectgarbage()
    local before = collectgarbage "count"
    for _ = 1, 1600 do -- 100 MB
      reader:take(piece)
    end
    collectgarbage()
    assert.is_true(collectgarbage "count" - before < 10 << 10)
  end)
end)
