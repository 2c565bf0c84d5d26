#include "lua/preconnect.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lua/args.h"
#include "lua/sources.h"
#include "lua/type.h"
#include "base/clock.h"
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
	(void)argument;
	return shot_source_open(shotL_find_source(NULL), NULL, NULL, err) != NULL;
}

/* Whether the server answers at all. No thread may still wait for that at the end, because the
 * sandbox can lock only a process with one thread. */
static bool does_answer(double patience, struct shot_error *err)
{
	char late[sizeof err->message];
	snprintf(late, sizeof late,
		"%s did not answer within %g s (is it stopped, or grabbed by another client?)",
		shotL_find_source(NULL)->server, patience);
	return shot_attempt_run(connect_once, NULL, shot_deadline_in(patience), late, err);
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
	const char *name = getenv(shotL_find_source(NULL)->variable);
	snprintf(connections->name, sizeof connections->name, "%s", name ? name : "");
	if (!does_answer(patience, &connections->err)) {
		return shotL_fail(L, &connections->err);
	}
	while (connections->left < count) {
		struct shot_source *source =
			shot_source_open(shotL_find_source(NULL), NULL, NULL, &connections->err);
		if (!source) {
			close_all(connections);
			connections->made = 0;
			return shotL_fail(L, &connections->err);
		}
		connections->ready[connections->left++] = source;
		connections->made++;
	}
	lua_pushinteger(L, count);
	return 1;
}

void shotL_open_preconnect(lua_State *L)
{
	shotL_new_owner_type(L, TYPE, finish);
	lua_pushcfunction(L, connect_ahead);
	lua_setfield(L, -2, "connect_ahead");
}
