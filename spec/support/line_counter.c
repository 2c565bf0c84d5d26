/* Counts how often each line of Lua is run, for scripts/dev/coverage: preloaded into programs that
 * are linked with liblua (the host), and loaded by LUA_INIT into stock Lua, which has its own.
 * There it keeps a line hook below the hooks of the program, which do not see it. At the end of a
 * process a line "count chunk:line" for each is appended to a file of its own in the folder
 * LUASHOT_LINES. */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lua.h>

#define EXPORT __attribute__((visibility("default")))

enum { FILES = 512, LINES = 2048 };

static struct {
	char *name; /* the chunk's */
	unsigned counts[LINES];
} files[FILES];

static void (*set_hook)(lua_State *L, lua_Hook hook, int mask, int count);
static lua_Hook theirs;

static void count(const char *source, int line)
{
	static size_t last;
	if (!strstr(source, "luashot") || strchr(source, '\n') || line < 0 || line >= LINES) {
		return;
	}
	if (files[last].name && strcmp(files[last].name, source) == 0) {
		files[last].counts[line]++;
		return;
	}
	for (size_t i = 0; i < FILES; i++) {
		if (!files[i].name) {
			files[i].name = strdup(source);
		}
		if (files[i].name && strcmp(files[i].name, source) == 0) {
			last = i;
			files[i].counts[line]++;
			return;
		}
	}
}

static void hook(lua_State *L, lua_Debug *at)
{
	if (at->event == LUA_HOOKLINE) {
		lua_getinfo(L, "S", at);
		count(at->source, at->currentline);
	} else if (theirs) {
		theirs(L, at);
	}
}

EXPORT void lua_sethook(lua_State *L, lua_Hook function, int mask, int number)
{
	if (mask) {
		theirs = function; /* each program has one */
	}
	set_hook(L, hook, mask | LUA_MASKLINE, mask ? number : 0);
}

EXPORT int lua_gethookmask(lua_State *L)
{
	int (*mask)(lua_State *) = (int (*)(lua_State *))dlsym(RTLD_NEXT, "lua_gethookmask");
	return mask(L) & ~LUA_MASKLINE;
}

EXPORT lua_State *lua_newstate(lua_Alloc allocate, void *data)
{
	lua_State *(*make)(lua_Alloc, void *) =
		(lua_State * (*)(lua_Alloc, void *)) dlsym(RTLD_NEXT, "lua_newstate");
	set_hook = (void (*)(lua_State *, lua_Hook, int, int))dlsym(RTLD_NEXT, "lua_sethook");
	lua_State *L = make(allocate, data);
	if (L) {
		set_hook(L, hook, LUA_MASKLINE, 0); /* coroutines inherit it */
	}
	return L;
}

EXPORT int luaopen_line_counter(lua_State *L);

EXPORT int luaopen_line_counter(lua_State *L)
{
	if (!set_hook) {
		set_hook = (void (*)(lua_State *, lua_Hook, int, int))dlsym(
			RTLD_DEFAULT, "lua_sethook");
		set_hook(L, hook, LUA_MASKLINE, 0);
	}
	return 0;
}

__attribute__((destructor)) static void write_counts(void)
{
	const char *folder = getenv("LUASHOT_LINES");
	char path[4096];
	if (!folder || !files[0].name) {
		return;
	}
	snprintf(path, sizeof path, "%s/%d", folder, (int)getpid());
	FILE *out = fopen(path, "a");
	if (!out) {
		return; /* in a sandbox */
	}
	for (size_t i = 0; i < FILES && files[i].name; i++) {
		for (int line = 0; line < LINES; line++) {
			if (files[i].counts[line]) {
				fprintf(out, "%u %s:%d\n", files[i].counts[line], files[i].name,
					line);
			}
		}
	}
	fclose(out);
}
