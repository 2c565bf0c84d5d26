-- JSON-RPC as a peer: whatever comes in, what goes out is JSON-RPC, and requests end.
local json = require "luashot.json"
local luashot = require "luashot"
local rpc = require "luashot.mcp.rpc"

describe("JSON-RPC", function()
  local sent, complaints, peer

  local function new(methods)
    sent, complaints = {}, {}
    peer = rpc.new(methods, function(pieces)
      local line = table.concat(pieces)
      assert.is_nil(line:find "\n")
      local message, problem = json.decode(line)
      assert.is_nil(problem)
      assert.equal("2.0", message.jsonrpc)
      sent[#sent + 1] = message
    end, function(text) complaints[#complaints + 1] = text end)
  end

  local function ask(id, method, params)
    peer:take(json.encode { jsonrpc = "2.0", id = id, method = method, params = params })
  end

  it("answers requests by their ids, failures too", function()
    new {
      echo = function(params) return { params.what } end,
      refuse = function() rpc.fail(rpc.CODES.params, "no") end,
      mistake = function() error "oh" end,
      raw = function(_, request)
        return { data = request:add_raw { "QU", "JD" }, more = request:add_raw { "Zg==" } }
      end,
    }
    ask(1, "echo", { what = "x" })
    ask("two", "refuse")
    ask(3, "mistake")
    ask(4, "raw")
    ask(5, "unknown")
    luashot.run()
    local by_id = {}
    for _, message in ipairs(sent) do
      by_id[message.id] = message
    end
    assert.same({ "x" }, by_id[1].result)
    assert.same({ code = -32602, message = "no" }, by_id.two.error)
    assert.equal(-32603, by_id[3].error.code)
    assert.matches("oh", complaints[1])
    assert.same({ data = "QUJD", more = "Zg==" }, by_id[4].result)
    assert.same({ code = -32601, message = "there is no method 'unknown'" }, by_id[5].error)
    assert.equal(5, #sent)
  end)

  it("takes no text of a client for one of its own raw texts", function()
    new {
      echo = function(params, request)
        return { params.what, params.what == "\0001" and request:add_raw { "QUJD" } or nil, params.other }
      end,
    }
    ask("\0001", "echo", { what = "x" })
    assert.same({ rpc.CODES.request }, { sent[1].error.code })
    ask(1, "echo", { what = "\0007", other = "\00099999999999999999999" })
    luashot.run()
    assert.same({ id = 1, jsonrpc = "2.0", result = { "\0007", json.null, "\00099999999999999999999" } }, sent[2])
  end)

  it("does not answer what was cancelled, nor what was asked of it in turn", function()
    local ended = false
    new { wait = function()
      local _ <close> = setmetatable({}, { __close = function() ended = true end })
      luashot.sleep(60)
    end }
    ask(1, "wait")
    luashot.after("20ms", function()
      peer:take '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}'
      peer:take '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}}'
      peer:take '{"jsonrpc":"2.0","id":1,"result":{}}'
    end)
    luashot.run()
    assert.is_true(ended)
    assert.same({}, sent)
    assert.equal(0, peer.count)
  end)

  it("reports progress to who wants it", function()
    new { work = function(_, request)
      request:progress(1, "one", 2)
      return rpc.object()
    end }
    ask(1, "work", { _meta = { progressToken = "t" } })
    ask(2, "work")
    luashot.run()
    assert.equal(3, #sent)
    assert.same({ progressToken = "t", progress = 1, total = 2, message = "one" }, sent[1].params)
  end)

  it("reports nothing of a request that was canceled, nor to a token that is none", function()
    local late
    new { work = function(_, request)
      request:progress(1, "one")
      late = late or request
      luashot.sleep(request.id == 1 and 60 or 0)
      return rpc.object()
    end }
    ask(1, "work", { _meta = { progressToken = "t" } })
    ask(2, "work", { _meta = { progressToken = { 1 } } })
    luashot.after("20ms", function()
      peer:take '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}'
      late:progress(2, "two")
    end)
    luashot.run()
    assert.same({ 1, { id = 2, jsonrpc = "2.0", result = {} } }, { sent[1].params.progress, sent[2] })
    assert.equal(2, #sent)
  end)

  it("refuses ids that a client cannot tell apart, and other versions", function()
    new { ping = rpc.object }
    for i, line in ipairs {
      '{"jsonrpc":"2.0","id":"' .. ("x"):rep(1001) .. '","method":"ping"}',
      '{"jsonrpc":"2.0","id":1e300,"method":"ping"}', '{"jsonrpc":"2.0","id":1.5,"method":"ping"}',
      '{"jsonrpc":"1.0","id":1,"method":"ping"}', '{"id":1,"method":"ping"}',
    } do
      peer:take(line)
      assert.equal(i, #sent, line)
      assert.same({ json.null, rpc.CODES.request }, { sent[i].id, sent[i].error.code })
    end
    peer:take('{"jsonrpc":"2.0","id":"' .. ("x"):rep(1000) .. '","method":"ping"}')
    luashot.run()
    assert.same({ 6, ("x"):rep(1000) }, { #sent, sent[6].id })
  end)

  it("has a bounded number of requests in progress", function()
    new { wait = function() luashot.sleep(60) end }
    for id = 1, 20 do
      ask(id, "wait")
    end
    assert.equal(4, #sent)
    assert.equal(-32000, sent[1].error.code)
    ask(1, "wait")
    assert.equal(-32600, sent[5].error.code)
    peer:close()
    luashot.run()
    assert.equal(0, peer.count)
  end)

  it("takes anything", function()
    math.randomseed(7)
    new { echo = function(params) return { n = #params } end }
    local whole = json.encode { jsonrpc = "2.0", id = 7, method = "echo",
      params = { _meta = { progressToken = 1 }, a = { 1 } } }
    local values = { "null", "1", "1.5", "-1e400", "true", '"x"', "[]", "{}", "[[[]]]", '{"a":null}', '"\\u0000"',
      "99999999999999999999" }
    for _ = 1, 3000 do
      local kind = math.random(4)
      local line
      if kind == 1 then -- bytes
        local bytes = {}
        for i = 1, math.random(40) do
          bytes[i] = string.char(math.random(0, 255))
        end
        line = table.concat(bytes)
      elseif kind == 2 then -- a message that was damaged
        local at = math.random(#whole)
        line = whole:sub(1, at - 1) .. string.char(math.random(32, 126)) .. whole:sub(at + math.random(0, 5))
      else -- the right fields with wrong values
        local fields = {}
        for _, name in ipairs { "jsonrpc", "id", "method", "params" } do
          if math.random(8) > 1 then
            local right = name == "jsonrpc" and '"2.0"' or name == "method" and '"echo"'
            fields[#fields + 1] = ('"%s":%s'):format(name, right and math.random(4) > 1 and right or
              values[math.random(#values)])
          end
        end
        line = "{" .. table.concat(fields, ",") .. "}"
      end
      local ok, problem = pcall(peer.take, peer, line)
      assert.is_true(ok, problem)
    end
    peer:take(("["):rep(100000))
    luashot.run()
    assert.equal(0, peer.count)
    assert.is_true(#sent > 1000)
    assert.same({}, complaints)
  end)
end)
