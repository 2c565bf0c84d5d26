/* A series against a compositor whose frames a clock counts that only this test advances: whether
 * each of them has a capture that waits for it does not depend on who gets the processor. */
/* with: support/hostile.c */
/* link: --wrap=clock_gettime -lwayland-server */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "base/clock.h"
#include "support/hostile_client.h"

#define FRAME (SHOT_NS_PER_S / 60) /* of the output */

int luaopen_luashot_core(lua_State *L);

/* --- the clock
 * ---------------------------------------------------------------------------------*/

static atomic_llong now; /* openers read it on their thread */
static int64_t next_frame;
static unsigned missed; /* frames for which no capture waited */
static unsigned shown;	/* frames of this compositor */
static struct hostile *hostile;
static bool is_slow_to_answer; /* the compositor */
static uint32_t seed;
static int64_t latest; /* that a program may be woken after the time */

int __real_clock_gettime(clockid_t id, struct timespec *time);
int __wrap_clock_gettime(clockid_t id, struct timespec *time);
int __wrap_clock_gettime(clockid_t id, struct timespec *time)
{
	if (id != CLOCK_MONOTONIC) {
		return __real_clock_gettime(id, time);
	}
	*time = (struct timespec){now / SHOT_NS_PER_S, now % SHOT_NS_PER_S};
	return 0;
}

/* Time passes; the compositor shows the frames that are due. */
static void pass_until(int64_t time)
{
	for (; next_frame <= time; next_frame += FRAME) {
		now = next_frame;
		missed += hostile_tick(hostile) == 0;
		shown++;
	}
	now = time > now ? time : now;
}

/* A busy machine wakes nobody in time. */
static void be_late(void)
{
	seed = seed * 1103515245 + 12345;
	pass_until(now + (int64_t)(seed >> 16) * latest / 0xffff);
}

static bool is_readable(int fd)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	hostile_settle(hostile);
	return fd >= 0 && poll(&ready, 1, 0) > 0;
}

/* The waiter: (fd, seconds) -> whether the descriptor is readable in time. */
static int wait_until(lua_State *L)
{
	int fd = (int)lua_tointeger(L, 1);
	double seconds = fmin(lua_tonumber(L, 2), 1000);
	int64_t deadline = now + (int64_t)ceil(seconds * 1e9);
	while (!is_readable(fd) && now < deadline) {
		pass_until(next_frame < deadline ? next_frame : deadline);
	}
	bool is_in_time = is_readable(fd);
	be_late();
	lua_pushboolean(L, is_in_time);
	return 1;
}

/* work(frames): the script is busy for so long. */
static int work(lua_State *L)
{
	pass_until(now + (int64_t)(luaL_checknumber(L, 1) * FRAME));
	return 0;
}

/* missed() -> the frames without a capture since the last question. */
static int push_missed(lua_State *L)
{
	lua_pushinteger(L, missed);
	missed = 0;
	return 1;
}

/* shown() -> the number of the latest frame. */
static int push_shown(lua_State *L)
{
	lua_pushinteger(L, shown);
	return 1;
}

/* --- the series
 * --------------------------------------------------------------------------------*/

/* Each 60 frames, which show their numbers, of a series that begins `phase` after a frame. The body
 * works for `usual` frames, and for `rare` ones each fifth time. */
static const char script[] =
	"local path, usual, rare, by_ticks = ...\n"
	"local display <close> = assert(luashot.open { display = 'wayland:', path = path })\n"
	"luashot.set_waiter(wait_until)\n"
	"local count, last = 0\n"
	"local function ticked()\n"
	"  local pace = display:pace(60)\n"
	"  return function()\n"
	"    display:tick(pace)\n"
	"    return assert(display:grab())\n"
	"  end\n"
	"end\n"
	"local function run()\n"
	"  for frame in (by_ticks and ticked or display.frames)(display, { fps = 60 }) do\n"
	"    local red, green, blue = frame:pixel(0, 0)\n"
	"    local number = red << 16 | green << 8 | blue\n"
	"    if not last then missed() end\n"
	"    local gap = last and number - last - 1 or 0\n"
	"    if gap ~= 0 then error(('%d frames are missing after %d'):format(gap, count), 0) end\n"
	"    if shown() ~= number and not by_ticks and rare < 1 then error('it is not the latest', 0) end\n"
	"    last, count = number, count + 1\n"
	"    frame:release()\n"
	"    if count == 60 then return end\n"
	"    work(count % 5 == 0 and rare or usual)\n"
	"  end\n"
	"end\n"
	"local co = coroutine.create(run)\n"
	"local ok, why = coroutine.resume(co)\n"
	"coroutine.close(co)\n"
	"luashot.set_waiter(nil)\n"
	"if not ok then error(why, 0) end\n"
	"local lost = missed()\n"
	"if lost > 0 and not by_ticks then error(('no capture waited for %d frames'):format(lost), 0) end\n"
	"return count\n";

