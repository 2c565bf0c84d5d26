/* The binding's captures, of a picture in memory that answers on a thread of its own, sleeps, and
 * is lost when the script says so: grab, grab_many, frames, publish, windows and watches wait, give
 * up and collect without an X server. */
/* with: support/painted.c */
/* link: --wrap=shotL_find_source --wrap=shotL_list_paths */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "lua/sources.h"
#include "support/painted.h"

int luaopen_luashot_core(lua_State *L);

/* --- the picture, as scripts steer it
 * ------------------------------------------------------------*/

static struct painted *painted; /* of the display that was opened last */
static struct shot_source_kind kind;

static struct shot_source *open_painted(
	const char *name, struct shot_breaker *breaker, struct shot_error *err)
{
	struct shot_source *source = painted_source.open(name, breaker, err);
	if (source) {
		painted = painted_of(source);
		painted->windows[0] = (struct painted_window){7, {8, 8, 16, 12}, 0x112233};
		painted_start(painted);
	}
	return source;
}

const struct shot_source_kind *__wrap_shotL_find_source(const char *name);
const struct shot_source_kind *__wrap_shotL_find_source(const char *name)
{
	(void)name;
	return &kind;
}

void __wrap_shotL_list_paths(const char *names[SHOTL_PATHS]);
void __wrap_shotL_list_paths(const char *names[SHOTL_PATHS])
{
	names[0] = "attached";
	names[1] = "copied";
	names[2] = NULL;
}

static int paint(lua_State *L) /* (x, y, width, height, color) */
{
	painted_draw(painted,
		(struct shot_rect){(int32_t)luaL_checkinteger(L, 1),
			(int32_t)luaL_checkinteger(L, 2), (int32_t)luaL_checkinteger(L, 3),
			(int32_t)luaL_checkinteger(L, 4)},
		(uint32_t)luaL_checkinteger(L, 5));
	return 0;
}

static int set_sleep(lua_State *L) /* (whether tiles wait) */
{
	painted_sleep(painted, lua_toboolean(L, 1));
	return 0;
}

static int lose(lua_State *L)
{
	(void)L;
	painted_lose(painted);
	return 0;
}

static int resize(lua_State *L) /* (width, height) */
{
	painted_resize(painted, (int32_t)luaL_checkinteger(L, 1), (int32_t)luaL_checkinteger(L, 2));
	return 0;
}

static void run(const char *code)
{
	static const luaL_Reg functions[] = {{"paint", paint}, {"sleep", set_sleep}, {"lose", lose},
		{"resize", resize}, {NULL, NULL}};
	lua_State *L = luaL_newstate();
	luaL_openlibs(L);
	luaL_requiref(L, "luashot.core", luaopen_luashot_core, 0);
	lua_setglobal(L, "luashot");
	lua_getglobal(L, "_G");
	luaL_setfuncs(L, functions, 0);
	lua_pop(L, 1);
	lua_pushfstring(L, "luashot-pending-%d", (int)getpid());
	lua_setglobal(L, "RING");
	if (luaL_dostring(L,
		    "function open(options)\n"
		    "  options = options or {}\n"
		    "  options.display = 'painted:64x48'\n"
		    "  return assert(luashot.open(options))\n"
		    "end\n"
		    "function check(frame, x, y, color)\n"
		    "  local r, g, b = frame:pixel(x, y)\n"
		    "  local got = r << 16 | g << 8 | b\n"
		    "  if got ~= color then error(('%06x, not %06x'):format(got, color), 2) end\n"
		    "end\n"
		    "function fails(code, ok, message, got)\n"
		    "  if ok or got ~= code then error(tostring(got) .. ': ' .. tostring(message), 2) end\n"
		    "  return message\n"
		    "end\n"
		    "zb = require 'luashot.zerobuffer.core'\n") ||
		luaL_dostring(L, code)) {
		fail_msg("%s", lua_tostring(L, -1));
	}
	lua_close(L);
}

/* --- tests
 * ---------------------------------------------------------------------------------------*/

