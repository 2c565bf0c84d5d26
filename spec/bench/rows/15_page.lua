-- A host whose page shows the 1920x1080 pixels of a terminal; it prints where.
local luashot = require "luashot"

local page = assert(luashot.page { address = "127.0.0.1:0", what = "1920x1080+0+0", actions = false })
print(page.address)
io.stdout:flush()
