std = "lua54"
max_line_length = 120
exclude_files = { "build*/" }

-- What the host gives to scripts.
local host_globals = { "luashot", "grab", "every", "after", "at", "cron", "sleep", "help" }

files["lua/luashot/host/globals.lua"] = { globals = host_globals }
files["lua/luashot/host/console.lua"] = { read_globals = { "_PROMPT", "_PROMPT2" } }
files["scripts"] = { read_globals = host_globals }
files["docs"] = { read_globals = host_globals }
files["spec"] = { std = "+busted", read_globals = { assert = { other_fields = true } } }
files["lua/luashot/page/site.lua"] = { max_line_length = false } -- styles, a rule a line
files["docs/annotations"] = { max_line_length = false } -- an annotation is one line
