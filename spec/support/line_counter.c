/* Counts how often each line of Lua is run, for scripts/dev/coverage: the host of that build is
 * linked with it before liblua, whose functions it wraps; stock Lua, which has these within itself,
 * loads it by LUA_INIT. There it keeps a line hook below the hooks of the program, which do not see
 * it.
 *
 * The counts lie in one file, LUASHOT_LINES, that all processes map: what a process has run is
 * counted however it ends, by SIGKILL too, and in a sandbox, where no file could be written.
 * scripts/dev/lines reads it. shared_counts.c does the same for C. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <lua.h>

#define EXPORT __attribute__((visibility("default")))

enum { FILES = 1024, LINES = 2048, NAME = 256 }; /* scripts/dev/lines has them, too */

enum { FREE, TAKEN, NAMED };

struct file {
	atomic_int state;
	char name[NAME - sizeof(atomic_int)]; /* the chunk's */
	atomic_uint counts[LINES];
};

static struct file *files; /* NULL: nothing is counted */
static void (*set_hook)(lua_State *L, lua_Hook hook, int mask, int count);

static void map_counts(void)
{
	const char *path = getenv("LUASHOT_LINES");
	int fd = path && !files ? open(path, O_RDWR | O_CLOEXEC) : -1;
	if (fd >= 0) {
		void *memory = mmap(
			NULL, FILES * sizeof *files, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		files = memory == MAP_FAILED ? NULL : memory;
		close(fd);
	}
}

/* Whether a file is this chunk's, or was free and is now. */
static bool is_for(struct file *file, const char *name)
{
	int state = FREE;
	if (atomic_compare_exchange_strong(&file->state, &state, TAKEN)) {
		strncpy(file->name, name, sizeof file->name - 1);
		atomic_store(&file->state, NAMED);
		return true;
	}
	/* Taken by another process for a few instructions, or for ever, if it was killed there. */
	for (int i = 0; state == TAKEN && i < 1000000; i++) {
		state = atomic_load(&file->state);
	}
	return state == NAMED && strncmp(file->name, name, sizeof file->name - 1) == 0;
}

/* Ours: in the host "=[luashot] x.lua", else a file. */
static bool is_counted(const char *source)
{
	return strncmp(source, "=[luashot] ", 11) == 0 ||
	       (*source == '@' && (strstr(source, "lua/luashot/") || strstr(source, "scripts/")));
}

static void count(const char *source, int line)
{
	static size_t last;
	if (!files || line < 0 || line >= LINES || !is_counted(source)) {
		return;
	}
	if (!is_for(&files[last], source)) {
		for (last = 0; last < FILES - 1 && !is_for(&files[last], source);) {
			last++;
		}
	}
	atomic_fetch_add_explicit(&files[last].counts[line], 1, memory_order_relaxed);
}

enum { HOOKS = 6 }; /* none, three of the host, one of them with lines, too */

/* A hook of the program, below which lines are counted. A coroutine inherits the C function of its
 * maker's hook, so each pair of a hook and "wants lines" has a C function of its own. */
static struct theirs {
	lua_Hook function;
	bool lines; /* it wants them, too */
} theirs[HOOKS];

static void pass_on(lua_State *L, lua_Debug *at, const struct theirs *to)
{
	if (at->event == LUA_HOOKLINE) {
		lua_getinfo(L, "S", at);
		count(at->source, at->currentline);
	}
	if (to->function && (at->event != LUA_HOOKLINE || to->lines)) {
		to->function(L, at);
	}
}

/* clang-format off */
static void hook_0(lua_State *L, lua_Debug *at) { pass_on(L, at, &theirs[0]); }
static void hook_1(lua_State *L, lua_Debug *at) { pass_on(L, at, &theirs[1]); }
static void hook_2(lua_State *L, lua_Debug *at) { pass_on(L, at, &theirs[2]); }
static void hook_3(lua_State *L, lua_Debug *at) { pass_on(L, at, &theirs[3]); }
static void hook_4(lua_State *L, lua_Debug *at) { pass_on(L, at, &theirs[4]); }
static void hook_5(lua_State *L, lua_Debug *at) { pass_on(L, at, &theirs[5]); }
/* clang-format on */

static const lua_Hook hooks[HOOKS] = {hook_0, hook_1, hook_2, hook_3, hook_4, hook_5};

/* What the program has set there; NULL for a hook that is not the counter's. */
static const struct theirs *theirs_of(lua_State *L)
{
	lua_Hook (*get)(lua_State *) = (lua_Hook(*)(lua_State *))dlsym(RTLD_NEXT, "lua_gethook");
	lua_Hook set = get(L);
	for (int i = 0; i < HOOKS; i++) {
		if (hooks[i] == set) {
			return &theirs[i];
		}
	}
	return NULL;
}

EXPORT void lua_sethook(lua_State *L, lua_Hook function, int mask, int number)
{
	struct theirs set = {mask ? function : NULL, mask & LUA_MASKLINE};
	int i = 0;
	while (theirs[i].function != set.function || theirs[i].lines != set.lines) {
		if (++i == HOOKS) {
			abort();
		}
		if (!theirs[i].function) {
			theirs[i] = set;
		}
	}
	set_hook(L, hooks[i], mask | LUA_MASKLINE, mask ? number : 0);
}

EXPORT int lua_gethookmask(lua_State *L)
{
	int (*mask)(lua_State *) = (int (*)(lua_State *))dlsym(RTLD_NEXT, "lua_gethookmask");
	const struct theirs *set = theirs_of(L);
	return mask(L) & ~(set && !set->lines ? LUA_MASKLINE : 0);
}

EXPORT lua_Hook lua_gethook(lua_State *L)
{
	const struct theirs *set = theirs_of(L);
	return set ? set->function : NULL;
}

EXPORT lua_State *lua_newstate(lua_Alloc allocate, void *data)
{
	lua_State *(*make)(lua_Alloc, void *) =
		(lua_State * (*)(lua_Alloc, void *)) dlsym(RTLD_NEXT, "lua_newstate");
	set_hook = (void (*)(lua_State *, lua_Hook, int, int))dlsym(RTLD_NEXT, "lua_sethook");
	map_counts();
	lua_State *L = make(allocate, data);
	if (L) {
		set_hook(L, hook_0, LUA_MASKLINE, 0); /* coroutines inherit it */
	}
	return L;
}

/* debug.gethook of stock Lua, which calls the counter "external hook". */
static int show_hook(lua_State *L)
{
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_insert(L, 1);
	lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
	if (lua_type(L, 1) == LUA_TSTRING) {
		lua_pushnil(L);
		return 1;
	}
	return lua_gettop(L);
}

EXPORT int luaopen_line_counter(lua_State *L);

EXPORT int luaopen_line_counter(lua_State *L)
{
	if (!set_hook) {
		set_hook = (void (*)(lua_State *, lua_Hook, int, int))dlsym(
			RTLD_DEFAULT, "lua_sethook");
		map_counts();
		set_hook(L, hook_0, LUA_MASKLINE, 0);
		lua_getglobal(L, "debug");
		lua_getfield(L, -1, "gethook");
		lua_pushcclosure(L, show_hook, 1);
		lua_setfield(L, -2, "gethook");
		lua_pop(L, 1);
	}
	return 0;
}
