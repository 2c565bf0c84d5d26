/* The common parts of a ring's sides in Lua: payloads, names and sizes. */
#ifndef SHOT_LUA_RING_H
#define SHOT_LUA_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lua.h>

#include "base/error.h"
#include "image/view.h"
#include "zerobuffer/layout.h"
#include "zerobuffer/writer.h"

#define SHOTL_RING_PATIENCE 5.0 /* seconds; the protocol's default */

/* The data that a script writes: a string, an item, or a frame, whose rows are written packed. */
struct shotL_payload {
	const char *data; /* NULL for a frame whose rows are apart */
	size_t size;
	const struct shot_view *view; /* only of a frame; the handle keeps it */
};

/* The payload at `arg`; raises for any other value. It is valid as long as the value. */
struct shotL_payload shotL_check_payload(lua_State *L, int arg);

/* Copy it to `out`, which has its size. */
void shotL_copy_payload(const struct shotL_payload *payload, uint8_t *out);

/* Write it as one frame, as zb_writer_write does. */
bool shotL_write_payload(struct zb_writer *writer, const struct shotL_payload *payload,
	int64_t deadline, uint64_t *sequence, struct shot_error *err);

/* A ring's name; raises when it is not a string or contains a NUL. */
const char *shotL_check_ring_name(lua_State *L, int arg);

/* {metadata_size =, payload_size =} at `arg`, or the default; `names` are all options allowed. */
struct zb_config shotL_check_ring_config(lua_State *L, int arg, const char *const names[]);

#endif
