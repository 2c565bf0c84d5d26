--- The tools that look at the screen.

local core = require "luashot.core"
local luashot = require "luashot"
local rpc = require "luashot.mcp.rpc"
local schema = require "luashot.mcp.schema"
local view = require "luashot.mcp.view"

local integer, number, text, flag, list, object =
  schema.integer, schema.number, schema.text, schema.flag, schema.list, schema.object

local need, refuse = view.need, view.refuse

local BOUND <const> = 1568 -- pixels of the longer side of a picture, unless the model says otherwise
local LONGEST <const> = 600 -- seconds that a tool waits
local USUAL <const> = 30
local MOST_NAMES <const> = 32 -- pictures that are remembered
local MOST_PLACES <const> = 100
local PIECE <const> = 48 << 10 -- bytes that are encoded at a time; a multiple of 3

local PLACE <const> = {
  x = integer "left edge, in pixels of the screen", y = integer "top edge",
  width = integer "pixels", height = integer "pixels",
}

local function area(description)
  return object({ x = integer "left edge, in pixels of the screen", y = integer "top edge",
    width = integer("pixels", 1), height = integer("pixels", 1) }, { "x", "y", "width", "height" }, description)
end

-- Adds the arguments that name a part of the screen to those of a tool.
local function looking(fields, required)
  fields.area = area "only this part of the screen"
  fields.monitor = text "only this monitor: a name from list_monitors"
  fields.window = integer "only the area of this window: an id from list_windows"
  return object(fields, required)
end

local function waiting(fields, required)
  fields.timeout = number("seconds to wait for it; default " .. USUAL, 0, LONGEST)
  return looking(fields, required)
end

local function place_of(frame)
  return { x = frame.x, y = frame.y, width = frame.width, height = frame.height }
end

local function with(fields, more)
  local all = {}
  for name, value in pairs(fields) do
    all[name] = value
  end
  for name, value in pairs(more) do
    all[name] = value
  end
  return all
end

local tools = {} -- by name; those that read text only if luashot can

tools.list_monitors = {
  title = "List monitors",
  description = "List the monitors, and the size of the whole screen. All coordinates of all tools are pixels of "
    .. "this screen.",
  input = object {},
  output = object({ width = integer "of the screen", height = integer "of the screen",
    visible = object(PLACE, nil, "the part that may be seen, if not all of it"),
    monitors = list("the monitors", object(with(PLACE, { name = text "its name", primary = flag "the main one",
      scale = number "pixels for each pixel of a program that scales" }), { "name", "x", "y", "width", "height" })) },
    { "width", "height", "monitors" }),
  call = function(server)
    local width, height = server.display:size()
    need(width, height)
    local monitors = rpc.list()
    for i, monitor in ipairs(need(server.display:monitors())) do
      monitors[i] = with(place_of(monitor), { name = monitor.name, primary = monitor.primary, scale = monitor.scale })
    end
    return { width = width, height = height, visible = server.view.region, monitors = monitors }
  end,
}

tools.list_windows = {
  title = "List windows",
  description = "List the windows from the topmost down: id, title, class, place, and which one is active.",
  input = object {},
  output = object({ windows = list("the windows", object(with(PLACE, { id = integer "for the argument window",
    title = text "its title", class = text "the kind of program", active = flag "has the focus",
    visible = flag "is shown" }), { "id", "title", "x", "y", "width", "height" })) }, { "windows" }),
  call = function(server)
    local windows = rpc.list()
    for i, window in ipairs(server.view:windows()) do
      windows[i] = with(place_of(window), { id = window.id, title = window.title or "", class = window.class,
        active = window.active, visible = window.visible })
    end
    return { windows = windows }
  end,
}