/* Captures end with the output's next frame; or one is told of its pixels then, and ends at once.
 */
static struct hostile_plan plan_of(void)
{
	struct hostile_plan plan = hostile_honest();
	SAY(&plan, HOSTILE_OUTPUT, EVENT(MODE, 64, 48, 60000), EVENT(DONE));
	SAY(&plan, HOSTILE_COPY, EVENT(HOLD), EVENT(COUNT), EVENT(FLAGS, 0), EVENT(READY));
	SAY(&plan, HOSTILE_FRAME, EVENT(HOLD), EVENT(COUNT), EVENT(TRANSFORM, 0), EVENT(READY));
	if (is_slow_to_answer) {
		SAY(&plan, HOSTILE_CAPTURE, EVENT(HOLD), EVENT(BUFFER, XRGB, 64, 48, 256),
			EVENT(BUFFER_DONE));
		SAY(&plan, HOSTILE_COPY, EVENT(COUNT), EVENT(FLAGS, 0), EVENT(READY));
		SAY(&plan, HOSTILE_SESSION, EVENT(HOLD), EVENT(SIZE, 64, 48), EVENT(FORMAT, XRGB),
			EVENT(KNOWN));
		SAY(&plan, HOSTILE_FRAME, EVENT(COUNT), EVENT(TRANSFORM, 0), EVENT(READY));
	}
	return plan;
}

static void run_series(const char *path, int64_t phase, double usual, double rare, bool by_ticks)
{
	struct hostile_plan plan = plan_of();
	hostile = hostile_start(&plan);
	shown = 0;
	now = 1000 * FRAME + phase;
	next_frame = 1001 * FRAME;
	seed = (uint32_t)phase;
	lua_State *L = luaL_newstate();
	luaL_openlibs(L);
	luaL_requiref(L, "luashot", luaopen_luashot_core, 1);
	lua_register(L, "wait_until", wait_until);
	lua_register(L, "work", work);
	lua_register(L, "missed", push_missed);
	lua_register(L, "shown", push_shown);
	assert_int_equal(LUA_OK, luaL_loadstring(L, script));
	lua_pushstring(L, path);
	lua_pushnumber(L, usual);
	lua_pushnumber(L, rare);
	lua_pushboolean(L, by_ticks);
	if (lua_pcall(L, 4, 1, 0) != LUA_OK) {
		fail_msg("%s, begun %d us after a frame, working for %g and %g: %s", path,
			(int)(phase / 1000), usual, rare, lua_tostring(L, -1));
	}
	assert_int_equal(60, lua_tointeger(L, -1));
	lua_close(L);
	hostile_stop(hostile);
}

static void test_series(double usual, double rare, bool by_ticks)
{
	static const char *const paths[] = {"wl-screencopy", "wl-copy", "wl-scratch"};
	for (int i = 0; i < 3; i++) {
		for (int eighth = 0; eighth < 8; eighth++) {
			run_series(paths[i], eighth * FRAME / 8, usual, rare, by_ticks);
		}
	}
}

/* The deadlines lie anywhere between the output's frames, and the script works for half of one. */
static void misses_no_frame(void **state)
{
	(void)state;
	latest = FRAME / 5;
	test_series(0.5, 0.5, false);
	test_series(0, 0, false);
}

/* The capture is sent as a whole before the script works: one that is slower than a frame now and
 * then finds the next one when it is done, and is in time for the one after that. */
static void misses_none_when_a_body_is_slow(void **state)
{
	(void)state;
	latest = FRAME / 5;
	test_series(0.2, 1.3, false);
	latest = FRAME / 20;
	test_series(0.2, 1.8, false);
}

/* A compositor that does not answer at once delays no frame for longer than a part of one. */
static void waits_no_longer_than_it_may(void **state)
{
	(void)state;
	latest = FRAME / 5;
	is_slow_to_answer = true;
	test_series(0.2, 0.2, false);
	is_slow_to_answer = false;
}

/* So does a stream into a ring, which waits for each deadline and then captures. */
static void misses_no_frame_by_ticks(void **state)
{
	(void)state;
	latest = FRAME / 5;
	test_series(0.3, 0.3, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(misses_no_frame),
		cmocka_unit_test(misses_none_when_a_body_is_slow),
		cmocka_unit_test(waits_no_longer_than_it_may),
		cmocka_unit_test(misses_no_frame_by_ticks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