static void captures_are_what_was_painted(void **state)
{
	(void)state;
	run("for _, path in ipairs { 'attached', 'copied' } do\n"
	    "  local display <close> = open { path = path }\n"
	    "  assert(display:stats().path == path)\n"
	    "  paint(0, 0, 64, 48, 0x102030)\n"
	    "  paint(5, 5, 10, 10, 0xaabbcc)\n"
	    "  local frame <close> = assert(display:grab())\n"
	    "  check(frame, 0, 0, 0x102030) check(frame, 5, 14, 0xaabbcc)\n"
	    "  local many = assert(display:grab_many { '10x10+0+0', '4x4+6+6' })\n"
	    "  check(many[2], 3, 3, 0xaabbcc)\n"
	    "  resize(20, 10)\n"
	    "  local small <close> = assert(display:grab())\n"
	    "  assert(small.width == 20 and small.height == 10)\n"
	    "  fails('EGEOMETRY', display:grab '30x30+0+0')\n"
	    "  fails('ENOMONITOR', display:grab 'nowhere')\n"
	    "  assert(display:size() == 20 and #display:monitors() == 1)\n"
	    "end\n");
}

static void a_series_is_paced_and_sees_what_is_painted(void **state)
{
	(void)state;
	run("local display <close> = open { damage = true }\n"
	    "local count, last = 0, 0\n"
	    "for frame in display:frames { fps = 500 } do\n"
	    "  count = count + 1\n"
	    "  assert(frame.sequence > last and #frame.changed >= 0)\n"
	    "  last = frame.sequence\n"
	    "  paint(count, 0, 1, 48, count)\n"
	    "  if count == 40 then break end\n"
	    "end\n"
	    "local frame <close> = assert(display:grab())\n"
	    "for x = 1, 40 do check(frame, x, 47, x) end\n"
	    "local stats = display:stats()\n"
	    "assert(stats.series.count >= 40 and stats.held <= 2 and stats.slots <= 3)\n");
}

static void a_capture_that_takes_too_long_is_given_up(void **state)
{
	(void)state;
	run("local display <close> = open { slots = 2 }\n"
	    "sleep(true)\n"
	    "for i = 1, 6 do\n" /* canceled, so that the next one has a slot */
	    "  local message = fails('ETIMEDOUT', display:grab(nil, { timeout = 0.01 }))\n"
	    "  assert(message:find('no pixels from the picture within 0.01 s', 1, true), message)\n"
	    "  repeat assert(display:poll()) until display:stats().in_flight == 0\n"
	    "end\n"
	    "local ok, message = pcall(function()\n"
	    "  for _ in display:frames { fps = 100, timeout = 0.01 } do end\n"
	    "end)\n"
	    "assert(not ok and message:find 'no pixels')\n"
	    "sleep(false)\n"
	    "local frame <close> = assert(display:grab())\n"
	    "assert(display:poll())\n" /* what was given up before is answered, too */
	    "local stats = display:stats()\n"
	    "assert(stats.held == 1 and stats.in_flight == 0)\n");
}

static void captures_at_the_same_time_are_their_own(void **state)
{
	(void)state;
	run("local display <close> = open {}\n"
	    "paint(0, 0, 64, 48, 0x102030)\n"
	    "paint(5, 5, 10, 10, 0xaabbcc)\n"
	    "assert(display:grab()):release()\n" /* so that there is a capture for reuse */
	    "luashot.set_waiter(function() coroutine.yield() return true end)\n"
	    "sleep(true)\n"
	    "local jobs = {}\n"
	    "for i = 1, 3 do\n"
	    "  jobs[i] = coroutine.create(function()\n"
	    "    local frame <close> = assert(display:grab(('%dx4+6+6'):format(i + 3)))\n"
	    "    assert(frame.width == i + 3) check(frame, 3, 3, 0xaabbcc)\n"
	    "  end)\n"
	    "  assert(coroutine.resume(jobs[i]))\n"
	    "end\n"
	    "assert(coroutine.close(jobs[2]))\n" /* it is given up, and may serve again */
	    "sleep(false)\n"
	    "local other <close> = assert(display:grab '8x8+0+0')\n"
	    "assert(other.width == 8) check(other, 0, 0, 0x102030)\n"
	    "for _, i in ipairs { 1, 3 } do\n"
	    "  while coroutine.status(jobs[i]) ~= 'dead' do assert(coroutine.resume(jobs[i])) end\n"
	    "end\n"
	    "luashot.set_waiter(nil)\n"
	    "repeat assert(display:poll()) until display:stats().in_flight == 0\n");
}

