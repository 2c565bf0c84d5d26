/* The order of waits for an answer: in place, then by the waiter, so that others run. */
/* link: --wrap=shot_wait_beside --wrap=shot_clock_ns */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "base/clock.h"
#include "base/wait.h"
#include "lua/wait.h"

enum { FD = 40, OTHERS = 41, US = 1000 };

static int64_t now = 1000000000;
static const enum shot_wait *ends; /* of the next waits in place */
static int64_t lasts;		   /* each of them, at most until its deadline */
static char waits[256];		   /* those that were seen */

int64_t __wrap_shot_clock_ns(void);
int64_t __wrap_shot_clock_ns(void)
{
	return now;
}

/* Notes the descriptor of others, and for how many microseconds the wait would be. */
enum shot_wait __wrap_shot_wait_beside(int fd, int wake_fd, int others, int64_t deadline);
enum shot_wait __wrap_shot_wait_beside(int fd, int wake_fd, int others, int64_t deadline)
{
	size_t length = strlen(waits);
	assert_int_equal(fd, FD);
	assert_int_equal(wake_fd, -1);
	snprintf(waits + length, sizeof waits - length, "%s%lld ",
		others == OTHERS ? "others "
		: others == -1	 ? ""
				 : "? ",
		(long long)(deadline - now) / US);
	now = *ends == SHOT_WAIT_TIMEOUT || now + lasts > deadline ? deadline : now + lasts;
	return *ends++;
}

static int64_t deadline;

static int looked(lua_State *L, int status, lua_KContext context)
{
	(void)status;
	(void)context;
	lua_pushstring(L, shotL_waited(L) ? "waiter" : "late");
	return 1;
}

static int wait(lua_State *L)
{
	bool is_there = shotL_wait_answerk(L, FD, deadline, 0, looked);
	lua_pushstring(L, is_there ? "in place" : "late");
	return 1;
}

/* Returns for how many milliseconds the others rest. */
static int rest(lua_State *L)
{
	lua_pushvalue(L, lua_upvalueindex(1));
	return 1;
}

static int yield(lua_State *L)
{
	assert_int_equal(lua_tointeger(L, 1), FD);
	return lua_yield(L, 0);
}

/* One wait in a coroutine. Returns the way in which it ended. */
static const char *run(lua_State *L, const enum shot_wait *in_place)
{
	ends = in_place;
	*waits = '\0';
	lua_settop(L, 0);
	lua_State *coroutine = lua_newthread(L);
	int count;
	lua_pushcfunction(coroutine, wait);
	int status = lua_resume(coroutine, L, 0, &count);
	if (status == LUA_YIELD) {
		lua_pushboolean(coroutine, true);
		status = lua_resume(coroutine, L, 1, &count);
	}
	assert_int_equal(status, LUA_OK);
	return lua_tostring(coroutine, -1);
}

static void set_waiter(lua_State *L, lua_Integer ms)
{
	lua_pushcfunction(L, yield);
	lua_pushinteger(L, ms);
	lua_pushcclosure(L, rest, 1);
	shotL_set_waiter(L, OTHERS);
	deadline = now + SHOT_NS_PER_S;
}

static const enum shot_wait AT_ONCE[] = {SHOT_WAIT_READY}, NEVER[] = {SHOT_WAIT_TIMEOUT},
			    BUSY[] = {SHOT_WAIT_OTHERS, SHOT_WAIT_READY},
			    BUSY_NEVER[] = {SHOT_WAIT_OTHERS, SHOT_WAIT_TIMEOUT};

static void an_answer_may_take_until_others_have_something_to_do(void **state)
{
	lua_State *L = *state;
	lasts = 0;
	set_waiter(L, -1);
	assert_string_equal(run(L, AT_ONCE), "in place");
	assert_string_equal(waits, "others 5000 ");
	assert_string_equal(run(L, NEVER), "waiter");
	assert_string_equal(waits, "others 5000 ");
	set_waiter(L, 2);
	assert_string_equal(run(L, NEVER), "waiter");
	assert_string_equal(waits, "others 2000 ");
	set_waiter(L, 80);
	assert_string_equal(run(L, AT_ONCE), "in place");
	assert_string_equal(waits, "others 5000 ");
}

static void it_may_take_a_moment_longer(void **state)
{
	lua_State *L = *state;
	lasts = 0;
	set_waiter(L, 0);
	assert_string_equal(run(L, AT_ONCE), "in place");
	assert_string_equal(waits, "100 ");
	assert_string_equal(run(L, NEVER), "waiter");
	assert_string_equal(waits, "100 ");
	set_waiter(L, -1);
	assert_string_equal(run(L, BUSY), "in place");
	assert_string_equal(waits, "others 5000 100 ");
	assert_string_equal(run(L, BUSY_NEVER), "waiter");
	assert_string_equal(waits, "others 5000 100 ");
}

static void without_knowledge_of_the_others_it_takes_a_moment(void **state)
{
	lua_State *L = *state;
	lasts = 0;
	lua_pushcfunction(L, yield);
	lua_pushnil(L);
	shotL_set_waiter(L, -1);
	deadline = now + SHOT_NS_PER_S;
	assert_string_equal(run(L, AT_ONCE), "in place");
	assert_string_equal(waits, "100 ");
}

static void others_have_their_turn_after_two_milliseconds(void **state)
{
	lua_State *L = *state;
	lasts = 700 * US;
	set_waiter(L, -1);
	for (int i = 0; i < 3; i++) {
		assert_string_equal(run(L, AT_ONCE), "in place");
	}
	assert_string_equal(run(L, AT_ONCE), "waiter");
	assert_string_equal(waits, "");
	assert_string_equal(run(L, AT_ONCE), "in place");
}

static void near_the_deadline_the_waiter_waits(void **state)
{
	lua_State *L = *state;
	set_waiter(L, -1);
	deadline = now + 1000 * US;
	assert_string_equal(run(L, AT_ONCE), "waiter");
	assert_string_equal(waits, "");
}

static int open(void **state)
{
	*state = luaL_newstate();
	return *state ? 0 : -1;
}

static int finish(void **state)
{
	lua_close(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_may_take_until_others_have_something_to_do),
		cmocka_unit_test(it_may_take_a_moment_longer),
		cmocka_unit_test(without_knowledge_of_the_others_it_takes_a_moment),
		cmocka_unit_test(others_have_their_turn_after_two_milliseconds),
		cmocka_unit_test(near_the_deadline_the_waiter_waits),
	};
	return cmocka_run_group_tests(tests, open, finish);
}
