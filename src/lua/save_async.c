#include "lua/save_async.h"

#include <errno.h>
#include <lauxlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lua/args.h"
#include "lua/encode.h"
#include "lua/file.h"
#include "lua/frame.h"
#include "lua/save.h"
#include "lua/type.h"
#include "output/save.h"

#define TYPE "luashot.saver"

enum { THREADS = 2, WAITING = 32 };

/* User value 1: the callbacks, by the save's id. */
struct saver {
	struct shot_worker *worker; /* NULL until the first save */
	struct shot_stop stop;	    /* ends waits for the readers of pipes */
	uint64_t last_id;
	unsigned refused;
};

static const char key;

static int saver_finish(lua_State *L)
{
	struct saver *saver = luaL_checkudata(L, 1, TYPE);
	if (saver->worker) {
		if (shot_worker_is_ours(saver->worker)) {
			eventfd_write(saver->stop.fd, 1);
		}
		shot_worker_drain(saver->worker);
		struct shot_task *task;
		while ((task = shot_worker_take(saver->worker))) {
			shot_save_destroy(SHOT_CONTAINER(task, struct shot_save, task));
		}
		shot_worker_destroy(saver->worker);
		saver->worker = NULL;
		close(saver->stop.fd);
	}
	return 0;
}

static struct saver *push_saver(lua_State *L)
{
	lua_rawgetp(L, LUA_REGISTRYINDEX, &key);
	return lua_touserdata(L, -1);
}

static struct saver *get_saver(lua_State *L)
{
	struct saver *saver = push_saver(L);
	lua_pop(L, 1); /* the registry keeps it */
	return saver;
}

static bool start(struct saver *saver, struct shot_error *err)
{
	if (saver->worker) {
		return true;
	}
	int stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (stop < 0) {
		return shot_fail_errno(err, errno, "cannot make an eventfd");
	}
	saver->worker = shot_worker_create(THREADS, WAITING, err);
	if (!saver->worker) {
		close(stop);
		return false;
	}
	saver->stop.fd = stop;
	return true;
}

/* Stores the callback; nil removes it. */
static void set_done(lua_State *L, uint64_t id, int done)
{
	push_saver(L);
	lua_getiuservalue(L, -1, 1);
	lua_pushvalue(L, done);
	lua_rawseti(L, -2, (lua_Integer)id);
	lua_pop(L, 2);
}

static bool submit(struct saver *saver, shotL_make_save *make, void *what, struct shot_error *err)
{
	struct shot_save *save = make(what, err);
	if (!save) {
		return false;
	}
	save->id = saver->last_id;
	save->stop = &saver->stop;
	if (!shot_worker_submit(saver->worker, &save->task, err)) {
		if (shot_error_is(err, SHOT_EBUSY)) {
			saver->refused++;
			shot_fail(err, "EBUSY", "%d pictures already wait to be saved", WAITING);
		}
		shot_save_destroy(save);
		return false;
	}
	return true;
}

int shotL_begin_save(lua_State *L, int done, shotL_make_save *make, void *what)
{
	struct shot_error err;
	lua_getglobal(L, "require");
	lua_pushliteral(L, "luashot.events.saving");
	lua_call(L, 1, 1);
	struct saver *saver = get_saver(L);
	if (!start(saver, &err)) {
		return shotL_fail(L, &err);
	}
	if (lua_isnil(L, done)) {
		lua_pushboolean(L, 0);
		lua_replace(L, done);
	}
	set_done(L, ++saver->last_id, done);
	if (!submit(saver, make, what, &err)) {
		lua_pushnil(L);
		set_done(L, saver->last_id, lua_gettop(L));
		return shotL_fail(L, &err);
	}
	lua_call(L, 0, 0); /* luashot.saving: keeps the loop running until its end */
	lua_pushboolean(L, 1);
	return 1;
}

/* How the frame at 1 is to be saved. */
struct order {
	lua_State *L;
	struct shot_save_options options;
	const char *path; /* NULL: encode it alone */
};

static struct shot_save *make_order(void *what, struct shot_error *err)
{
	const struct order *order = what;
	return shot_save_create(shotL_check_frame(order->L, 1), &order->options, order->path, err);
}

int shotL_frame_save_async(lua_State *L)
{
	shotL_check_frame(L, 1);
	const char *path = shotL_check_path(L, 2);
	lua_settop(L, 4);
	if (!lua_isnil(L, 4)) {
		luaL_checktype(L, 4, LUA_TFUNCTION);
	}
	struct order order = {.L = L, .path = path};
	struct shot_error err;
	if (!shotL_check_save(L, path, 3, shotL_check_frame(L, 1), &order.options, &err)) {
		return shotL_fail(L, &err);
	}
	return shotL_begin_save(L, 4, make_order, &order);
}

int shotL_frame_encode_async(lua_State *L)
{
	struct order order = {.L = L};
	struct shot_save_options *options = &order.options;
	lua_settop(L, 4);
	options->codec = shotL_check_encode(
		L, 2, shotL_check_frame(L, 1), &options->encode, &options->width);
	luaL_checktype(L, 4, LUA_TFUNCTION);
	return shotL_begin_save(L, 4, make_order, &order);
}

unsigned shotL_saves_pending(lua_State *L)
{
	struct saver *saver = get_saver(L);
	return saver->worker ? shot_worker_pending(saver->worker) : 0;
}

unsigned shotL_saves_refused(lua_State *L)
{
	return get_saver(L)->refused;
}

static int saves_fd(lua_State *L)
{
	struct saver *saver = get_saver(L);
	struct shot_error err;
	if (!start(saver, &err)) {
		return shotL_fail(L, &err);
	}
	lua_pushinteger(L, shot_worker_fd(saver->worker));
	return 1;
}

/* Moves the bytes to a blob that Lua owns before any call that can raise. */
static int take_save(lua_State *L)
{
	struct shot_blob *blob = shotL_new_blob(L);
	struct saver *saver = get_saver(L);
	struct shot_task *task = saver->worker ? shot_worker_take(saver->worker) : NULL;
	if (!task) {
		return 0;
	}
	struct shot_save *save = SHOT_CONTAINER(task, struct shot_save, task);
	struct shot_save result = *save;
	*blob = save->blob;
	save->blob = (struct shot_blob){0};
	shot_save_destroy(save);
	push_saver(L);
	lua_getiuservalue(L, -1, 1);
	lua_rawgeti(L, -1, (lua_Integer)result.id);
	lua_pushnil(L);
	set_done(L, result.id, lua_gettop(L));
	lua_pop(L, 1);
	if (result.is_ok && *result.path.text) {
		lua_pushstring(L, result.path.text);
		return 2;
	}
	if (result.is_ok) {
		lua_pushlstring(L, (const char *)blob->data, blob->size);
		shot_blob_finish(blob);
		return 2;
	}
	return 1 + shotL_fail(L, &result.err);
}

void shotL_open_save_async(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{"saves_fd", saves_fd},
		{"take_save", take_save},
		{NULL, NULL},
	};
	luaL_setfuncs(L, functions, 0);
	shotL_new_owner_type(L, TYPE, saver_finish);
	struct saver *saver = lua_newuserdatauv(L, sizeof *saver, 1);
	*saver = (struct saver){0};
	luaL_setmetatable(L, TYPE);
	lua_newtable(L);
	lua_setiuservalue(L, -2, 1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &key);
}