/* Finalizers run in the reverse order of creation: that of a capture before or after one that uses
 * the coroutine of the capture. */
static void finalizers_may_use_the_coroutine_of_a_capture(void **state)
{
	(void)state;
	run("local display <close> = open {}\n"
	    "paint(0, 0, 64, 48, 0xaabbcc)\n"
	    "luashot.set_waiter(function() coroutine.yield() return true end)\n"
	    "local function capture(width)\n"
	    "  local co = coroutine.create(function()\n"
	    "    local frame, _, code = display:grab(width .. 'x4+6+6')\n"
	    "    if not frame then return code end\n"
	    "    assert(frame.width == width) check(frame, 3, 3, 0xaabbcc) frame:release()\n"
	    "    return 'done'\n"
	    "  end)\n"
	    "  assert(coroutine.resume(co))\n"
	    "  return co\n"
	    "end\n"
	    "local function finish(co)\n"
	    "  local ok, result\n"
	    "  repeat ok, result = coroutine.resume(co) assert(ok, result) until result\n"
	    "  return result\n"
	    "end\n"
	    "local function idle()\n"
	    "  sleep(false)\n"
	    "  local stop = os.time() + 10\n"
	    "  repeat assert(display:poll()) until display:stats().in_flight == 0 or os.time() > stop\n"
	    "  return display:stats().in_flight == 0 and display:stats().held == 0\n"
	    "end\n"
	    "local result\n"
	    "local function older(use)\n"
	    "  local object = setmetatable({}, { __gc = function(self) use(self[1]) end })\n"
	    "  object[1] = capture(4)\n"
	    "end\n"
	    "local function younger(use)\n"
	    "  local co = capture(4)\n"
	    "  setmetatable({ co }, { __gc = function(self) use(self[1]) end })\n"
	    "end\n"
	    "sleep(true)\n"
	    "older(function(co) result = finish(co) end)\n"
	    "collectgarbage()\n"
	    "assert(result == 'ECLOSED', result)\n"
	    "assert(idle())\n"
	    "for _, make in ipairs { older, younger } do\n"
	    "  local other\n"
	    "  sleep(true)\n"
	    "  make(function(co) assert(coroutine.close(co)) other = capture(5) end)\n"
	    "  collectgarbage()\n"
	    "  sleep(false)\n"
	    "  assert(finish(other) == 'done')\n"
	    "  sleep(true)\n"
	    "  make(function(co) assert(coroutine.close(co)) end)\n"
	    "  collectgarbage()\n"
	    "  capture(6)\n"
	    "  collectgarbage()\n"
	    "  assert(idle())\n"
	    "  local saved\n"
	    "  sleep(true)\n"
	    "  make(function(co) saved = co end)\n"
	    "  collectgarbage()\n"
	    "  assert(coroutine.close(saved))\n"
	    "  capture(6)\n"
	    "  collectgarbage()\n"
	    "  assert(idle())\n"
	    "end\n"
	    "luashot.set_waiter(nil)\n");
}

/* A call is ended by the finalizer of what it waits for, and then an older object's resumes it. */
static void a_call_that_the_collector_has_ended_fails(void **state)
{
	(void)state;
	run("local display <close> = open {}\n"
	    "luashot.set_waiter(function() coroutine.yield() return true end)\n"
	    "local function ended(call)\n"
	    "  local result\n"
	    "  do\n"
	    "    local object = setmetatable({}, { __gc = function(self)\n"
	    "      result = table.pack(coroutine.resume(self[1]))\n"
	    "    end })\n"
	    "    repeat\n" /* the answer may be there at once */
	    "      object[1] = coroutine.create(call)\n"
	    "      assert(coroutine.resume(object[1]))\n"
	    "    until coroutine.status(object[1]) == 'suspended'\n"
	    "  end\n"
	    "  collectgarbage()\n"
	    "  assert(result[1], result[2])\n"
	    "  fails('ECLOSED', table.unpack(result, 2))\n"
	    "end\n"
	    "ended(function() return display:windows() end)\n"
	    "local fifo = os.tmpname()\n"
	    "assert(os.remove(fifo) and os.execute('mkfifo ' .. fifo))\n"
	    "ended(function() return luashot.load(fifo) end)\n"
	    "assert(os.remove(fifo))\n"
	    "luashot.set_waiter(nil)\n");
}

