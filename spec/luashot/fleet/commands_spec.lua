-- Commands that brokers bring: allowed ones, others, and payloads of every kind.
local jobs = require "luashot.schedule.jobs"
local luashot = require "luashot"
local new_commands = require "luashot.fleet.commands"
local failure = require "luashot.schedule.failure"
local process = require "spec.support.process"
local uv = require "luv"

describe("the commands of a host", function()
  local commands, answers, report

  before_each(function()
    answers = {}
    commands = new_commands {
      root = "luashot", host = "one", groups = { "lab" },
      reply = function(request, text)
        answers[#answers + 1] = { to = request.reply_to, correlation = request.correlation,
          body = luashot.json.decode(text) }
      end,
    }
    report = failure.report
    failure.report = function() end
  end)

  after_each(function()
    failure.report = report
    process.wait_until(function() return #jobs.list() == 0 end)
  end)

  local function take(topic, payload, more)
    local message = { topic = topic, payload = payload, properties = {}, response_topic = "luashot/replies/me" }
    for name, value in pairs(more or {}) do
      message[name] = value
    end
    local was_command = commands:take(message)
    process.wait_until(function() return commands.running == 0 end)
    return was_command, answers[#answers] and answers[#answers].body
  end

  local HERE <const> = "luashot/hosts/one/command/"

  it("are obeyed on the host's topic and on its groups', and answered", function()
    commands:allow("add", function(argument, request)
      return { sum = argument.a + argument.b, scope = request.scope }
    end)
    local _, body = take(HERE .. "add", '{"a":1,"b":2}', { correlation = "c\0" })
    assert.same({ host = "one", command = "add", ok = true, result = { sum = 3, scope = "host" } }, body)
    assert.equal("c\0", answers[1].correlation)
    take(HERE .. "add", '{"a":1,"b":2}', { correlation = ("c"):rep(1025) })
    assert.is_nil(table.remove(answers).correlation)
    assert.equal("group", select(2, take("luashot/groups/lab/command/add", '{"a":1,"b":2}')).result.scope)
    assert.is_false((take("luashot/groups/other/command/add", "{}")))
    assert.is_false((take("luashot/hosts/two/command/add", "{}")))
    assert.is_false((take("luashot/hosts/one/command/add/more", "{}")))
    assert.equal(3, commands.count)
  end)

  it("may name the place of the answer in the payload, as version 3.1.1 has no other", function()
    commands:allow("echo", function(argument) return argument end)
    take(HERE .. "echo", '{"response_topic":"luashot/replies/x","correlation":"7","a":1}', { response_topic = false })
    assert.equal("luashot/replies/x", answers[1].to)
    assert.equal("7", answers[1].correlation)
    assert.same({ a = 1 }, answers[1].body.result)
  end)

  it("get no answer elsewhere than below the topic for answers", function()
    local runs = 0
    commands:allow("echo", function() runs = runs + 1 end)
    for _, topic in ipairs { "luashot/hosts/two/command/reboot", "luashot/replies/", "luashot/replies/+", "$SYS/x",
      "luashot/replies/../a", "luashot/replies/" .. ("x"):rep(300) } do
      take(HERE .. "echo", "", { response_topic = topic })
    end
    assert.equal(6, runs)
    assert.same({}, answers)
  end)

  it("are refused when the script has not allowed them, or when they are kept by the broker", function()
    assert.equal("EACCES", select(2, take(HERE .. "reboot", "")).code)
    commands:allow("echo", function() return 1 end)
    answers = {}
    take(HERE .. "echo", "", { retained = true })
    assert.same({}, answers)
    commands:allow("settings", function() return 1 end)
    assert.is_true(select(2, take(HERE .. "settings", "", { retained = true })).ok)
    assert.equal(2, commands.refused)
  end)

  it("that fail cost an answer alone", function()
    commands:allow("bad", function() error "it broke" end)
    commands:allow("no", function() return nil, "not today", "EBUSY" end)
    commands:allow("strange", function() return print end)
    assert.matches("it broke", select(2, take(HERE .. "bad", "")).error)
    assert.equal("EBUSY", select(2, take(HERE .. "no", "")).code)
    assert.is_true(select(2, take(HERE .. "strange", "")).ok)
  end)

  it("are limited in number", function()
    local held = {}
    commands:allow("wait", function() held[#held + 1] = true luashot.sleep(0.05) end)
    for _ = 1, 20 do
      commands:take { topic = HERE .. "wait", payload = "", properties = {}, response_topic = "luashot/replies/me" }
    end
    process.wait_until(function() return commands.running == 0 end)
    assert.equal(8, #held)
    assert.equal(12, commands.refused)
    assert.equal("EBUSY", answers[1].body.code)
  end)

  it("survive every payload", function()
    local seen = 0
    commands:allow("echo", function(argument)
      seen = seen + 1
      assert(type(argument) == "table")
    end)
    local hostile = {
      "{", "}", "null", "[]", "[1]", '"x"', "7", "\0", "\255\254", '{"a":1}{"b":2}', "{/*x*/}", '{"response_topic":{}}',
      '{"correlation":[]}', '{"a":"\\ud800"}', ("["):rep(100000), ('{"a":'):rep(100000), '{"a":"' .. ("x"):rep(1 << 20)
        .. '"}', ("x"):rep(2 << 20), '{"a":1e999}', '{"__index":1,"__gc":2}', '{"response_topic":"\\u0000"}',
    }
    for _, payload in ipairs(hostile) do
      take(HERE .. "echo", payload)
    end
    assert.equal("EFBIG", select(2, take(HERE .. "echo", '{"a":"' .. ("x"):rep(1 << 20) .. '"}')).code)
    math.randomseed(18)
    local pieces = { "{", "}", "[", "]", '"', ":", ",", "1", "-", "e", "true", "null", "\\", "\\u12", "a", " ", "\n",
      "\0", "\xc3", '"response_topic"', '"version"' }
    local began = uv.hrtime()
    for _ = 1, 3000 do
      local parts = {}
      for i = 1, math.random(0, 12) do
        parts[i] = pieces[math.random(#pieces)]
      end
      take(HERE .. "echo", table.concat(parts))
    end
    assert.is_true(uv.hrtime() - began < 60e9)
    assert.is_true(seen > 0)
    assert.equal(0, #jobs.list())
  end)
end)
