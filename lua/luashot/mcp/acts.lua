--- The tools that act, for a server that was started with --input.

local act = require "luashot.act"
local schema = require "luashot.mcp.schema"
local view = require "luashot.mcp.view"

local integer, text = schema.integer, schema.text

local BUTTON <const> = text("default left", { "left", "middle", "right" })
local HELD <const> = text "modifiers to hold meanwhile: ctrl, shift, alt, altgr, super or meta, joined by +"
local MODIFIERS <const> = { ctrl = true, control = true, shift = true, alt = true, altgr = true, super = true,
  win = true, meta = true }
local AT_ONCE <const> = 10 -- characters between two looks at the focus
local DONE <const> = schema.object({ done = schema.flag "true" }, { "done" })

local function done(ok, message)
  view.need(ok, message)
  return { done = true }
end

-- Returns the modifiers of a call. They go to the window that has the focus, and any other key would type there.
local function held(server, arguments)
  local hold = arguments.hold
  for name in ((hold or "ctrl") .. "+"):gmatch "(.-)%+" do
    if not MODIFIERS[name:lower()] then
      view.refuse(("hold: ctrl, shift, alt, altgr, super or meta expected, joined by +, got '%s'"):format(hold))
    end
  end
  if hold then
    server.view:check_focus()
  end
  return hold
end

local function pixels()
  return integer("in pixels of the screen", 0)
end

-- A tool that acts at a point, or from one to another if its fields are x, y, to_x and to_y. `perform` gets the
-- server's display, the arguments and the modifiers to hold.
local function at_point(title, description, fields, perform)
  fields.x, fields.y = pixels(), pixels()
  local required = fields.to_x and { "x", "y", "to_x", "to_y" } or { "x", "y" }
  return {
    title = title,
    description = description,
    input = schema.object(fields, required),
    output = DONE,
    call = function(server, arguments)
      if fields.to_x then
        server.view:check_way(arguments.x, arguments.y, arguments.to_x, arguments.to_y)
      else
        server.view:check_point(arguments.x, arguments.y)
      end
      return done(perform(server.display, arguments, held(server, arguments)))
    end,
  }
end

local acts = {}

acts.click = at_point("Click", "Click at a place on the screen. Look afterwards whether it did what you meant.",
  { button = BUTTON, count = integer("2 is a double click; default 1", 1, 3), hold = HELD },
  function(display, to, hold)
    return display:click({ to.x, to.y }, { button = to.button, count = to.count, with = hold })
  end)

acts.move_pointer = at_point("Move the pointer", "Move the pointer to a place on the screen without clicking.", {},
  function(display, to)
    return display:move(to.x, to.y)
  end)

acts.drag = at_point("Drag", "Press a button at one place, move in a straight line "
  .. "to another with it down, and let go there.",
  { to_x = pixels(), to_y = pixels(), button = BUTTON, hold = HELD },
  function(display, way, hold)
    return display:drag({ way.x, way.y }, { way.to_x, way.to_y }, { button = way.button, with = hold })
  end)

acts.scroll = at_point("Scroll", "Turn the wheel at a place on the screen.",
  { right = integer("steps; to the left when negative; default 0", -100, 100),
    down = integer("steps; up when negative; default 0", -100, 100), hold = HELD },
  function(display, by, hold)
    return display:scroll(by.right or 0, by.down or 0, { at = { by.x, by.y }, with = hold })
  end)

acts.press_keys = {
  title = "Press keys",
  description = "Press keys together and let go of them: Return, Escape, ctrl+c, alt+F4, shift+Tab, a.",
  input = schema.object({ keys = text "joined by +" }, { "keys" }),
  output = DONE,
  call = function(server, arguments)
    server.view:check_focus()
    local ok, message, code = server.display:key(arguments.keys)
    if code == "ENOWINDOW" then
      view.refuse_keys()
    end
    return done(ok, message, code)
  end,
}

acts.type_text = {
  title = "Type text",
  description = "Type a text into what has the focus; click into a field first. A newline is the key Return.",
  input = schema.object({ text = text "what to type" }, { "text" }),
  output = DONE,
  call = function(server, arguments)
    local typed, at = 0, 1
    local left = act.read_text(arguments.text)
    repeat
      server.view:check_focus(typed)
      local count = math.min(left, AT_ONCE)
      local after = utf8.offset(arguments.text, count + 1, at)
      local ok, message, code = server.display:type(arguments.text:sub(at, after - 1))
      if code == "ENOWINDOW" then -- the focus went between the check and the act
        view.refuse_keys(typed)
      end
      done(ok, message, code)
      typed, left, at = typed + count, left - count, after
    until left == 0
    return { done = true }
  end,
}

return acts
