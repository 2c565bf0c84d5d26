#include "lua/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <lauxlib.h>

#include "base/clock.h"
#include "lua/args.h"
#include "lua/terminal_answer.h"
#include "lua/type.h"

static int terminal_size(lua_State *L)
{
	struct winsize size;
	if (ioctl((int)luaL_checkinteger(L, 1), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
		luaL_pushfail(L);
		return 1;
	}
	lua_createtable(L, 0, 4);
	shotL_set_integer(L, "columns", size.ws_col);
	shotL_set_integer(L, "rows", size.ws_row);
	shotL_set_integer(L, "width", size.ws_xpixel);
	shotL_set_integer(L, "height", size.ws_ypixel);
	return 1;
}

static size_t ask(int fd, const char *query, size_t length, char *answer, char last, double seconds)
{
	struct termios before;
	if (tcgetpgrp(fd) != getpgrp() || tcgetattr(fd, &before) != 0) {
		return 0; /* in the background, a query would stop the process */
	}
	struct termios quiet = before;
	quiet.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	quiet.c_cc[VMIN] = 1;
	quiet.c_cc[VTIME] = 0;
	tcsetattr(fd, TCSADRAIN, &quiet);
	size_t used = 0;
	if (write(fd, query, length) == (ssize_t)length) {
		used = shot_terminal_answer(fd, answer, last, shot_deadline_in(seconds));
	}
	tcsetattr(fd, TCSADRAIN, &before);
	return used;
}

static int terminal_ask(lua_State *L)
{
	size_t length;
	const char *query = luaL_checklstring(L, 1, &length);
	const char *last = luaL_checkstring(L, 2);
	double seconds = luaL_checknumber(L, 3);
	char answer[SHOT_TERMINAL_ANSWER];
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd < 0) {
		struct shot_error err;
		shot_fail_errno(&err, errno, "there is no terminal to ask");
		return shotL_fail(L, &err);
	}
	size_t used = ask(fd, query, length, answer, *last, seconds);
	close(fd);
	lua_pushlstring(L, answer, used);
	return 1;
}

void shotL_open_terminal(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{"terminal_ask", terminal_ask}, {"terminal_size", terminal_size}, {NULL, NULL}};
	luaL_setfuncs(L, functions, 0);
}
