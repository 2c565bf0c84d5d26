/* Rings in Lua: the module "luashot.zerobuffer.core", on which lua/luashot/zerobuffer.lua is built.
 * A file for each side; here is what they share. */
#ifndef SHOT_LUA_ZEROBUFFER_H
#define SHOT_LUA_ZEROBUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lauxlib.h>
#include <lua.h>

#include "base/error.h"
#include "image/view.h"
#include "zerobuffer/item.h"
#include "zerobuffer/layout.h"
#include "zerobuffer/writer.h"

#define SHOTL_RING_PATIENCE 5.0 /* seconds; what the protocol waits when nothing is said */

/* What a script hands over to be written: a string, an item, or a frame, whose rows are written
 * packed. */
struct shotL_payload {
	const char *data; /* NULL for a frame whose rows are apart */
	size_t size;
	const struct shot_view *view; /* only of a frame; the handle keeps it */
};

/* The payload at `arg`; raises for anything else. It is valid as long as the value is. */
struct shotL_payload shotL_check_payload(lua_State *L, int arg);

/* Copy it to `out`, which has its size. */
void shotL_copy_payload(const struct shotL_payload *payload, uint8_t *out);

/* Write it as one frame, as zb_writer_write does. */
bool shotL_write_payload(struct zb_writer *writer, const struct shotL_payload *payload,
	int64_t deadline, uint64_t *sequence, struct shot_error *err);

/* A ring's name; raises when it is no string or has a NUL in it. */
const char *shotL_check_ring_name(lua_State *L, int arg);

/* {metadata_size =, payload_size =} at `arg`, or the default; `names` are all options allowed. */
struct zb_config shotL_check_ring_config(lua_State *L, int arg, const char *const names[]);

/* Push a closed item handle; fill it once nothing can raise any more. */
struct zb_item **shotL_new_item(lua_State *L);

/* The item at `index` if it is one and not released, else NULL. */
const struct zb_item *shotL_test_item(lua_State *L, int index);

/* Push a closed reservation handle. */
struct shotL_reservation {
	struct zb_reservation *reservation; /* NULL when it is over */
};
struct shotL_reservation *shotL_new_reservation(lua_State *L);

/* The open writer at `arg`; raises otherwise. */
struct zb_writer *shotL_check_ring_writer(lua_State *L, int arg);

/* Push the table of what has been made of the writer at `arg` for others (display -> publisher);
 * each value has a __close, which is called when the writer is closed. */
void shotL_push_ring_bonds(lua_State *L, int arg);

/* Each adds its functions to the table on top of the stack. */
void shotL_open_ring_item(lua_State *L);
void shotL_open_ring_reader(lua_State *L);
void shotL_open_ring_writer(lua_State *L);
void shotL_open_ring_reservation(lua_State *L);
void shotL_open_ring_stat(lua_State *L);

/* Make the module known to require. */
void shotL_open_zerobuffer(lua_State *L);

#endif
