/* Text that people, peers and files give to what is written in Lua: expressions of cron and times
 * of day, messages at the door, what a terminal is said to be, the caps of a ring. None of them may
 * raise, whatever the bytes. The first byte says which one. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <lauxlib.h>
#include <lualib.h>

int luaopen_luashot_core(lua_State *L);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An array of functions of one string. */
static const char *const readers =
	"local expression = require 'luashot.schedule.cron.expression'\n"
	"local cron = require 'luashot.schedule.cron'\n"
	"local duration = require 'luashot.schedule.duration'\n"
	"local message = require 'luashot.attach.message'\n"
	"local terminal = require 'luashot.show.terminal'\n"
	"local caps = require 'luashot.zerobuffer.caps'\n"
	"local function known(good, why) assert(good or type(why) == 'string') return good end\n"
	"return {\n"
	"  function(text)\n"
	"    local spec = known(expression.parse(text))\n"
	"    local found = spec and cron.next(spec, 1700000000)\n"
	"    assert(not found or found > 1700000000)\n"
	"  end,\n"
	"  function(text) known(expression.parse_time(text)) end,\n"
	"  function(text)\n"
	"    local seconds = known(duration.read(text))\n"
	"    assert(not seconds or seconds >= 0)\n"
	"    known(duration.read(text, true))\n"
	"  end,\n"
	"  function(text)\n"
	"    local reader = message.reader()\n"
	"    reader:push(text:sub(1, #text // 2))\n"
	"    reader:push(text:sub(#text // 2 + 1))\n"
	"    for _ = 1, #text do if not reader:next() then break end end\n"
	"  end,\n"
	"  function(text)\n"
	"    local own = terminal.parse(text)\n"
	"    assert(not own or own.columns > 0)\n"
	"  end,\n"
	"  function(text)\n"
	"    local video = known(caps.video(text))\n"
	"    assert(not video or video.width > 0 and video.height > 0)\n"
	"  end,\n"
	"}\n";

static lua_State *start(void)
{
	lua_State *L = luaL_newstate();
	luaL_openlibs(L);
	luaL_requiref(L, "luashot.core", luaopen_luashot_core, 0);
	lua_settop(L, 0);
	if (luaL_dostring(L, readers) != LUA_OK) {
		fprintf(stderr, "%s\n", lua_tostring(L, -1));
		abort();
	}
	return L;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static lua_State *L; /* the modules are loaded once */
	if (!L) {
		L = start();
	}
	if (size == 0) {
		return 0;
	}
	lua_settop(L, 1);
	lua_rawgeti(L, 1, data[0] % luaL_len(L, 1) + 1);
	lua_pushlstring(L, (const char *)data + 1, size - 1);
	if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
		fprintf(stderr, "%s\n", luaL_tolstring(L, -1, NULL));
		abort();
	}
	return 0;
}
