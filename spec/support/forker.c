/* A module for stock Lua: fork(2), as other modules offer it. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lauxlib.h>

enum { PATIENCE = 10 }; /* seconds that a child has */

__attribute__((visibility("default"))) int luaopen_forker(lua_State *L);

/* fork() -> true in the child, nothing in the parent; both go on */
static int fork_here(lua_State *L)
{
	pid_t child = fork();
	if (child < 0) {
		return luaL_error(L, "cannot fork");
	}
	if (child == 0) {
		alarm(PATIENCE); /* SIGALRM ends what does not end by itself */
	}
	lua_pushboolean(L, child == 0);
	lua_pushinteger(L, child);
	return 2;
}

/* wait(pid) -> status, signal */
static int wait_for(lua_State *L)
{
	int status;
	if (waitpid((pid_t)luaL_checkinteger(L, 1), &status, 0) < 0) {
		return luaL_error(L, "cannot wait");
	}
	lua_pushinteger(L, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	lua_pushinteger(L, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
	return 2;
}

int luaopen_forker(lua_State *L)
{
	static const luaL_Reg functions[] = {{"fork", fork_here}, {"wait", wait_for}, {NULL, NULL}};
	luaL_newlib(L, functions);
	return 1;
}
