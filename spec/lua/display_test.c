/* A Lua state that runs out of memory at every allocation there is: nothing is lost, and the slots
 * are as before. */
/* xserver: 320x240x24 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "support/descriptors.h"
#include "support/newstate.h"

int luaopen_luashot_core(lua_State *L);

/* Allocations still granted; negative: all of them. */
struct budget {
	long left;
};

static void *allocate(void *argument, void *block, size_t old_size, size_t new_size)
{
	struct budget *budget = argument;
	if (new_size == 0) {
		free(block);
		return NULL;
	}
	bool grows = !block || new_size > old_size;
	if (grows && budget->left == 0) {
		return NULL;
	}
	if (grows && budget->left > 0) {
		budget->left--;
	}
	return realloc(block, new_size);
}

static lua_State *open_state(struct budget *budget)
{
	budget->left = -1;
	lua_State *L = new_state(allocate, budget);
	assert_non_null(L);
	luaL_openlibs(L);
	luaL_requiref(L, "luashot.core", luaopen_luashot_core, 1);
	lua_setglobal(L, "luashot");
	return L;
}

static void must_run(lua_State *L, const char *code)
{
	if (luaL_dostring(L, code) != LUA_OK) {
		fail_msg("%s", lua_tostring(L, -1));
	}
}

/* The thread that has opened a display may still be about to go, and its descriptor with it. */
static void expect_fds(int wanted)
{
	for (int i = 0; i < 5000 && count_descriptors() > wanted; i++) {
		usleep(1000);
	}
	assert_true(count_descriptors() <= wanted);
}

/* Run the global function `use` with 0, 1, 2, … allocations until it succeeds, and let `check`
 * judge what is left after each failure. Returns how many there were. */
static long sweep(lua_State *L, struct budget *budget)
{
	long granted = 0;
	for (;; granted++) {
		lua_getglobal(L, "use");
		budget->left = granted;
		int status = lua_pcall(L, 0, 0, 0);
		budget->left = -1;
		if (status == LUA_OK) {
			break;
		}
		assert_int_equal(status, LUA_ERRMEM);
		lua_settop(L, 0);
		must_run(L, "check()");
		assert_true(granted < 100000);
	}
	return granted;
}

static void check_uses(const char *const uses[], const char *setup)
{
	struct budget budget;
	lua_State *L = open_state(&budget);
	must_run(L, setup);
	for (int i = 0; uses[i]; i++) {
		must_run(L, uses[i]);
		must_run(L, "use() collectgarbage() collectgarbage() before = display:stats()");
		int fds = count_descriptors();
		assert_true(sweep(L, &budget) > 0);
		must_run(L, "check()");
		expect_fds(fds);
	}
	lua_close(L);
}

static void a_grab_without_memory_takes_no_slot(void **state)
{
	(void)state;
	static const char *const uses[] = {
		"function use() local frame = assert(display:grab()) frame:release() end",
		"function use() local frame <close> = assert(display:grab('50x50+3+3')) end",
		"function use() local frame <close> = "
		"assert(display:grab{x=1,y=1,width=50,height=50}) end",
		"function use() local frame <close> = assert(display:grab('primary', {clip = "
		"true})) end",
		"function use() local t = assert(display:grab_many{'5x5', '6x6+1+1', '7x7'}) "
		"for _, frame in ipairs(t) do frame:release() end end",
		"function use() assert(select('#', display:grab('5x5+900+0')) == 3) end",
		"function use() assert(#display:monitors() == 1) display:size() display:stats() "
		"end",
		NULL,
	};
	check_uses(uses, "display = assert(luashot.open{ slots = 4 })\n"
			 "function check()\n"
			 "  collectgarbage()\n"
			 "  collectgarbage()\n"
			 "  local after = display:stats()\n"
			 "  assert(after.held == 0 and after.in_flight == 0)\n"
			 "  assert(after.slots == before.slots and after.bytes == before.bytes)\n"
			 "  assert(after.growths == before.growths)\n"
			 "end\n");
}

static void a_frame_s_methods_without_memory_take_no_reference(void **state)
{
	(void)state;
	static const char *const uses[] = {
		"function use() local crop <close> = assert(frame:crop(1, 1, 9, 9)) end",
		"function use() local copy <close> = assert(frame:copy('rgb')) end",
		"function use() return #frame:bytes('rgb') end",
		"function use() return #assert(frame:encode('ppm')) end",
		"function use() return #assert(frame:encode('png')) end",
		"function use() return tostring(frame) end",
		"function use() assert(frame:save('/dev/null', {format = 'ppm'})) end",
		NULL,
	};
	check_uses(uses, "display = assert(luashot.open{ slots = 4 })\n"
			 "frame = assert(display:grab('64x48'))\n"
			 "function check()\n"
			 "  collectgarbage()\n"
			 "  collectgarbage()\n"
			 "  local again <close> = assert(display:grab('64x48'))\n"
			 "  local after = display:stats()\n"
			 "  assert(after.held == 2 and after.slots == 2)\n"
			 "  frame:pixel(63, 47)\n"
			 "end\n");
}

static void opening_without_memory_leaves_nothing_open(void **state)
{
	(void)state;
	struct budget budget;
	lua_State *L = open_state(&budget);
	must_run(L, "function use()\n"
		    "  local display <close> = assert(luashot.open{ slots = 2 })\n"
		    "  local frame <close> = assert(display:grab())\n"
		    "end\n"
		    "function check() collectgarbage() collectgarbage() end\n"
		    "use() check()");
	int fds = count_descriptors();
	assert_true(sweep(L, &budget) > 5);
	must_run(L, "check()");
	expect_fds(fds);
	lua_close(L);
}

static void requiring_without_memory_fails_cleanly(void **state)
{
	(void)state;
	struct budget budget;
	for (long granted = 0;; granted++) {
		budget.left = -1;
		lua_State *L = new_state(allocate, &budget);
		luaL_openlibs(L);
		lua_pushcfunction(L, luaopen_luashot_core);
		budget.left = granted;
		int status = lua_pcall(L, 0, 1, 0);
		budget.left = -1;
		lua_close(L);
		if (status == LUA_OK) {
			assert_true(granted > 10);
			break;
		}
		assert_int_equal(status, LUA_ERRMEM);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_grab_without_memory_takes_no_slot),
		cmocka_unit_test(a_frame_s_methods_without_memory_take_no_reference),
		cmocka_unit_test(opening_without_memory_leaves_nothing_open),
		cmocka_unit_test(requiring_without_memory_fails_cleanly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