/* The handle of a frame is younger than the capture that is used again: its finalizer runs first,
 * and then that of an object between the two, which takes the frame. */
static void a_frame_for_a_finalized_handle_is_collected(void **state)
{
	(void)state;
	run("local display <close> = open {}\n"
	    "assert(display:grab()):release()\n"
	    "luashot.set_waiter(function() coroutine.yield() return true end)\n"
	    "local taken\n"
	    "sleep(true)\n"
	    "do\n"
	    "  local object = setmetatable({}, { __gc = function(self)\n"
	    "    sleep(false)\n"
	    "    repeat local _, frame = coroutine.resume(self[1]) taken = frame until frame\n"
	    "  end })\n"
	    "  object[1] = coroutine.create(function() return (assert(display:grab '4x4+6+6')) end)\n"
	    "  assert(coroutine.resume(object[1]))\n"
	    "end\n"
	    "collectgarbage()\n"
	    "assert(taken.width == 4, taken)\n"
	    "taken = nil\n"
	    "collectgarbage() collectgarbage()\n"
	    "assert(display:stats().held == 0)\n"
	    "luashot.set_waiter(nil)\n");
}

static void a_capture_makes_no_garbage_but_its_frame(void **state)
{
	(void)state;
	run("local display <close> = open {}\n"
	    "local function bytes(what)\n"
	    "  display:grab(what):release()\n"
	    "  collectgarbage() collectgarbage 'stop'\n"
	    "  local before = collectgarbage 'count'\n"
	    "  for _ = 1, 100 do display:grab(what):release() end\n"
	    "  local after = collectgarbage 'count'\n"
	    "  collectgarbage 'restart'\n"
	    "  return (after - before) * 1024 / 100\n"
	    "end\n"
	    "local frame = assert(display:grab())\n"
	    "collectgarbage() collectgarbage 'stop'\n"
	    "local before = collectgarbage 'count'\n"
	    "local copy = frame:crop(0, 0, 8, 8)\n"
	    "local handle = (collectgarbage 'count' - before) * 1024\n"
	    "local got = bytes '8x8+0+0'\n"
	    "assert(got < handle + 32, got)\n");
}

static void forgotten_frames_are_collected_for_their_slots(void **state)
{
	(void)state;
	run("local display <close> = open { slots = 3 }\n"
	    "for i = 1, 60 do assert(display:grab()) end\n"
	    "assert(display:stats().collections > 0 and display:stats().slots == 3)\n"
	    "local kept = {}\n"
	    "collectgarbage() collectgarbage()\n"
	    "for i = 1, 3 do kept[i] = assert(display:grab()) end\n"
	    "fails('EBUSY', display:grab())\n"
	    "kept[2]:release()\n"
	    "assert(display:grab()):release()\n"
	    "display:close()\n"
	    "check(kept[1], 0, 0, 0)\n");
}

static void frames_go_into_a_ring(void **state)
{
	(void)state;
	run("local display <close> = open()\n"
	    "local reader = assert(zb.reader(RING, { metadata_size = 64, payload_size = 3 * 13000 }))\n"
	    "local writer = assert(zb.writer(RING))\n"
	    "for i = 1, 20 do\n"
	    "  paint(0, 0, 64, 48, i)\n"
	    "  local sequence, reason = display:publish(writer)\n"
	    "  assert(sequence == i and not reason, reason)\n"
	    "  local item = assert(reader:read(5))\n"
	    "  assert(item:bytes() == string.pack('<I4', i):rep(64 * 48))\n"
	    "  item:release()\n"
	    "end\n"
	    "sleep(true)\n"
	    "fails('ETIMEDOUT', display:publish(writer, nil, { timeout = 0.01 }))\n"
	    "sleep(false)\n"
	    "assert(display:publish(writer) == 21)\n" /* waits for the place that was given up */
	    "assert(display:stats().published == 21 and display:stats().copied == 0)\n"
	    "local find = string.find\n"
	    "string.find = function(...)\n" /* as a finalizer may, while a window is sought */
	    "  string.find = find\n"
	    "  writer:close()\n"
	    "  return find(...)\n"
	    "end\n"
	    "fails('ECLOSED', display:publish(writer, { title = '^window' }))\n"
	    "reader:close()\n"
	    "reader = assert(zb.reader(RING, { metadata_size = 64, payload_size = 3 * 13000 }))\n"
	    "writer = assert(zb.writer(RING))\n"
	    "lose()\n"
	    "fails('ELOST', display:publish(writer))\n"
	    "assert(display:reconnect())\n"
	    "assert(display:publish(writer) == 1)\n"
	    "display:close()\n"
	    "writer:close() reader:close()\n");
}

