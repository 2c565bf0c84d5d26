#include "lua/preconnect.h"

#include <errno.h>
#include <lauxlib.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lua/args.h"
#include "lua/sources.h"
#include "lua/type.h"
#include "base/breaker.h"
#include "base/clock.h"
#include "base/thread.h"
#include "base/wait.h"
#include "process/attempt.h"

#define TYPE "luashot.preconnected"

enum { MOST = 8 };

struct connections {
	struct shot_source *ready[MOST];
	unsigned made, left;
	char name[256];
	struct shot_error err; /* the reason when there are none */
};

static const char key;

static void close_all(struct connections *connections)
{
	while (connections->left > 0) {
		shot_source_close(connections->ready[--connections->left]);
	}
}

static int finish(lua_State *L)
{
	close_all(luaL_checkudata(L, 1, TYPE));
	return 0;
}

bool shotL_preconnect_take(
	lua_State *L, const char *name, struct shot_source **out, struct shot_error *err)
{
	*out = NULL;
	lua_rawgetp(L, LUA_REGISTRYINDEX, &key);
	struct connections *connections = lua_touserdata(L, -1);
	lua_pop(L, 1); /* the registry keeps it */
	if (!connections) {
		return true;
	}
	if (name && strcmp(name, connections->name) != 0) {
		return shot_fail(err, "ESANDBOX",
			"display '%s' cannot be opened in a sandbox, which has only '%s'", name,
			connections->name);
	}
	if (connections->made == 0) {
		*err = connections->err;
		return false;
	}
	if (connections->left == 0) {
		return shot_fail(err, "ESANDBOX",
			"the sandbox allows the display to be opened %u times; all are used",
			connections->made);
	}
	struct shot_source *source = connections->ready[--connections->left];
	if (!source->kind->take_events(source, err)) {
		shot_source_close(source);
		return false;
	}
	*out = source;
	return true;
}

bool shotL_is_preconnected(lua_State *L)
{
	bool is = lua_rawgetp(L, LUA_REGISTRYINDEX, &key) != LUA_TNIL;
	lua_pop(L, 1);
	return is;
}

static bool connect_once(void *argument, struct shot_error *err)
{
	return shot_source_open(argument, NULL, NULL, err) != NULL;
}

/* Breaks the connection at the deadline if the server stops to answer while it is set up. */
struct limit {
	struct shot_breaker breaker;
	pthread_t thread;
	int over; /* an eventfd: the connection is set up */
	int64_t deadline;
};

static void *watch(void *argument)
{
	struct limit *limit = argument;
	if (shot_wait_readable(limit->over, -1, limit->deadline) == SHOT_WAIT_TIMEOUT) {
		shot_breaker_break(&limit->breaker);
	}
	return NULL;
}

static bool limit_begin(struct limit *limit, int64_t deadline, struct shot_error *err)
{
	*limit = (struct limit){.over = eventfd(0, EFD_CLOEXEC), .deadline = deadline};
	shot_breaker_init(&limit->breaker);
	int failed = limit->over < 0 ? errno : shot_thread_start(&limit->thread, watch, limit);
	if (failed && limit->over >= 0) {
		close(limit->over);
	}
	if (failed) {
		shot_breaker_finish(&limit->breaker);
		return shot_fail_errno(err, failed, "cannot connect ahead");
	}
	return true;
}

static void limit_end(struct limit *limit)
{
	eventfd_write(limit->over, 1);
	pthread_join(limit->thread, NULL);
	shot_breaker_finish(&limit->breaker);
	close(limit->over);
}

/* Whether the server answers at all. No thread may still wait for that at the end, because the
 * sandbox can lock only a process with one thread. */
static bool does_answer(const struct shot_source_kind *kind, const char *late, double patience,
	struct shot_error *err)
{
	return shot_attempt_run(connect_once, (void *)kind, shot_deadline_in(patience), late, err);
}

static bool connect_all(struct connections *connections, const struct shot_source_kind *kind,
	unsigned count, double patience)
{
	struct limit limit;
	struct shot_error *err = &connections->err;
	char late[sizeof err->message];
	snprintf(late, sizeof late,
		"%s did not answer within %g s (is it stopped, or grabbed by another client?)",
		kind->server, patience);
	const char *name = getenv(kind->variable);
	snprintf(connections->name, sizeof connections->name, "%s", name ? name : "");
	if (!does_answer(kind, late, patience, err) ||
		!limit_begin(&limit, shot_deadline_in(patience), err)) {
		return false;
	}
	bool ok = true;
	while (ok && connections->left < count) {
		struct shot_source *source = shot_source_open(kind, NULL, &limit.breaker, err);
		ok = source != NULL;
		if (ok) {
			connections->ready[connections->left++] = source;
		}
	}
	if (shot_breaker_is_broken(&limit.breaker)) {
		ok = shot_fail(err, "ETIMEDOUT", "%s", late);
	}
	limit_end(&limit);
	if (!ok) {
		close_all(connections);
	}
	return ok;
}

/* connect_ahead(count, patience) -> count | nil, message, code */
static int connect_ahead(lua_State *L)
{
	lua_Integer count = luaL_checkinteger(L, 1);
	luaL_argcheck(L, count >= 1 && count <= MOST, 1, "1 to 8 expected");
	double patience = luaL_checknumber(L, 2);
	struct connections *connections = lua_newuserdatauv(L, sizeof *connections, 0);
	memset(connections, 0, sizeof *connections);
	luaL_setmetatable(L, TYPE);
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &key);
	const struct shot_source_kind *kind = shotL_find_source(NULL);
	while (kind && !connect_all(connections, kind, (unsigned)count, patience)) {
		kind = shotL_next_source(NULL, kind);
	}
	if (!kind) {
		return shotL_fail(L, &connections->err);
	}
	connections->made = connections->left;
	lua_pushinteger(L, count);
	return 1;
}

void shotL_open_preconnect(lua_State *L)
{
	shotL_new_owner_type(L, TYPE, finish);
	lua_pushcfunction(L, connect_ahead);
	lua_setfield(L, -2, "connect_ahead");
}
