/* Text that people, peers and files give to what is written in Lua: expressions of cron and times
 * of day, messages at the door, what a terminal is said to be and answers, the caps of a ring, code
 * at the prompt, JSON, messages of JSON-RPC, headers of HTTP, topics and payloads of MQTT. None of
 * them may raise, whatever the bytes. The first byte says which one. One Lua state takes all
 * inputs, so that nearly each of them leaves memory allocated, and a search for leaks after each
 * would take twenty times as long as the inputs: there is one at the end. */
/* fuzz: -detect_leaks=0 */
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
	"local access = require 'luashot.page.access'\n"
	"local caps = require 'luashot.zerobuffer.caps'\n"
	"local commands = require 'luashot.fleet.commands'\n"
	"local messages = require 'luashot.fleet.message'\n"
	"local topics = require 'luashot.fleet.topics'\n"
	"local complete = require 'luashot.host.complete'\n"
	"local json = require 'luashot.json'\n"
	"local repl = require 'luashot.host.repl'\n"
	"local rpc = require 'luashot.mcp.rpc'\n"
	"local schema = require 'luashot.mcp.schema'\n"
	"local shape = schema.object({ a = schema.integer('', 0, 9), b = schema.text('', { 'x' }),\n"
	"  c = schema.object({ d = schema.flag('') }, { 'd' }), e = schema.list('') }, { 'a' })\n"
	"local traceback = require 'luashot.schedule.traceback'\n"
	"local unfinished = require 'luashot.host.unfinished'\n"
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
	"  function(text)\n" /* in pieces as in one; its first byte says how long they are */
	"    local size, text = (text:byte() or 0) % 40 + 1, text:sub(2)\n"
	"    local whole, pieces = message.reader(), message.reader()\n"
	"    whole:push(text)\n"
	"    for i = 1, #text, size do pieces:push(text:sub(i, i + size - 1)) end\n"
	"    local kind, found\n"
	"    repeat\n"
	"      local held = pieces:holds('stop', '')\n"
	"      assert(held == whole:holds('stop', ''))\n"
	"      kind, found = whole:next()\n"
	"      local same, other = pieces:next()\n"
	"      assert(kind == same and found == other and (held or kind ~= 'stop'))\n"
	"    until not kind\n"
	"  end,\n"
	"  function(text)\n"
	"    local own = terminal.parse(text)\n"
	"    assert(not own or own.columns > 0)\n"
	"  end,\n"
	"  function(text)\n"
	"    local video = known(caps.video(text))\n"
	"    assert(not video or video.width > 0 and video.height > 0)\n"
	"  end,\n"
	"  function(text) assert(terminal.mode_of(text)) end,\n"
	"  function(text)\n"
	"    local code, before = unfinished.new(), ''\n"
	"    for line in (text .. '\\n'):gmatch '(.-)\\n' do\n"
	"      code:add(line)\n"
	"      before = before .. line .. '\\n'\n"
	"      assert(not code:is_open() or not load(before, '=fuzz', 't'))\n"
	"    end\n"
	"    local chunk, why, incomplete = repl.compile(text)\n"
	"    assert(chunk or type(why) == 'string' and type(incomplete) == 'boolean')\n"
	"    repl.is_exit(text, {})\n"
	"  end,\n"
	"  function(text)\n"
	"    local found, from = complete(text, _G)\n"
	"    assert(from >= 1 and from <= #text + 1)\n"
	"    for _, name in ipairs(found) do\n"
	"      assert(name:sub(1, #text - from + 1) == text:sub(from))\n"
	"    end\n"
	"  end,\n"
	"  function(text) assert(#traceback.clean(text) <= #text) end,\n"
	"  function(text)\n"
	"    local value, why, code = json.decode(text)\n"
	"    assert(value ~= nil or type(why) == 'string' and code)\n"
	"    if value ~= nil then pcall(json.encode, value) end\n"
	"    if type(value) == 'table' then\n"
	"      local problem = schema.check(value, shape)\n"
	"      assert(problem or math.tointeger(value.a) and value.a <= 9)\n"
	"    end\n"
	"  end,\n"
	"  function(text)\n"
	"    local function write(pieces)\n"
	"      assert(json.decode(table.concat(pieces)).jsonrpc == '2.0')\n"
	"    end\n"
	"    rpc.new({}, write, error):take(text)\n"
	"  end,\n"
	"  function(text)\n" /* "Name: value" and "?name=value" */
	"    local place = { text = '127.0.0.1:1', is_loopback = true }\n"
	"    local headers, values = {}, {}\n"
	"    for name, value in text:gmatch '([%w-]+): ([^\\n]*)' do headers[name] = value end\n"
	"    for name, value in text:gmatch '%?(%w+)=([^\\n]*)' do values[name] = value end\n"
	"    local request = { header = function(_, name) return headers[name] end,\n"
	"      query = function(_, name) return values[name] end,\n"
	"      method = function() return headers.Method or 'GET' end }\n"
	"    local status = access.refuse(request, place, 'a token of 16 characters')\n"
	"    assert(status == nil or status == 401 or status == 403)\n"
	"    assert(status or text:find('a token of 16 characters', 1, true))\n"
	"    status = access.refuse(request, place)\n"
	"    assert(status == nil or status == 403)\n"
	"    assert(not access.cookie(request, 'x'):find '%c')\n"
	"  end,\n"
	"  function(text)\n" /* a topic, and a payload in the other lines */
	"    local topic, payload = text:match '^([^\\n]*)\\n?(.*)$'\n"
	"    local host = commands { root = 'r', host = 'h', groups = { 'g' }, reply = function(request, answer)\n"
	"      assert(request.reply_to:sub(1, 10) == 'r/replies/' and json.decode(answer).ok == false)\n"
	"    end }\n"
	"    local taken = host:take { topic = topic, payload = payload }\n"
	"    assert(not taken or host.refused == 1)\n"
	"    host:take { topic = 'r/hosts/h/command/x', payload = payload, response_topic = topic }\n"
	"    local name, kind, what = topics.split('r', topic)\n"
	"    assert(not name or topic:find(name, 1, true) and topic:find(kind, 1, true))\n"
	"    assert(not what or topics.is_name(what) or #what > 64)\n"
	"    local meta, bytes = messages.read { payload = payload }\n"
	"    assert(#bytes <= #payload and (not meta or type(meta.id) == 'string'))\n"
	"    local one = messages.unpack(payload)\n"
	"    assert(not one or #one.payload < #payload)\n"
	"  end,\n"
	"}\n";

/* What libFuzzer is to take for the lines that an input runs: it sees C alone by itself. */
__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t lines[1 << 14];

static void count_line(lua_State *L, lua_Debug *at)
{
	static const char *source;
	static uint32_t file, before;
	lua_getinfo(L, "S", at);
	if (at->source != source) {
		source = at->source;
		file = (uint32_t)at->srclen;
		for (const char *it = source; *it; it++) {
			file = (file ^ (uint8_t)*it) * 16777619u;
		}
	}
	uint32_t place = file + (uint32_t)at->currentline * 7919u;
	uint8_t *counter = &lines[(place ^ before) % sizeof lines];
	*counter += *counter < UINT8_MAX;
	before = place >> 1;
}

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
	lua_sethook(L, count_line, LUA_MASKLINE, 0);
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