static void windows_are_found_by_what_they_are_called(void **state)
{
	(void)state;
	run("local display <close> = open()\n"
	    "paint(8, 8, 16, 12, 0x445566)\n"
	    "local list = assert(display:windows())\n"
	    "assert(#list == 1 and list[1].id == 7 and list[1].title == 'window 7')\n"
	    "local seen <close> = assert(display:grab { title = '^window' })\n"
	    "check(seen, 0, 0, 0x445566)\n"
	    "local own <close> = assert(display:grab { window = 'active', obscured = true })\n"
	    "check(own, 0, 0, 0x112233)\n"
	    "assert(own.window == 7 and own.width == 16)\n"
	    "fails('ENOWINDOW', display:grab { title = 'no such' })\n"
	    "fails('ENOWINDOW', display:grab { window = 8 })\n"
	    "lose()\n"
	    "fails('ELOST', display:windows())\n"
	    "fails('ELOST', display:grab { title = '^window' })\n");
}

static void a_watch_tells_what_was_painted_inside(void **state)
{
	(void)state;
	run("local display <close> = open()\n"
	    "local watch <close> = assert(display:watch { x = 10, y = 10, width = 20, height = 20 })\n"
	    "assert(watch:wait(0.01) == false)\n"
	    "paint(0, 0, 5, 5, 1)\n"
	    "assert(watch:wait(0.01) == false)\n"
	    "paint(5, 5, 10, 10, 2)\n"
	    "assert(watch:wait(5) == true)\n"
	    "local rects = assert(watch:changed())\n"
	    "assert(#rects == 1 and rects[1].x == 10 and rects[1].width == 5)\n"
	    "resize(32, 32)\n"
	    "assert(watch:wait(5) == true)\n"
	    "display:close()\n"
	    "fails('ELOST', watch:wait(0))\n");
}

static void a_loss_is_told_and_a_new_connection_goes_on(void **state)
{
	(void)state;
	run("local display <close> = open()\n"
	    "local kept = assert(display:grab())\n"
	    "lose()\n"
	    "fails('ELOST', display:grab())\n"
	    "fails('ELOST', display:poll())\n"
	    "assert(display:reconnect())\n"
	    "paint(0, 0, 64, 48, 0x0a0b0c)\n"
	    "local frame <close> = assert(display:grab())\n"
	    "check(frame, 1, 1, 0x0a0b0c) check(kept, 1, 1, 0)\n"
	    "assert(frame.sequence > kept.sequence)\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(captures_are_what_was_painted),
		cmocka_unit_test(a_series_is_paced_and_sees_what_is_painted),
		cmocka_unit_test(a_capture_that_takes_too_long_is_given_up),
		cmocka_unit_test(captures_at_the_same_time_are_their_own),
		cmocka_unit_test(finalizers_may_use_the_coroutine_of_a_capture),
		cmocka_unit_test(a_call_that_the_collector_has_ended_fails),
		cmocka_unit_test(a_frame_for_a_finalized_handle_is_collected),
		cmocka_unit_test(a_capture_makes_no_garbage_but_its_frame),
		cmocka_unit_test(forgotten_frames_are_collected_for_their_slots),
		cmocka_unit_test(frames_go_into_a_ring),
		cmocka_unit_test(windows_are_found_by_what_they_are_called),
		cmocka_unit_test(a_watch_tells_what_was_painted_inside),
		cmocka_unit_test(a_loss_is_told_and_a_new_connection_goes_on),
	};
	kind = painted_source;
	kind.open = open_painted;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
