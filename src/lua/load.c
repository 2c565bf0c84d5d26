#include "lua/load.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/owner.h"
#include "base/worker.h"
#include "codec/incoming.h"
#include "lua/args.h"
#include "lua/frame.h"
#include "lua/type.h"
#include "lua/wait.h"

#define TYPE "luashot.loading"
#define SMALL \
	((size_t)1 << 16) /* bytes and pixels that are decoded about as soon as a thread starts */

enum { THREADS = 2 }; /* that decode at one time: more would take the loop's processor */

static const char key; /* of their number in the registry */

/* A picture that is read and decoded. User value 1: its bytes, if they are a string. */
struct loading {
	struct shot_incoming incoming; /* without a descriptor, if they are */
	const char *bytes;
	size_t size;
	struct shot_worker *worker; /* decodes while other jobs run; else NULL */
	struct shot_task task;
	bool is_decoded;
	struct shot_picture picture;
	struct shot_error err;
};

/* The path without its folders, as the picture's source. */
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash && slash[1] ? slash + 1 : path;
}

/* Makes the picture the frame of a handle. */
static void keep(lua_State *L, struct shotL_frame *handle, const struct shot_picture *picture,
	const char *name)
{
	const struct shot_kept_origin *origin = &picture->origin;
	handle->frame = (struct shot_frame){
		.view = picture->view,
		.x = origin->x,
		.y = origin->y,
		.wall_ns = origin->wall_ns,
		.dots_per_mm_x = origin->dots_per_mm_x,
		.dots_per_mm_y = origin->dots_per_mm_y,
	};
	snprintf(handle->frame.source, sizeof handle->frame.source, "%.*s",
		(int)sizeof handle->frame.source - 1, *origin->source ? origin->source : name);
	shotL_charge_collector(L, &picture->view);
}

static void decode(struct shot_task *task)
{
	struct loading *loading = SHOT_CONTAINER(task, struct loading, task);
	const struct shot_incoming *incoming = &loading->incoming;
	loading->is_decoded =
		loading->bytes ? shot_picture_decode((const uint8_t *)loading->bytes, loading->size,
					 incoming->max_pixels, &loading->picture, &loading->err)
			       : shot_incoming_decode(incoming, &loading->picture, &loading->err);
}

/* Adds to the number of threads, and returns it. */
static lua_Integer count_threads(lua_State *L, lua_Integer more)
{
	lua_rawgetp(L, LUA_REGISTRYINDEX, &key);
	lua_Integer count = lua_tointeger(L, -1) + more;
	lua_pop(L, 1);
	lua_pushinteger(L, count);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &key);
	return count;
}

static bool start_worker(lua_State *L, struct loading *loading)
{
	struct shot_error ignored;
	if (lua_isyieldable(L) && count_threads(L, 0) < THREADS) {
		loading->worker = shot_worker_create(1, 1, &ignored);
	}
	if (!loading->worker) {
		return false;
	}
	count_threads(L, 1);
	shot_worker_submit(loading->worker, &loading->task, &ignored); /* it has room */
	return true;
}

/* Ends a worker that still decodes, too: it uses the file's bytes. */
static void end(lua_State *L, struct loading *loading)
{
	if (loading->worker) {
		shot_worker_destroy(loading->worker);
		loading->worker = NULL;
		count_threads(L, -1);
	}
	if (loading->is_decoded) {
		loading->is_decoded = false;
		shot_view_unref(&loading->picture.view);
	}
	shot_incoming_finish(&loading->incoming);
}

static int finish(lua_State *L)
{
	end(L, luaL_checkudata(L, 1, TYPE));
	return 0;
}

/* Pushes the decoded picture. */
static bool take(lua_State *L, struct loading *loading, struct shot_error *err)
{
	struct shotL_frame *handle = shotL_new_frame(L);
	bool ok = loading->is_decoded;
	if (ok) {
		loading->is_decoded = false; /* the handle's from now on */
		keep(L, handle, &loading->picture, base_name(loading->incoming.path));
	} else {
		*err = loading->err;
		lua_pop(L, 1);
	}
	end(L, loading);
	return ok;
}

