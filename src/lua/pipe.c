#include "lua/pipe.h"

#include <fcntl.h>
#include <lauxlib.h>

enum { ROOM = 1 << 20 }; /* bytes, the most that the kernel grants to any user */

/* widen_pipe(fd): lets a pipe hold a megabyte. A picture of several then needs few turns of both
 * sides instead of one for each 64 KiB. Returns whether it is a pipe, and wide. */
static int widen(lua_State *L)
{
	int fd = (int)luaL_checkinteger(L, 1);
	int room = fcntl(fd, F_GETPIPE_SZ);
	lua_pushboolean(L, room >= ROOM || (room > 0 && fcntl(fd, F_SETPIPE_SZ, ROOM) >= ROOM));
	return 1;
}

void shotL_open_pipe(lua_State *L)
{
	lua_pushcfunction(L, widen);
	lua_setfield(L, -2, "widen_pipe");
}
