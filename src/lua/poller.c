#include "lua/poller.h"

#include <errno.h>
#include <lauxlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "lua/args.h"
#include "lua/type.h"

#define TYPE "luashot.poller"

struct poller {
	int fd; /* an epoll instance; -1 while there is none */
};

static int poller_finish(lua_State *L)
{
	struct poller *poller = luaL_checkudata(L, 1, TYPE);
	if (poller->fd >= 0) {
		close(poller->fd);
		poller->fd = -1;
	}
	return 0;
}

static int poller_fd(lua_State *L)
{
	lua_pushinteger(L, ((struct poller *)luaL_checkudata(L, 1, TYPE))->fd);
	return 1;
}

static int poller_add(lua_State *L)
{
	struct poller *poller = luaL_checkudata(L, 1, TYPE);
	int fd = (int)luaL_checkinteger(L, 2);
	struct epoll_event event = {.events = EPOLLIN};
	if (epoll_ctl(poller->fd, EPOLL_CTL_ADD, fd, &event) != 0 && errno != EEXIST) {
		return luaL_error(L, "cannot wait for descriptor %d", fd);
	}
	return 0;
}

/* A descriptor that was closed meanwhile is already removed. */
static int poller_remove(lua_State *L)
{
	struct poller *poller = luaL_checkudata(L, 1, TYPE);
	epoll_ctl(poller->fd, EPOLL_CTL_DEL, (int)luaL_checkinteger(L, 2), NULL);
	return 0;
}

static int new_poller(lua_State *L)
{
	struct poller *poller = lua_newuserdatauv(L, sizeof *poller, 0);
	poller->fd = -1;
	luaL_setmetatable(L, TYPE);
	poller->fd = epoll_create1(EPOLL_CLOEXEC);
	if (poller->fd < 0) {
		struct shot_error err;
		shot_fail_errno(&err, errno, "cannot wait for a descriptor");
		return shotL_fail(L, &err);
	}
	return 1;
}

void shotL_open_poller(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{"add", poller_add},
		{"fd", poller_fd},
		{"remove", poller_remove},
		{NULL, NULL},
	};
	static const luaL_Reg metamethods[] = {{"__gc", poller_finish}, {NULL, NULL}};
	shotL_new_type(L, TYPE, metamethods, "a poller", methods);
	lua_pushcfunction(L, new_poller);
	lua_setfield(L, -2, "poller");
}