-- Encodes bytes in pieces: the allocator keeps small ones, and takes fresh memory for each large one.
local function base64(bytes)
  local pieces = {}
  for at = 1, #bytes, PIECE do
    pieces[#pieces + 1] = core.base64(bytes:sub(at, at + PIECE - 1))
  end
  return pieces
end

-- Makes the content of an answer from a picture, scaled to the wanted size, with its place on the screen.
local function picture_of(request, frame, arguments)
  local bound = arguments.max_size or BOUND
  local factor = math.min(1, bound / math.max(frame.width, frame.height))
  local width = math.max(1, math.floor(frame.width * factor + 0.5))
  local height = math.max(1, math.floor(frame.height * factor + 0.5))
  local scaled = factor < 1 and need(frame:scale(width, height)) or frame
  local format = arguments.format or "png"
  local options = format ~= "png" and { quality = arguments.quality } or nil
  local bytes, message = scaled:encode(format, options)
  if scaled ~= frame then
    scaled:release()
  end
  local data = request:add_raw(base64(need(bytes, message)))
  local place = with(place_of(frame), { image_width = width, image_height = height,
    scale = frame.width / width })
  return { type = "image", data = data, mimeType = "image/" .. format }, place
end

local PICTURE <const> = {
  max_size = integer("longest side of the picture in pixels; a larger one is scaled down; default " .. BOUND,
    16, 16384),
  format = text("default png; jpeg and webp are smaller for photographs", { "png", "jpeg", "webp" }),
  quality = integer("of jpeg and webp; default 85", 1, 100),
}

local PICTURE_PLACE <const> = object(with(PLACE, { image_width = integer "pixels of the picture",
  image_height = integer "pixels of the picture",
  scale = number "multiply a place in the picture by this, and add x and y: that is the place on the screen" }),
  { "x", "y", "width", "height", "image_width", "image_height", "scale" })

tools.take_picture = {
  title = "Take a picture of the screen",
  description = "Take a picture of the screen, a part of it, a monitor or a window. Ask for the part that matters: "
    .. "small pictures are sharper and cheaper. The result says where the picture lies on the screen, and its scale.",
  input = looking(with(PICTURE, { cursor = flag "draw the pointer" })),
  output = PICTURE_PLACE,
  call = function(server, arguments, request)
    local frame = server.view:grab(arguments, { cursor = arguments.cursor })
    local content, place = picture_of(request, frame, arguments)
    server:remember_last(frame)
    return place, { content }
  end,
}

-- Waits until `look` finds something in frames of the part that the arguments name; reports the time.
local function wait_for(server, arguments, request, look)
  local target, part = server.view:aim(arguments)
  local timeout, started = arguments.timeout or USUAL, core.monotonic()
  local function seconds()
    return (core.monotonic() - started) / 1e9
  end
  local _ <close> = luashot.every("1s", function()
    request:progress(seconds(), ("waiting for %d s"):format(math.floor(seconds())), timeout)
  end, { name = "progress" })
  local problem
  request:begin_to_wait()
  local frame, found, code = luashot.wait { server.display, target, timeout = timeout, when = function(frame)
    local ok, result = pcall(function()
      return look(server.view:cut(frame, part))
    end)
    problem = not ok and result or nil
    return problem or result
  end }
  if problem then
    error(problem, 0)
  elseif frame then
    frame:release()
    return found, seconds()
  elseif code ~= "ETIMEDOUT" then
    refuse(found)
  end
  return nil, seconds()
end

local WAITED <const> = { happened = flag "false: the time ran out", seconds = number "how long that took" }

tools.wait_for_change = {
  title = "Wait until the screen changes",
  description = "Wait until something changes on the screen or in a part of it, and tell where. Changes before "
    .. "the call do not count.",
  input = waiting { min_pixels = integer("ignore changes of fewer pixels; default 1", 1) },
  output = object(with(WAITED, { changed = object(PLACE, nil, "around all changes"),
    pixels = integer "how many have changed" }), { "happened", "seconds" }),
  call = function(server, arguments, request)
    local before <close> = server.view:grab(arguments):copy()
    local found, seconds = wait_for(server, arguments, request, function(frame)
      if frame.width ~= before.width or frame.height ~= before.height then
        return { box = place_of(frame), pixels = frame.width * frame.height }
      end
      local difference = need(frame:diff(before))
      if difference.changed >= (arguments.min_pixels or 1) then
        local box = difference.box
        return { pixels = difference.changed,
          box = { x = box.x + frame.x, y = box.y + frame.y, width = box.width, height = box.height } }
      end
    end)
    return { happened = found ~= nil, seconds = seconds, changed = found and found.box,
      pixels = found and found.pixels }
  end,
}

tools.remember_image = {
  title = "Remember a part of the screen",
  description = "Remember how a part of the screen looks now (a button, an icon) under a name, to find it later "
    .. "with find_image and wait_for_image.",
  input = object({ name = text "a name of your choice", area = area "the part of the screen" }, { "name", "area" }),
  output = object(with(PLACE, { name = text "the name" }), { "name", "x", "y", "width", "height" }),
  call = function(server, arguments)
    local name = arguments.name
    if #name == 0 or #name > 100 then
      refuse "a name of 1 to 100 bytes expected"
    elseif not server.images[name] and server.image_count >= MOST_NAMES then
      refuse(("%d pictures are remembered already: use one of their names again"):format(MOST_NAMES))
    end
    local frame <close> = server.view:grab { area = arguments.area }
    server.image_count = server.image_count + (server.images[name] and 0 or 1)
    server.images[name] = need(frame:copy())
    return with(place_of(frame), { name = name })
  end,
}

local IMAGE <const> = {
  name = text "of a picture that remember_image has remembered",
  image = text "or the picture itself: a PNG, JPEG or WebP in base64",
  tolerance = integer("how much each color channel may differ, 0 to 255; default 16", 0, 255),
  min_score = number("how alike it must be, 0 to 1; default 0.9", 0, 1),
}

-- Returns the picture to find, and the options of the search.
local function wanted_image(server, arguments)
  local picture
  if arguments.name then
    picture = need(server.images[arguments.name],
      ("no picture is remembered as '%s'; remember_image does that"):format(arguments.name))
  elseif arguments.image then
    -- With a NUL it is not a path.
    picture = need(luashot.load(need(core.unbase64(arguments.image)) .. "\0", { max_pixels = 1 << 24 }))
  else
    refuse "name or image is needed"
  end
  return picture, { tolerance = arguments.tolerance or 16, min_score = arguments.min_score or 0.9 }
end

local function found_place(frame, match)
  return { x = frame.x + match.x, y = frame.y + match.y, width = match.width, height = match.height,
    score = match.score, center_x = frame.x + match.x + match.width // 2,
    center_y = frame.y + match.y + match.height // 2 }
end

local FOUND <const> = with(PLACE, { score = number "1: the same", center_x = integer "to click",
  center_y = integer "to click" })

-- Returns nil if the frame is too small to hold the picture.
local function find(frame, picture, options)
  if picture.width > frame.width or picture.height > frame.height then
    return nil
  end
  local match, message = frame:find(picture, options)
  need(match or not message, message)
  return match
end

tools.find_image = {
  title = "Find a picture on the screen",
  description = "Find where a picture is on the screen; the best place first.",
  input = looking(with(IMAGE, { all = flag "tell all places, not only the best" })),
  output = object({ places = list("where it was found; empty: nowhere", object(FOUND)) }, { "places" }),
  call = function(server, arguments)
    local picture, options = wanted_image(server, arguments)
    options.all = true
    local frame <close> = server.view:grab(arguments)
    local places = rpc.list()
    for i, match in ipairs(find(frame, picture, options) or {}) do
      if i > (arguments.all and MOST_PLACES or 1) then
        break
      end
      places[i] = found_place(frame, match)
    end
    return { places = places }
  end,
}

tools.wait_for_image = {
  title = "Wait for a picture on the screen",
  description = "Wait until a picture appears on the screen, and tell where.",
  input = waiting(with(IMAGE, {})),
  output = object(with(WAITED, { place = object(FOUND) }), { "happened", "seconds" }),
  call = function(server, arguments, request)
    local picture, options = wanted_image(server, arguments)
    local place, seconds = wait_for(server, arguments, request, function(frame)
      local match = find(frame, picture, options)
      return match and found_place(frame, match)
    end)
    return { happened = place ~= nil, seconds = seconds, place = place }
  end,
}

tools.compare_with_last = {
  title = "Compare with the last picture",
  description = "Tell what has changed on the screen since the last picture of take_picture, inside that "
    .. "picture's area, and take a picture of the changed part.",
  input = object(with(PICTURE, { tolerance = integer("how much each color channel may differ; default 0", 0, 255) })),
  output = object({ pixels = integer "how many have changed",
    changes = list("around each group of changes", object(PLACE)), picture = PICTURE_PLACE }, { "pixels", "changes" }),
  call = function(server, arguments, request)
    local last = need(server.last, "there is no last picture: call take_picture first")
    local frame <close> = server.view:grab { area = place_of(last) }
    if frame.width ~= last.width or frame.height ~= last.height then
      refuse "the area of the last picture can no longer be seen whole: call take_picture again"
    end
    local difference = need(frame:diff(last, { tolerance = arguments.tolerance }))
    local changes = rpc.list()
    for i, rect in ipairs(difference.rects) do
      changes[i] = { x = rect.x + frame.x, y = rect.y + frame.y, width = rect.width, height = rect.height }
    end
    local result, contents = { pixels = difference.changed, changes = changes }, {}
    local box = difference.box
    if box then
      local part <close> = need(frame:crop(box.x, box.y, box.width, box.height))
      contents[1], result.picture = picture_of(request, part, arguments)
    end
    return result, contents
  end,
}

if luashot.frame.words then
  for name, tool in pairs(require("luashot.mcp.words").tools(looking, waiting, wait_for)) do
    tools[name] = tool
  end
end

return tools