/* A text with a NUL is not a path: it is a picture, or a damaged one. */
static bool is_data(const char *text, size_t size)
{
	return strlen(text) < size || shot_is_picture((const uint8_t *)text, size);
}

/* Pushes the picture whose path or bytes are the string at `arg`, to be read; NULL without a push.
 */
static struct loading *begin(lua_State *L, int arg, size_t max_pixels, struct shot_error *err)
{
	size_t size;
	const char *text = luaL_checklstring(L, arg, &size);
	struct loading *loading = lua_newuserdatauv(L, sizeof *loading, 1);
	*loading = (struct loading){
		.incoming = {.fd = -1, .max_pixels = max_pixels}, .task = {.run = decode}};
	luaL_setmetatable(L, TYPE);
	if (is_data(text, size)) {
		loading->bytes = text;
		loading->size = size;
		lua_pushvalue(L, arg);
		lua_setiuservalue(L, -2, 1);
	} else if (!shot_incoming_open(&loading->incoming, text, max_pixels, err)) {
		lua_pop(L, 1);
		return NULL;
	}
	return loading;
}

static enum shot_poll read_file(struct loading *loading, struct shot_error *err)
{
	return loading->bytes ? SHOT_POLL_DONE : shot_incoming_read(&loading->incoming, err);
}

/* Waits for the worker. The picture is at stack index `index`. */
static int go_on_decoding(lua_State *L, int status, lua_KContext index)
{
	struct loading *loading = lua_touserdata(L, (int)index);
	struct shot_error err;
	if (status == LUA_YIELD) {
		shotL_waited(L);
		if (!loading->worker) {
			return shotL_fail_finalized(L);
		}
	}
	while (loading->worker && !shot_worker_take(loading->worker)) {
		shotL_waitk(
			L, shot_worker_fd(loading->worker), SHOT_FOREVER, index, go_on_decoding);
	}
	return take(L, loading, &err) ? 1 : shotL_fail(L, &err);
}

/* Decodes a picture of few bytes and few pixels. */
static bool decode_small(struct loading *loading)
{
	struct shot_incoming *incoming = &loading->incoming;
	const size_t most = incoming->max_pixels;
	if ((loading->bytes ? loading->size : incoming->blob.size) > SMALL) {
		return false;
	}
	incoming->max_pixels = most < SMALL ? most : SMALL;
	decode(&loading->task);
	incoming->max_pixels = most;
	return most <= SMALL || loading->is_decoded || !shot_error_is(&loading->err, SHOT_EFBIG);
}

/* Decodes a large picture on a worker thread, if the caller can wait and the thread starts. */
static int begin_decoding(lua_State *L, struct loading *loading, lua_KContext index)
{
	if (!decode_small(loading) && !start_worker(L, loading)) {
		decode(&loading->task);
	}
	return go_on_decoding(L, LUA_OK, index);
}

static int go_on_reading(lua_State *L, int status, lua_KContext index)
{
	struct loading *loading = lua_touserdata(L, (int)index);
	struct shot_error err;
	enum shot_poll state;
	if (status == LUA_YIELD) {
		shotL_waited(L);
		if (loading->incoming.fd < 0) {
			return shotL_fail_finalized(L);
		}
	}
	while ((state = read_file(loading, &err)) == SHOT_POLL_WAITING) {
		shotL_waitk(L, loading->incoming.fd, SHOT_FOREVER, index, go_on_reading);
	}
	if (state == SHOT_POLL_FAILED) {
		end(L, loading);
		return shotL_fail(L, &err);
	}
	return begin_decoding(L, loading, index);
}

int shotL_load(lua_State *L)
{
	static const char *const names[] = {"max_pixels", NULL};
	shotL_check_options(L, 2, names);
	size_t most = shotL_field_size(L, 2, "max_pixels", SHOT_MAX_PIXELS, (lua_Integer)1 << 40);
	struct shot_error err;
	return begin(L, 1, most, &err) ? go_on_reading(L, LUA_OK, lua_gettop(L))
				       : shotL_fail(L, &err);
}

void shotL_open_load(lua_State *L)
{
	shotL_new_owner_type(L, TYPE, finish);
	count_threads(L, 0);
	lua_pushcfunction(L, shotL_load);
	lua_setfield(L, -2, "load");
}
